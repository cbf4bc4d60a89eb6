#include "config.h"
#include "head/incidents/attempts/verification.h"

#include <stdlib.h>
#include <string.h>

#include "unit/head/incidents/stage.h"

static const struct attempt *
attempt(void)
{
	return memory_store_attempt(d.store, 0);
}

START_TEST(each_verification_leads_to_its_state)
{
	static const struct {
		enum answer fault, history;
		enum incident_state state;
		bool failed;
	} rows[] = {
		{ ANSWER_NO, ANSWER_YES, STATE_RESOLVED, false },
		{ ANSWER_NO, ANSWER_UNKNOWN, STATE_RESOLVED, false },
		{ ANSWER_NO, ANSWER_NO, STATE_FAILED, true },
		{ ANSWER_YES, ANSWER_YES, STATE_FAILED, true },
		{ ANSWER_UNKNOWN, ANSWER_YES, STATE_IN_DOUBT, false },
	};
	for (size_t k = 0; k < ELEMENTS(rows); k++) {
		set_up();
		own(incident) struct incident i = add(STATE_VERIFYING);
		add_attempt(i.id, KEY, NOW, NOW + 1, false);
		struct report r = looked(CAUSE_NONE, rows[k].fault);
		r.result.history = rows[k].history;
		free(r.result.text);
		r.result.text = xstrdup("GRANT it");
		if (rows[k].history == ANSWER_YES)
			r.result.history_text = xstrdup("but for b");
		ok(verification_conclude(&d, &i, &r, NOW + 9, &why));
		report_free(&r);
		expect_state(i.id, rows[k].state);
		/* What hands say of it is said with it. */
		ck_assert_int_eq(
			strstr(i.verification_text, "fault, but for b") != NULL,
			k == 0);
		ck_assert_int_eq(strstr(i.verification_text,
					 "the fault: GRANT it") != NULL,
			rows[k].fault == ANSWER_YES);
		ck_assert_int_eq(attempt()->failed, rows[k].failed);
		/* When it ended is not when it was judged. */
		ck_assert_uint_eq(attempt()->ended, NOW + 1);
		ck_assert_uint_eq(notices(i.id, NOTICE_END), 1);
		tear_down();
	}
}
END_TEST

CHECK_MAIN("verification", each_verification_leads_to_its_state)
