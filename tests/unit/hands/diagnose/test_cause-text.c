/* The sentence for each cause. */
#include "config.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "hands/diagnose/cause-text.h"
#include "hands/migrator/history.h"
#include "support/check_main.h"
#include "support/diagnosed.h"
#include "support/units.h"

static void
ck_text(struct diagnosed *x, enum cause cause, const char *expected)
{
	x->d.cause = cause;
	own(str) char *text = cause_text(&x->d);
	ck_assert_str_eq(text, expected);
}

/* A pending unit that creates what is missed. */
static void
begin_pending(struct diagnosed *x)
{
	diagnosed_begin(x);
	diagnosed_pending(x, "2_order", "CREATE TABLE \"Order\" (id int)");
}

static void
end_pending(struct diagnosed *x, const char *const *existing)
{
	diagnosed_end(x, existing);
	x->d.creator = unit_folder_find(x->d.folder, "2_order");
}

START_TEST(an_unreachable_database_is_told_by_its_connection)
{
	own(diagnosed) struct diagnosed x;
	diagnosed_begin(&x);
	x.d.unreachable = xstrdup("db: no way there");
	ck_text(&x, CAUSE_UNREACHABLE, "db: no way there");
}
END_TEST

START_TEST(what_is_there_is_not_confirmed)
{
	own(diagnosed) struct diagnosed x;
	diagnosed_begin(&x);
	ck_text(&x, CAUSE_NOT_CONFIRMED, "table public.Order exists");
	x.d.class = CLASS_DB_UNREACHABLE;
	ck_text(&x, CAUSE_NOT_CONFIRMED, "the database can be reached");
	x.d.class = CLASS_FAILED_MIGRATION;
	ck_text(&x, CAUSE_NOT_CONFIRMED,
		"the history has no such failed migration");
}
END_TEST

START_TEST(a_deploy_is_told_with_its_holder)
{
	own(diagnosed) struct diagnosed x;
	diagnosed_begin(&x);
	x.d.lock_holder = xstrdup("process 7");
	ck_text(&x, CAUSE_DEPLOY_UNDER_WAY,
		"a migration is under way: Prisma's lock is held by process 7");
}
END_TEST

#define BLOCKS                                                              \
	"migration 1_a failed and blocks every later deploy (P3009) until " \
	"it is resolved"

static void
ck_failed(const char *name, const char *const *existing, const char *expected)
{
	own(diagnosed) struct diagnosed x;
	own(units) struct units u = { 0 };
	diagnosed_begin(&x);
	diagnosed_row(&x, name, false);
	units_add(&u, name, "CREATE TABLE a (id int)");
	x.d.failed = units_census(&u, existing);
	ck_text(&x, CAUSE_FAILED_MIGRATION, expected);
}

START_TEST(a_failed_migration_is_told_with_the_next_step)
{
	static const char *const existing[] = { "table \"a\"", NULL };
	ck_failed("1_a", NULL,
		BLOCKS
		"; none of the objects that it creates exist: once what its "
		"log says is put right, `prisma migrate resolve --rolled-back "
		"1_a` lets deploys go on");
	ck_failed("1_a", existing,
		BLOCKS
		"; some of the objects that it creates exist: compare them "
		"with its script before `prisma migrate resolve`");
}
END_TEST

START_TEST(a_name_that_a_shell_would_read_is_not_told_to_be_typed)
{
	own(diagnosed) struct diagnosed x;
	own(units) struct units u = { 0 };
	diagnosed_begin(&x);
	diagnosed_row(&x, "a;b", false);
	units_add(&u, "a;b", "CREATE TABLE a (id int)");
	x.d.failed = units_census(&u, NULL);
	x.d.cause = CAUSE_FAILED_MIGRATION;
	own(str) char *text = cause_text(&x.d);
	ck_assert_ptr_nonnull(strstr(text, "--rolled-back NAME`"));
}
END_TEST

