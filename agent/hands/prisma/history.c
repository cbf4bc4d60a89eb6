#include "config.h"
#include "hands/prisma/history.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

void
history_free(struct history *h)
{
	if (!h)
		return;
	for (size_t i = 0; i < h->n; i++) {
		free(h->rows[i].id);
		free(h->rows[i].checksum);
		free(h->rows[i].name);
		free(h->rows[i].logs);
		free(h->rows[i].started);
	}
	free(h->rows);
	free(h->elsewhere);
	free(h);
}

bool
history_row_failed(const struct history_row *r)
{
	return !r->finished && !r->rolled_back;
}

/* Prisma counts ordinary tables only, and not those of PostGIS. */
static const char find_table[] =
	"SELECT EXISTS (SELECT FROM pg_class c"
	"  JOIN pg_namespace n ON n.oid = c.relnamespace"
	"  WHERE n.nspname = $1 AND c.relname = '_prisma_migrations'"
	"  AND c.relkind = 'r'),"
	" EXISTS (SELECT FROM pg_class c"
	"  JOIN pg_namespace n ON n.oid = c.relnamespace"
	"  WHERE n.nspname = $1 AND c.relkind = 'r' AND c.relname NOT IN"
	"  ('_prisma_migrations', 'spatial_ref_sys')),"
	" (SELECT min(n.nspname) FROM pg_class c"
	"  JOIN pg_namespace n ON n.oid = c.relnamespace"
	"  WHERE n.nspname <> $1 AND n.nspname NOT LIKE 'pg\\_%'"
	"  AND c.relname = '_prisma_migrations' AND c.relkind = 'r')";

static bool
is_true(const PGresult *rows, int row, int column)
{
	return strcmp(cell(rows, row, column), "t") == 0;
}

static void
take_rows(struct history *h, const PGresult *rows)
{
	size_t n = (size_t)PQntuples(rows);
	h->rows = xcalloc(n, sizeof(*h->rows));
	for (int i = 0; i < (int)n; i++)
		h->rows[h->n++] = (struct history_row){
			.id = xstrdup(cell(rows, i, 0)),
			.checksum = xstrdup(cell(rows, i, 1)),
			.name = xstrdup(cell(rows, i, 2)),
			.logs = PQgetisnull(rows, i, 3)
				? NULL
				: xstrdup(cell(rows, i, 3)),
			.started = xstrdup(cell(rows, i, 4)),
			.finished = is_true(rows, i, 5),
			.rolled_back = is_true(rows, i, 6),
		};
}

int
history_read(struct session *s, const char *schema, struct history **ret,
	struct why *why)
{
	own(history) struct history *h = xcalloc(1, sizeof(*h));
	own(rows) PGresult *found = NULL;
	int r = session_rows(s, find_table, &found, why, schema);
	if (r < 0)
		return r;
	h->exists = is_true(found, 0, 0);
	h->other_tables = is_true(found, 0, 1);
	if (!h->exists) {
		if (!PQgetisnull(found, 0, 2))
			h->elsewhere = xstrdup(cell(found, 0, 2));
		*ret = take(h);
		return 0;
	}
	own(str) char *quoted = session_quote(s, schema);
	/* left(): a log is shown, not kept whole. */
	own(str) char *sql = xprintf(
		"SELECT id, checksum, migration_name, left(logs, 20000),"
		" to_char(started_at AT TIME ZONE 'UTC',"
		" 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"'),"
		" finished_at IS NOT NULL, rolled_back_at IS NOT NULL"
		" FROM %s._prisma_migrations ORDER BY started_at, id"
		" LIMIT %d",
		quoted, HISTORY_MAX + 1);
	own(rows) PGresult *rows = NULL;
	struct why inner;
	r = session_ask(s, sql, NULL, 0, &rows, &inner);
	if (r < 0)
		return because(why,
			strcmp(session_state(s), "42501") == 0 ? -EACCES : r,
			"_prisma_migrations cannot be read: %s", inner.text);
	if (PQntuples(rows) > HISTORY_MAX)
		return because(why, -E2BIG,
			"_prisma_migrations has more than %d rows",
			HISTORY_MAX);
	take_rows(h, rows);
	*ret = take(h);
	return 0;
}

static void
match_one(const struct history *h, struct migration *m)
{
	bool seen = false, fits = false;
	m->state = MIGRATION_PENDING;
	for (size_t i = 0; i < h->n; i++) {
		const struct history_row *r = &h->rows[i];
		if (strcmp(r->name, m->name) != 0)
			continue;
		if (r->rolled_back) {
			m->rolled_back = true;
		} else if (!r->finished) {
			m->state = MIGRATION_FAILED;
		} else {
			if (m->state == MIGRATION_PENDING)
				m->state = MIGRATION_APPLIED;
			seen = true;
			fits |= checksum_matches(
				buf_span(&m->text), r->checksum);
		}
	}
	m->edited = seen && !fits && !m->problem;
}

void
history_match(const struct history *h, struct migrations *m)
{
	for (size_t i = 0; i < m->n; i++)
		match_one(h, &m->list[i]);
}

const struct history_row *
history_failed(const struct history *h, const char *name)
{
	for (size_t i = 0; i < h->n; i++)
		if (history_row_failed(&h->rows[i]) &&
			(!name || strcmp(h->rows[i].name, name) == 0))
			return &h->rows[i];
	return NULL;
}

size_t
history_orphans(const struct history *h, const struct migrations *m,
	const char **ret_first)
{
	size_t n = 0;
	for (size_t i = 0; i < h->n; i++) {
		const struct history_row *r = &h->rows[i];
		if (!r->finished || r->rolled_back ||
			migrations_find(m, r->name))
			continue;
		if (n++ == 0)
			*ret_first = r->name;
	}
	return n;
}

static bool
has_prefix(const char *name)
{
	return strspn(name, "0123456789") == 14;
}

const char *
history_newest(const struct history *h)
{
	const char *newest = NULL;
	for (size_t i = 0; i < h->n; i++) {
		const struct history_row *r = &h->rows[i];
		if (r->finished && !r->rolled_back && has_prefix(r->name) &&
			(!newest || strcmp(r->name, newest) > 0))
			newest = r->name;
	}
	return newest;
}

enum answer
history_is_clean(const struct history *h, const struct migrations *m)
{
	if (history_failed(h, NULL))
		return ANSWER_NO;
	if (!m)
		return ANSWER_UNKNOWN;
	for (size_t i = 0; i < m->n; i++)
		if (m->list[i].state == MIGRATION_PENDING)
			return ANSWER_NO;
	return ANSWER_YES;
}
