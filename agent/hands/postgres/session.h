/* One connection to PostgreSQL whose every wait ends by a deadline. Values go
 * in as parameters; identifiers only quoted by session_quote(). */
#pragma once

#include <libpq-fe.h>

#include "base/clock.h"
#include "base/why.h"
#include "hands/postgres/url.h"

enum session_kind {
	/* All inside one read-only transaction with a snapshot of its own and
	 * search_path = pg_catalog: nothing leaks into a pooler's connection,
	 * nothing the database's users made stands in for a built-in. */
	SESSION_LOOK,
	/* As a migrator's own: search_path of the URL, and each statement
	 * commits by itself. */
	SESSION_WORK,
};

struct session_how {
	enum session_kind kind;
	const char *name;       /* application_name */
	usec lock_timeout;      /* 0: the server's */
	usec statement_timeout; /* 0: the server's */
	usec deadline;          /* clock_mono(); of everything done with it */
	const char *database;   /* instead of the URL's; NULL */
};

struct session;

/* Fails as connect_to() does. */
int session_open(const struct url *url, const struct session_how *how,
	struct session **ret, struct why *why);
void session_close(struct session *s);
OWN(session, struct session *, session_close);

/* Rows; every row function of libpq may be used on them. */
OWN(rows, PGresult *, PQclear);

/* One statement with n text parameters (NULL is NULL). -EBADMSG: the server
 * said no, session_state() tells its SQLSTATE; -ETIMEDOUT, -EPIPE: the
 * connection is lost and nobody knows whether it ran. */
int session_ask(struct session *s, const char *sql, const char *const *params,
	size_t n, PGresult **ret, struct why *why);
#define session_rows(s, sql, ret, why, ...)                           \
	session_ask((s), (sql), (const char *const[]){ __VA_ARGS__ }, \
		sizeof((const char *const[]){ __VA_ARGS__ }) /        \
			sizeof(const char *),                         \
		(ret), (why))
/* The same for what returns nothing of interest. */
int session_do(struct session *s, const char *sql, struct why *why);
/* A whole script as one message, which makes one transaction of it unless it
 * has transactions of its own. */
int session_script(struct session *s, const char *sql, struct why *why);

/* Statements that set a working session's time-outs and search_path again,
 * whatever a script made of them; "" for a look. No statement may run longer
 * than until a second before the session's deadline. Borrowed, until it is
 * asked for again. */
const char *session_settings_sql(struct session *s);

/* SQLSTATE of the last error, or "". */
const char *session_state(const struct session *s);
/* The server's message of the last error, whole (several lines), escaped and
 * without password; or "". */
const char *session_error(const struct session *s);
bool session_lost(const struct session *s);
/* Closes the connection at once, so that the server sees it too and ends what
 * it does; the session is lost from then on. */
void session_drop(struct session *s);
int session_pid(const struct session *s);     /* of the server's process */
int session_version(const struct session *s); /* 150020 */
/* "quoted identifier", owned. */
char *session_quote(struct session *s, const char *identifier);
/* 'quoted text', owned. */
char *session_literal(struct session *s, const char *text);
/* A cell as a string; "" for NULL. */
static inline const char *
cell(const PGresult *rows, int row, int column)
{
	return PQgetvalue(rows, row, column);
}