START_TEST(a_failed_migration_without_a_script_claims_no_more)
{
	own(diagnosed) struct diagnosed x;
	diagnosed_begin(&x);
	diagnosed_row(&x, "1_a", false);
	ck_text(&x, CAUSE_FAILED_MIGRATION, BLOCKS);
}
END_TEST

START_TEST(a_pending_migration_is_told_with_how_many_there_are)
{
	own(diagnosed) struct diagnosed one, two;
	begin_pending(&one);
	end_pending(&one, NULL);
	ck_text(&one, CAUSE_PENDING_MIGRATION,
		"table public.Order is missing because migration 2_order, "
		"which creates it, was never applied here");
	begin_pending(&two);
	diagnosed_pending(&two, "3_more", "SELECT 1");
	end_pending(&two, NULL);
	ck_text(&two, CAUSE_PENDING_MIGRATION,
		"table public.Order is missing because migration 2_order, "
		"which creates it, was never applied here; 2 are pending");
}
END_TEST

START_TEST(a_baseline_that_clashes_is_told_with_both_traps)
{
	static const char *const existing[] = { "type \"e\"", NULL };
	own(diagnosed) struct diagnosed x;
	diagnosed_begin(&x);
	diagnosed_pending(&x, "2_order",
		"CREATE TYPE e AS ENUM (); CREATE TABLE \"Order\" (id int)");
	end_pending(&x, existing);
	ck_text(&x, CAUSE_BASELINE_CONFLICT,
		"the pending migration 2_order creates table public.Order, but "
		"1 of the 2 objects that it creates exist already: `prisma "
		"migrate deploy` would fail with type \"e\" already exists "
		"(42710) and leave a failed row that blocks every later deploy "
		"(P3009); `prisma migrate resolve --applied` would turn the "
		"status green while it is still missing");
}
END_TEST

START_TEST(a_clash_of_another_unit_names_that_unit)
{
	static const char *const existing[] = { "table \"a\"", NULL };
	own(diagnosed) struct diagnosed x;
	diagnosed_begin(&x);
	diagnosed_pending(&x, "1_a", "CREATE TABLE a (id int)");
	diagnosed_pending(&x, "2_order", "CREATE TABLE \"Order\" (id int)");
	end_pending(&x, existing);
	x.d.cause = CAUSE_BASELINE_CONFLICT;
	own(str) char *text = cause_text(&x.d);
	ck_assert_ptr_nonnull(strstr(text, "but 1_a is pending too, and 1 of"));
	ck_assert_ptr_nonnull(
		strstr(text, "table \"a\" already exists (42P07)"));
}
END_TEST

START_TEST(tables_without_a_history_need_a_baseline_first)
{
	own(diagnosed) struct diagnosed x;
	begin_pending(&x);
	end_pending(&x, NULL);
	x.d.history->exists = false;
	ck_text(&x, CAUSE_BASELINE_CONFLICT,
		"the pending migration 2_order creates table public.Order, but "
		"schema public has tables and no history: `prisma migrate "
		"deploy` would refuse with P3005, and `prisma migrate resolve "
		"--applied` would turn the status green while it is still "
		"missing; a baseline is needed first");
}
END_TEST

START_TEST(a_stray_file_is_told_with_its_path)
{
	const struct stray_script stray = { .path = (char *)"/srv/a.sql" };
	own(diagnosed) struct diagnosed x;
	diagnosed_begin(&x);
	diagnosed_end(&x, NULL);
	x.d.stray = &stray;
	ck_text(&x, CAUSE_STRAY_SQL,
		"table public.Order is created only by /srv/a.sql, which lies "
		"outside any migration folder: Prisma never reads it, and "
		"`prisma migrate deploy` would do nothing");
}
END_TEST

