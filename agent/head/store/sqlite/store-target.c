#include "config.h"
#include "head/store/sqlite/db.h"
#include "head/store/sqlite/query.h"
#include "head/store/sqlite/store-inside.h"
#include "head/store/sqlite/stored.h"
#include "head/store/store.h"
#include "wire/fault.h"

#include <errno.h>
#include <stdlib.h>

/* Rows of one app without a target; more are counted without their object. */

int
store_target_get(
	struct store *s, const char *app, struct target *ret, struct why *why)
{
	struct query *q = query_of(s->queries,
		"SELECT host, port, database, schema FROM target "
		"WHERE app = ?1");
	query_str(q, 1, app);
	int r = query_step(q, why);
	if (r == 0)
		return because(why, -ENOENT,
			"the database of app %s is not known yet", app);
	if (r < 0)
		return r;
	*ret = (struct target){
		.host = query_get_str(q, 0),
		.port = query_get_str(q, 1),
		.database = query_get_str(q, 2),
		.schema = query_get_str(q, 3),
	};
	query_end(q);
	return 0;
}

int
store_target_put(struct store *s, const char *app, const struct target *t,
	usec now, struct why *why)
{
	struct query *q = query_of(s->queries,
		"INSERT OR REPLACE INTO target "
		"(app, host, port, database, schema, at) "
		"VALUES (?1, ?2, ?3, ?4, ?5, ?6)");
	query_str(q, 1, app);
	query_str(q, 2, t->host);
	query_str(q, 3, t->port);
	query_str(q, 4, t->database);
	query_str(q, 5, t->schema);
	query_u64(q, 6, now);
	return query_run(q, why);
}

int
store_unplaced_count(
	struct store *s, const char *app, size_t *ret, struct why *why)
{
	struct query *q = query_of(
		s->queries, "SELECT count(*) FROM unplaced WHERE app = ?1");
	query_str(q, 1, app);
	int r = query_step(q, why);
	if (r < 0)
		return r;
	*ret = query_get_u64(q, 0);
	query_end(q);
	return 0;
}

/* The number of rows that were counted up: one, or none is there yet. */
static int
count_unplaced(struct store *s, const char *app, const char *rule,
	const char *object, const struct fault *f, struct why *why)
{
	struct query *q = query_of(s->queries,
		"UPDATE unplaced SET count = count + ?5, "
		"first = " FIRST_OF(?6) ", last = max(last, ?7) "
		"WHERE app = ?1 AND rule = ?2 AND class = ?3 AND object = ?4");
	query_str(q, 1, app);
	query_str(q, 2, rule);
	query_str(q, 3, class_info(f->class)->name);
	query_str(q, 4, object);
	query_u64(q, 5, f->count);
	query_i64(q, 6, f->first_ns);
	query_i64(q, 7, f->last_ns);
	int r = query_run(q, why);
	return r < 0 ? r : (int)db_changes(s->db);
}

static int
insert_unplaced(struct store *s, const char *app, const char *rule,
	const char *object, const struct fault *f, struct why *why)
{
	struct query *q = query_of(s->queries,
		"INSERT INTO unplaced (app, rule, class, object, count, first, "
		"last, sample) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)");
	query_str(q, 1, app);
	query_str(q, 2, rule);
	query_str(q, 3, class_info(f->class)->name);
	query_str(q, 4, object);
	query_u64(q, 5, f->count);
	query_i64(q, 6, f->first_ns);
	query_i64(q, 7, f->last_ns);
	query_blob(q, 8, buf_span(&f->text));
	return query_run(q, why);
}

int
store_unplaced_add(struct store *s, const char *app, const char *rule,
	const struct fault *f, struct why *why)
{
	own(str) char *object = object_dump(f->class, &f->object);
	int r = count_unplaced(s, app, rule, object, f, why);
	if (r != 0)
		return MIN(r, 0);
	size_t n = 0;
	r = store_unplaced_count(s, app, &n, why);
	if (r < 0)
		return r;
	if (n < UNPLACED_MOST)
		return insert_unplaced(s, app, rule, object, f, why);
	/* Whoever can write log lines must not fill the disk. */
	struct object none = { 0 };
	own(str) char *rest = object_dump(f->class, &none);
	r = count_unplaced(s, app, rule, rest, f, why);
	if (r != 0)
		return MIN(r, 0);
	return insert_unplaced(s, app, rule, rest, f, why);
}

static int
read_unplaced(struct query *q, void *ret, struct why *why)
{
	struct unplaced *to = ret;
	own(str) char *class = query_get_str(q, 2);
	int c = class_by_name(span_of(class));
	*to = (struct unplaced){
		.app = query_get_str(q, 0),
		.rule = query_get_str(q, 1),
		.class = (enum fault_class)MAX(c, 0),
		.count = query_get_u64(q, 4),
		.first_ns = query_get_i64(q, 5),
		.last_ns = query_get_i64(q, 6),
		.sample = sample_load(q, 7),
	};
	object_load(query_get_span(q, 3), &to->object);
	return c < 0 ? because(why, -EBADMSG,
			       "the store names a class '%.40s' that does not "
			       "exist",
			       class)
		     : 0;
}

static void
drop_unplaced(void *list, size_t n)
{
	unplaced_free(list, n);
}

int
store_unplaced_take(struct store *s, const char *app, struct unplaced **ret,
	size_t *n, struct why *why)
{
	static const struct row_type type = { sizeof(struct unplaced),
		read_unplaced, drop_unplaced };
	struct query *q = query_of(s->queries,
		"SELECT app, rule, class, object, count, first, last, sample "
		"FROM unplaced WHERE app = ?1 ORDER BY id");
	query_str(q, 1, app);
	struct unplaced *list = NULL;
	size_t count = 0;
	int r = query_list(q, &type, &list, &count, why);
	if (r < 0)
		return r;
	q = query_of(s->queries, "DELETE FROM unplaced WHERE app = ?1");
	query_str(q, 1, app);
	r = query_run(q, why);
	if (r < 0) {
		unplaced_free(list, count);
		return r;
	}
	*ret = list;
	*n = count;
	return 0;
}
