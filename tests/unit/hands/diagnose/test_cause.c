/* The order of causes: the first that holds wins. */
#include "config.h"

#include <check.h>
#include <stdlib.h>

#include "hands/diagnose/cause.h"
#include "support/check_main.h"

#define YES ANSWER_YES
#define NO ANSWER_NO
#define UNKNOWN ANSWER_UNKNOWN

static const struct {
	struct facts facts;
	enum cause cause;
} table[] = {
	/* reachable, there, deploying, failed, creates, conflicts, unbased,
	 * stray */
	{ { 0, NO, 1, 1, 1, 1, 1, 1 }, CAUSE_UNREACHABLE },
	{ { 1, YES, 1, 1, 1, 1, 1, 1 }, CAUSE_NOT_CONFIRMED },
	{ { 1, UNKNOWN, 1, 1, 1, 1, 1, 1 }, CAUSE_UNKNOWN },
	{ { 1, NO, 1, 1, 1, 1, 1, 1 }, CAUSE_DEPLOY_UNDER_WAY },
	{ { 1, NO, 0, 1, 1, 1, 1, 1 }, CAUSE_FAILED_MIGRATION },
	{ { 1, NO, 0, 0, 1, 1, 0, 1 }, CAUSE_BASELINE_CONFLICT },
	{ { 1, NO, 0, 0, 1, 0, 1, 0 }, CAUSE_BASELINE_CONFLICT },
	{ { 1, NO, 0, 0, 1, 0, 0, 1 }, CAUSE_PENDING_MIGRATION },
	{ { 1, NO, 0, 0, 1, 0, 0, 0 }, CAUSE_PENDING_MIGRATION },
	{ { 1, NO, 0, 0, 0, 1, 0, 1 }, CAUSE_STRAY_SQL },
	{ { 1, NO, 0, 0, 0, 0, 0, 1 }, CAUSE_STRAY_SQL },
	{ { 1, NO, 0, 0, 0, 1, 1, 0 }, CAUSE_UNKNOWN },
	{ { 1, NO, 0, 0, 0, 0, 0, 0 }, CAUSE_UNKNOWN },
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
