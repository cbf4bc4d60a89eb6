#include "config.h"
#include "head/model/incident.h"
#include "head/store/sqlite/db.h"
#include "head/store/sqlite/query.h"
#include "head/store/sqlite/store-inside.h"
#include "head/store/store.h"
#include "wire/finding.h"
#include "wire/result.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#define ATTEMPT_COLUMNS                                                \
	"incident, number, key, plan_hash, database, started, ended, " \
	"outcome, failed, text, proposal, proposal_checksum, "         \
	"proposal_folder, uncommitted, deployed, deployed_text"

/* Its place is one more than the last one's: see store-003.sql. */
int
store_attempt_add(struct store *s, const struct attempt *a, struct why *why)
{
	struct query *q = query_of(s->queries,
		"INSERT INTO attempt (incident, number, key, plan_hash, "
		"database, started, ended, outcome, failed, text, place) "
		"VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, "
		"(SELECT coalesce(max(place), 0) + 1 FROM attempt))");
	query_u64(q, 1, a->incident);
	query_u64(q, 2, a->number);
	query_str(q, 3, a->key);
	query_str(q, 4, a->plan_hash);
	query_str(q, 5, a->database);
	query_u64(q, 6, a->started);
	query_u64(q, 7, a->ended);
	query_str(q, 8, outcome_name(a->outcome));
	query_u64(q, 9, a->failed);
	query_str(q, 10, a->text);
	int r = query_run(q, why);
	if (r == -EEXIST)
		return because(why, r,
			"incident %llu: attempt %u or its key is in the store "
			"already",
			(unsigned long long)a->incident, a->number);
	return r;
}

int
store_attempt_end(struct store *s, const struct attempt *a, struct why *why)
{
	struct query *q = query_of(s->queries,
		"UPDATE attempt SET ended = ?2, outcome = ?3, failed = ?4, "
		"text = ?5, proposal = ?6, proposal_checksum = ?7, "
		"proposal_folder = ?8, uncommitted = ?9, deployed = ?10, "
		"deployed_text = ?11 WHERE key = ?1");
	query_str(q, 1, a->key);
	query_u64(q, 2, a->ended);
	query_str(q, 3, outcome_name(a->outcome));
	query_u64(q, 4, a->failed);
	query_str(q, 5, a->text);
	query_str(q, 6, a->proposal.name);
	query_str(q, 7, a->proposal.name ? a->proposal.checksum : NULL);
	query_str(q, 8, a->proposal.folder);
	query_u64(q, 9, a->uncommitted);
	query_str(q, 10, answer_name(a->deployed));
	query_str(q, 11, a->deployed_text);
	int r = query_run(q, why);
	if (r < 0)
		return r;
	return db_changes(s->db)
		? 0
		: because(why, -ENOENT, "no attempt has the key %s", a->key);
}

static void
copy_text(char *to, size_t size, struct query *q, int column)
{
	own(str) char *text = query_get_str(q, column);
	snprintf(to, size, "%s", text ? text : "");
}

static int
read_attempt(struct query *q, void *ret, struct why *why)
{
	struct attempt *to = ret;
	(void)why;
	/* A name that is not known is no success. */
	int outcome = outcome_by_name(query_get_span(q, 7));
	*to = (struct attempt){
		.incident = query_get_u64(q, 0),
		.number = (uint32_t)query_get_u64(q, 1),
		.database = query_get_str(q, 4),
		.started = query_get_u64(q, 5),
		.ended = query_get_u64(q, 6),
		.outcome =
			outcome < 0 ? OUTCOME_IN_DOUBT : (enum outcome)outcome,
		.failed = query_get_u64(q, 8) != 0,
		.text = query_get_str(q, 9),
		.proposal.name = query_get_str(q, 10),
		.proposal.folder = query_get_str(q, 12),
		.uncommitted = query_get_u64(q, 13) != 0,
		.deployed = answer_by_name(query_get_span(q, 14)),
		.deployed_text = query_get_str(q, 15),
	};
	copy_text(to->proposal.checksum, sizeof(to->proposal.checksum), q, 11);
	copy_text(to->key, sizeof(to->key), q, 2);
	copy_text(to->plan_hash, sizeof(to->plan_hash), q, 3);
	return 0;
}

static void
drop_attempts(void *list, size_t n)
{
	attempts_free(list, n);
}

static const struct row_type attempt_row = { sizeof(struct attempt),
	read_attempt, drop_attempts };

int
store_attempts_under_way(
	struct store *s, struct attempt **ret, size_t *n, struct why *why)
{
	struct query *q = query_of(s->queries,
		"SELECT " ATTEMPT_COLUMNS " FROM attempt WHERE ended = 0 "
		"ORDER BY place");
	return query_list(q, &attempt_row, ret, n, why);
}

