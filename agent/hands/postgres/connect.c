#include "config.h"
#include "hands/postgres/connect.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>

#include "base/escape.h"
#include "hands/postgres/route.h"

#define AUTHORITIES "/etc/ssl/certs/ca-certificates.crt"
#define REASON_MAX 700

OWN(conn, PGconn *, PQfinish);

int
connect_await(const PGconn *conn, short events, usec deadline)
{
	for (;;) {
		usec now = clock_mono();
		if (now >= deadline)
			return -ETIMEDOUT;
		struct pollfd p = { PQsocket(conn), events, 0 };
		if (p.fd < 0)
			return -EPIPE;
		usec left = (deadline - now) / 1000 + 1;
		int n = poll(&p, 1, left > 60000 ? 60000 : (int)left);
		if (n < 0 && errno != EINTR)
			return -errno;
		if (n > 0)
			return 0;
	}
}

/* Servers say in many languages that they refuse a connection; the SQLSTATE is
 * the same in all. */
static const struct refusal {
	const char *state; /* SQLSTATE, or words */
	int error;
	const char *text;
} refusals[] = {
	{ "28P01", -EACCES, "the server refuses this user or its password" },
	{ "28000", -EACCES, "the server does not let this user log in" },
	{ "42501", -EACCES, "this user may not connect to the database" },
	{ "3D000", -ENOENT, "there is no such database" },
	{ "53300", -EAGAIN, "the server has no connection left" },
	{ "57P03", -EAGAIN, "the server is starting up or shutting down" },
};

/* What libpq itself says before the server was asked anything, in its own
 * language, as no locale is set. */
static const struct refusal tls_refusals[] = {
	{ "server does not support SSL, but SSL was required", -EACCES,
		"the URL wants TLS and the server has none" },
	{ "certificate verify failed", -EACCES,
		"the server's certificate is from nobody we trust" },
	{ "does not match host name", -EACCES,
		"the server's certificate is for another name" },
	{ "root certificate file", -EACCES,
		"the authorities to check the server's certificate with are "
		"missing" },
};

static const struct refusal *
tls_refusal_in(const char *text)
{
	for (size_t i = 0; i < ELEMENTS(tls_refusals); i++)
		if (strstr(text, tls_refusals[i].state))
			return &tls_refusals[i];
	return NULL;
}

/* libpq 15 hands out no SQLSTATE of a refused start, but a verbose message has
 * it: `FATAL:  28P01: ...`. */
static const struct refusal *
refusal_in(const char *text)
{
	for (size_t i = 0; i < ELEMENTS(refusals); i++) {
		char mark[16];
		snprintf(mark, sizeof(mark), ":  %s: ", refusals[i].state);
		if (strstr(text, mark))
			return &refusals[i];
	}
	return NULL;
}

/* Without the lines that tell a place in PostgreSQL's source. */
static char *
message_of(const PGconn *conn)
{
	struct span rest = span_of(PQerrorMessage(conn)), line;
	own(buf) struct buf text = { 0 };
	while (span_cut(&rest, '\n', &line))
		if (!span_starts(line, SPAN("LOCATION:")))
			buf_printf(&text, SPAN_FMT "\n", SPAN_ARG(line));
	return buf_take_str(&text);
}

/* The sentence names the place and never the password: libpq's messages may
 * quote the connection string. */
static int
failed(const struct url *url, const PGconn *conn, struct why *why)
{
	own(str) char *whole = message_of(conn);
	own(str) char *text = url_censor(url, whole);
	own(str) char *shown = escape_joined(
		span_of(*text ? text : "libpq gave no reason"), REASON_MAX);
	own(str) char *where = url_text(url);
	const struct refusal *by = refusal_in(text);
	by = by ? by : tls_refusal_in(text);
	if (by)
		return because(why, by->error, "no connection to %s: %s: %s",
			where, by->text, shown);
	if (PQconnectionNeedsPassword(conn))
		return because(why, -EACCES,
			"no connection to %s: the server wants a password and "
			"the URL has none",
			where);
	return because(
		why, -ECONNREFUSED, "no connection to %s: %s", where, shown);
}