START_TEST(what_was_not_read_is_not_said_to_lack_it)
{
	own(diagnosed) struct diagnosed x;
	diagnosed_begin(&x);
	diagnosed_pending(&x, "1_do", "DO $$ BEGIN END $$");
	diagnosed_pending(&x, "2_bad", "not sql");
	diagnosed_end(&x, NULL);
	x.d.cause = CAUSE_UNKNOWN;
	own(str) char *text = cause_text(&x.d);
	ck_assert_ptr_nonnull(strstr(text,
		"whether the pending migration 2_bad creates it could not be "
		"told: "));
	own(diagnosed) struct diagnosed y;
	diagnosed_begin(&y);
	diagnosed_pending(&y, "1_do", "DO $$ BEGIN END $$");
	diagnosed_end(&y, NULL);
	ck_text(&y, CAUSE_UNKNOWN,
		"table public.Order is missing, and whether the pending "
		"migration 1_do creates it could not be told: it has a "
		"statement (DO) that runs code which no parser sees");
}
END_TEST

START_TEST(what_could_not_be_measured_is_told_so)
{
	own(diagnosed) struct diagnosed x;
	diagnosed_begin(&x);
	x.d.fault = ANSWER_UNKNOWN;
	ck_text(&x, CAUSE_UNKNOWN,
		"it could not be measured; the findings say why");
}
END_TEST

START_TEST(what_cannot_be_read_is_told_first)
{
	own(diagnosed) struct diagnosed x;
	diagnosed_begin(&x);
	history_free(take(x.d.history));
	ck_text(&x, CAUSE_UNKNOWN,
		"table public.Order is missing, and why could not be told: the "
		"history cannot be read");
	unit_folder_free(take(x.d.folder));
	ck_text(&x, CAUSE_UNKNOWN,
		"table public.Order is missing, and why could not be told: the "
		"migrations folder cannot be read");
}
END_TEST

START_TEST(a_recorded_migration_is_named)
{
	own(diagnosed) struct diagnosed x;
	diagnosed_begin(&x);
	diagnosed_add(
		&x, "1_a", "", (struct unit_record){ UNIT_APPLIED, 0, 0 });
	diagnosed_end(&x, NULL);
	x.d.recorded = &x.d.folder->units[0];
	ck_text(&x, CAUSE_RECORDED_BUT_ABSENT,
		"table public.Order is missing, though the history says that "
		"1_a was applied, which creates it: was it dropped, or was the "
		"migration only marked as applied?");
}
END_TEST

START_TEST(what_nothing_creates_is_told_so)
{
	own(diagnosed) struct diagnosed x;
	diagnosed_begin(&x);
	diagnosed_end(&x, NULL);
	ck_text(&x, CAUSE_UNKNOWN,
		"table public.Order is missing, and no .sql file (and there is "
		"no migration in the configured folder) creates it");
}
END_TEST

START_TEST(the_reason_for_no_plan_follows_where_there_is_a_remedy)
{
	own(diagnosed) struct diagnosed x;
	diagnosed_begin(&x);
	x.d.no_plan = xstrdup("the server is a standby");
	ck_text(&x, CAUSE_NOT_CONFIRMED,
		"table public.Order exists; there is no plan, because the "
		"server is a standby");
	x.app.remedy[CLASS_MISSING_TABLE] = NULL;
	ck_text(&x, CAUSE_NOT_CONFIRMED, "table public.Order exists");
}
END_TEST

CHECK_MAIN("cause-text", an_unreachable_database_is_told_by_its_connection,
	what_is_there_is_not_confirmed, a_deploy_is_told_with_its_holder,
	a_failed_migration_is_told_with_the_next_step,
	a_name_that_a_shell_would_read_is_not_told_to_be_typed,
	a_failed_migration_without_a_script_claims_no_more,
	a_pending_migration_is_told_with_how_many_there_are,
	a_baseline_that_clashes_is_told_with_both_traps,
	a_clash_of_another_unit_names_that_unit,
	tables_without_a_history_need_a_baseline_first,
	a_stray_file_is_told_with_its_path,
	what_was_not_read_is_not_said_to_lack_it,
	what_could_not_be_measured_is_told_so,
	what_cannot_be_read_is_told_first, a_recorded_migration_is_named,
	what_nothing_creates_is_told_so,
	the_reason_for_no_plan_follows_where_there_is_a_remedy)
