/* A plan in words. */
#include "config.h"

#include <check.h>
#include <stdlib.h>

#include "hands/plan/plan-text.h"
#include "support/check_main.h"
#include "support/diagnosed.h"

static void
ck_steps(const struct diagnosed *x, const char *const *expected)
{
	static const struct judgements none;
	own(plan) struct plan p = { 0 };
	plan_text(&x->d, &none, &p);
	size_t i = 0;
	for (; expected[i]; i++) {
		ck_assert_ptr_nonnull(p.steps[i]);
		ck_assert_str_eq(p.steps[i], expected[i]);
	}
	ck_assert_ptr_null(p.steps[i]);
}

START_TEST(every_statement_is_shown_under_its_unit)
{
	static const char *const steps[] = {
		"create the table _prisma_migrations",
		"apply migration 1_a and record it as Prisma does, all in one "
		"transaction:",
		"CREATE TABLE a (id int)",
		"CREATE INDEX ON a(id)",
		"apply migration 2_b and record it as Prisma does, all in one "
		"transaction:",
		"SELECT 1",
		NULL,
	};
	own(diagnosed) struct diagnosed x;
	diagnosed_begin(&x);
	diagnosed_pending(&x, "1_a",
		"-- x\nCREATE TABLE a (id int);\nCREATE INDEX ON a(id);");
	diagnosed_pending(&x, "2_b", "SELECT 1");
	diagnosed_end(&x, NULL);
	x.d.makes_history = true;
	ck_steps(&x, steps);
}
END_TEST

START_TEST(what_does_not_parse_is_shown_whole)
{
	static const char *const steps[] = {
		"apply migration 1_a and record it as Prisma does:",
		"not sql; SELECT 1",
		NULL,
	};
	own(diagnosed) struct diagnosed x;
	diagnosed_begin(&x);
	diagnosed_pending(&x, "1_a", "not sql; SELECT 1");
	diagnosed_end(&x, NULL);
	x.d.atomic = false;
	ck_steps(&x, steps);
}
END_TEST

START_TEST(a_new_unit_is_told_with_who_makes_it)
{
	static const char *const by_hand[] = {
		"by hand, because `proposals` is not set: create the folder "
		"9_new in /srv/migrations, copy /srv/new.sql into it as "
		"migration.sql, and run `prisma migrate deploy` (its name: the "
		"file's own)",
		NULL,
	};
	static const char *const by_us[] = {
		"create the migration folder /srv/proposals/9_new with the "
		"bytes of /srv/new.sql (its name: the file's own)",
		NULL,
	};
	const struct stray_script stray = { .path = (char *)"/srv/new.sql" };
	own(diagnosed) struct diagnosed x;
	diagnosed_begin(&x);
	diagnosed_end(&x, NULL);
	x.d.stray = &stray;
	x.d.new_unit.name = xstrdup("9_new");
	x.d.new_unit_note = xstrdup("the file's own");
	ck_steps(&x, by_hand);
	x.app.proposals = xstrdup("/srv/proposals");
	ck_steps(&x, by_us);
}
END_TEST

CHECK_MAIN("plan-text", every_statement_is_shown_under_its_unit,
	what_does_not_parse_is_shown_whole,
	a_new_unit_is_told_with_who_makes_it)
