/* Rights that the role to mend with lacks, in the order in which they are
 * asked for. */
#include "config.h"

#include <stdlib.h>

#include "hands/plan/privileges.h"
#include "support/units.h"
#include "support/world.h"

/* Tables of the superuser, a history, and a role without any right. */
static void
begin(void)
{
	pg_do(&pg, "moving",
		"DROP ROLE IF EXISTS helper; CREATE ROLE helper LOGIN; "
		"CREATE TABLE old (id int PRIMARY KEY); "
		"CREATE TABLE schema_version (version text)");
}

static char *
missing(const char *sql)
{
	static const struct privileges_how how = {
		.role = "helper",
		.schema = "public",
		.history = "schema_version",
	};
	own(session) struct session *s = world_session(SESSION_LOOK);
	own(units) struct units u = { 0 };
	char *ret = NULL;
	struct why why;
	units_add(&u, "m", sql);
	ck_assert_msg(privileges_missing(s, &how, u.list, u.n, &ret, &why) == 0,
		"%s", why.text);
	return ret;
}

static void
ck_missing(const char *sql, const char *expected)
{
	own(str) char *is = missing(sql);
	if (expected)
		ck_assert_str_eq(is, expected);
	else
		ck_assert_msg(is == NULL, "%s", is);
}

static void
end(void)
{
	pg_do(&pg, "moving", "DROP OWNED BY helper; DROP ROLE helper");
}

START_TEST(the_history_must_be_writable)
{
	begin();
	ck_missing("SELECT 1",
		"role helper may not write schema_version: GRANT SELECT, "
		"INSERT, UPDATE ON \"public\".schema_version TO "
		"\"helper\", or give an URL that may as `migrate-url-file`");
	pg_do(&pg, "moving",
		"GRANT SELECT, INSERT, UPDATE ON schema_version TO helper");
	ck_missing("SELECT 1", NULL);
	end();
}
END_TEST

START_TEST(a_history_that_does_not_exist_yet_needs_no_right)
{
	begin();
	pg_do(&pg, "moving", "DROP TABLE schema_version");
	ck_missing("SELECT 1", NULL);
	end();
}
END_TEST

START_TEST(a_table_that_is_changed_must_be_the_roles_own)
{
	begin();
	pg_do(&pg, "moving", "GRANT ALL ON schema_version, old TO helper");
	ck_missing("CREATE INDEX i ON old(id)",
		"role helper does not own table old, which the plan changes: "
		"give an URL of its owner as `migrate-url-file`");
	ck_missing(
		"CREATE TABLE new (id int); CREATE INDEX i ON new(id)", NULL);
	end();
}
END_TEST

START_TEST(a_foreign_key_needs_the_right_to_refer)
{
	begin();
	pg_do(&pg, "moving", "GRANT ALL ON schema_version TO helper");
	ck_missing("CREATE TABLE new (id int REFERENCES old(id))",
		"role helper may not refer to table old by a foreign key: "
		"GRANT REFERENCES ON \"public\".\"old\" TO \"helper\", or give "
		"an URL that may as `migrate-url-file`");
	pg_do(&pg, "moving", "GRANT REFERENCES ON old TO helper");
	ck_missing("CREATE TABLE new (id int REFERENCES old(id))", NULL);
	end();
}
END_TEST

WORLD_MAIN("privileges", 54334, the_history_must_be_writable,
	a_history_that_does_not_exist_yet_needs_no_right,
	a_table_that_is_changed_must_be_the_roles_own,
	a_foreign_key_needs_the_right_to_refer)
