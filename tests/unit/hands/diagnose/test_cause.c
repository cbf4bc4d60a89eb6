/* The order of causes: the first that holds wins. */
#include "config.h"

#include <check.h>
#include <stdlib.h>

#include "hands/diagnose/cause.h"
#include "support/check_main.h"

#define YES ANSWER_YES
#define NO ANSWER_NO
#define UNKNOWN ANSWER_UNKNOWN

/* What is wrong at once with everything that may be: each row takes away what
 * the row before found, in the order of DESIGN section 6. */
#define ALL                                                                   \
	.failed = true, .foreign = true, .elsewhere = true, .creates = true,  \
	.conflicts = true, .edited = true, .removed = true, .recorded = true, \
	.stray = true, .modelled = true

static const struct {
	struct facts facts;
	enum cause cause;
} table[] = {
	{ { .reachable = false, .there = NO, ALL }, CAUSE_UNREACHABLE },
	{ { .reachable = true, .there = YES, ALL }, CAUSE_NOT_CONFIRMED },
	{ { .reachable = true, .there = YES, .aside = true, ALL },
		CAUSE_WRONG_SCHEMA },
	{ { .reachable = true,
		  .there = YES,
		  .forbidden = true,
		  .aside = true,
		  ALL },
		CAUSE_NO_PRIVILEGE },
	{ { .reachable = true, .there = UNKNOWN, ALL }, CAUSE_UNKNOWN },
	{ { .reachable = true, .there = NO, .deploying = true, ALL },
		CAUSE_DEPLOY_UNDER_WAY },
	{ { .reachable = true, .there = NO, ALL }, CAUSE_FAILED_MIGRATION },
	{ { .reachable = true,
		  .foreign = true,
		  .elsewhere = true,
		  .creates = true },
		CAUSE_WRONG_DATABASE },
	{ { .reachable = true, .elsewhere = true, .creates = true },
		CAUSE_WRONG_SCHEMA },
	{ { .reachable = true,
		  .creates = true,
		  .conflicts = true,
		  .stray = true },
		CAUSE_BASELINE_CONFLICT },
	{ { .reachable = true, .creates = true, .unbased = true },
		CAUSE_BASELINE_CONFLICT },
	{ { .reachable = true,
		  .creates = true,
		  .edited = true,
		  .recorded = true,
		  .stray = true },
		CAUSE_PENDING_MIGRATION },
	{ { .reachable = true,
		  .conflicts = true,
		  .edited = true,
		  .removed = true,
		  .recorded = true,
		  .stray = true },
		CAUSE_EDITED_MIGRATION },
	{ { .reachable = true,
		  .removed = true,
		  .recorded = true,
		  .stray = true,
		  .modelled = true },
		CAUSE_APP_OLDER_THAN_DATABASE },
	{ { .reachable = true,
		  .recorded = true,
		  .stray = true,
		  .modelled = true },
		CAUSE_RECORDED_BUT_ABSENT },
	{ { .reachable = true,
		  .conflicts = true,
		  .stray = true,
		  .modelled = true },
		CAUSE_STRAY_SQL },
	{ { .reachable = true, .modelled = true },
		CAUSE_MODEL_WITHOUT_MIGRATION },
	{ { .reachable = true, .conflicts = true, .unbased = true },
		CAUSE_UNKNOWN },
	{ { .reachable = true }, CAUSE_UNKNOWN },
};

START_TEST(the_first_cause_that_holds_wins)
{
	for (size_t i = 0; i < ELEMENTS(table); i++) {
		enum cause c = cause_of(&table[i].facts);
		ck_assert_msg(
			c == table[i].cause, "row %zu: %s", i, cause_name(c));
	}
}
END_TEST

CHECK_MAIN("cause", the_first_cause_that_holds_wins)