bool
connect_in_vain(int r)
{
	return r == -EACCES || r == -ENOENT;
}

/* Serverless databases fall asleep, and take seconds to answer the first who
 * comes. */
static int
silent(const struct url *url, usec began, struct why *why)
{
	own(str) char *where = url_text(url);
	usec waited = clock_mono() - began;
	return because(why, -ETIMEDOUT,
		"no connection to %s: no answer within %.*f s; a database that "
		"sleeps while nobody uses it may need longer "
		"(`connect_timeout=15` in its URL)",
		where, waited < USEC_SECOND, (double)waited / USEC_SECOND);
}

/* libpq's own state machine, one wait at a time, so that the deadline holds for
 * the whole start: its connect_timeout holds for each address anew. */
static int
finish(const struct url *url, PGconn *conn, usec deadline, struct why *why)
{
	PostgresPollingStatusType status = PGRES_POLLING_WRITING;
	usec began = clock_mono();
	while (status != PGRES_POLLING_OK) {
		short events =
			status == PGRES_POLLING_WRITING ? POLLOUT : POLLIN;
		int r = connect_await(conn, events, deadline);
		if (r < 0)
			return r == -ETIMEDOUT ? silent(url, began, why)
					       : failed(url, conn, why);
		status = PQconnectPoll(conn);
		if (status == PGRES_POLLING_FAILED)
			return failed(url, conn, why);
	}
	return 0;
}

static PGconn *
start(const struct url *u, const char *hosts, const char *addresses,
	const char *database, const char *name)
{
	/* libpq 15 does not know the system's authorities by itself. */
	bool verified = strncmp(u->sslmode, "verify", 6) == 0;
	const char *authorities = u->sslrootcert ? u->sslrootcert
		: verified                       ? AUTHORITIES
						 : NULL;
	const char *const pairs[][2] = {
		{ "host", hosts },
		{ "hostaddr", addresses },
		{ "port", u->port },
		{ "user", u->user },
		{ "password", u->password ? u->password : "" },
		/* libpq would read a password from ~/.pgpass. There is never a
		 * file below /dev/null; of that itself libpq would warn. */
		{ "passfile", "/dev/null/none" },
		{ "dbname", database ? database : u->database },
		{ "sslmode", u->sslmode },
		{ "sslrootcert", authorities },
		{ "options", u->options },
		{ "channel_binding", u->channel_binding },
		{ "application_name", name },
		{ "client_encoding", "UTF8" },
		{ "gssencmode", "disable" },
		/* A peer that went without a word is noticed within 30 s, also
		 * while we only wait for it. */
		{ "keepalives_idle", "15" },
		{ "keepalives_interval", "5" },
		{ "keepalives_count", "3" },
		{ "tcp_user_timeout", "30000" },
	};
	const char *names[ELEMENTS(pairs) + 1], *values[ELEMENTS(pairs) + 1];
	size_t n = 0;
	for (size_t i = 0; i < ELEMENTS(pairs); i++)
		if (pairs[i][1]) {
			names[n] = pairs[i][0];
			values[n++] = pairs[i][1];
		}
	names[n] = values[n] = NULL;
	return PQconnectStartParams(names, values, 0);
}

int
connect_to(const struct url *url, const char *database, const char *name,
	usec deadline, PGconn **ret, struct why *why)
{
	if (url->connect_timeout)
		deadline = MIN(deadline, clock_mono() + url->connect_timeout);
	own(str) char *hosts = NULL;
	own(str) char *addresses = NULL;
	int r = route_find(url, deadline, &hosts, &addresses, why);
	if (r < 0)
		return r;
	own(conn) PGconn *conn = start(url, hosts, addresses, database, name);
	if (!conn)
		return because(why, -ENOMEM, "libpq has no memory");
	if (PQstatus(conn) == CONNECTION_BAD)
		return failed(url, conn, why);
	(void)PQsetErrorVerbosity(conn, PQERRORS_VERBOSE);
	r = finish(url, conn, deadline, why);
	if (r < 0)
		return r;
	(void)PQsetErrorVerbosity(conn, PQERRORS_DEFAULT);
	*ret = take(conn);
	return 0;
}
