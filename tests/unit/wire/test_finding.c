#include "config.h"
#include "wire/finding.h"

#include <errno.h>
#include <jansson.h>
#include <string.h>

#include "support/check_main.h"

START_TEST(a_finding_survives_the_wire)
{
	own(str) char *name = xstrdup("table-exists");
	own(str) char *text = xstrdup("to_regclass gives NULL");
	struct finding out = { name, ANSWER_UNKNOWN, text };
	own(frame) struct frame f = FRAME(1);
	finding_put(&f, &out);
	struct finding in = { 0 };
	ck_assert_int_eq(finding_get(&f, &in, NULL), 0);
	ck_assert_str_eq(in.name, name);
	ck_assert_int_eq(in.answer, ANSWER_UNKNOWN);
	ck_assert_str_eq(in.text, text);
	json_t *json = finding_json(&in);
	ck_assert_str_eq(
		json_string_value(json_object_get(json, "answer")), "unknown");
	json_decref(json);
	finding_free(&in);
}
END_TEST

START_TEST(a_finding_without_a_text_is_broken)
{
	own(frame) struct frame f = FRAME(1);
	frame_put_str(&f, "name");
	frame_put_u32(&f, ANSWER_YES);
	frame_put_str(&f, NULL);
	struct finding in = { 0 };
	ck_assert_int_eq(finding_get(&f, &in, NULL), -EBADMSG);
	finding_free(&in);
}
END_TEST

START_TEST(causes_stand_in_the_designs_order)
{
	static const char *const order[CAUSES] = { "none", "unreachable",
		"not-confirmed", "deploy-under-way", "failed-migration",
		"no-privilege", "wrong-database", "wrong-schema",
		"baseline-conflict", "pending-migration", "edited-migration",
		"app-older-than-database", "recorded-but-absent", "stray-sql",
		"model-without-migration", "unknown" };
	for (int c = 0; c < CAUSES; c++)
		ck_assert_str_eq(cause_name((enum cause)c), order[c]);
}
END_TEST

START_TEST(only_a_pending_migration_may_be_mended_unasked)
{
	for (int c = 0; c < CAUSES; c++)
		ck_assert_int_eq(cause_most((enum cause)c) == MOST_ACT,
			c == CAUSE_PENDING_MIGRATION);
	ck_assert_int_eq(cause_most(CAUSE_STRAY_SQL), MOST_ASK);
	ck_assert_int_eq(cause_most(CAUSE_UNREACHABLE), MOST_WAIT);
	ck_assert_int_eq(cause_most(CAUSE_UNKNOWN), MOST_REPORT);
}
END_TEST

CHECK_MAIN("finding", a_finding_survives_the_wire,
	a_finding_without_a_text_is_broken, causes_stand_in_the_designs_order,
	only_a_pending_migration_may_be_mended_unasked)
