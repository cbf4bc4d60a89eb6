#include "config.h"
#include "hands/postgres/session.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>

#include "base/escape.h"
#include "hands/postgres/connect.h"
#include "hands/postgres/error-sentence.h"
#include "hands/postgres/sending.h"
#include "hands/postgres/session-limits.h"

#define ERROR_MAX 4000
/* So long a server's last words are waited for where nothing can be sent. */
#define LAST_WORDS USEC_SECOND

/* After `lost` nothing is sent any more: whether the last statement ran is then
 * unknown, and only recovery may find out (promise 4). */
struct session {
	struct url url;
	PGconn *conn;
	usec deadline;
	bool look;
	bool lost;
	bool unsent; /* a part of the last statement was not */
	struct sent_statement sent;
	char *begin; /* what opens a look's transaction */
	struct session_limits limits;
	char *settings; /* of work, as statements that set them again */
	char state[6];
	char *error;
};

void
session_close(struct session *s)
{
	if (!s)
		return;
	PQfinish(s->conn);
	url_free(&s->url);
	free(s->begin);
	free(s->settings);
	free(s->error);
	free(s);
}

/* Keeps a message without the password, escaped, and without its final
 * newline: every text of the server passes here before anybody sees it. */
static void
keep_error(struct session *s, const char *text, const char *state)
{
	own(str) char *copy = url_censor(&s->url, text ? text : "");
	free(s->error);
	s->error =
		escape_str(span_trim(span_of(copy)), ERROR_MAX, ESCAPE_LINES);
	snprintf(s->state, sizeof(s->state), "%s", state ? state : "");
}

/* The error for a sentence. */
static int
says(struct session *s, int r, struct why *why)
{
	own(str) char *text = error_sentence(s->error, s->state);
	return because(why, r, "%s", text);
}

void
session_drop(struct session *s)
{
	s->lost = true;
	PQfinish(take(s->conn));
}

static int
is_lost(struct session *s, int r, struct why *why)
{
	if (s->conn)
		keep_error(s, PQerrorMessage(s->conn), NULL);
	session_drop(s);
	if (r == -ETIMEDOUT && s->unsent)
		return because(why, -EPIPE,
			"the connection to the database is lost: a statement "
			"could not be sent");
	if (r == -ETIMEDOUT)
		return because(why, r,
			"the database did not answer within the deadline");
	own(str) char *shown = escape_joined(span_of(s->error), 700);
	return because(why, -EPIPE,
		"the connection to the database is lost%s%s",
		*shown ? ": " : "", shown);
}

/* Notices go to nobody: libpq would print them to stderr, and they may quote
 * rows. */
static void
ignore_notice(void *arg, const PGresult *res)
{
	(void)arg;
	(void)res;
}

static int
finish_sending(struct session *s)
{
	int r = send_rest(s->conn, s->deadline);
	s->unsent = r == 0 && !sent_whole(s->conn, &s->sent);
	if (s->unsent)
		s->deadline = MIN(s->deadline, clock_mono() + LAST_WORDS);
	return r;
}

/* The next result, or NULL at the end of the answer. */
static int
next_result(struct session *s, PGresult **ret)
{
	while (PQisBusy(s->conn)) {
		int r = connect_await(s->conn, POLLIN, s->deadline);
		if (r < 0)
			return r;
		if (!PQconsumeInput(s->conn))
			return -EPIPE;
	}
	*ret = PQgetResult(s->conn);
	return 0;
}

/* Takes all results of what was sent, and keeps the first that failed, else the
 * last. libpq must be asked until it has no more, or the connection stays busy.
 */
static int
collect(struct session *s, PGresult **ret, struct why *why)
{
	int r = finish_sending(s);
	if (r < 0)
		return is_lost(s, r, why);
	own(rows) PGresult *kept = NULL;
	bool failed = false;
	for (;;) {
		PGresult *one = NULL;
		r = next_result(s, &one);
		if (r < 0)
			return is_lost(s, r, why);
		if (!one)
			break;
		ExecStatusType status = PQresultStatus(one);
		if (status == PGRES_COPY_IN || status == PGRES_COPY_OUT ||
			status == PGRES_COPY_BOTH) {
			PQclear(one);
			/* There is no data to give, nor a place for any. */
			session_drop(s);
			return because(why, -EPIPE,
				"the script copies from or to its client, "
				"which has nothing to give");
		}
		if (failed) {
			PQclear(one);
			continue;
		}
		failed = status == PGRES_FATAL_ERROR ||
			status == PGRES_BAD_RESPONSE;
		PQclear(kept);
		kept = one;
	}
	if (!kept || PQstatus(s->conn) != CONNECTION_OK)
		return is_lost(s, -EPIPE, why);
	if (failed) {
		keep_error(s, PQresultErrorMessage(kept),
			PQresultErrorField(kept, PG_DIAG_SQLSTATE));
		return says(s, -EBADMSG, why);
	}
	*ret = take(kept);
	return 0;
}

/* A look lives in one read-only transaction: whatever is asked, the server
 * itself refuses a change (promise 3). */
static int
start_look(struct session *s, struct why *why)
{
	PGresult *rows = NULL;
	if (!send_statement(s->conn, s->begin, &s->sent))
		return is_lost(s, -EPIPE, why);
	int r = collect(s, &rows, why);
	PQclear(rows);
	return r;
}

/* After an error a look goes on in a new transaction; work decides itself. */
static int
recover_look(struct session *s, int r)
{
	if (r != -EBADMSG || !s->look)
		return r;
	own(str) char *error = xstrdup(s->error);
	char state[sizeof(s->state)];
	memcpy(state, s->state, sizeof(state));
	PGresult *rows = NULL;
	struct why why;
	if (!send_statement(s->conn, "ROLLBACK", &s->sent))
		return is_lost(s, -EPIPE, &why);
	int again = collect(s, &rows, &why);
	PQclear(rows);
	if (again == 0)
		again = start_look(s, &why);
	if (again < 0)
		return again;
	free(s->error);
	s->error = take(error);
	memcpy(s->state, state, sizeof(state));
	return r;
}

