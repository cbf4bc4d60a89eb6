/* Where a look gets to: servers, roles, schemas, and URLs that lead nowhere. */
#include "config.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/io/file.h"
#include "support/world.h"

static struct answer_of_hands a;

START_TEST(a_target_is_told_without_a_connection)
{
	own(job) struct job j = job_of(JOB_TARGET, CLASS_MISSING_TABLE, NULL);
	set_any_url("postgres://a:b@db.example.org/shop?schema=tenant_a");
	do_job(&j, &a);
	ck_outcome(&a, OUTCOME_DONE);
	ck_assert_str_eq(a.result.host, "db.example.org");
	ck_assert_str_eq(a.result.port, "5432");
	ck_assert_str_eq(a.result.database, "shop");
	ck_assert_str_eq(a.result.schema, "tenant_a");
}
END_TEST

START_TEST(a_role_that_may_not_create_has_no_plan)
{
	apply_four();
	pg_do(&pg, "moving",
		"ALTER SCHEMA public OWNER TO postgres; REVOKE CREATE ON "
		"SCHEMA public FROM PUBLIC, app");
	look_for("AnalyticsEvent", &a);
	pg_do(&pg, "moving", "GRANT CREATE ON SCHEMA public TO app");
	ck_cause(&a, CAUSE_PENDING_MIGRATION);
	ck_assert(!a.planned);
	ck_says(finding_text(&a, "plan"), "GRANT CREATE ON SCHEMA");
	ck_says(a.result.text, "GRANT CREATE ON SCHEMA");
	answer_of_hands_free(&a);
	look_for("AnalyticsEvent", &a);
	ck_assert(a.planned);
}
END_TEST

/* On the copy the role owns everything, so that no rehearsal shows it. */
START_TEST(a_right_that_a_copy_does_not_show_is_missed_before)
{
	static const struct {
		const char *grant, *sql, *says;
	} steps[] = {
		{ "GRANT SELECT ON ALL TABLES IN SCHEMA public TO helper; "
		  "GRANT CREATE ON SCHEMA public TO helper",
			NULL, "GRANT SELECT, INSERT, UPDATE ON \"public\"." },
		{ "GRANT INSERT, UPDATE ON _prisma_migrations TO helper", NULL,
			"GRANT REFERENCES ON \"public\".\"User\"" },
		{ "GRANT REFERENCES ON \"User\" TO helper", NULL, NULL },
		{ "SELECT 1",
			"CREATE TABLE \"AnalyticsEvent\" (id int);"
			"CREATE INDEX i ON \"Job\" (id);",
			"does not own table Job" },
	};
	apply_four();
	pg_do(&pg, "moving", "CREATE ROLE helper LOGIN PASSWORD 'sswsecret'");
	own(str) char *url = xprintf(
		"postgresql://helper:sswsecret@127.0.0.1:%d/moving", pg.port);
	set_any_url(url);
	for (size_t i = 0; i < ELEMENTS(steps); i++) {
		pg_do(&pg, "moving", steps[i].grant);
		if (steps[i].sql) {
			remove_migration(LAST);
			add_migration(LAST, steps[i].sql);
		}
		look_for("AnalyticsEvent", &a);
		ck_cause(&a, CAUSE_PENDING_MIGRATION);
		ck_assert_int_eq(a.planned, steps[i].says == NULL);
		if (steps[i].says)
			ck_says(finding_text(&a, "plan"), steps[i].says);
		answer_of_hands_free(&a);
	}
	pg_do(&pg, "moving", "DROP OWNED BY helper; DROP ROLE helper");
}
END_TEST

START_TEST(a_schema_of_the_url_is_the_one_that_counts)
{
	pg_do(&pg, "moving", "CREATE SCHEMA tenant_a AUTHORIZATION app");
	pg_do(&pg, "moving", "CREATE TABLE public.\"AnalyticsEvent\"()");
	set_url("?schema=tenant_a");
	look_for("AnalyticsEvent", &a);
	ck_cause(&a, CAUSE_PENDING_MIGRATION);
	ck_assert_str_eq(a.result.schema, "tenant_a");
}
END_TEST

START_TEST(a_pooler_has_no_plan)
{
	apply_four();
	set_url("?pgbouncer=true");
	look_for("AnalyticsEvent", &a);
	ck_cause(&a, CAUSE_PENDING_MIGRATION);
	ck_assert(!a.planned);
	ck_says(finding_text(&a, "plan"), "pooler");
	answer_of_hands_free(&a);
	own(str) char *direct = at("direct");
	own(str) char *url = pg_url(&pg, "moving", "");
	own(str) char *line = xprintf("migrate-url-file = %s", direct);
	write_file(direct, url);
	set_config(line, "");
	look_for("AnalyticsEvent", &a);
	ck_assert(a.planned);
}
END_TEST

