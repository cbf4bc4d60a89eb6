/* The guard's table against a real server: each row's example is run, and what
 * the server locks and does is compared with what the row says. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "base/io/file.h"
#include "hands/diagnose/catalog.h"
#include "hands/plan/gates/gates.h"
#include "hands/plan/guard.h"
#include "hands/sql/rules/rule.h"
#include "support/units.h"
#include "support/world.h"

static char *seen; /* what the server told of the last statement */

static void
keep_notice(void *arg, const PGresult *r)
{
	(void)arg;
	const char *text = PQresultErrorField(r, PG_DIAG_MESSAGE_PRIMARY);
	char *both = xprintf("%s%s\n", seen ? seen : "", text ? text : "");
	free(seen);
	seen = both;
}

static PGconn *
open_fixture(void)
{
	own(str) char *path = xprintf("%s/guard/rules.sql", TEST_DATA);
	own(buf) struct buf sql = { 0 };
	ck_assert_int_eq(file_read(path, 1u << 20, &sql, NULL), 0);
	pg_database(&pg, "rules");
	pg_do(&pg, "rules", "DROP ROLE IF EXISTS nobody_in_particular");
	pg_do(&pg, "rules", buf_str(&sql));
	PGconn *c = pg_connect(&pg, "rules", "postgres");
	PQsetNoticeReceiver(c, keep_notice, NULL);
	PQclear(PQexec(c, "SET TimeZone = 'Europe/Paris'"));
	return c;
}

static char *
value(PGconn *c, const char *sql)
{
	PGresult *r = PQexec(c, sql);
	char *ret = xstrdup(PQresultStatus(r) == PGRES_TUPLES_OK && PQntuples(r)
			? PQgetvalue(r, 0, 0)
			: "");
	PQclear(r);
	return ret;
}

/* The tables that were there before, by their numbers: one may get another
 * name.
 */
static char *
tables_of(PGconn *c, const char *names)
{
	own(str) char *sql = xprintf(
		"SELECT string_agg(oid::text, ', ') FROM pg_class WHERE "
		"relnamespace = 'public'::regnamespace AND relname IN (%s)",
		names);
	return value(c, sql);
}

/* The strongest lock on any of these. */
static enum lock_level
lock_on(PGconn *c, const char *tables)
{
	static const char *const modes[LOCK_LEVELS] = { "", "AccessShareLock",
		"RowShareLock", "RowExclusiveLock", "ShareUpdateExclusiveLock",
		"ShareLock", "ShareRowExclusiveLock", "ExclusiveLock",
		"AccessExclusiveLock" };
	enum lock_level ret = LOCK_NONE;
	for (enum lock_level l = LOCK_NONE + 1; l < LOCK_LEVELS; l++) {
		own(str) char *sql = xprintf(
			"SELECT count(*) FROM pg_locks WHERE pid = "
			"pg_backend_pid() AND locktype = 'relation' AND mode = "
			"'%s' AND relation IN (%s)",
			modes[l], tables);
		own(str) char *n = value(c, sql);
		if (strcmp(n, "0") != 0)
			ret = l;
	}
	return ret;
}

static char *
files_of(PGconn *c, const char *tables)
{
	own(str) char *sql = xprintf("SELECT string_agg(relfilenode::text, ' ' "
				     "ORDER BY oid) FROM pg_class WHERE oid IN "
				     "(%s)",
		tables);
	return value(c, sql);
}

/* What the server says of it at debug1, and another file behind the table. */
static enum effect
effect_told(const char *before, const char *after)
{
	if (seen && strstr(seen, "rewriting table"))
		return EFFECT_REWRITE;
	if (strcmp(before, after) != 0)
		return EFFECT_REWRITE;
	if (seen && strstr(seen, "building index"))
		return EFFECT_BUILD;
	if (seen &&
		(strstr(seen, "verifying table") ||
			strstr(seen, "validating foreign key")))
		return EFFECT_SCAN;
	return EFFECT_NONE;
}

