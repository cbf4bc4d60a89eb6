/* Connections to a real server: what a look may do, how waits end, what a
 * server says of itself and when it lets nobody in. */
#include "config.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "hands/postgres/connect.h"
#include "hands/postgres/pooler.h"
#include "hands/postgres/server-identity.h"
#include "hands/postgres/session.h"
#include "support/world.h"

#define SOON (clock_mono() + 30 * USEC_SECOND)

static struct url
url_with(const char *parameters)
{
	own(str) char *text = pg_url(&pg, "moving", parameters);
	struct url u = { 0 };
	struct why why = { "" };
	ck_assert_msg(url_parse(text, &u, &why) == 0, "%s", why.text);
	return u;
}

static struct session *
open_with(const char *parameters, struct session_how how)
{
	own(url) struct url u = url_with(parameters);
	struct session *s = NULL;
	struct why why = { "" };
	how.name = "logmend:test";
	how.deadline = how.deadline ? how.deadline : SOON;
	ck_assert_msg(session_open(&u, &how, &s, &why) == 0, "%s", why.text);
	return s;
}
#define LOOK ((struct session_how){ .kind = SESSION_LOOK })
#define WORK ((struct session_how){ .kind = SESSION_WORK })

/* The first value that the server answers with; owned. */
static char *
ask(struct session *s, const char *sql)
{
	own(rows) PGresult *rows = NULL;
	struct why why = { "" };
	ck_assert_msg(session_ask(s, sql, NULL, 0, &rows, &why) == 0, "%s: %s",
		sql, why.text);
	return xstrdup(cell(rows, 0, 0));
}

static void
ck_answer(struct session *s, const char *sql, const char *wanted)
{
	own(str) char *is = ask(s, sql);
	ck_assert_msg(strcmp(is, wanted) == 0, "%s: %s", sql, is);
}

/* It fails with this SQLSTATE, and the sentence has these words. */
static void
ck_refused(struct session *s, const char *sql, const char *state,
	const char *words)
{
	struct why why = { "" };
	ck_assert_int_eq(session_do(s, sql, &why), -EBADMSG);
	ck_assert_str_eq(session_state(s), state);
	ck_says(why.text, words);
	ck_says(why.text, state);
}

START_TEST(a_look_changes_nothing)
{
	own(session) struct session *s = open_with("", LOOK);
	ck_refused(s, "CREATE TABLE public.a ()", "25006", "read-only");
	ck_refused(s, "INSERT INTO public.a VALUES (1)", "42P01",
		"does not exist");
	ck_answer(s, "SHOW transaction_read_only", "on");
	ck_answer(s, "SHOW transaction_isolation", "repeatable read");
}
END_TEST

START_TEST(a_look_goes_on_after_an_error)
{
	own(session) struct session *s = open_with("",
		((struct session_how){ .kind = SESSION_LOOK,
			.lock_timeout = 3 * USEC_SECOND }));
	ck_refused(s, "SELECT 1 / 0", "22012", "division by zero");
	ck_says(session_error(s), "division by zero");
	ck_answer(s, "SELECT 7", "7");
	ck_answer(s, "SHOW search_path", "pg_catalog");
	ck_answer(s, "SHOW lock_timeout", "3s");
	ck_assert_str_eq(session_state(s), "22012");
}
END_TEST

START_TEST(nothing_that_users_made_stands_in_for_a_built_in)
{
	pg_do(&pg, "moving",
		"CREATE FUNCTION public.lower(text) RETURNS text LANGUAGE sql "
		"AS $$SELECT 'fake'$$;"
		"ALTER ROLE app IN DATABASE moving SET search_path = public, "
		"pg_catalog");
	own(session) struct session *s = open_with("?schema=public", LOOK);
	ck_answer(s, "SELECT lower('TRUE'::text)", "true");
}
END_TEST

START_TEST(work_happens_where_the_url_says)
{
	pg_do(&pg, "moving", "CREATE SCHEMA \"tenant a\" AUTHORIZATION app");
	own(session) struct session *s = open_with("?schema=tenant%20a", WORK);
	struct why why;
	ck_assert_int_eq(session_script(s,
				 "CREATE TABLE a (id int); INSERT INTO a "
				 "VALUES (7)",
				 &why),
		0);
	ck_answer(s, "SELECT id FROM \"tenant a\".a", "7");
}
END_TEST

START_TEST(a_script_is_one_message_and_one_transaction)
{
	own(session) struct session *s = open_with("?schema=public", WORK);
	struct why why = { "" };
	ck_assert_int_eq(
		session_script(s, "CREATE TABLE a (); SELECT 1 / 0", &why),
		-EBADMSG);
	ck_says(why.text, "22012");
	ck_answer(s, "SELECT to_regclass('public.a') IS NULL", "t");
}
END_TEST

