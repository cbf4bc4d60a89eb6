/* Facts as findings. */
#include "config.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "hands/diagnose/facts-text.h"
#include "support/check_main.h"
#include "support/diagnosed.h"
#include "support/units.h"

static struct findings f;

static const struct finding *
found(const char *name)
{
	for (size_t i = 0; i < f.n; i++)
		if (strcmp(f.list[i].name, name) == 0)
			return &f.list[i];
	return NULL;
}

static void
ck_finding(const char *name, enum answer answer, const char *text)
{
	const struct finding *is = found(name);
	ck_assert_msg(is != NULL, "there is no finding %s", name);
	ck_assert_int_eq(is->answer, answer);
	ck_assert_str_eq(is->text, text);
}

static void
tell(const struct diagnosed *x)
{
	findings_free(&f);
	facts_text(&x->d, &f);
}

START_TEST(a_connection_is_told_with_what_is_wrong_about_it)
{
	own(diagnosed) struct diagnosed x;
	diagnosed_begin(&x);
	x.d.target.read_only = true;
	free(x.d.schema);
	x.d.schema = xstrdup("other");
	object_set(&x.object, OBJECT_HOST, SPAN("elsewhere"));
	tell(&x);
	ck_assert_str_eq(f.list[0].name, "reachable");
	ck_finding("reachable", ANSWER_YES,
		"connected to db:5432/shop, schema public: PostgreSQL 15.20, "
		"as role app");
	ck_finding("same-schema", ANSWER_NO,
		"the fault names schema other, the database URL schema public");
	ck_finding("same-host", ANSWER_NO,
		"the fault names another place than the database URL: "
		"elsewhere:?");
	ck_finding(
		"writable", ANSWER_NO, "the server is a standby or read-only");
	ck_assert_ptr_null(found("search-path"));
}
END_TEST

START_TEST(a_connection_that_was_lost_is_told_last)
{
	own(diagnosed) struct diagnosed x;
	diagnosed_begin(&x);
	x.d.unreachable = xstrdup("the connection is lost");
	tell(&x);
	ck_assert_int_eq(f.list[0].answer, ANSWER_YES);
	ck_assert_str_eq(f.list[f.n - 1].name, "reachable");
	ck_assert_int_eq(f.list[f.n - 1].answer, ANSWER_NO);
}
END_TEST

START_TEST(without_a_connection_only_that_is_told)
{
	own(diagnosed) struct diagnosed x;
	diagnosed_begin(&x);
	history_free(take(x.d.history));
	x.d.connected = false;
	x.d.probe.state = PROBE_NOT_ASKED;
	x.d.unreachable = xstrdup("no way there");
	tell(&x);
	ck_assert_uint_eq(f.n, 1);
	ck_finding("reachable", ANSWER_NO, "no way there");
}
END_TEST

START_TEST(a_missing_table_is_told_with_what_is_around)
{
	own(diagnosed) struct diagnosed x;
	diagnosed_begin(&x);
	x.d.probe.schema_missing = true;
	x.d.probe.elsewhere = xstrdup("a, b");
	x.d.probe.alike = xstrdup("order");
	tell(&x);
	ck_finding("table-exists", ANSWER_NO, "public.Order does not exist");
	ck_finding("schema-exists", ANSWER_NO,
		"the schema public does not exist in this database");
	ck_finding("other-schema", ANSWER_YES,
		"a table Order exists in another schema: a, b");
	ck_finding("other-spelling", ANSWER_YES,
		"schema public has a table of another spelling: order");
}
END_TEST

START_TEST(a_table_that_exists_is_told_with_its_kind_and_column)
{
	own(diagnosed) struct diagnosed x;
	diagnosed_begin(&x);
	object_set(&x.object, OBJECT_COLUMN, SPAN("phone"));
	x.d.probe = (struct probe){ .state = PROBE_ASKED,
		.table_exists = true,
		.relkind = 'v',
		.wants_column = true };
	tell(&x);
	ck_finding("table-exists", ANSWER_YES, "public.Order exists (a view)");
	ck_finding("table-usable", ANSWER_NO,
		"role app may not use schema public");
	ck_finding(
		"column-exists", ANSWER_NO, "public.Order has no column phone");
}
END_TEST

START_TEST(a_probe_that_could_not_ask_says_why)
{
	own(diagnosed) struct diagnosed x;
	diagnosed_begin(&x);
	x.d.probe.state = PROBE_OBJECT_UNKNOWN;
	tell(&x);
	ck_finding("object-known", ANSWER_NO,
		"the fault does not say which table is missing");
	x.d.probe.state = PROBE_NONE;
	tell(&x);
	ck_finding("probe", ANSWER_UNKNOWN, "missing-table has no probe yet");
}
END_TEST