static bool
is_same(const struct guard_rule *r, enum lock_level lock, enum effect effect)
{
	/* A table that the statement makes is no table that others use, and its
	 * indexes are built on nothing. A table that is dropped has no file.
	 * Of a domain's columns the server does not tell that it reads them. */
	bool untold = strncmp(r->name, "create-table", 12) == 0 ||
		strcmp(r->name, "drop-table") == 0 ||
		strcmp(r->name, "alter-domain") == 0;
	return lock == r->lock && (untold || effect == r->effect);
}

static void
try(PGconn *c, const struct guard_rule *r, size_t *wrong)
{
	PQclear(PQexec(c, "BEGIN; SET LOCAL client_min_messages = debug1"));
	own(str) char *tables =
		tables_of(c, "'t', 'empty', 'keyless', 'crashing', 'heir'");
	own(str) char *only = tables_of(c, "'t'");
	own(str) char *parent = tables_of(c, "'parent'");
	own(str) char *before = files_of(c, tables);
	str_free(take(seen));
	PGresult *done = PQexec(c, r->example);
	own(str) char *error = xstrdup(PQresultErrorMessage(done));
	PQclear(done);
	own(str) char *notices = take(seen);
	if (*error) {
		fprintf(stderr, "%s: %s", r->name, error);
		(*wrong)++;
		PQclear(PQexec(c, "ROLLBACK"));
		return;
	}
	enum lock_level lock = lock_on(c, r->lock == LOCK_NONE ? only : tables);
	own(str) char *after = files_of(c, tables);
	str_free(take(seen));
	seen = take(notices);
	enum effect effect = effect_told(before, after);
	if (!is_same(r, lock, effect)) {
		fprintf(stderr, "%s: lock %s and not %s, %s and not %s\n",
			r->name, lock_level_name(lock),
			lock_level_name(r->lock), effect_name(effect),
			effect_name(r->effect));
		(*wrong)++;
	}
	if (r->other == LOCK_SHARE_ROW &&
		lock_on(c, parent) != LOCK_SHARE_ROW) {
		fprintf(stderr, "%s: another lock on the parent\n", r->name);
		(*wrong)++;
	}
	PQclear(PQexec(c, "ROLLBACK"));
}

START_TEST(every_row_says_what_the_server_does)
{
	PGconn *c = open_fixture();
	size_t wrong = 0, tried = 0;
	for (size_t i = 0; i < rule_count(); i++) {
		const struct guard_rule *r = rule_at(i);
		if (!r->example || strstr(r->example, "CONCURRENTLY"))
			continue;
		try(c, r, &wrong);
		tried++;
	}
	str_free(take(seen));
	PQfinish(c);
	ck_assert_uint_ge(tried, 90);
	ck_assert_uint_eq(wrong, 0);
}
END_TEST

/* CONCURRENTLY runs in no transaction, so its lock is looked at while it waits
 * for somebody who writes. */
START_TEST(an_index_that_is_built_concurrently_keeps_no_writer_waiting)
{
	PGconn *c = open_fixture();
	PGconn *writer = pg_connect(&pg, "rules", "postgres");
	PQclear(PQexec(writer, "BEGIN; UPDATE t SET a = 1 WHERE id = 1"));
	ck_assert(PQsendQuery(c, "CREATE INDEX CONCURRENTLY n ON t (a)"));
	static const char locks[] =
		"SELECT mode FROM pg_locks WHERE relation = 't'::regclass AND "
		"mode = 'ShareUpdateExclusiveLock'";
	for (;;) {
		own(str) char *mode = value(writer, locks);
		if (*mode)
			break;
	}
	PQclear(PQexec(writer, "UPDATE t SET a = 2 WHERE id = 2; COMMIT"));
	PGresult *r = PQgetResult(c);
	ck_assert_int_eq(PQresultStatus(r), PGRES_COMMAND_OK);
	PQclear(r);
	PQfinish(writer);
	PQfinish(c);
	str_free(take(seen));
}
END_TEST

