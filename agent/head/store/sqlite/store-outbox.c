#include "config.h"
#include "head/store/sqlite/db.h"
#include "head/store/sqlite/query.h"
#include "head/store/sqlite/store-inside.h"
#include "head/store/store.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define OUTBOX_COLUMNS                                                 \
	"id, incident, notify, kind, text, command, excerpt, queued, " \
	"tries, due, sent, given_up, error"
#define WAITS "sent = 0 AND given_up = 0"

int
store_outbox_add(struct store *s, struct outgoing *o, struct why *why)
{
	struct query *q = query_of(s->queries,
		"INSERT INTO outbox (incident, notify, kind, text, command, "
		"excerpt, queued, tries, due, sent, given_up) "
		"VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, 0, ?8, 0, 0)");
	if (o->incident)
		query_u64(q, 1, o->incident);
	query_str(q, 2, o->notify);
	query_str(q, 3, o->kind);
	query_str(q, 4, o->text);
	query_str(q, 5, o->command);
	query_str(q, 6, o->excerpt);
	query_u64(q, 7, o->queued);
	query_u64(q, 8, o->due);
	int r = query_run(q, why);
	if (r < 0)
		return r;
	o->id = db_last_id(s->db);
	return 0;
}

static int
read_outgoing(struct query *q, void *to, struct why *why)
{
	(void)why; /* nothing in it can be wrong */
	*(struct outgoing *)to = (struct outgoing){
		.id = query_get_u64(q, 0),
		.incident = query_get_u64(q, 1),
		.notify = query_get_str(q, 2),
		.kind = query_get_str(q, 3),
		.text = query_get_str(q, 4),
		.command = query_get_str(q, 5),
		.excerpt = query_get_str(q, 6),
		.queued = query_get_u64(q, 7),
		.tries = (unsigned)query_get_u64(q, 8),
		.due = query_get_u64(q, 9),
		.sent = query_get_u64(q, 10),
		.given_up = query_get_u64(q, 11) != 0,
		.error = query_get_str(q, 12),
	};
	return 0;
}

static void
drop_outgoings(void *list, size_t n)
{
	outgoings_free(list, n);
}

int
store_outbox_next(struct store *s, char *const *busy, struct outgoing *ret,
	struct why *why)
{
	/* The oldest of each target; the bare columns of a row with min() are
	 * that row's: https://www.sqlite.org/lang_select.html#bareagg */
	own(query) struct query *q = query_of(s->queries,
		"SELECT min(id), incident, notify, kind, text, command, "
		"excerpt, queued, tries, due, sent, given_up, error "
		"FROM outbox WHERE " WAITS " GROUP BY notify ORDER BY due");
	int r;
	while ((r = query_step(q, why)) > 0) {
		own(str) char *notify = query_get_str(q, 2);
		if (notify && strings_have(busy, notify))
			continue;
		return read_outgoing(q, ret, why);
	}
	return r < 0 ? r : because(why, -ENOENT, "nothing is to be sent");
}

/* Marked only after the receiver answered: a notice is sent at least once. */
int
store_outbox_sent(struct store *s, uint64_t id, usec now, struct why *why)
{
	struct query *q = query_of(s->queries,
		"UPDATE outbox SET sent = ?2, tries = tries + 1, error = NULL "
		"WHERE id = ?1");
	query_u64(q, 1, id);
	query_u64(q, 2, now);
	return query_run(q, why);
}

int
store_outbox_later(struct store *s, uint64_t id, usec due, const char *error,
	struct why *why)
{
	struct query *q = query_of(s->queries,
		"UPDATE outbox SET due = ?2, tries = tries + 1, error = ?3 "
		"WHERE id = ?1");
	query_u64(q, 1, id);
	query_u64(q, 2, due);
	query_str(q, 3, error);
	return query_run(q, why);
}

int
store_outbox_give_up(
	struct store *s, uint64_t id, const char *error, struct why *why)
{
	struct query *q = query_of(s->queries,
		"UPDATE outbox SET given_up = 1, tries = tries + 1, "
		"error = ?2 WHERE id = ?1");
	query_u64(q, 1, id);
	query_str(q, 2, error);
	return query_run(q, why);
}

int
store_outbox_of(struct store *s, uint64_t incident, struct outgoing **ret,
	size_t *n, struct why *why)
{
	static const struct row_type type = { sizeof(struct outgoing),
		read_outgoing, drop_outgoings };
	struct query *q = query_of(s->queries,
		"SELECT " OUTBOX_COLUMNS " FROM outbox WHERE incident = ?1 "
		"ORDER BY id");
	query_u64(q, 1, incident);
	return query_list(q, &type, ret, n, why);
}

int
store_outbox_count(
	struct store *s, uint64_t *waiting, uint64_t *given_up, struct why *why)
{
	struct query *q = query_of(s->queries,
		"SELECT count(*) FILTER (WHERE " WAITS "), "
		"count(*) FILTER (WHERE given_up = 1) FROM outbox");
	int r = query_step(q, why);
	if (r < 0)
		return r;
	*waiting = query_get_u64(q, 0);
	*given_up = query_get_u64(q, 1);
	query_end(q);
	return 0;
}
