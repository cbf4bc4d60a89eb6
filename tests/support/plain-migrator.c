#include "config.h"
#include "support/plain-migrator.h"

#include <dirent.h>
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>

#include "base/io/file.h"
#include "hands/run/stop.h"

#define LOCK "4711"

static int
is_script(const struct dirent *e)
{
	size_t len = strlen(e->d_name);
	return len > 4 && strcmp(e->d_name + len - 4, ".sql") == 0;
}

static int
read_folder(const char *folder, struct unit_folder **ret, struct why *why)
{
	own(unit_folder) struct unit_folder *f = xcalloc(1, sizeof(*f));
	struct dirent **list = NULL;
	f->path = xstrdup(folder);
	int n = scandir(folder, &list, is_script, alphasort);
	if (n < 0)
		return because(why, -errno, "%s: %s", folder, strerror(errno));
	for (int i = 0; i < n; i++) {
		struct unit *u = unit_folder_add(f, list[i]->d_name);
		own(str) char *path = xprintf("%s/%s", folder, u->name);
		struct why inner;
		if (file_read(path, SCRIPT_MAX, &u->text, &inner) < 0)
			u->problem = xstrdup(inner.text);
		sha256_hex(buf_span(&u->text), u->checksum);
		free(list[i]);
	}
	free(list);
	*ret = take(f);
	return 0;
}

static bool
order_differs(const struct unit_script *list, size_t n)
{
	(void)list;
	(void)n;
	return false;
}

static bool
can_record(const char *name)
{
	(void)name;
	return true;
}

static void
find_stray_sql(const char *folder, const char *word, usec deadline,
	struct stray_sql *ret)
{
	(void)folder;
	(void)word;
	(void)deadline;
	*ret = (struct stray_sql){ 0 };
}

static enum answer
knows_object(const struct app *app, const char *table, const char *column,
	char **ret_file)
{
	(void)column;
	(void)app;
	(void)table;
	*ret_file = NULL;
	return ANSWER_UNKNOWN;
}

static char **
list_tables(const struct app *app)
{
	(void)app;
	return NULL;
}

static int
find_table(struct session *s, const char *schema, struct history *h,
	struct why *why)
{
	own(rows) PGresult *rows = NULL;
	int r = session_rows(s,
		"SELECT count(*) FILTER (WHERE relname = 'schema_version') > 0,"
		" count(*) FILTER (WHERE relname <> 'schema_version') > 0"
		" FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n"
		" ON n.oid = relnamespace WHERE nspname = $1 AND relkind = 'r'",
		&rows, why, schema);
	if (r < 0)
		return r;
	h->exists = *cell(rows, 0, 0) == 't';
	h->other_tables = *cell(rows, 0, 1) == 't';
	return 0;
}

static int
ask_rows(struct session *s, const char *schema, PGresult **ret, struct why *why)
{
	own(str) char *quoted = session_quote(s, schema);
	own(str) char *sql = xprintf("SELECT version, checksum, attempt, at "
				     "FROM %s.schema_version ORDER BY at",
		quoted);
	return session_ask(s, sql, NULL, 0, ret, why);
}

static int
read_history(struct session *s, const char *schema, struct history **ret,
	struct why *why)
{
	own(history) struct history *h = xcalloc(1, sizeof(*h));
	own(rows) PGresult *rows = NULL;
	int r = find_table(s, schema, h, why);
	if (r == 0 && h->exists)
		r = ask_rows(s, schema, &rows, why);
	if (r < 0)
		return r;
	size_t n = rows ? (size_t)PQntuples(rows) : 0;
	h->rows = xcalloc(n, sizeof(*h->rows));
	for (; h->n < n; h->n++)
		h->rows[h->n] = (struct history_row){
			.name = xstrdup(cell(rows, (int)h->n, 0)),
			.checksum = xstrdup(cell(rows, (int)h->n, 1)),
			.id = xstrdup(cell(rows, (int)h->n, 2)),
			.started = xstrdup(cell(rows, (int)h->n, 3)),
			.finished = true,
		};
	*ret = take(h);
	return 0;
}

static bool
is_same_text(struct span text, const char *checksum)
{
	char hex[SHA256_HEX];
	sha256_hex(text, hex);
	return strcmp(hex, checksum) == 0;
}

static int
add_row(struct session *s, const char *schema, const char *const values[4],
	struct why *why)
{
	own(str) char *quoted = session_quote(s, schema);
	own(str) char *sql = xprintf("INSERT INTO %s.schema_version VALUES "
				     "($1, $2, $3, coalesce($4::timestamptz, "
				     "clock_timestamp()))",
		quoted);
	own(rows) PGresult *none = NULL;
	return session_ask(s, sql, values, 4, &none, why);
}

