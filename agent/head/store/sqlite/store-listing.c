#include "config.h"
#include "head/store/sqlite/query.h"
#include "head/store/sqlite/store-inside.h"
#include "head/store/store.h"

#include <errno.h>

int
store_listing_put(struct store *s, uint64_t incident, const char *hash,
	const char *text, struct why *why)
{
	struct query *q = query_of(s->queries,
		"INSERT INTO listing (incident, hash, text) "
		"VALUES (?1, ?2, ?3) ON CONFLICT (incident) "
		"DO UPDATE SET hash = ?2, text = ?3");
	query_u64(q, 1, incident);
	query_str(q, 2, hash);
	query_str(q, 3, text);
	return query_run(q, why);
}

/* The hash is asked for too: the listing of an earlier plan is no answer. */
int
store_listing_get(struct store *s, uint64_t incident, const char *hash,
	char **ret, struct why *why)
{
	struct query *q = query_of(s->queries,
		"SELECT text FROM listing WHERE incident = ?1 AND hash = ?2");
	query_u64(q, 1, incident);
	query_str(q, 2, hash);
	int r = query_step(q, why);
	if (r == 0)
		return because(why, -ENOENT,
			"no listing of incident %llu's plan is stored",
			(unsigned long long)incident);
	if (r < 0)
		return r;
	*ret = query_get_str(q, 0);
	query_end(q);
	return 0;
}

int
store_listing_printed(struct store *s, uint64_t incident, uid_t uid,
	const char *hash, usec now, struct why *why)
{
	struct query *q = query_of(s->queries,
		"INSERT INTO listing_printed (incident, uid, hash, printed) "
		"VALUES (?1, ?2, ?3, ?4) ON CONFLICT (incident, uid) "
		"DO UPDATE SET hash = ?3, printed = ?4");
	query_u64(q, 1, incident);
	query_u64(q, 2, uid);
	query_str(q, 3, hash);
	query_u64(q, 4, now);
	return query_run(q, why);
}

int
store_listing_was_printed(struct store *s, uint64_t incident, uid_t uid,
	const char *hash, bool *ret, struct why *why)
{
	struct query *q = query_of(s->queries,
		"SELECT count(*) FROM listing_printed "
		"WHERE incident = ?1 AND uid = ?2 AND hash = ?3");
	query_u64(q, 1, incident);
	query_u64(q, 2, uid);
	query_str(q, 3, hash);
	int r = query_step(q, why);
	if (r < 0)
		return r;
	*ret = query_get_u64(q, 0) != 0;
	query_end(q);
	return 0;
}
