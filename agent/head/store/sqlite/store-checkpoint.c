#include "config.h"
#include "head/store/sqlite/db.h"
#include "head/store/sqlite/query.h"
#include "head/store/sqlite/store-inside.h"
#include "head/store/store.h"

#include <errno.h>
#include <stdlib.h>

/* Gaps are for people; older ones have been told. */
#define GAPS_KEPT 1000

static void
bind_position(struct query *q, int at, const struct position *p)
{
	query_u64(q, at, p->offset[STREAM_STDOUT]);
	query_u64(q, at + 1, p->offset[STREAM_STDERR]);
	query_u64(q, at + 2, p->before);
}

static struct position
read_position(struct query *q, int at)
{
	return (struct position){
		.offset[STREAM_STDOUT] = query_get_u64(q, at),
		.offset[STREAM_STDERR] = query_get_u64(q, at + 1),
		.before = query_get_u64(q, at + 2),
	};
}

int
store_checkpoint_add(struct store *s, struct checkpoint *p, struct why *why)
{
	struct query *q = query_of(s->queries,
		"INSERT INTO source (app, container, path, stdout, stderr, "
		"before, moved, since) "
		"VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)");
	query_str(q, 1, p->app);
	query_str(q, 2, p->container);
	query_str(q, 3, p->path);
	bind_position(q, 4, &p->at);
	query_u64(q, 7, p->moved);
	query_i64(q, 8, p->since_ns);
	int r = query_run(q, why);
	if (r == 0)
		p->id = db_last_id(s->db);
	return r;
}

int
store_checkpoint_at(
	struct store *s, uint64_t id, struct position *ret, struct why *why)
{
	struct query *q = query_of(s->queries,
		"SELECT stdout, stderr, before FROM source WHERE id = ?1");
	query_u64(q, 1, id);
	int r = query_step(q, why);
	if (r == 0)
		return because(why, -ENOENT,
			"no position is stored for log %llu",
			(unsigned long long)id);
	if (r < 0)
		return r;
	*ret = read_position(q, 0);
	query_end(q);
	return 0;
}

/* Promise 1: one statement that moves the position only from where the batch
 * began, so a batch that comes twice changes nothing the second time. */
int
store_checkpoint_move(struct store *s, uint64_t id, const struct position *from,
	const struct position *to, usec now, struct why *why)
{
	struct query *q = query_of(s->queries,
		"UPDATE source SET stdout = ?2, stderr = ?3, before = ?4, "
		"moved = ?5, whole = 0, ended = 0 WHERE id = ?1 AND stdout = "
		"?6 AND stderr = ?7 "
		"AND before = ?8");
	query_u64(q, 1, id);
	bind_position(q, 2, to);
	query_u64(q, 5, now);
	bind_position(q, 6, from);
	int r = query_run(q, why);
	if (r < 0)
		return r;
	if (db_changes(s->db) == 0)
		return because(why, -ESTALE,
			"the position of log %llu is another one than the "
			"batch begins at",
			(unsigned long long)id);
	return 0;
}

int
store_checkpoint_set(struct store *s, uint64_t id, const struct position *at,
	usec moved, struct why *why)
{
	struct query *q = query_of(s->queries,
		"UPDATE source SET stdout = ?2, stderr = ?3, before = ?4, "
		"moved = ?5, ended = 0 WHERE id = ?1");
	query_u64(q, 1, id);
	bind_position(q, 2, at);
	query_u64(q, 5, moved);
	return query_run(q, why);
}

int
store_checkpoint_whole(
	struct store *s, uint64_t id, usec now, bool ended, struct why *why)
{
	struct query *q = query_of(s->queries,
		"UPDATE source SET whole = ?2, ended = ?3 WHERE id = ?1");
	query_u64(q, 1, id);
	query_u64(q, 2, now);
	query_u64(q, 3, ended);
	return query_run(q, why);
}

int
store_checkpoint_forget(struct store *s, uint64_t id, struct why *why)
{
	struct query *q =
		query_of(s->queries, "DELETE FROM source WHERE id = ?1");
	query_u64(q, 1, id);
	return query_run(q, why);
}

int
store_file_put(struct store *s, uint64_t id, const struct checkpoint_file *f,
	struct why *why)
{
	struct query *q = query_of(s->queries,
		"INSERT OR REPLACE INTO file (key, source, base) "
		"VALUES (?1, ?2, ?3)");
	query_str(q, 1, f->key);
	query_u64(q, 2, id);
	query_u64(q, 3, f->base);
	return query_run(q, why);
}

int
store_file_forget(struct store *s, const char *key, struct why *why)
{
	struct query *q =
		query_of(s->queries, "DELETE FROM file WHERE key = ?1");
	query_str(q, 1, key);
	return query_run(q, why);
}

static int
read_place_file(struct query *q, void *to, struct why *why)
{
	struct checkpoint_file *f = to;
	(void)why;
	f->key = query_get_str(q, 0);
	f->base = query_get_u64(q, 1);
	return 0;
}

