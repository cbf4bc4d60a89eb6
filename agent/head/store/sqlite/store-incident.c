#include "config.h"
#include "head/model/incident.h"
#include "head/store/sqlite/db.h"
#include "head/store/sqlite/incident-columns.h"
#include "head/store/sqlite/query.h"
#include "head/store/sqlite/store-inside.h"
#include "head/store/sqlite/stored.h"
#include "head/store/store.h"
#include "wire/fault.h"
#include "wire/finding.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static int
no_incident(uint64_t id, struct why *why)
{
	return because(why, -ENOENT, "there is no incident %llu",
		(unsigned long long)id);
}

int
store_incident_add(struct store *s, struct incident *i, struct why *why)
{
	struct query *q = query_of(s->queries, s->sql.insert);
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
	struct query *q = query_of(s->queries, s->sql.save);
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
	struct query *q = query_of(s->queries,
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
	own(query) struct query *q = query_of(s->queries, s->sql.get);
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
	own(query) struct query *q = query_of(s->queries, s->sql.newest);
	query_str(q, 1, fingerprint);
	int r = query_step(q, why);
	if (r == 0)
		return because(why, -ENOENT,
			"there is no incident with this fingerprint");
	return r < 0 ? r : columns_read(q, ret, why);
}

static int
read_incident(struct query *q, void *to, struct why *why)
{
	struct incident one;
	int r = columns_read(q, &one, why);
	if (r == 0)
		*(struct incident *)to = one;
	return r;
}

static void
drop_incidents(void *list, size_t n)
{
	incident_list_free(list, n);
}

int
store_incidents(struct store *s, const struct incident_filter *f,
	struct incident **ret, size_t *n, struct why *why)
{
	static const struct row_type type = { sizeof(struct incident),
		read_incident, drop_incidents };
	struct query *q =
		query_of(s->queries, f->live ? s->sql.live : s->sql.list);
	query_str(q, 1, f->app);
	if (f->class >= 0)
		query_str(q, 2, class_info((enum fault_class)f->class)->name);
	query_i64(q, 3, f->most ? (int64_t)f->most : -1);
	if (f->before)
		query_u64(q, 4, f->before);
	return query_list(q, &type, ret, n, why);
}

int
store_incident_counts(
	struct store *s, size_t counts[INCIDENT_STATES], struct why *why)
{
	own(query) struct query *q = query_of(s->queries,
		"SELECT state, count(*) FROM incident GROUP BY state");
	int r;
	memset(counts, 0, INCIDENT_STATES * sizeof(*counts));
	while ((r = query_step(q, why)) > 0) {
		struct span name = query_get_span(q, 0);
		for (int state = 0; state < INCIDENT_STATES; state++)
			if (span_is(name,
				    state_name((enum incident_state)state)))
				counts[state] = query_get_u64(q, 1);
	}
	return r;
}

int
store_findings_put(struct store *s, uint64_t incident,
	const struct finding *list, size_t n, struct why *why)
{
	struct query *q =
		query_of(s->queries, "DELETE FROM finding WHERE incident = ?1");
	query_u64(q, 1, incident);
	int r = query_run(q, why);
	for (size_t i = 0; i < n && r == 0; i++) {
		q = query_of(s->queries,
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

static int
read_finding(struct query *q, void *to, struct why *why)
{
	(void)why; /* an answer that is not known is none */
	*(struct finding *)to = (struct finding){
		.name = query_get_str(q, 0),
		.answer = answer_by_name(query_get_span(q, 1)),
		.text = query_get_str(q, 2),
	};
	return 0;
}

static void
drop_findings(void *list, size_t n)
{
	finding_list_free(list, n);
}

int
store_findings(struct store *s, uint64_t incident, struct finding **ret,
	size_t *n, struct why *why)
{
	static const struct row_type type = { sizeof(struct finding),
		read_finding, drop_findings };
	struct query *q = query_of(s->queries,
		"SELECT name, answer, text FROM finding WHERE incident = ?1 "
		"ORDER BY number");
	query_u64(q, 1, incident);
	return query_list(q, &type, ret, n, why);
}

int
store_moment_add(struct store *s, uint64_t incident, usec now, const char *kind,
	const char *text, struct why *why)
{
	struct query *q = query_of(s->queries,
		"INSERT INTO moment (incident, at, kind, text) "
		"VALUES (?1, ?2, ?3, ?4)");
	query_u64(q, 1, incident);
	query_u64(q, 2, now);
	query_str(q, 3, kind);
	query_str(q, 4, text);
	return query_run(q, why);
}

static int
read_moment(struct query *q, void *to, struct why *why)
{
	(void)why; /* any text will do */
	*(struct moment *)to = (struct moment){
		.at = query_get_u64(q, 0),
		.kind = query_get_str(q, 1),
		.text = query_get_str(q, 2),
	};
	return 0;
}

static void
drop_moments(void *list, size_t n)
{
	moments_free(list, n);
}

int
store_moments(struct store *s, uint64_t incident, struct moment **ret,
	size_t *n, struct why *why)
{
	static const struct row_type type = { sizeof(struct moment),
		read_moment, drop_moments };
	struct query *q = query_of(s->queries,
		"SELECT at, kind, text FROM moment WHERE incident = ?1 "
		"ORDER BY id");
	query_u64(q, 1, incident);
	return query_list(q, &type, ret, n, why);
}