START_TEST(values_are_no_statements)
{
	own(session) struct session *s = open_with("", WORK);
	own(rows) PGresult *rows = NULL;
	struct why why;
	ck_assert_int_eq(session_rows(s, "SELECT $1::text, $2::text IS NULL",
				 &rows, &why, "'); DROP TABLE a; --", NULL),
		0);
	ck_assert_str_eq(cell(rows, 0, 0), "'); DROP TABLE a; --");
	ck_assert_str_eq(cell(rows, 0, 1), "t");
	own(str) char *quoted = session_quote(s, "a \"b\"");
	ck_assert_str_eq(quoted, "\"a \"\"b\"\"\"");
}
END_TEST

START_TEST(a_lock_is_waited_for_as_long_as_is_said)
{
	pg_do(&pg, "moving",
		"CREATE TABLE public.held (); ALTER TABLE public.held OWNER "
		"TO app");
	own(session) struct session *holder = open_with("?schema=public", WORK);
	own(session) struct session *s = open_with("?schema=public",
		((struct session_how){ .kind = SESSION_WORK,
			.lock_timeout = USEC_SECOND / 10 }));
	struct why why;
	ck_assert_int_eq(session_do(holder, "BEGIN", &why), 0);
	ck_assert_int_eq(session_do(holder, "LOCK TABLE public.held", &why), 0);
	ck_refused(s, "ALTER TABLE public.held ADD COLUMN x int", "55P03",
		"another session held a lock on it for too long");
	ck_answer(s, "SELECT 1", "1");
}
END_TEST

START_TEST(a_statement_takes_as_long_as_is_said)
{
	own(session) struct session *s = open_with("",
		((struct session_how){ .kind = SESSION_LOOK,
			.statement_timeout = USEC_SECOND }));
	ck_refused(s, "SELECT pg_sleep(60)", "57014",
		"it took too long, or was ended");
	ck_answer(s, "SELECT 1", "1");
}
END_TEST

START_TEST(after_the_deadline_the_connection_is_lost)
{
	own(session) struct session *s = open_with("",
		((struct session_how){ .kind = SESSION_WORK,
			.deadline = clock_mono() + 3 * USEC_SECOND }));
	struct why why = { "" };
	ck_assert_int_eq(
		session_do(s, "SELECT pg_sleep(60)", &why), -ETIMEDOUT);
	ck_says(why.text, "within the deadline");
	ck_assert(session_lost(s));
	ck_assert_int_eq(session_do(s, "SELECT 1", &why), -EPIPE);
}
END_TEST

START_TEST(a_server_process_that_ends_is_a_lost_connection)
{
	own(session) struct session *s = open_with("", WORK);
	own(str) char *end = xprintf(
		"SELECT pg_terminate_backend(%d, 30000)", session_pid(s));
	struct why why = { "" };
	pg_do(&pg, "moving", end);
	ck_assert_int_eq(session_do(s, "SELECT 1", &why), -EPIPE);
	ck_says(why.text, "the connection to the database is lost");
	ck_assert(session_lost(s));
}
END_TEST

/* Of the sends of libpq, so many pass, in halves; then each fails, and the
 * connection stays, as where the kernel has no memory for what is sent. */
static unsigned sends_pass = ~0u;

ssize_t
send(int fd, const void *bytes, size_t len, int flags)
{
	bool fail = sends_pass == 0, half = sends_pass != ~0u && len > 1;
	sends_pass -= sends_pass != ~0u && !fail;
	errno = ENOBUFS;
	return fail ? -1
		    : syscall(SYS_sendto, fd, bytes, half ? len / 2 : len,
			      flags, NULL, 0);
}

/* libpq itself does not tell. */
START_TEST(a_send_that_fails_is_a_lost_connection)
{
	for (unsigned pass = 0; pass < 7; pass++) {
		own(session) struct session *s = open_with("",
			((struct session_how){ .kind = SESSION_WORK,
				.deadline = clock_mono() + USEC_HOUR }));
		struct why why = { "" };
		own(rows) PGresult *rows = NULL;
		ck_answer(s, "SELECT 1", "1");
		sends_pass = pass;
		int r = pass % 2 ? session_script(s, "SELECT 1; SELECT 2", &why)
				 : session_rows(s, "SELECT $1, $2::int", &rows,
					   &why, "some text", NULL);
		sends_pass = ~0u;
		ck_assert_int_eq(r, -EPIPE);
		ck_says(why.text, "could not be sent");
		ck_assert(session_lost(s));
	}
}
END_TEST

