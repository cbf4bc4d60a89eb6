/* What speaks against a plan, one fact at a time. */
#include "config.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "hands/plan/obstacle.h"
#include "support/check_main.h"
#include "support/diagnosed.h"

static void
begin(struct diagnosed *x)
{
	diagnosed_begin(x);
	diagnosed_add(
		x, "1_user", "", (struct unit_record){ UNIT_APPLIED, 0, 0 });
	diagnosed_pending(x, "2_order", "CREATE TABLE \"Order\" (id int)");
}

static void
ck_obstacle(const struct diagnosed *x, const char *part)
{
	own(str) char *no = obstacle_find(&x->d);
	if (!part)
		ck_assert_msg(no == NULL, "%s", no);
	else
		ck_assert_msg(no && strstr(no, part), "%s", no ? no : "none");
}

static void
ck_doubt(const struct diagnosed *x, const char *part)
{
	own(str) char *doubt = obstacle_doubt(&x->d);
	if (!part)
		ck_assert_msg(doubt == NULL, "%s", doubt);
	else
		ck_assert_msg(doubt && strstr(doubt, part), "%s",
			doubt ? doubt : "none");
}

START_TEST(nothing_speaks_against_a_plain_pending_migration)
{
	own(diagnosed) struct diagnosed x;
	begin(&x);
	diagnosed_end(&x, NULL);
	ck_obstacle(&x, NULL);
	ck_doubt(&x, NULL);
}
END_TEST

START_TEST(without_a_remedy_nothing_is_planned)
{
	own(diagnosed) struct diagnosed x;
	begin(&x);
	diagnosed_end(&x, NULL);
	x.app.remedy[CLASS_MISSING_TABLE] = NULL;
	ck_obstacle(&x, "no remedy is configured for missing-table");
}
END_TEST

START_TEST(a_pooler_is_an_obstacle_however_it_shows)
{
	own(diagnosed) struct diagnosed x;
	begin(&x);
	diagnosed_end(&x, NULL);
	x.d.mend.pooler = POOLER_SHARED;
	ck_obstacle(&x, "through a pooler (its server process was given");
	x.d.migrate_url.pooled = xstrdup("port 6543");
	ck_obstacle(&x, "through a pooler (port 6543), which loses Prisma's");
}
END_TEST

START_TEST(a_proxy_is_only_a_doubt)
{
	own(diagnosed) struct diagnosed x;
	begin(&x);
	diagnosed_end(&x, NULL);
	x.d.mend.pooler = POOLER_PROXY;
	ck_obstacle(&x, NULL);
	ck_doubt(&x, "whether it keeps Prisma's lock");
}
END_TEST

START_TEST(a_place_that_is_not_the_apps_is_an_obstacle)
{
	own(diagnosed) struct diagnosed x;
	begin(&x);
	diagnosed_end(&x, NULL);
	free(x.d.target.schema);
	x.d.target.schema = xstrdup("app");
	ck_obstacle(&x, "would work in schema \"app\", not in public");
	x.d.mend.backslashes = true;
	ck_obstacle(&x, "standard_conforming_strings is off");
	x.d.target.read_only = true;
	ck_obstacle(&x, "standby or read-only");
	x.d.mend.problem = xstrdup("leads elsewhere");
	ck_obstacle(&x, "leads elsewhere");
}
END_TEST

START_TEST(a_note_of_the_folder_may_be_an_obstacle)
{
	own(diagnosed) struct diagnosed x;
	begin(&x);
	diagnosed_end(&x, NULL);
	unit_folder_note(
		x.d.folder, "linked", ANSWER_YES, xstrdup("a link"), NULL);
	ck_obstacle(&x, NULL);
	unit_folder_note(
		x.d.folder, "provider", ANSWER_NO, xstrdup("b"), "is mysql's");
	ck_obstacle(&x, "is mysql's");
}
END_TEST

START_TEST(stray_files_that_differ_are_an_obstacle)
{
	own(diagnosed) struct diagnosed x;
	begin(&x);
	diagnosed_end(&x, NULL);
	x.d.strays_differ = true;
	ck_obstacle(&x, "which one is meant?");
}
END_TEST

START_TEST(a_unit_that_cannot_run_is_an_obstacle)
{
	static const char *const existing[] = { "table \"Order\"", NULL };
	own(diagnosed) struct diagnosed clash, broken, named;
	begin(&clash);
	diagnosed_end(&clash, existing);
	ck_obstacle(&clash, "2_order creates table \"Order\", which exists");
	begin(&broken);
	broken.d.folder->units[1].problem = xstrdup("it is missing");
	diagnosed_end(&broken, NULL);
	ck_obstacle(&broken, "Prisma would stop there too (P3015): it is mis");
	begin(&named);
	char name[300];
	memset(name, 'x', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	diagnosed_pending(&named, name, "SELECT 1");
	diagnosed_end(&named, NULL);
	ck_obstacle(&named, "is no name that Prisma can record");
}
END_TEST

START_TEST(a_role_that_may_not_create_is_an_obstacle_to_creating)
{
	own(diagnosed) struct diagnosed x, y;
	begin(&x);
	diagnosed_end(&x, NULL);
	x.d.mend.may_create = false;
	ck_obstacle(&x, "GRANT CREATE ON SCHEMA \"public\" TO \"app\"");
	diagnosed_begin(&y);
	diagnosed_pending(&y, "1", "ALTER TABLE a ADD COLUMN b int");
	diagnosed_pending(&y, "2", "CREATE TABLE s.a (id int)");
	diagnosed_end(&y, NULL);
	y.d.mend.may_create = false;
	ck_obstacle(&y, NULL);
}
END_TEST

START_TEST(doubts_about_the_history_ask)
{
	own(diagnosed) struct diagnosed x;
	begin(&x);
	diagnosed_end(&x, NULL);
	x.d.atomic = false;
	ck_doubt(&x, "it cannot run in one transaction");
	x.d.records[1].rolled_back = true;
	ck_doubt(&x, "tried before and rolled back");
	x.d.records[0].edited = true;
	ck_doubt(&x, "was edited since");
	diagnosed_row(&x, "gone", true);
	ck_doubt(&x, "that the folder lacks");
	x.d.history->exists = false;
	ck_doubt(&x, "has no history of migrations");
}
END_TEST

START_TEST(names_that_versions_order_differently_ask)
{
	own(diagnosed) struct diagnosed x;
	diagnosed_begin(&x);
	diagnosed_pending(&x, "00000000000000_x", "SELECT 1");
	diagnosed_pending(&x, "0_init", "SELECT 1");
	diagnosed_end(&x, NULL);
	ck_doubt(&x, "Prisma's versions differ in the order");
}
END_TEST

CHECK_MAIN("obstacle", nothing_speaks_against_a_plain_pending_migration,
	without_a_remedy_nothing_is_planned,
	a_pooler_is_an_obstacle_however_it_shows, a_proxy_is_only_a_doubt,
	a_place_that_is_not_the_apps_is_an_obstacle,
	a_note_of_the_folder_may_be_an_obstacle,
	stray_files_that_differ_are_an_obstacle,
	a_unit_that_cannot_run_is_an_obstacle,
	a_role_that_may_not_create_is_an_obstacle_to_creating,
	doubts_about_the_history_ask, names_that_versions_order_differently_ask)
