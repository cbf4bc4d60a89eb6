#include "config.h"
#include "head/store.h"

#include <errno.h>
#include <stdlib.h>

#include "head/store-inside.h"

static int
no_incident(uint64_t id, struct why *why)
{
	return because(why, -ENOENT, "there is no incident %llu",
		(unsigned long long)id);
}

int
store_incident_add(struct store *s, struct incident *i, struct why *why)
{
	struct query *q = query_of(s->db, s->sql.insert);
	columns_bind(q, i, true);
	int r = query_run(q, why);
	if (r < 0)
		return r;
	i->id = db_last_id(s->db);
	return 0;
}

int
store_incident_save(struct store *s, const struct incident *i, struct why *why)
{
	struct query *q = query_of(s->db, s->sql.save);
	columns_bind(q, i, false);
	int r = query_run(q, why);
	if (r < 0)
		return r;
	return db_changes(s->db) ? 0 : no_incident(i->id, why);
}

int
store_incident_seen(struct store *s, uint64_t id, uint64_t count,
	int64_t first_ns, int64_t last_ns, struct why *why)
{
	struct query *q = query_of(s->db,
		"UPDATE incident SET count = count + ?2, "
		"first = " FIRST_OF(?3) ", last = max(last, ?4) WHERE id = ?1");
	query_u64(q, 1, id);
	query_u64(q, 2, count);
	query_i64(q, 3, first_ns);
	query_i64(q, 4, last_ns);
	int r = query_run(q, why);
	if (r < 0)
		return r;
	return db_changes(s->db) ? 0 : no_incident(id, why);
}

int
store_incident_get(
	struct store *s, uint64_t id, struct incident *ret, struct why *why)
{
	own(query) struct query *q = query_of(s->db, s->sql.get);
	query_u64(q, 1, id);
	int r = query_step(q, why);
	if (r == 0)
		return no_incident(id, why);
	return r < 0 ? r : columns_read(q, ret, why);
}

int
store_incident_newest(struct store *s, const char *fingerprint,
	struct incident *ret, struct why *why)
{
	own(query) struct query *q = query_of(s->db, s->sql.newest);
	query_str(q, 1, fingerprint);
	int r = query_step(q, why);
	if (r == 0)
		return because(why, -ENOENT,
			"there is no incident with this fingerprint");
	return r < 0 ? r : columns_read(q, ret, why);
}

int
store_incidents(struct store *s, const struct incident_filter *f,
	struct incident **ret, size_t *n, struct why *why)
{
	own(query) struct query *q =
		query_of(s->db, f->live ? s->sql.live : s->sql.list);
	query_str(q, 1, f->app);
	if (f->class >= 0)
		query_str(q, 2, class_info((enum fault_class)f->class)->name);
	query_i64(q, 3, f->most ? (int64_t)f->most : -1);
	struct incident *list = NULL;
	size_t count = 0;
	int r;
	while ((r = query_step(q, why)) > 0) {
		struct incident one;
		r = columns_read(q, &one, why);
		if (r < 0)
			break;
		*LIST_ADD(list, count) = one;
	}
	if (r < 0) {
		incidents_free(list, count);
		return r;
	}
	*ret = list;
	*n = count;
	return 0;
}

int
store_findings_put(struct store *s, uint64_t incident,
	const struct finding *list, size_t n, struct why *why)
{
	struct query *q =
		query_of(s->db, "DELETE FROM finding WHERE incident = ?1");
	query_u64(q, 1, incident);
	int r = query_run(q, why);
	for (size_t i = 0; i < n && r == 0; i++) {
		q = query_of(s->db,
			"INSERT INTO finding (incident, number, name, answer, "
			"text) VALUES (?1, ?2, ?3, ?4, ?5)");
		query_u64(q, 1, incident);
		query_u64(q, 2, i + 1);
		query_str(q, 3, list[i].name);
		query_str(q, 4, answer_name(list[i].answer));
		query_str(q, 5, list[i].text);
		r = query_run(q, why);
	}
	return r;
}

int
store_findings(struct store *s, uint64_t incident, struct finding **ret,
	size_t *n, struct why *why)
{
	struct query *q = query_of(s->db,
		"SELECT name, answer, text FROM finding WHERE incident = ?1 "
		"ORDER BY number");
	query_u64(q, 1, incident);
	struct finding *list = NULL;
	size_t count = 0;
	int r;
	while ((r = query_step(q, why)) > 0)
		*LIST_ADD(list, count) = (struct finding){
			.name = query_get_str(q, 0),
			.answer = answer_by_name(query_get_span(q, 1)),
			.text = query_get_str(q, 2),
		};
	if (r < 0) {
		finding_list_free(list, count);
		return r;
	}
	*ret = list;
	*n = count;
	return 0;
}

int
store_moment_add(struct store *s, uint64_t incident, usec now, const char *kind,
	const char *text, struct why *why)
{
	struct query *q = query_of(s->db,
		"INSERT INTO moment (incident, at, kind, text) "
		"VALUES (?1, ?2, ?3, ?4)");
	query_u64(q, 1, incident);
	query_u64(q, 2, now);
	query_str(q, 3, kind);
	query_str(q, 4, text);
	return query_run(q, why);
}

int
store_moments(struct store *s, uint64_t incident, struct moment **ret,
	size_t *n, struct why *why)
{
	struct query *q = query_of(s->db,
		"SELECT at, kind, text FROM moment WHERE incident = ?1 "
		"ORDER BY id");
	query_u64(q, 1, incident);
	struct moment *list = NULL;
	size_t count = 0;
	int r;
	while ((r = query_step(q, why)) > 0)
		*LIST_ADD(list, count) = (struct moment){
			.at = query_get_u64(q, 0),
			.kind = query_get_str(q, 1),
			.text = query_get_str(q, 2),
		};
	if (r < 0) {
		moments_free(list, count);
		return r;
	}
	*ret = list;
	*n = count;
	return 0;
}