/* libpq would dereference the connection that session_drop() closed. */
static int
refuse_lost(struct session *s, struct why *why)
{
	return s->lost
		? because(why, -EPIPE, "the connection to the database is lost")
		: 0;
}

int
session_ask(struct session *s, const char *sql, const char *const *params,
	size_t n, PGresult **ret, struct why *why)
{
	int r = refuse_lost(s, why);
	if (r < 0)
		return r;
	if (!send_with_params(s->conn, sql, params, n, &s->sent))
		return is_lost(s, -EPIPE, why);
	return recover_look(s, collect(s, ret, why));
}

int
session_do(struct session *s, const char *sql, struct why *why)
{
	own(rows) PGresult *rows = NULL;
	return session_ask(s, sql, NULL, 0, &rows, why);
}

int
session_script(struct session *s, const char *sql, struct why *why)
{
	int r = refuse_lost(s, why);
	if (r < 0)
		return r;
	own(rows) PGresult *rows = NULL;
	if (!send_statement(s->conn, sql, &s->sent))
		return is_lost(s, -EPIPE, why);
	return collect(s, &rows, why);
}

const char *
session_settings_sql(struct session *s)
{
	own(buf) struct buf sql = { 0 };
	if (s->look)
		return "";
	session_limits_sql(&sql, "SET", &s->limits);
	own(str) char *schema = s->url.schema_given
		? session_quote(s, s->url.schema)
		: xstrdup("DEFAULT");
	buf_printf(&sql, "SET search_path TO %s; ", schema);
	buf_add_str(&sql, "SET idle_in_transaction_session_timeout = 30000; ");
	free(s->settings);
	s->settings = buf_take_str(&sql);
	return s->settings;
}

/* A look sets everything for its transaction only, so that a pooler hands no
 * setting of ours to an application. Work is refused through poolers, so its
 * settings may last as long as the connection; an open transaction of a process
 * that hangs is ended by the server after 30 s. */
static int
prepare(struct session *s, const struct session_how *how, struct why *why)
{
	own(buf) struct buf sql = { 0 };
	s->limits = (struct session_limits){ how->lock_timeout,
		how->statement_timeout, how->deadline };
	if (s->look) {
		buf_add_str(&sql,
			"BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; "
			"SET LOCAL search_path = pg_catalog; "
			"SET LOCAL DateStyle = 'ISO, YMD'; "
			"SET LOCAL standard_conforming_strings = on; ");
		session_limits_sql(&sql, "SET LOCAL", &s->limits);
		s->begin = buf_take_str(&sql);
		return start_look(s, why);
	}
	return session_script(s, session_settings_sql(s), why);
}

/* The server notices by itself that we went: in the middle of a statement since
 * 14, else within 30 s. Otherwise a connection whose network was removed would
 * hold the migrator's lock for two hours. Servers that cannot do it refuse, and
 * are used all the same. */
static int
watch_client(struct session *s, struct why *why)
{
	int version = session_version(s), r = 0;
	const char *const all[] = {
		"SET tcp_keepalives_idle = 15; SET tcp_keepalives_interval = "
		"5; SET tcp_keepalives_count = 3",
		version >= 120000 ? "SET tcp_user_timeout = 30000" : NULL,
		version >= 140000 ? "SET client_connection_check_interval = "
				    "2000"
				  : NULL,
	};
	for (size_t i = 0; i < ELEMENTS(all) && (r == 0 || r == -EBADMSG); i++)
		r = all[i] ? session_script(s, all[i], why) : 0;
	return r == -EBADMSG ? 0 : r;
}

int
session_open(const struct url *url, const struct session_how *how,
	struct session **ret, struct why *why)
{
	own(session) struct session *s = xcalloc(1, sizeof(*s));
	s->url = url_copy(url);
	s->deadline = how->deadline;
	s->look = how->kind == SESSION_LOOK;
	s->error = xstrdup("");
	int r = connect_to(
		url, how->database, how->name, how->deadline, &s->conn, why);
	if (r < 0)
		return r;
	PQsetNoticeReceiver(s->conn, ignore_notice, NULL);
	if (PQsetnonblocking(s->conn, 1) < 0)
		return because(why, -EIO, "libpq cannot be made non-blocking");
	r = prepare(s, how, why);
	if (r == 0 && how->kind == SESSION_WORK)
		r = watch_client(s, why);
	if (r < 0)
		return r;
	*ret = take(s);
	return 0;
}

const char *
session_state(const struct session *s)
{
	return s->state;
}

const char *
session_error(const struct session *s)
{
	return s->error;
}

bool
session_lost(const struct session *s)
{
	return s->lost;
}

int
session_pid(const struct session *s)
{
	return PQbackendPID(s->conn);
}

int
session_version(const struct session *s)
{
	return PQserverVersion(s->conn);
}

char *
session_quote(struct session *s, const char *identifier)
{
	char *quoted =
		PQescapeIdentifier(s->conn, identifier, strlen(identifier));
	/* Only what is no UTF-8 fails; the empty name then matches nothing. */
	char *copy = xstrdup(quoted ? quoted : "\"\"");
	PQfreemem(quoted);
	return copy;
}

char *
session_literal(struct session *s, const char *text)
{
	char *quoted = PQescapeLiteral(s->conn, text, strlen(text));
	char *copy = xstrdup(quoted ? quoted : "''");
	PQfreemem(quoted);
	return copy;
}