START_TEST(what_cannot_be_reached_is_unreachable)
{
	static const char *const urls[] = {
		"postgresql://app:sswsecret@127.0.0.1:1/moving",
		"postgresql://app:sswsecret@no-such-host.invalid/moving",
		"postgresql://app:sswsecret@127.0.0.1:%d/moving",
		"postgresql://nobody:sswsecret@127.0.0.1:%d/moving",
	};
	for (size_t i = 0; i < ELEMENTS(urls); i++) {
		own(str) char *port = xprintf("%d", pg.port);
		own(buf) struct buf url = { 0 };
		const char *mark = strstr(urls[i], "%d");
		buf_add(&url, urls[i],
			mark ? (size_t)(mark - urls[i]) : strlen(urls[i]));
		if (mark) {
			buf_add_str(&url, port);
			buf_add_str(&url, mark + 2);
		}
		set_any_url(buf_str(&url));
		look_for("AnalyticsEvent", &a);
		ck_cause(&a, CAUSE_UNREACHABLE);
		ck_assert_int_eq(a.result.fault, ANSWER_UNKNOWN);
		ck_assert(has_finding(&a, "reachable", ANSWER_NO));
		ck_assert_ptr_null(strstr(a.result.text, "\\x0"));
		answer_of_hands_free(&a);
	}
	set_any_url("postgresql://app:sswsecret@srv-captain--db/moving");
	look_for("AnalyticsEvent", &a);
	ck_says(a.result.text, "one of Docker's network");
	answer_of_hands_free(&a);
	own(str) char *url = pg_url(&pg, "nowhere", "");
	set_any_url(url);
	look_for("AnalyticsEvent", &a);
	ck_cause(&a, CAUSE_UNREACHABLE);
	answer_of_hands_free(&a);
	own(job) struct job j =
		job_of(JOB_LOOK, CLASS_DB_UNREACHABLE, "127.0.0.1:1");
	do_job(&j, &a);
	ck_assert_int_eq(a.result.fault, ANSWER_YES);
}
END_TEST

/* Each server's answer is a sentence, and what it means for waiting. */
START_TEST(who_is_not_let_in_is_told_why)
{
	static const struct {
		const char *sql, *user, *database, *said;
		bool lasting;
	} all[] = {
		{ "SELECT 1", "app", "moving", "user or its password", true },
		{ "SELECT 1", "nobody", "moving", "user or its password",
			true },
		{ "CREATE ROLE locked PASSWORD 'wrong'", "locked", "moving",
			"does not let this user log in", true },
		{ "CREATE ROLE guest LOGIN PASSWORD 'wrong'; "
		  "REVOKE CONNECT ON DATABASE moving FROM PUBLIC",
			"guest", "moving", "may not connect", true },
		{ "SELECT 1", "guest", "nowhere", "no such database", true },
		{ "CREATE ROLE \"full\" LOGIN PASSWORD 'wrong' CONNECTION "
		  "LIMIT 0; "
		  "GRANT CONNECT ON DATABASE moving TO \"full\"",
			"full", "moving", "no connection left", false },
	};
	for (size_t i = 0; i < ELEMENTS(all); i++) {
		pg_do(&pg, "moving", all[i].sql);
		own(str) char *url =
			xprintf("postgresql://%s:wrong@127.0.0.1:%d/%s",
				all[i].user, pg.port, all[i].database);
		set_any_url(url);
		look_for("AnalyticsEvent", &a);
		ck_cause(&a, CAUSE_UNREACHABLE);
		ck_says(a.result.text, all[i].said);
		ck_assert_msg(a.result.lasting == all[i].lasting, "%s",
			a.result.text);
		ck_assert_ptr_null(strstr(a.result.text, "LOCATION"));
		ck_assert_ptr_null(strstr(a.result.text, "\\x0a"));
		ck_assert_ptr_null(strstr(a.result.text, "wrong"));
		answer_of_hands_free(&a);
	}
	pg_do(&pg, "postgres", "GRANT CONNECT ON DATABASE moving TO PUBLIC");
	pg_do(&pg, "moving", "REVOKE ALL ON DATABASE moving FROM \"full\"");
	pg_do(&pg, "postgres", "DROP ROLE locked, guest, \"full\"");
}
END_TEST

START_TEST(a_database_that_answers_is_not_unreachable)
{
	own(job) struct job j =
		job_of(JOB_LOOK, CLASS_DB_UNREACHABLE, "127.0.0.1:1");
	do_job(&j, &a);
	ck_cause(&a, CAUSE_NOT_CONFIRMED);
	ck_assert_int_eq(a.result.fault, ANSWER_NO);
	ck_says(finding_text(&a, "same-host"), "127.0.0.1:1");
}
END_TEST

