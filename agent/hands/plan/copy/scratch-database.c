#include "config.h"
#include "hands/plan/copy/scratch-database.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "base/escape.h"
#include "hands/plan/copy/copy-extent.h"
#include "hands/plan/copy/pg-dump.h"
#include "hands/postgres/session.h"

#define PREFIX "logmend_rehearsal_"
#define COMMENT "logmend rehearsal, made "
/* More than a rehearsal needs, and nobody else's choice: by it a copy is known
 * that has no comment yet. */
#define CONNECTIONS "29"
#define DROP_TIME (15 * USEC_SECOND)

void
scratch_free(struct scratch *c)
{
	session_close(c->marker_session);
	url_free(&c->url);
	url_free(&c->server);
	*c = (struct scratch){ 0 };
}

static int
open_work(const struct url *url, const char *database, const char *name,
	usec deadline, struct session **ret, struct why *why)
{
	/* The copy's server does not know the application's schema. */
	own(url) struct url u = url_copy(url);
	u.schema_given = false;
	struct session_how how = {
		.kind = SESSION_WORK,
		.name = name,
		.lock_timeout = 5 * USEC_SECOND,
		.statement_timeout = 30 * USEC_SECOND,
		.deadline = deadline,
		.database = database,
	};
	return session_open(&u, &how, ret, why);
}

static int
drop_database(struct session *s, const char *name, struct why *why)
{
	own(str) char *quoted = session_quote(s, name);
	/* FORCE since 13: our own pg_dump's last session may still end. */
	own(str) char *sql = xprintf("DROP DATABASE IF EXISTS %s%s", quoted,
		session_version(s) >= 130000 ? " WITH (FORCE)" : "");
	return session_do(s, sql, why);
}

/* A copy that a crash left behind is known by its name, its owner and its
 * comment, and by having no session of its name that keeps it. One that was
 * left between the two statements that make it has no comment, and is known by
 * its limit of connections. */
static void
drop_left_overs(struct session *s)
{
	own(rows) PGresult *rows = NULL;
	if (session_ask(s,
		    "SELECT datname FROM pg_catalog.pg_database d"
		    " JOIN pg_catalog.pg_roles r ON r.oid = d.datdba"
		    " WHERE datname ~ '^" PREFIX "[0-9a-f]{16}$'"
		    " AND r.rolname = current_user"
		    " AND coalesce(pg_catalog.shobj_description(d.oid,"
		    "  'pg_database'), CASE datconnlimit WHEN " CONNECTIONS
		    "  THEN '" COMMENT "' END) LIKE '" COMMENT "%'"
		    " AND NOT EXISTS (SELECT FROM"
		    "  pg_catalog.pg_stat_activity a"
		    "  WHERE a.application_name = d.datname)",
		    NULL, 0, &rows, NULL) < 0)
		return;
	for (int i = 0; i < PQntuples(rows); i++)
		/* What stays is tried again by the next rehearsal. */
		(void)drop_database(s, cell(rows, i, 0), NULL);
}

static int
check_right(struct session *s, struct why *why)
{
	own(rows) PGresult *rows = NULL;
	int r = session_ask(s,
		"SELECT rolcreatedb OR rolsuper, current_user"
		" FROM pg_catalog.pg_roles WHERE rolname = current_user",
		NULL, 0, &rows, why);
	if (r < 0)
		return r;
	if (PQntuples(rows) && *cell(rows, 0, 0) == 't')
		return 0;
	own(str) char *role =
		escape_str(span_of(PQntuples(rows) ? cell(rows, 0, 1) : "?"),
			100, ESCAPE_LINE);
	return because(why, -EPERM,
		"the role %s may not create databases, so no copy can be made: "
		"ALTER ROLE \"%s\" CREATEDB",
		role, role);
}

/* The dump is restored in one transaction, which holds a lock on everything it
 * makes, in a table that all databases of the server share: where it is full,
 * the application's own statements fail with 53200. */
