/* The connection to mend through. What stands before a server is tried with a
 * real pooler by scenario/a_pooler_that_nobody_named_is_found.sh. */
#include "config.h"

#include <stdlib.h>

#include "hands/diagnose/mend-target.h"
#include "support/world.h"

static struct session_how how;
static struct server_identity target;

/* Looks as role app, with the URL of the world. */
static struct session *
begin(void)
{
	struct session *s = world_session(SESSION_LOOK);
	how = (struct session_how){
		.kind = SESSION_LOOK,
		.name = "test",
		.deadline = clock_mono() + 30 * USEC_SECOND,
	};
	ck_assert_int_eq(server_identity_read(s, "public", &target, NULL), 0);
	return s;
}

/* A URL of user postgres, which the server trusts on its socket. */
static struct url
super_url(const char *database)
{
	own(str) char *text = xprintf(
		"postgresql://postgres@localhost:%d/%s?host=%s&schema=public",
		pg.port, database, pg.folder);
	struct url u;
	struct why why;
	ck_assert_msg(url_parse(text, &u, &why) == 0, "%s", why.text);
	return u;
}

START_TEST(the_applications_own_url_is_asked_through_the_look)
{
	own(session) struct session *s = begin();
	own(url) struct url u = world_url();
	own(mend_target) struct mend_target t = { 0 };
	mend_target_same(s, &u, &how, &target, &t);
	ck_assert_str_eq(t.role, "app");
	ck_assert(t.may_create);
	ck_assert_int_eq(t.pooler, POOLER_NONE);
	ck_assert_ptr_null(t.problem);
}
END_TEST

START_TEST(a_role_that_may_not_create_is_told)
{
	pg_do(&pg, "moving",
		"ALTER SCHEMA public OWNER TO postgres; REVOKE CREATE ON "
		"SCHEMA public FROM PUBLIC, app");
	own(session) struct session *s = begin();
	own(url) struct url u = world_url();
	own(mend_target) struct mend_target t = { 0 };
	mend_target_same(s, &u, &how, &target, &t);
	ck_assert(!t.may_create);
}
END_TEST

START_TEST(another_role_in_the_same_database_is_fine)
{
	own(session) struct session *s = begin();
	own(url) struct url u = super_url("moving");
	own(mend_target) struct mend_target t = { 0 };
	mend_target_other(&u, &how, &target, &t);
	ck_assert_ptr_null(t.problem);
	ck_assert_str_eq(t.role, "postgres");
}
END_TEST

START_TEST(another_database_is_a_problem)
{
	own(session) struct session *s = begin();
	own(url) struct url u = super_url("postgres");
	own(mend_target) struct mend_target t = { 0 };
	mend_target_other(&u, &how, &target, &t);
	ck_says(t.problem, "leads to another database or schema");
}
END_TEST

START_TEST(a_url_that_leads_nowhere_is_a_problem)
{
	own(session) struct session *s = begin();
	own(url) struct url u = super_url("nowhere");
	own(mend_target) struct mend_target t = { 0 };
	mend_target_other(&u, &how, &target, &t);
	ck_says(t.problem, "`migrate-url-file`: ");
	ck_assert_ptr_null(t.role);
}
END_TEST

START_TEST(strings_are_to_be_read_as_they_were_judged_on_both_ways)
{
	own(session) struct session *s = begin();
	own(url) struct url u = super_url("moving");
	own(mend_target) struct mend_target one = { 0 };
	own(mend_target) struct mend_target two = { 0 };
	mend_target_other(&u, &how, &target, &one);
	ck_assert(!one.backslashes);
	pg_do(&pg, "moving",
		"ALTER ROLE postgres SET standard_conforming_strings = off");
	mend_target_other(&u, &how, &target, &two);
	pg_do(&pg, "moving",
		"ALTER ROLE postgres RESET standard_conforming_strings");
	ck_assert(two.backslashes);
}
END_TEST

/* In a look of its own, for one sees the roles of its beginning. */
static bool
shuts_out(const char *role)
{
	own(session) struct session *s = world_session(SESSION_LOOK);
	struct mend_target t = { .role = xstrdup(role) };
	ck_assert_int_eq(mend_target_find_access(s, "public", &t, NULL), 0);
	bool ret = t.shuts_out;
	mend_target_free(&t);
	return ret;
}

START_TEST(what_another_role_makes_may_be_of_no_use_to_the_application)
{
	pg_do(&pg, "moving", "CREATE ROLE maker; CREATE ROLE staff");
	ck_assert(!shuts_out("app"));
	bool alone = shuts_out("maker");
	pg_do(&pg, "moving", "GRANT maker TO app");
	bool member = shuts_out("maker");
	pg_do(&pg, "moving",
		"REVOKE maker FROM app; GRANT staff TO app; ALTER DEFAULT "
		"PRIVILEGES FOR ROLE maker IN SCHEMA public GRANT SELECT ON "
		"TABLES TO staff");
	bool granted = shuts_out("maker");
	pg_do(&pg, "moving",
		"DROP OWNED BY maker; DROP ROLE maker; DROP ROLE staff");
	ck_assert(alone);
	ck_assert(!member);
	ck_assert(!granted);
}
END_TEST

WORLD_MAIN("mend-target", 54330,
	the_applications_own_url_is_asked_through_the_look,
	a_role_that_may_not_create_is_told,
	another_role_in_the_same_database_is_fine,
	another_database_is_a_problem, a_url_that_leads_nowhere_is_a_problem,
	strings_are_to_be_read_as_they_were_judged_on_both_ways,
	what_another_role_makes_may_be_of_no_use_to_the_application)