START_TEST(what_is_not_readable_is_told_with_the_reason)
{
	own(diagnosed) struct diagnosed x;
	diagnosed_begin(&x);
	x.d.history_problem = xstrdup("locked");
	x.d.folder_problem = xstrdup("gone");
	tell(&x);
	ck_finding("history-readable", ANSWER_UNKNOWN, "locked");
	ck_finding("folder-readable", ANSWER_UNKNOWN, "gone");
}
END_TEST

START_TEST(a_failed_script_is_told_with_its_objects)
{
	static const char *const existing[] = { "table \"b\"", NULL };
	own(diagnosed) struct diagnosed x;
	own(units) struct units u = { 0 };
	diagnosed_begin(&x);
	diagnosed_row(&x, "1_a", false);
	x.d.failed_asked = true;
	tell(&x);
	ck_finding("failed-objects", ANSWER_UNKNOWN,
		"the failed migration 1_a has no script here");
	units_add(&u, "1_a", "CREATE TABLE a (); CREATE TABLE b ()");
	x.d.failed = units_census(&u, existing);
	tell(&x);
	ck_finding("failed-objects", ANSWER_YES,
		"of the 2 objects that 1_a creates, 1 exist");
}
END_TEST

START_TEST(what_the_scripts_say_is_told)
{
	own(diagnosed) struct diagnosed x;
	diagnosed_begin(&x);
	diagnosed_add(&x, "1", "", (struct unit_record){ UNIT_APPLIED, 0, 0 });
	diagnosed_pending(&x, "2", "not sql");
	diagnosed_end(&x, NULL);
	x.d.recorded = &x.d.folder->units[0];
	x.d.strays.cut = true;
	x.d.modelled = ANSWER_NO;
	x.d.schema_file = xstrdup("/srv/schema.prisma");
	tell(&x);
	ck_assert_int_eq(found("script-readable")->answer, ANSWER_UNKNOWN);
	ck_finding("recorded-but-absent", ANSWER_YES,
		"the history says that 1 was applied, which creates it");
	ck_finding("stray-files", ANSWER_UNKNOWN,
		"there are more files around /srv/migrations than are "
		"searched");
	ck_finding("model", ANSWER_NO,
		"/srv/schema.prisma has no model for Order");
}
END_TEST

START_TEST(a_schema_file_that_is_configured_must_be_readable)
{
	own(diagnosed) struct diagnosed x;
	diagnosed_begin(&x);
	x.d.schema_file = xstrdup("/srv/schema.prisma");
	tell(&x);
	ck_assert_ptr_null(found("model"));
	x.app.schema_file = xstrdup("/srv/schema.prisma");
	tell(&x);
	ck_finding(
		"model", ANSWER_UNKNOWN, "/srv/schema.prisma cannot be read");
}
END_TEST

START_TEST(who_holds_the_lock_is_told)
{
	own(diagnosed) struct diagnosed x;
	diagnosed_begin(&x);
	x.d.lock_holder = xstrdup("process 7");
	tell(&x);
	ck_finding("deploy-under-way", ANSWER_YES,
		"Prisma's migration lock is held by process 7");
}
END_TEST

START_TEST(a_history_that_was_read_is_told_too)
{
	own(diagnosed) struct diagnosed x;
	diagnosed_begin(&x);
	x.d.history->exists = false;
	tell(&x);
	ck_assert_int_eq(found("history-exists")->answer, ANSWER_NO);
}
END_TEST

START_TEST(a_pooler_and_the_lack_of_a_plan_are_told)
{
	own(diagnosed) struct diagnosed x;
	diagnosed_begin(&x);
	x.d.mend.pooler = POOLER_SHARED;
	x.d.no_plan = xstrdup("it leads through a pooler");
	tell(&x);
	ck_finding("direct-connection", ANSWER_NO,
		"something stands between logmend and the server, and gives "
		"connections away between transactions");
	ck_finding("plan", ANSWER_NO, "it leads through a pooler");
}
END_TEST

CHECK_MAIN("facts-text", a_connection_is_told_with_what_is_wrong_about_it,
	a_connection_that_was_lost_is_told_last,
	without_a_connection_only_that_is_told,
	a_missing_table_is_told_with_what_is_around,
	a_table_that_exists_is_told_with_its_kind_and_column,
	a_probe_that_could_not_ask_says_why,
	what_is_not_readable_is_told_with_the_reason,
	a_failed_script_is_told_with_its_objects, what_the_scripts_say_is_told,
	a_schema_file_that_is_configured_must_be_readable,
	who_holds_the_lock_is_told, a_history_that_was_read_is_told_too,
	a_pooler_and_the_lack_of_a_plan_are_told)