int
store_attempts(struct store *s, uint64_t incident, struct attempt **ret,
	size_t *n, struct why *why)
{
	struct query *q = query_of(s->queries,
		"SELECT " ATTEMPT_COLUMNS " FROM attempt WHERE incident = ?1 "
		"ORDER BY number");
	query_u64(q, 1, incident);
	return query_list(q, &attempt_row, ret, n, why);
}

int
store_uncommitted(struct store *s, uint64_t incident, struct attempt **ret,
	size_t *n, struct why *why)
{
	struct query *q = query_of(s->queries,
		"SELECT " ATTEMPT_COLUMNS " FROM attempt WHERE uncommitted = 1 "
		"AND (?1 = 0 OR incident = ?1) ORDER BY incident, number");
	query_u64(q, 1, incident);
	return query_list(q, &attempt_row, ret, n, why);
}

int
store_uncommitted_end(struct store *s, uint64_t incident, struct why *why)
{
	struct query *q = query_of(s->queries,
		"UPDATE attempt SET uncommitted = 0 WHERE uncommitted = 1 "
		"AND incident = ?1");
	query_u64(q, 1, incident);
	return query_run(q, why);
}

static int
read_past_attempt(struct query *q, void *to, struct why *why)
{
	(void)why; /* numbers alone */
	*(struct past_attempt *)to = (struct past_attempt){
		.started = query_get_u64(q, 0),
		.ended = query_get_u64(q, 1),
		.failed = query_get_u64(q, 2) != 0,
	};
	return 0;
}

int
store_past_attempts(struct store *s, const char *database,
	struct past_attempt **ret, size_t *n, struct why *why)
{
	static const struct row_type type = { sizeof(struct past_attempt),
		read_past_attempt, NULL };
	/* Not by their times: where the clock was set back, an old one may
	 * seem to be younger than a new one. */
	struct query *q = query_of(s->queries,
		"SELECT started, ended, failed FROM attempt "
		"WHERE database = ?1 AND (ended = 0 OR outcome <> ?2) "
		"ORDER BY place DESC");
	query_str(q, 1, database);
	query_str(q, 2, outcome_name(OUTCOME_HELD_BACK));
	return query_list(q, &type, ret, n, why);
}

static int
shift_attempts(
	struct store *s, usec after, usec until, int64_t by, struct why *why)
{
	struct query *q = query_of(s->queries,
		"UPDATE attempt SET "
		"started = started + iif(started BETWEEN ?1 + 1 AND ?3, ?2, "
		"0), "
		"ended = ended + iif(ended BETWEEN ?1 + 1 AND ?3, ?2, 0) "
		"WHERE started > ?1 OR ended > ?1");
	query_u64(q, 1, after);
	query_i64(q, 2, by);
	query_u64(q, 3, until);
	return query_run(q, why);
}

static int
shift_looks(
	struct store *s, usec after, usec until, int64_t by, struct why *why)
{
	struct query *q = query_of(s->queries,
		"UPDATE look SET at = at + ?2 WHERE at > ?1 AND at <= ?3");
	query_u64(q, 1, after);
	query_i64(q, 2, by);
	query_u64(q, 3, until);
	return query_run(q, why);
}

int
store_times_shift(
	struct store *s, usec after, usec until, int64_t by, struct why *why)
{
	int r = shift_attempts(s, after, until, by, why);
	return r < 0 ? r : shift_looks(s, after, until, by, why);
}

int
store_look_add(struct store *s, const char *app, usec now, struct why *why)
{
	struct query *q = query_of(
		s->queries, "INSERT INTO look (app, at) VALUES (?1, ?2)");
	query_str(q, 1, app);
	query_u64(q, 2, now);
	int r = query_run(q, why);
	if (r < 0)
		return r;
	q = query_of(s->queries, "DELETE FROM look WHERE app = ?1 AND at < ?2");
	query_str(q, 1, app);
	query_u64(q, 2, now > USEC_DAY ? now - USEC_DAY : 0);
	return query_run(q, why);
}

int
store_look_undo(struct store *s, const char *app, struct why *why)
{
	struct query *q = query_of(s->queries,
		"DELETE FROM look WHERE rowid = (SELECT rowid FROM look "
		"WHERE app = ?1 ORDER BY at DESC LIMIT 1)");
	query_str(q, 1, app);
	return query_run(q, why);
}

static int
read_look(struct query *q, void *to, struct why *why)
{
	(void)why; /* a number */
	*(usec *)to = query_get_u64(q, 0);
	return 0;
}

int
store_looks(struct store *s, const char *app, usec since, usec **ret, size_t *n,
	struct why *why)
{
	static const struct row_type type = { sizeof(usec), read_look, NULL };
	struct query *q = query_of(s->queries,
		"SELECT at FROM look WHERE app = ?1 AND at >= ?2 ORDER BY at");
	query_str(q, 1, app);
	query_u64(q, 2, since);
	return query_list(q, &type, ret, n, why);
}