/* What a statement becomes once its gate measured the rows of this database. */
static const char rows_to_measure[] =
	"CREATE TABLE few (id int PRIMARY KEY, a int, twice int, b text, "
	"v varchar(10), n numeric(8,2), c cidr, p int, status mood, "
	"proven int CONSTRAINT proof CHECK (proven IS NOT NULL));"
	"CREATE TABLE none (id int PRIMARY KEY, a int);"
	"CREATE TABLE parents (id int PRIMARY KEY);"
	"CREATE VIEW seen AS SELECT v FROM few;"
	"INSERT INTO parents VALUES (1), (2);"
	"INSERT INTO few VALUES (1, 1, 7, 'abc', 'x', 1, '10.0.0.0/8', 1, "
	"'sad', 1), (2, NULL, 7, '12', 'y', 2, NULL, NULL, 'ok', 1), "
	"(3, 3, 8, 'a long text', 'z', 3, NULL, 9, NULL, 1);";

static const struct {
	enum verdict verdict;
	const char *sql;
	const char *figures; /* a part of them; NULL: any */
} measured[] = {
	{ VERDICT_AUTO, "CREATE INDEX ON few (a)", "ms" },
	{ VERDICT_AUTO, "CREATE UNIQUE INDEX ON few (a)", NULL },
	{ VERDICT_FAILS, "CREATE UNIQUE INDEX ON few (twice)",
		"1 value occurs in several rows, one of them is 7" },
	{ VERDICT_AUTO, "CREATE UNIQUE INDEX ON few (twice) WHERE id > 1",
		NULL },
	{ VERDICT_FAILS, "CREATE UNIQUE INDEX CONCURRENTLY ON few (twice)",
		"is 7" },
	{ VERDICT_FAILS, "CREATE UNIQUE INDEX ON few ((twice + 1))", "is 8" },
	{ VERDICT_AUTO, "ALTER TABLE few ADD UNIQUE (a, twice)", NULL },
	{ VERDICT_FAILS, "ALTER TABLE few ADD CONSTRAINT u UNIQUE (twice)",
		"is 7" },
	{ VERDICT_FAILS,
		"ALTER TABLE few DROP CONSTRAINT few_pkey, "
		"ADD PRIMARY KEY (a)",
		"1 row without a value in it; one of them is that with "
		"id = 2" },
	{ VERDICT_FAILS, "ALTER TABLE few ALTER a SET NOT NULL", "id = 2" },
	{ VERDICT_AUTO, "ALTER TABLE few ALTER twice SET NOT NULL", "ms" },
	{ VERDICT_AUTO, "ALTER TABLE few ALTER proven SET NOT NULL", "proves" },
	{ VERDICT_FAILS, "ALTER TABLE few ADD x int NOT NULL", "3 rows" },
	{ VERDICT_AUTO, "ALTER TABLE none ADD x int NOT NULL", NULL },
	{ VERDICT_AUTO, "ALTER TABLE few ADD IF NOT EXISTS a int NOT NULL",
		NULL },
	{ VERDICT_FAILS, "ALTER TABLE few ADD x int DEFAULT 1 UNIQUE",
		"the same value" },
	{ VERDICT_AUTO, "ALTER TABLE few ADD x int UNIQUE", NULL },
	{ VERDICT_ASK, "ALTER TABLE few ADD x serial UNIQUE CHECK (x > 1)",
		NULL },
	{ VERDICT_ASK,
		"ALTER TABLE few DROP CONSTRAINT few_pkey, ADD x uuid PRIMARY "
		"KEY DEFAULT gen_random_uuid()",
		NULL },
	{ VERDICT_FAILS, "ALTER TABLE few ADD x int, ADD x text",
		"column \"x\" twice" },
	{ VERDICT_FAILS, "ALTER TABLE few ADD x int DEFAULT 0 CHECK (x > 0)",
		"3 rows would not pass" },
	{ VERDICT_AUTO, "ALTER TABLE few ADD x int CHECK (x > 0)", NULL },
	{ VERDICT_FAILS,
		"ALTER TABLE few ADD x int DEFAULT 9 REFERENCES parents (id)",
		"no parent" },
	{ VERDICT_AUTO,
		"ALTER TABLE few ADD x int DEFAULT 2 REFERENCES parents",
		NULL },
	{ VERDICT_FAILS, "ALTER TABLE few ADD CHECK (a > 1)", "id = 1" },
	{ VERDICT_AUTO, "ALTER TABLE few ADD CHECK (a > 0)", NULL },
	{ VERDICT_FAILS,
		"ALTER TABLE few ADD FOREIGN KEY (p) REFERENCES parents (id)",
		"id = 3" },
	{ VERDICT_AUTO,
		"ALTER TABLE few ADD FOREIGN KEY (a) REFERENCES few (id)",
		NULL },
	{ VERDICT_AUTO,
		"ALTER TABLE few ADD x int; ALTER TABLE few ADD FOREIGN KEY "
		"(x) REFERENCES parents (id)",
		NULL },
	{ VERDICT_FAILS,
		"CREATE TABLE fresh (id int PRIMARY KEY); ALTER TABLE few ADD "
		"FOREIGN KEY (p) REFERENCES fresh (id)",
		"without a parent yet" },
	{ VERDICT_FAILS, "ALTER TABLE few ALTER v TYPE text",
		"view public.seen" },
	{ VERDICT_AUTO, "ALTER TABLE few ALTER n TYPE numeric(10,2)",
		"from numeric(8,2)" },
	{ VERDICT_ASK, "ALTER TABLE few ALTER n TYPE numeric(10,3)", NULL },
	{ VERDICT_AUTO, "ALTER TABLE few ALTER c TYPE inet", NULL },
	{ VERDICT_AUTO, "ALTER TABLE few ALTER b TYPE varchar", NULL },
	{ VERDICT_FAILS, "ALTER TABLE few ALTER b TYPE varchar(5)",
		"1 row with more than 5 characters; one of them is that with "
		"id = 3" },
	{ VERDICT_ASK, "ALTER TABLE few ALTER b TYPE varchar(50)", NULL },
	{ VERDICT_ASK, "ALTER TABLE few ALTER a TYPE bigint", NULL },
	{ VERDICT_FAILS, "ALTER TABLE few ALTER b TYPE int USING b::int",
		"2 rows without a whole number" },
	{ VERDICT_FAILS,
		"ALTER TABLE few ALTER b TYPE timestamp USING b::timestamp",
		"cannot become timestamp" },
	{ VERDICT_FAILS,
		"CREATE TYPE mood_new AS ENUM ('ok'); ALTER TABLE few ALTER "
		"status TYPE mood_new USING (status::text::mood_new)",
		"1 row with a value that is no longer one; one of them is "
		"that with id = 1" },
	{ VERDICT_ASK,
		"CREATE TYPE mood_new AS ENUM ('ok', 'sad'); ALTER TABLE few "
		"ALTER status TYPE mood_new USING (status::text::mood_new)",
		NULL },
	{ VERDICT_AUTO, "ALTER TABLE few ALTER v SET DEFAULT 'short'", NULL },
	{ VERDICT_ASK, "ALTER TABLE few ALTER v SET DEFAULT 'far too long'",
		"character varying(10)" },
	{ VERDICT_AUTO, "ALTER TABLE few ALTER a SET DEFAULT 5", NULL },
	{ VERDICT_ASK, "UPDATE few SET a = 1 WHERE twice = 7",
		"2 rows of it today" },
	{ VERDICT_ASK, "INSERT INTO few (id) VALUES (9)", "3 rows" },
	{ VERDICT_NEVER, "DROP TABLE few", "3 rows" },
	{ VERDICT_ASK, "ALTER TABLE few DROP CONSTRAINT proof",
		"CHECK ((proven IS NOT NULL))" },
	{ VERDICT_ASK, "DROP TYPE mood", "sad, ok" },
	/* nobody's code runs to measure something */
	{ VERDICT_ASK, "ALTER TABLE few ALTER b TYPE int USING public.trap(b)",
		"" },
	{ VERDICT_ASK,
		"ALTER TABLE few CLUSTER ON few_pkey, ALTER b TYPE int USING "
		"public.trap(b)",
		"" },
	{ VERDICT_ASK,
		"ALTER TABLE few CLUSTER ON few_pkey, ADD CHECK "
		"(public.trap(b) > 0)",
		"" },
	{ VERDICT_ASK,
		"ALTER TABLE few DISABLE TRIGGER ALL, ADD x int DEFAULT "
		"public.trap('x') CHECK (x > 0)",
		"" },
	{ VERDICT_ASK, "CREATE UNIQUE INDEX ON few (public.trap(b))", "" },
	{ VERDICT_ASK, "UPDATE few SET a = 1 WHERE public.trap(b) > 0", "" },
	{ VERDICT_ASK, "ALTER TABLE few ALTER b TYPE trapped", "" },
	{ VERDICT_ASK,
		"ALTER TABLE few CLUSTER ON few_pkey, ALTER b TYPE trapped",
		"" },
	{ VERDICT_AUTO, "ALTER TABLE few VALIDATE CONSTRAINT proof", NULL },
	{ VERDICT_AUTO,
		"ALTER TABLE few ADD x int; "
		"ALTER TABLE few VALIDATE CONSTRAINT proof",
		"ms" },
};