START_TEST(who_drops_a_session_ends_it)
{
	own(session) struct session *s = open_with("", WORK);
	struct why why = { "" };
	session_drop(s);
	ck_assert(session_lost(s));
	ck_assert_int_eq(session_script(s, "SELECT 1", &why), -EPIPE);
}
END_TEST

/* Who mends holds locks: the server is told to look after us, and the kernel to
 * look after the server. */
START_TEST(a_peer_that_is_gone_is_noticed)
{
	own(session) struct session *s = open_with("", WORK);
	ck_answer(s, "SHOW tcp_keepalives_idle", "15");
	ck_answer(s, "SHOW tcp_keepalives_count", "3");
	if (session_version(s) >= 120000)
		ck_answer(s, "SHOW tcp_user_timeout", "30000");
	if (session_version(s) >= 140000)
		ck_answer(s, "SHOW client_connection_check_interval", "2s");
}
END_TEST

START_TEST(the_kernel_gives_a_silent_server_up)
{
	static const struct {
		int option, is;
	} rows[] = { { TCP_KEEPIDLE, 15 }, { TCP_KEEPINTVL, 5 },
		{ TCP_KEEPCNT, 3 }, { TCP_USER_TIMEOUT, 30000 } };
	own(url) struct url u = url_with("");
	PGconn *conn = NULL;
	struct why why = { "" };
	ck_assert_int_eq(connect_to(&u, NULL, "test", SOON, &conn, &why), 0);
	for (size_t i = 0; i < ELEMENTS(rows); i++) {
		int is = 0;
		socklen_t len = sizeof(is);
		ck_assert_int_eq(getsockopt(PQsocket(conn), IPPROTO_TCP,
					 rows[i].option, &is, &len),
			0);
		ck_assert_int_eq(is, rows[i].is);
	}
	PQfinish(conn);
}
END_TEST

START_TEST(a_script_that_wants_data_of_its_client_is_ended)
{
	static const char *const rows[] = { "COPY public.c FROM STDIN",
		"COPY (SELECT 1) TO STDOUT" };
	pg_do(&pg, "moving",
		"CREATE TABLE public.c (id int); ALTER TABLE public.c OWNER "
		"TO app");
	for (size_t i = 0; i < ELEMENTS(rows); i++) {
		own(session) struct session *s =
			open_with("?schema=public", WORK);
		struct why why = { "" };
		ck_assert_int_eq(session_script(s, rows[i], &why), -EPIPE);
		ck_says(why.text, "copies from or to its client");
		ck_assert(session_lost(s));
	}
}
END_TEST

START_TEST(a_message_is_told_without_the_password)
{
	own(session) struct session *s = open_with("", LOOK);
	struct why why = { "" };
	ck_assert_int_eq(
		session_do(
			s, "SELECT 'app-p\xc3\xa4ssw\xc3\xb6rd@/'::int", &why),
		-EBADMSG);
	ck_says(why.text, "[redacted: password]");
	ck_assert_ptr_null(strstr(why.text, "app-p"));
	ck_assert_ptr_null(strstr(session_error(s), "app-p"));
}
END_TEST

/* --- who is let in ---------------------------------------------------------
 */

static int
knock(const char *user, const char *password, const char *database,
	struct why *why)
{
	own(str) char *text = xprintf("postgresql://%s:%s@127.0.0.1:%d/%s",
		user, password, pg.port, database);
	own(url) struct url u = { 0 };
	PGconn *conn = NULL;
	ck_assert_int_eq(url_parse(text, &u, NULL), 0);
	int r = connect_to(&u, NULL, "test", SOON, &conn, why);
	PQfinish(conn);
	return r;
}

START_TEST(a_server_that_lets_nobody_in_says_why)
{
	struct why why = { "" };
	ck_assert_int_eq(knock("app", "wrong-word", "moving", &why), -EACCES);
	ck_says(why.text, "refuses this user or its password");
	ck_assert_ptr_null(strstr(why.text, "wrong-word"));
	pg_do(&pg, "postgres", "CREATE ROLE locked PASSWORD 'locked-word'");
	ck_assert_int_eq(
		knock("locked", "locked-word", "moving", &why), -EACCES);
	ck_says(why.text, "does not let this user log in");
	pg_do(&pg, "postgres", "DROP ROLE locked");
}
END_TEST

START_TEST(a_database_that_is_not_there_is_told)
{
	own(url) struct url u = url_with("");
	PGconn *conn = NULL;
	struct why why = { "" };
	ck_assert_int_eq(
		connect_to(&u, "nowhere", "test", SOON, &conn, &why), -ENOENT);
	ck_says(why.text, "there is no such database");
}
END_TEST

