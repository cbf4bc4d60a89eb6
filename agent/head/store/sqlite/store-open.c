#include "config.h"
#include "head/store/sqlite/store-inside.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/io/file.h"
#include "head/store/sqlite/db.h"
#include "head/store/sqlite/incident-columns.h"
#include "head/store/sqlite/query.h"
#include "head/store/sqlite/schema.h"

#define LOCK_TRIES 100
#define LOCK_PAUSE_MS 20

/* Who holds it wrote its pid there; it is for the message only. */
static int
is_held(const char *path, struct why *why)
{
	own(buf) struct buf text = { 0 };
	uint64_t pid = 0;
	if (file_read(path, 64, &text, NULL) == 0 &&
		span_u64(span_trim(buf_span(&text)), &pid))
		return because(why, -EWOULDBLOCK,
			"%.*s: process %llu has this store open: only one "
			"logmend at a time may use it",
			(int)(strlen(path) - strlen(".lock")), path,
			(unsigned long long)pid);
	return because(why, -EWOULDBLOCK,
		"%s: another process has this store open", path);
}

/* Commands without a daemon hold the lock for a moment each, and a daemon that
 * was killed may leave its children's copies behind for one: neither may keep
 * the next daemon from starting. */
static int
lock_patiently(int fd)
{
	for (int i = 0; i < LOCK_TRIES; i++) {
		if (flock(fd, LOCK_EX | LOCK_NB) == 0)
			return 0;
		if (errno != EINTR && errno != EWOULDBLOCK)
			return -errno;
		(void)poll(NULL, 0, LOCK_PAUSE_MS);
	}
	return -EWOULDBLOCK;
}

static int
take_lock(const char *store, int *ret, struct why *why)
{
	own(str) char *path = xprintf("%s.lock", store);
	own(fd) int fd =
		open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0)
		return because(why, -errno, "%s: cannot be opened: %s%s", path,
			strerror(errno),
			errno == EACCES && geteuid() != 0
				? " (run it with sudo, or as the service does: "
				  "systemctl start logmend)"
				: "");
	file_leave_to_folder(fd, path);
	int r = lock_patiently(fd);
	if (r == -EWOULDBLOCK)
		return is_held(path, why);
	if (r < 0)
		return because(
			why, r, "%s: cannot be locked: %s", path, strerror(-r));
	own(str) char *pid = xprintf("%d\n", (int)getpid());
	/* Without the pid (full disk) the lock holds just as well. */
	if (ftruncate(fd, 0) == 0)
		(void)write_all(fd, span_of(pid));
	*ret = take(fd);
	return 0;
}

int
store_open(const char *path, struct store **ret, struct why *why)
{
	int r = dir_make_above(path, 0700, why);
	if (r < 0)
		return r;
	own(store) struct store *s = xcalloc(1, sizeof(*s));
	s->lock = -1;
	columns_sql(&s->sql);
	r = take_lock(path, &s->lock, why);
	if (r == 0)
		r = db_open(path, &s->db, why);
	if (r == 0)
		s->queries = queries_new(s->db);
	if (r == 0)
		r = db_upgrade(s->db, store_schema, store_schema_version, why);
	if (r < 0)
		return r;
	*ret = take(s);
	return 0;
}

void
store_close(struct store *s)
{
	if (!s)
		return;
	queries_free(s->queries);
	db_close(s->db);
	incident_sql_free(&s->sql);
	/* The file stays: removing it would let two hold two locks. */
	fd_close(s->lock);
	free(s);
}

int
store_begin(struct store *s, struct why *why)
{
	return db_begin(s->db, why);
}

int
store_commit(struct store *s, struct why *why)
{
	return db_commit(s->db, why);
}

void
store_rollback(struct store *s)
{
	db_rollback(s->db);
}

bool
store_broken(const struct store *s)
{
	return db_broken(s->db);
}

struct store_writes
store_writes(const struct store *s)
{
	return db_writes(s->db);
}

int
store_value_get(struct store *s, const char *key, char **ret, struct why *why)
{
	struct query *q =
		query_of(s->queries, "SELECT value FROM value WHERE key = ?1");
	query_str(q, 1, key);
	int r = query_step(q, why);
	if (r == 0)
		return because(why, -ENOENT, "nothing is stored as '%s'", key);
	if (r < 0)
		return r;
	*ret = query_get_str(q, 0);
	query_end(q);
	return 0;
}

int
store_value_put(
	struct store *s, const char *key, const char *value, struct why *why)
{
	struct query *q = value
		? query_of(s->queries,
			  "INSERT INTO value (key, value) VALUES (?1, ?2) "
			  "ON CONFLICT (key) DO UPDATE SET value = ?2")
		: query_of(s->queries, "DELETE FROM value WHERE key = ?1");
	query_str(q, 1, key);
	if (value)
		query_str(q, 2, value);
	return query_run(q, why);
}

int
store_waits_end(struct store *s, struct why *why)
{
	struct query *q = query_of(s->queries,
		"UPDATE incident SET wait_until = 0 "
		"WHERE state IN ('waiting', 'awaiting-approval')");
	return query_run(q, why);
}

int
store_looks_due(struct store *s, const char *app, usec now, struct why *why)
{
	struct query *q = query_of(s->queries,
		"UPDATE incident SET recheck_due = ?2 WHERE app = ?1 AND "
		"state = 'not-confirmed' AND recheck_due > ?2");
	query_str(q, 1, app);
	query_u64(q, 2, now);
	return query_run(q, why);
}