/* A listener that takes connections and never says a word. */
START_TEST(a_server_that_keeps_silent_is_given_up)
{
	own(fd) int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	struct sockaddr_in at = { .sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t len = sizeof(at);
	ck_assert_int_eq(bind(fd, (struct sockaddr *)&at, len), 0);
	ck_assert_int_eq(listen(fd, 8), 0);
	ck_assert_int_eq(getsockname(fd, (struct sockaddr *)&at, &len), 0);
	own(str) char *url = xprintf(
		"postgresql://app:sswsecret@127.0.0.1:%d/moving?connect_timeout"
		"=1",
		ntohs(at.sin_port));
	set_any_url(url);
	usec before = clock_mono();
	look_for("AnalyticsEvent", &a);
	ck_cause(&a, CAUSE_UNREACHABLE);
	ck_assert_uint_lt(clock_mono() - before, 8 * USEC_SECOND);
}
END_TEST

START_TEST(a_look_ends_by_its_own_deadline)
{
	apply_four();
	PGconn *c = pg_connect(&pg, "moving", "app");
	PQclear(PQexec(c, "BEGIN; LOCK TABLE _prisma_migrations"));
	own(job) struct job j =
		job_of(JOB_LOOK, CLASS_MISSING_TABLE, "AnalyticsEvent");
	j.time = USEC_SECOND;
	usec before = clock_mono();
	do_job(&j, &a);
	ck_assert_uint_lt(clock_mono() - before, 5 * USEC_SECOND);
	ck_cause(&a, CAUSE_UNREACHABLE);
	answer_of_hands_free(&a);
	/* With more time the lock alone is given up, and the rest is told. */
	j.time = 20 * USEC_SECOND;
	do_job(&j, &a);
	PQfinish(c);
	ck_cause(&a, CAUSE_UNKNOWN);
	ck_assert(has_finding(&a, "history-readable", ANSWER_UNKNOWN));
	ck_assert(has_finding(&a, "table-exists", ANSWER_NO));
}
END_TEST

START_TEST(an_object_of_another_schema_is_looked_for_there)
{
	apply_four();
	pg_do(&pg, "moving", "CREATE SCHEMA tenant_b");
	look_for("tenant_b.AnalyticsEvent", &a);
	ck_cause(&a, CAUSE_UNKNOWN);
	ck_assert(has_finding(&a, "same-schema", ANSWER_NO));
}
END_TEST

START_TEST(a_search_path_that_leads_elsewhere_has_no_plan)
{
	apply_four();
	set_url("");
	pg_do(&pg, "moving",
		"CREATE SCHEMA app AUTHORIZATION app; ALTER ROLE app SET "
		"search_path = app, public");
	look_for("AnalyticsEvent", &a);
	pg_do(&pg, "moving", "ALTER ROLE app RESET search_path");
	ck_assert(!a.planned);
	ck_says(finding_text(&a, "plan"), "schema \"app\"");
}
END_TEST

/* There '\'' is a whole string, and what follows it a statement. */
START_TEST(strings_that_the_server_reads_otherwise_have_no_plan)
{
	apply_four();
	pg_do(&pg, "moving",
		"ALTER DATABASE moving SET standard_conforming_strings = off");
	add_migration("20251101000000_hidden",
		"CREATE TABLE t (a text DEFAULT '\\''); "
		"DROP TABLE \"Job\"; --');");
	look_for("AnalyticsEvent", &a);
	ck_cause(&a, CAUSE_PENDING_MIGRATION);
	ck_assert(!a.planned);
	ck_says(finding_text(&a, "plan"), "standard_conforming_strings");
}
END_TEST

START_TEST(mistakes_in_files_are_told_in_a_sentence)
{
	own(job) struct job j =
		job_of(JOB_LOOK, CLASS_MISSING_TABLE, "AnalyticsEvent");
	set_any_url("mysql://app:sswsecret@127.0.0.1/moving");
	do_job(&j, &a);
	ck_outcome(&a, OUTCOME_ERROR);
	ck_says(a.result.text, "mysql://");
	answer_of_hands_free(&a);
	own(str) char *file = at("url");
	ck_assert_int_eq(unlink(file), 0);
	do_job(&j, &a);
	ck_outcome(&a, OUTCOME_ERROR);
	ck_says(a.result.text, "/url");
	answer_of_hands_free(&a);
	j.app = (free(j.app), xstrdup("other"));
	do_job(&j, &a);
	ck_outcome(&a, OUTCOME_ERROR);
	ck_says(a.result.text, "[app other]");
}
END_TEST

WORLD_MAIN("look-place", 54342, a_target_is_told_without_a_connection,
	a_role_that_may_not_create_has_no_plan,
	a_right_that_a_copy_does_not_show_is_missed_before,
	a_schema_of_the_url_is_the_one_that_counts, a_pooler_has_no_plan,
	what_cannot_be_reached_is_unreachable, who_is_not_let_in_is_told_why,
	a_database_that_answers_is_not_unreachable,
	a_server_that_keeps_silent_is_given_up, a_look_ends_by_its_own_deadline,
	an_object_of_another_schema_is_looked_for_there,
	a_search_path_that_leads_elsewhere_has_no_plan,
	strings_that_the_server_reads_otherwise_have_no_plan,
	mistakes_in_files_are_told_in_a_sentence)