static int
check_room(struct session *from, struct session *on, const char *some,
	struct why *why)
{
	own(rows) PGresult *objects = NULL;
	own(rows) PGresult *room = NULL;
	/* Below 16384 are PostgreSQL's own. A table has indexes and the like.
	 */
	int r = session_rows(from,
		"SELECT coalesce(10 * nullif($1, '')::int8, (SELECT count(*)"
		" FROM pg_catalog.pg_class WHERE oid >= 16384))",
		&objects, why, some);
	if (r == 0)
		r = session_rows(on,
			"SELECT current_setting('max_locks_per_transaction')"
			"::int8 * (current_setting('max_connections')::int8 +"
			" current_setting('max_prepared_transactions')::int8)"
			" >= 2 * $1::int8",
			&room, why, cell(objects, 0, 0));
	if (r < 0 || *cell(room, 0, 0) == 't')
		return r;
	return because(why, -E2BIG,
		"the schema has %s tables, indexes and the like, whose copy "
		"would fill the server's lock table: raise "
		"max_locks_per_transaction, or rehearse on another server "
		"(`rehearse` of the remedy)",
		cell(objects, 0, 0));
}

/* Encoding and collation of the original, so that indexes mean the same. */
static int
create_database(struct session *s, struct session *from, const char *name,
	struct why *why)
{
	own(rows) PGresult *like = NULL;
	int r = session_ask(from,
		"SELECT pg_catalog.pg_encoding_to_char(encoding), datcollate,"
		" datctype FROM pg_catalog.pg_database"
		" WHERE datname = pg_catalog.current_database()",
		NULL, 0, &like, why);
	if (r < 0)
		return r;
	own(rows) PGresult *sql = NULL;
	r = session_rows(s,
		"SELECT pg_catalog.format('CREATE DATABASE %I TEMPLATE"
		" template0 ENCODING %L LC_COLLATE %L LC_CTYPE %L"
		" CONNECTION LIMIT " CONNECTIONS "', $1::text, $2::text,"
		" $3::text, $4::text),"
		" pg_catalog.format('COMMENT ON DATABASE %I IS %L', $1::text,"
		" '" COMMENT "' || extract(epoch FROM"
		" pg_catalog.now())::pg_catalog.int8)",
		&sql, why, name, cell(like, 0, 0), cell(like, 0, 1),
		cell(like, 0, 2));
	if (r == 0)
		r = session_do(s, cell(sql, 0, 0), why);
	if (r == 0)
		r = session_do(s, cell(sql, 0, 1), why);
	return r;
}

static int
random_name(char name[sizeof(PREFIX) + 16], struct why *why)
{
	unsigned char bytes[8];
	if (getrandom(bytes, sizeof(bytes), 0) != sizeof(bytes))
		return because(why, -EIO, "no random bytes");
	memcpy(name, PREFIX, sizeof(PREFIX));
	for (size_t i = 0; i < sizeof(bytes); i++)
		snprintf(
			name + sizeof(PREFIX) - 1 + 2 * i, 3, "%02x", bytes[i]);
	return 0;
}

/* A dump of a database whose schema public was made anew creates it again. */
static int
make_room(struct session *s, const struct buf *sql, struct why *why)
{
	if (span_find(buf_span(sql), SPAN("\nCREATE SCHEMA public;\n")) < 0)
		return 0;
	return session_do(s, "DROP SCHEMA public", why);
}

/* Over libpq and not through psql: a dump holds names that anybody with DDL
 * rights chose, and psql has run commands hidden in them (CVE-2025-8714 and
 * -8715). A server knows no such commands. */
static int
restore(struct session *to, struct buf *sql, struct why *why)
{
	struct why inner;
	if (sql->len && memchr(sql->data, '\0', sql->len))
		return because(why, -EINVAL, "the dump holds a NUL byte");
	pg_dump_clean(sql, session_version(to));
	int r = make_room(to, sql, why);
	if (r < 0)
		return r;
	r = session_script(to, buf_str(sql), &inner);
	return r < 0
		? because(why, r, "the dump cannot be restored: %s", inner.text)
		: 0;
}

static int
fill(const struct scratch_how *how, struct scratch *c, struct session *from,
	const struct pg_dump *pg_dump, char *const *left_out, struct why *why)
{
	own(buf) struct buf sql = { 0 };
	int r = pg_dump_schema(
		pg_dump, how->from, left_out, how->deadline, &sql, why);
	if (r < 0)
		return r;
	own(session) struct session *to = NULL;
	r = open_work(&c->server, c->url.database, "logmend rehearsal",
		how->deadline, &to, why);
	if (r == 0)
		r = restore(to, &sql, why);
	if (r == 0)
		r = how->migrator->copy_history(
			from, to, how->from->schema, why);
	return r;
}