START_TEST(a_database_that_is_closed_to_the_user_is_told)
{
	struct why why = { "" };
	pg_do(&pg, "postgres",
		"CREATE ROLE guest LOGIN PASSWORD 'guest-word';"
		"REVOKE CONNECT ON DATABASE moving FROM PUBLIC");
	ck_assert_int_eq(knock("guest", "guest-word", "moving", &why), -EACCES);
	ck_says(why.text, "may not connect to the database");
	pg_do(&pg, "postgres", "DROP ROLE guest");
}
END_TEST

/* --- what a server says of itself ------------------------------------------
 */

static struct server_identity
identity(const char *parameters, const char *given)
{
	own(session) struct session *s = open_with(parameters, LOOK);
	struct server_identity t = { 0 };
	struct why why = { "" };
	ck_assert_msg(
		server_identity_read(s, given, &t, &why) == 0, "%s", why.text);
	return t;
}

START_TEST(a_server_says_which_database_it_is)
{
	own(server_identity) struct server_identity t = identity("", NULL);
	own(str) char *oid = pg_get(&pg, "moving",
		"SELECT oid FROM pg_database WHERE datname = 'moving'");
	ck_assert_str_eq(t.database, oid);
	ck_assert_str_eq(t.user, "app");
	ck_assert_str_eq(t.schema, "public");
	ck_assert_uint_gt(strlen(t.system), 0);
	ck_assert(!t.read_only && !t.backslashes);
	ck_assert(t.may_create_databases && t.may_create);
	ck_assert_int_ge(t.version, 100000);
}
END_TEST

START_TEST(the_schema_is_the_given_one_or_the_servers_own)
{
	pg_do(&pg, "moving",
		"CREATE SCHEMA tenant; ALTER ROLE app IN DATABASE moving SET "
		"search_path = tenant");
	pg_do(&pg, "moving", "GRANT USAGE ON SCHEMA tenant TO app");
	own(server_identity) struct server_identity own_one =
		identity("", NULL);
	own(server_identity) struct server_identity given =
		identity("", "public");
	ck_assert_str_eq(own_one.schema, "tenant");
	ck_assert(!own_one.may_create);
	ck_assert_str_eq(given.schema, "public");
	ck_assert(given.may_create);
	ck_assert(!server_identity_same(&own_one, &given));
}
END_TEST

START_TEST(what_is_set_for_the_role_is_seen)
{
	pg_do(&pg, "moving",
		"ALTER ROLE app IN DATABASE moving SET "
		"default_transaction_read_only = on;"
		"ALTER ROLE app IN DATABASE moving SET "
		"standard_conforming_strings = off");
	own(server_identity) struct server_identity t = identity("", NULL);
	ck_assert(t.read_only && t.backslashes);
}
END_TEST

START_TEST(a_server_without_a_pooler_has_none)
{
	own(session) struct session *s = open_with("", LOOK);
	own(url) struct url u = url_with("");
	struct session_how how = LOOK;
	enum pooler found = POOLER_SHARED;
	struct why why = { "" };
	int pid = 0;
	how.deadline = SOON;
	ck_assert_int_eq(pooler_find(s, &u, &how, &found, &why), 0);
	ck_assert_int_eq(found, POOLER_NONE);
	ck_assert_int_eq(pooler_pid(s, &pid, &why), 0);
	ck_assert_int_eq(pid, session_pid(s));
}
END_TEST

WORLD_MAIN("session", 54324, a_look_changes_nothing,
	a_look_goes_on_after_an_error,
	nothing_that_users_made_stands_in_for_a_built_in,
	work_happens_where_the_url_says,
	a_script_is_one_message_and_one_transaction, values_are_no_statements,
	a_lock_is_waited_for_as_long_as_is_said,
	a_statement_takes_as_long_as_is_said,
	after_the_deadline_the_connection_is_lost,
	a_server_process_that_ends_is_a_lost_connection,
	a_send_that_fails_is_a_lost_connection, who_drops_a_session_ends_it,
	a_peer_that_is_gone_is_noticed, the_kernel_gives_a_silent_server_up,
	a_script_that_wants_data_of_its_client_is_ended,
	a_message_is_told_without_the_password,
	a_server_that_lets_nobody_in_says_why,
	a_database_that_is_not_there_is_told,
	a_database_that_is_closed_to_the_user_is_told,
	a_server_says_which_database_it_is,
	the_schema_is_the_given_one_or_the_servers_own,
	what_is_set_for_the_role_is_seen, a_server_without_a_pooler_has_none)