static void
drop_files(void *list, size_t n)
{
	struct checkpoint_file *files = list;
	for (size_t i = 0; i < n; i++)
		free(files[i].key);
	free(files);
}

static int
load_files(struct store *s, struct checkpoint *p, struct why *why)
{
	static const struct row_type type = { sizeof(struct checkpoint_file),
		read_place_file, drop_files };
	struct query *q = query_of(s->queries,
		"SELECT key, base FROM file WHERE source = ?1 "
		"ORDER BY base, rowid");
	query_u64(q, 1, p->id);
	return query_list(q, &type, &p->files, &p->n_files, why);
}

static int
read_checkpoint(struct query *q, void *to, struct why *why)
{
	(void)why;
	*(struct checkpoint *)to = (struct checkpoint){
		.id = query_get_u64(q, 0),
		.app = query_get_str(q, 1),
		.container = query_get_str(q, 2),
		.path = query_get_str(q, 3),
		.at = read_position(q, 4),
		.moved = query_get_u64(q, 7),
		.since_ns = query_get_i64(q, 8),
		.whole = query_get_u64(q, 9),
		.ended = query_get_u64(q, 10) != 0,
	};
	return 0;
}

static void
drop_checkpoints(void *list, size_t n)
{
	checkpoints_free(list, n);
}

int
store_checkpoints(
	struct store *s, struct checkpoint **ret, size_t *n, struct why *why)
{
	static const struct row_type type = { sizeof(struct checkpoint),
		read_checkpoint, drop_checkpoints };
	struct query *q = query_of(s->queries,
		"SELECT id, app, container, path, stdout, stderr, before, "
		"moved, since, whole, ended FROM source ORDER BY id");
	struct checkpoint *list = NULL;
	size_t count = 0;
	int r = query_list(q, &type, &list, &count, why);
	for (size_t i = 0; r >= 0 && i < count; i++)
		r = load_files(s, &list[i], why);
	if (r < 0) {
		checkpoints_free(list, count);
		return r;
	}
	*ret = list;
	*n = count;
	return 0;
}

/* What nobody could read any more is reported, and so it is kept. */
int
store_gap_add(struct store *s, const struct gap *g, struct why *why)
{
	struct query *q = query_of(s->queries,
		"INSERT INTO gap (key, app, path, byte, at, reason, lost, "
		"possible) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)");
	query_str(q, 1, g->key);
	query_str(q, 2, g->app);
	query_str(q, 3, g->path);
	query_u64(q, 4, g->from);
	query_u64(q, 5, g->at);
	query_str(q, 6, g->reason);
	query_u64(q, 7, g->lost);
	query_u64(q, 8, g->possible);
	int r = query_run(q, why);
	if (r < 0)
		return r;
	q = query_of(s->queries, "DELETE FROM gap WHERE id <= ?1");
	query_i64(q, 1, (int64_t)db_last_id(s->db) - GAPS_KEPT);
	return query_run(q, why);
}

static int
read_gap(struct query *q, void *to, struct why *why)
{
	(void)why;
	*(struct gap *)to = (struct gap){
		.key = query_get_str(q, 0),
		.app = query_get_str(q, 1),
		.path = query_get_str(q, 2),
		.from = query_get_u64(q, 3),
		.at = query_get_u64(q, 4),
		.reason = query_get_str(q, 5),
		.lost = query_get_u64(q, 6),
		.id = query_get_u64(q, 7),
		.possible = query_get_u64(q, 8) != 0,
	};
	return 0;
}

#define GAP_COLUMNS "key, app, path, byte, at, reason, lost, id, possible"

static void
drop_gaps(void *list, size_t n)
{
	gaps_free(list, n);
}

static int
list_gaps(struct query *q, size_t most, struct gap **ret, size_t *n,
	struct why *why)
{
	static const struct row_type type = { sizeof(struct gap), read_gap,
		drop_gaps };
	query_u64(q, 1, most);
	return query_list(q, &type, ret, n, why);
}

int
store_gaps(struct store *s, size_t most, struct gap **ret, size_t *n,
	struct why *why)
{
	struct query *q = query_of(s->queries,
		"SELECT " GAP_COLUMNS " FROM gap ORDER BY id DESC LIMIT ?1");
	return list_gaps(q, most, ret, n, why);
}

int
store_gaps_untold(struct store *s, size_t most, struct gap **ret, size_t *n,
	struct why *why)
{
	struct query *q = query_of(s->queries,
		"SELECT " GAP_COLUMNS
		" FROM gap WHERE told = 0 ORDER BY id LIMIT ?1");
	return list_gaps(q, most, ret, n, why);
}

int
store_gap_told(struct store *s, uint64_t id, struct why *why)
{
	struct query *q =
		query_of(s->queries, "UPDATE gap SET told = 1 WHERE id = ?1");
	query_u64(q, 1, id);
	return query_run(q, why);
}