/* How much is copied, and whether the server has room for that. */
static int
find_extent(const struct scratch_how *how, struct scratch *c,
	struct session *from, char ***left_out, size_t *kept, struct why *why)
{
	int r = how->run
		? copy_extent_find(from, how->run, how->from->schema,
			  how->migrator->describe.history, left_out, kept, why)
		: 0;
	if (r < 0)
		return r;
	c->partial = *left_out != NULL;
	own(str) char *some = c->partial ? xprintf("%zu", *kept) : xstrdup("");
	return check_room(from, c->marker_session, some, why);
}

static void
tell_extent(struct progress *t, const char *name, const struct pg_dump *with,
	bool partial, size_t kept)
{
	own(str) char *text = pg_dump_text(with);
	own(str) char *part = partial
		? xprintf(", of its tables and sequences the %zu that the plan "
			  "needs",
			  kept)
		: xstrdup("");
	progress_step(t,
		"copying the schema into the scratch database %s with %s%s",
		name, text, part);
}

static int
make(const struct scratch_how *how, struct progress *t, struct scratch *c,
	struct why *why)
{
	own(session) struct session *from = NULL;
	own(pg_dump) struct pg_dump pg_dump = { 0 };
	own(strings) char **left_out = NULL;
	size_t kept = 0;
	char name[sizeof(PREFIX) + 16];
	struct session_how look = {
		.kind = SESSION_LOOK,
		.name = "logmend rehearsal",
		.statement_timeout = 20 * USEC_SECOND,
		.deadline = how->deadline,
	};
	int r = session_open(how->from, &look, &from, why);
	if (r == 0)
		r = pg_dump_choose(how->pg_dump, how->from,
			session_version(from), how->deadline, &pg_dump, why);
	if (r == 0)
		r = random_name(name, why);
	if (r == 0)
		r = open_work(how->server, NULL, name, how->deadline,
			&c->marker_session, why);
	if (r == 0)
		r = check_right(c->marker_session, why);
	if (r == 0)
		r = find_extent(how, c, from, &left_out, &kept, why);
	if (r < 0)
		return r;
	drop_left_overs(c->marker_session);
	/* From here on it may exist, and scratch_drop() is to look. */
	free(c->url.database);
	c->url.database = xstrdup(name);
	tell_extent(t, name, &pg_dump, c->partial, kept);
	r = create_database(c->marker_session, from, name, why);
	if (r < 0)
		return r;
	return fill(how, c, from, &pg_dump, left_out, why);
}

static int
make_or_drop(const struct scratch_how *how, struct progress *t,
	struct scratch *ret, struct why *why)
{
	struct scratch c = {
		.url = url_copy(how->server),
		.server = url_copy(how->server),
		.deadline = how->deadline,
	};
	/* Production's schema is the one to rehearse in. */
	free(c.url.schema);
	c.url.schema = xstrdup(how->from->schema);
	c.url.schema_given = how->from->schema_given;
	free(c.url.database);
	c.url.database = xstrdup("");
	int r = make(how, t, &c, why);
	if (r < 0) {
		struct why drop;
		if (*c.url.database && scratch_drop(&c, &drop) < 0)
			progress_step(
				t, "the scratch database stays: %s", drop.text);
		ret->partial = c.partial;
		scratch_free(&c);
		return r;
	}
	*ret = c;
	return 0;
}

/* What is kept may need what is left out in a way that nobody looked for. */
int
scratch_make(const struct scratch_how *how, struct progress *t,
	struct scratch *ret, struct why *why)
{
	int r = make_or_drop(how, t, ret, why);
	if (r >= 0 || !ret->partial)
		return r;
	struct scratch_how whole = *how;
	whole.run = NULL;
	progress_step(t, "a copy of a part cannot be made: %s", why->text);
	return make_or_drop(&whole, t, ret, why);
}

int
scratch_drop(struct scratch *c, struct why *why)
{
	own(session) struct session *s = NULL;
	/* The drop has a time of its own, because the rehearsal may have used
	 * up its deadline. */
	int r = open_work(&c->server, NULL, "logmend rehearsal",
		clock_mono() + DROP_TIME, &s, why);
	if (r == 0)
		r = drop_database(s, c->url.database, why);
	return r;
}