static int
copy_history(struct session *from, struct session *to, const char *schema,
	struct why *why)
{
	struct history h = { 0 };
	own(rows) PGresult *rows = NULL;
	int r = find_table(from, schema, &h, why);
	if (r == 0 && h.exists)
		r = ask_rows(from, schema, &rows, why);
	for (int i = 0; r == 0 && rows && i < PQntuples(rows); i++) {
		const char *const values[] = { cell(rows, i, 0),
			cell(rows, i, 1), cell(rows, i, 2), cell(rows, i, 3) };
		r = add_row(to, schema, values, why);
	}
	return r;
}

static int
lock(struct session *s, usec deadline, struct why *why)
{
	for (;;) {
		own(rows) PGresult *rows = NULL;
		int r = session_ask(s, "SELECT pg_try_advisory_lock(" LOCK ")",
			NULL, 0, &rows, why);
		if (r < 0 || *cell(rows, 0, 0) == 't')
			return r;
		if (clock_mono() >= deadline)
			return because(why, -EBUSY, "the lock is held");
		(void)poll(NULL, 0, 20);
	}
}

static int
lock_holder(struct session *s, int except, char **ret, struct why *why)
{
	own(str) char *pid = xprintf("%d", except);
	own(rows) PGresult *rows = NULL;
	int r = session_rows(s,
		"SELECT pid FROM pg_catalog.pg_locks WHERE locktype ="
		" 'advisory' AND granted AND objid = " LOCK
		" AND pid <> $1::int4",
		&rows, why, pid);
	if (r == 0)
		*ret = PQntuples(rows) ? xprintf("process %s", cell(rows, 0, 0))
				       : NULL;
	return r;
}

static int
make_table(struct session *s, const char *schema, struct why *why)
{
	own(str) char *quoted = session_quote(s, schema);
	own(str) char *sql = xprintf("CREATE TABLE %s.schema_version (version "
				     "text PRIMARY KEY, checksum text, attempt "
				     "text, at timestamptz)",
		quoted);
	return session_do(s, sql, why);
}

static enum migrator_end
apply(struct session *s, const struct migrator_run *run, struct progress *t,
	struct why *why)
{
	if (stop_asked(run->stop, why))
		return MIGRATOR_STOPPED;
	int r = session_do(s, "BEGIN", why);
	if (r == 0 && run->makes_history)
		r = make_table(s, run->schema, why);
	for (size_t i = 0; i < run->n && r == 0; i++) {
		const struct unit *u = run->list[i].unit;
		const char *const values[] = { u->name, u->checksum, run->key,
			NULL };
		progress_step(t, "applying %s%s", u->name, run->place);
		r = session_script(s, u->text.data, why);
		if (r == 0)
			r = add_row(s, run->schema, values, why);
	}
	bool stopped = r == 0 && stop_asked(run->stop, why);
	if (r == 0 && !stopped)
		r = session_do(s, "COMMIT", why);
	if (r == 0 && !stopped)
		return MIGRATOR_APPLIED;
	if (session_lost(s) || session_do(s, "ROLLBACK", NULL) < 0)
		return MIGRATOR_LOST;
	return stopped ? MIGRATOR_STOPPED : MIGRATOR_ROLLED_BACK;
}

static bool
is_own_row(const struct history_row *r, const char *key)
{
	return strcmp(r->id, key) == 0;
}

/* All or nothing is committed, so there are only rows of what was applied. */
static int
mark_rolled_back(struct session *s, const char *schema,
	const struct history_row *r, const char *text, struct why *why)
{
	(void)s;
	(void)schema;
	(void)text;
	return because(why, -ENOTSUP, "%s was applied", r->name);
}

const struct migrator plain_migrator = {
	.describe = {
		.name = "Plain",
		.history = "schema_version",
		.deploy = "`plain up`",
		.resolve = "plain skip",
		.resolve_rolled_back = "plain skip",
		.without_history = "`plain up` would run all files",
		.after_failure = "change nothing",
		.failed_code = "",
		.unreadable_code = "",
		.script = "NUMBER_NAME.sql",
	},
	.read_folder = read_folder,
	.order_differs = order_differs,
	.can_record = can_record,
	.find_stray_sql = find_stray_sql,
	.knows_object = knows_object,
	.list_tables = list_tables,
	/* no stray files, so no units are made from them */
	.read_history = read_history,
	.is_same_text = is_same_text,
	.copy_history = copy_history,
	.lock = lock,
	.lock_holder = lock_holder,
	.apply = apply,
	.is_own_row = is_own_row,
	.mark_rolled_back = mark_rolled_back,
};