static void
measure(struct session *s, const char *sql, struct units *u,
	struct census **ret_run, struct judgements *j)
{
	static const struct guard_how how = { .history = "h" };
	const struct census_catalog catalog = catalog_of(s);
	struct why why;
	units_add(u, "m", sql);
	ck_assert_int_eq(
		census_take(&catalog, "public", u->list, u->n, ret_run, &why),
		0);
	guard_judge(*ret_run, &how, j);
	ck_assert_msg(gates_measure(*ret_run, s, j, &why) == 0, "%s", why.text);
}

START_TEST(a_gate_measures_the_rows_that_are_there)
{
	size_t wrong = 0;
	pg_do(&pg, "moving", "CREATE TYPE mood AS ENUM ('sad', 'ok')");
	pg_do(&pg, "moving",
		"CREATE FUNCTION trap(text) RETURNS int LANGUAGE plpgsql "
		"IMMUTABLE AS $$BEGIN RAISE 'it ran' USING ERRCODE = '22000'; "
		"END$$; CREATE DOMAIN trapped AS text CHECK (trap(VALUE) > "
		"0)");
	pg_do(&pg, "moving", rows_to_measure);
	pg_do(&pg, "moving",
		"GRANT SELECT ON ALL TABLES IN SCHEMA public TO "
		"app");
	own(session) struct session *s = world_session(SESSION_LOOK);
	for (size_t i = 0; i < ELEMENTS(measured); i++) {
		own(units) struct units u = { 0 };
		own(census) struct census *run = NULL;
		own(judgements) struct judgements j = { 0 };
		measure(s, measured[i].sql, &u, &run, &j);
		own(strings) char **doubts = judgements_doubts(&j, run, true);
		own(str) char *note =
			judgements_note(&j, 0, u.scripts[0].n - 1);
		bool told = !measured[i].figures ||
			strstr(doubts ? doubts[0] : note, measured[i].figures);
		if (judgements_verdict(&j) == measured[i].verdict && told)
			continue;
		fprintf(stderr, "%s: %s, %s\n", measured[i].sql,
			verdict_name(judgements_verdict(&j)),
			doubts ? doubts[0] : note);
		wrong++;
	}
	ck_assert_uint_eq(wrong, 0);
}
END_TEST

/* Whose rows a policy hides would be measured as if they were not there. */
START_TEST(rows_that_a_policy_hides_are_not_measured)
{
	own(units) struct units u = { 0 };
	own(census) struct census *run = NULL;
	own(judgements) struct judgements j = { 0 };
	pg_do(&pg, "moving",
		"CREATE TABLE hidden (id int, a int); INSERT INTO hidden "
		"VALUES (1, NULL); GRANT SELECT ON hidden TO app; CREATE "
		"POLICY p ON hidden USING (false); ALTER TABLE hidden ENABLE "
		"ROW LEVEL SECURITY");
	own(session) struct session *s = world_session(SESSION_LOOK);
	measure(s, "ALTER TABLE hidden ALTER a SET NOT NULL", &u, &run, &j);
	ck_assert_int_eq(judgements_verdict(&j), VERDICT_ASK);
	ck_says(j.list[0].figures, "could not be measured");
}
END_TEST

WORLD_MAIN("rules", 54347, every_row_says_what_the_server_does,
	an_index_that_is_built_concurrently_keeps_no_writer_waiting,
	a_gate_measures_the_rows_that_are_there,
	rows_that_a_policy_hides_are_not_measured)
