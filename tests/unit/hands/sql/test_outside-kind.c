/* Statements that act outside of the database in which they run. */
#include "config.h"

#include <check.h>

#include "hands/sql/outside-kind.h"
#include "support/check_main.h"
#include "support/sql-tree.h"

static void
check_all(bool outside, const char *const *list)
{
	for (; *list; list++) {
		own(sql_tree) PgQuery__ParseResult *tree = sql_tree(*list);
		ck_assert_msg(outside_kind_of(sql_tree_first(tree)) == outside,
			"%s", *list);
	}
}
#define OUTSIDE(...) check_all(true, (const char *const[]){ __VA_ARGS__, NULL })
#define INSIDE(...) check_all(false, (const char *const[]){ __VA_ARGS__, NULL })

START_TEST(roles_belong_to_the_server)
{
	OUTSIDE("CREATE ROLE r", "CREATE USER r", "CREATE GROUP r",
		"ALTER ROLE r SUPERUSER", "ALTER USER r PASSWORD 'x'",
		"ALTER ROLE r SET search_path = s", "ALTER ROLE r RENAME TO q",
		"DROP ROLE r", "GRANT r TO q", "REVOKE r FROM q",
		"REASSIGN OWNED BY r TO q", "DROP OWNED BY r",
		"COMMENT ON ROLE r IS 'x'");
}
END_TEST

START_TEST(other_databases_and_the_whole_one_are_outside)
{
	OUTSIDE("CREATE DATABASE d", "DROP DATABASE d",
		"ALTER DATABASE d CONNECTION LIMIT 1",
		"ALTER DATABASE d SET a.b = 'x'",
		"ALTER DATABASE d REFRESH COLLATION VERSION",
		"ALTER DATABASE d RENAME TO e", "ALTER DATABASE d OWNER TO r",
		"ALTER DATABASE d SET TABLESPACE t",
		"GRANT CONNECT ON DATABASE d TO r",
		"COMMENT ON DATABASE d IS ''",
		"SECURITY LABEL ON DATABASE d IS 'x'");
}
END_TEST

START_TEST(the_server_itself_is_outside)
{
	OUTSIDE("ALTER SYSTEM SET fsync = off", "ALTER SYSTEM RESET ALL",
		"LOAD 'x'", "CHECKPOINT", "CREATE TABLESPACE t LOCATION '/x'",
		"DROP TABLESPACE t",
		"ALTER TABLESPACE t SET (seq_page_cost = 1)",
		"ALTER TABLESPACE t RENAME TO u",
		"ALTER TABLESPACE t OWNER TO r",
		"GRANT CREATE ON TABLESPACE t TO r",
		"GRANT SET ON PARAMETER work_mem TO r");
}
END_TEST

START_TEST(files_and_programs_are_outside)
{
	OUTSIDE("COPY a FROM '/etc/passwd'", "COPY a TO '/tmp/x'",
		"COPY a TO PROGRAM 'sh'", "COPY a FROM PROGRAM 'sh'",
		"COPY (SELECT 1) TO PROGRAM 'sh'");
	INSIDE("COPY a FROM STDIN", "COPY a TO STDOUT",
		"COPY (SELECT 1) TO STDOUT");
}
END_TEST

START_TEST(other_servers_are_outside)
{
	OUTSIDE("CREATE SUBSCRIPTION s CONNECTION 'x' PUBLICATION p",
		"ALTER SUBSCRIPTION s DISABLE", "DROP SUBSCRIPTION s",
		"ALTER SUBSCRIPTION s OWNER TO r",
		"CREATE SERVER s FOREIGN DATA WRAPPER w",
		"ALTER SERVER s OPTIONS (SET host 'x')",
		"ALTER SERVER s OWNER TO r", "ALTER SERVER s RENAME TO t",
		"CREATE USER MAPPING FOR r SERVER s",
		"IMPORT FOREIGN SCHEMA x FROM SERVER s INTO y");
}
END_TEST

/* Names and columns may be called anything. */
START_TEST(what_a_migration_makes_is_inside)
{
	INSIDE("CREATE TABLE \"role\" (\"user\" text, \"database\" text)",
		"ALTER TABLE a ADD COLUMN role text",
		"ALTER TABLE a RENAME TO database", "ALTER TABLE a OWNER TO r",
		"GRANT SELECT ON a TO r", "GRANT USAGE ON SCHEMA s TO r",
		"COMMENT ON TABLE a IS 'x'", "CREATE SCHEMA s AUTHORIZATION r",
		"CREATE EXTENSION citext", "CREATE INDEX i ON a(id)",
		"INSERT INTO a VALUES (1)", "SET ROLE r", "DROP TABLE a",
		"SELECT pg_terminate_backend(1)");
}
END_TEST

CHECK_MAIN("outside-kind", roles_belong_to_the_server,
	other_databases_and_the_whole_one_are_outside,
	the_server_itself_is_outside, files_and_programs_are_outside,
	other_servers_are_outside, what_a_migration_makes_is_inside)
