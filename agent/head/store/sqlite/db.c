#include "config.h"
#include "head/store/sqlite/db.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/io/file.h"
#include "base/span.h"
#include "head/store/sqlite/db-inside.h"

/* "lgmd": says that the file is ours. */
#define APPLICATION_ID 0x6c676d64
/* Only somebody who reads the file by hand can be in the way. */
#define BUSY_MS 1000
#define COMMIT_TRIES 3

static int
errno_of(int code)
{
	switch (code & 0xff) {
	case SQLITE_FULL:
		return -ENOSPC;
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		return -EBUSY;
	case SQLITE_READONLY:
		return -EROFS;
	case SQLITE_CANTOPEN:
	case SQLITE_PERM:
	case SQLITE_AUTH:
		return -EACCES;
	case SQLITE_CORRUPT:
	case SQLITE_NOTADB:
		return -EBADMSG;
	case SQLITE_CONSTRAINT:
		return -EEXIST;
	case SQLITE_TOOBIG:
		return -EFBIG;
	default:
		return -EIO;
	}
}

/* What the kernel could not write it may have dropped from its memory, and a
 * second sync would succeed without it: https://lwn.net/Articles/752063/ */
static bool
is_sync_failure(int code)
{
	return code == SQLITE_IOERR_FSYNC || code == SQLITE_IOERR_DIR_FSYNC ||
		code == SQLITE_IOERR_TRUNCATE;
}

/* On a disk that has become read-only SQLite opens its journal for reading
 * alone and then fails with EBADF. Opening the file to see would lose its
 * locks. */
static bool
is_read_only(const struct db *db, int r)
{
	static const struct timespec times[2] = { { .tv_nsec = UTIME_NOW },
		{ .tv_nsec = UTIME_OMIT } };
	return (r == -EIO || r == -EACCES || r == -EROFS) &&
		utimensat(AT_FDCWD, db->path, times, 0) < 0 && errno == EROFS;
}

int
db_failed(struct db *db, int code, const char *what, struct why *why)
{
	int r = errno_of(code);
	if (is_sync_failure(code))
		db->broken = true;
	if (r == -ENOSPC)
		return because(
			why, r, "%s: the disk is full (%s)", db->path, what);
	if (is_read_only(db, r))
		return because(why, -EROFS, "%s: %s: %s", db->path, what,
			strerror(EROFS));
	int system = sqlite3_system_errno(db->sqlite);
	bool told = system && (r == -EIO || r == -EACCES || r == -EROFS);
	return because(why, r, "%s: %s: %s%s%s", db->path, what,
		sqlite3_errmsg(db->sqlite), told ? ": " : "",
		told ? strerror(system) : "");
}

/* SQLite would make it readable to all. */
static int
make_file(const char *path, struct why *why)
{
	own(fd) int made =
		open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	own(fd) int fd =
		open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NONBLOCK, 0600);
	struct stat st;
	if (made >= 0)
		file_leave_to_folder(made, path);
	if (fd < 0 || fstat(fd, &st) < 0)
		return because(why, -errno, "%s: cannot be opened: %s", path,
			strerror(errno));
	if (!S_ISREG(st.st_mode))
		return because(why, -EINVAL, "%s: is not a regular file", path);
	return 0;
}

static int
db_exec(struct db *db, const char *sql, const char *what, struct why *why)
{
	int code = sqlite3_exec(db->sqlite, sql, NULL, NULL, NULL);
	return code == SQLITE_OK ? 0 : db_failed(db, code, what, why);
}

/* What the statement answers, as a text; NULL if that is nothing. Owned. */
static int
ask_text(struct db *db, const char *ask, char **ret, struct why *why)
{
	sqlite3_stmt *stmt = NULL;
	int code = sqlite3_prepare_v2(db->sqlite, ask, -1, &stmt, NULL);
	if (code == SQLITE_OK)
		code = sqlite3_step(stmt);
	int r = code == SQLITE_ROW || code == SQLITE_DONE
		? 0
		: db_failed(db, code, ask, why);
	if (r == 0)
		*ret = code == SQLITE_ROW
			? xstrdup((const char *)sqlite3_column_text(stmt, 0))
			: NULL;
	sqlite3_finalize(stmt);
	return r;
}

/* Runs the pragma, and again to see that it holds. */
static int
assert_pragma(struct db *db, const char *set, const char *ask,
	const char *expected, struct why *why)
{
	int r = set ? db_exec(db, set, set, why) : 0;
	own(str) char *value = NULL;
	if (r == 0)
		r = ask_text(db, ask, &value, why);
	if (r < 0)
		return r;
	if (!value || strcmp(value, expected) != 0)
		return because(why, -EPROTO,
			"%s: %s is '%s' and must be '%s': a commit would not "
			"be durable",
			db->path, ask, value ? value : "nothing", expected);
	return 0;
}

/* DESIGN section 8 says why these. None but the journal's mode is kept in the
 * file, and that one does not hold for the first transaction of a file that
 * somebody left in WAL: so all of them are set and read at each open. */
static int
make_durable(struct db *db, struct why *why)
{
	static const struct {
		const char *set, *ask, *expected;
	} pragmas[] = {
		{ "PRAGMA journal_mode = TRUNCATE", "PRAGMA journal_mode",
			"truncate" },
		{ "PRAGMA synchronous = EXTRA", "PRAGMA synchronous", "3" },
		{ "PRAGMA foreign_keys = ON", "PRAGMA foreign_keys", "1" },
		{ "PRAGMA trusted_schema = OFF", "PRAGMA trusted_schema", "0" },
		{ "PRAGMA cell_size_check = ON", "PRAGMA cell_size_check",
			"1" },
	};
	for (size_t i = 0; i < ELEMENTS(pragmas); i++) {
		int r = assert_pragma(db, pragmas[i].set, pragmas[i].ask,
			pragmas[i].expected, why);
		if (r < 0)
			return r;
	}
	return 0;
}

int
db_open(const char *path, struct db **ret, struct why *why)
{
	int r = make_file(path, why);
	if (r < 0)
		return r;
	own(db) struct db *db = xcalloc(1, sizeof(*db));
	db->path = xstrdup(path);
	int code = sqlite3_open_v2(path, &db->sqlite,
		SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX |
			SQLITE_OPEN_EXRESCODE,
		NULL);
	if (code != SQLITE_OK)
		return db_failed(db, code, "cannot be opened", why);
	if (stat(path, &db->file) < 0)
		return because(why, -errno, "%s: %s", path, strerror(errno));
	sqlite3_busy_timeout(db->sqlite, BUSY_MS);
	sqlite3_db_config(
		db->sqlite, SQLITE_DBCONFIG_DEFENSIVE, 1, (int *)NULL);
	r = make_durable(db, why);
	if (r < 0)
		return r;
	*ret = take(db);
	return 0;
}

void
db_close(struct db *db)
{
	if (!db)
		return;
	/* An open transaction is rolled back with it. */
	sqlite3_close_v2(db->sqlite);
	free(db->path);
	free(db);
}

static int
read_number(struct db *db, const char *ask, uint64_t *ret, struct why *why)
{
	own(str) char *text = NULL;
	int r = ask_text(db, ask, &text, why);
	if (r < 0)
		return r;
	*ret = 0;
	/* Below zero is no version of ours. */
	if (text && !span_u64(span_of(text), ret))
		*ret = UINT64_MAX;
	return 0;
}

static int
check_version(struct db *db, unsigned known, unsigned *ret, struct why *why)
{
	uint64_t version = 0, id = 0, tables = 0;
	int r = read_number(db, "PRAGMA user_version", &version, why);
	if (r == 0)
		r = read_number(db, "PRAGMA application_id", &id, why);
	if (r == 0)
		r = read_number(
			db, "SELECT count(*) FROM sqlite_schema", &tables, why);
	if (r < 0)
		return r;
	if (id != APPLICATION_ID && (id || version || tables))
		return because(why, -EBADMSG,
			"%s: is an SQLite database, but not a store of logmend",
			db->path);
	if (version > known)
		return because(why, -EPROTONOSUPPORT,
			"%s: has schema version %llu and this logmend knows "
			"versions up to %u: install the newer one again",
			db->path, (unsigned long long)version, known);
	*ret = (unsigned)version;
	return 0;
}

static int
run_scripts(struct db *db, const char *const *scripts, unsigned from,
	unsigned n, struct why *why)
{
	for (unsigned i = from; i < n; i++) {
		own(str) char *what =
			xprintf("upgrade to schema version %u", i + 1);
		own(str) char *mark = xprintf("PRAGMA application_id = %d;"
					      "PRAGMA user_version = %u",
			APPLICATION_ID, i + 1);
		int r = db_exec(db, scripts[i], what, why);
		if (r == 0)
			r = db_exec(db, mark, what, why);
		if (r < 0)
			return r;
	}
	return 0;
}

int
db_upgrade(
	struct db *db, const char *const *scripts, unsigned n, struct why *why)
{
	unsigned from = 0;
	int r = check_version(db, n, &from, why);
	if (r < 0 || from == n)
		return r;
	r = db_begin(db, why);
	if (r < 0)
		return r;
	r = run_scripts(db, scripts, from, n, why);
	if (r < 0) {
		db_rollback(db);
		return r;
	}
	return db_commit(db, why);
}

int
db_begin(struct db *db, struct why *why)
{
	if (db->begun)
		return because(
			why, -EBUSY, "%s: transactions do not nest", db->path);
	int r = db_check_file(db, why);
	if (r < 0)
		return r;
	/* IMMEDIATE: whoever is in the way is met here. */
	r = db_exec(db, "BEGIN IMMEDIATE", "cannot begin", why);
	if (r < 0)
		db_wrote(db, r);
	db->begun = r == 0;
	return r;
}

/* SQLite would go on with a file that has no name any more, and all of it would
 * be gone with our last descriptor. */
int
db_check_file(struct db *db, struct why *why)
{
	struct stat st;
	if (!db->gone && stat(db->path, &st) < 0)
		db->gone = errno == ENOENT || errno == ENOTDIR;
	else if (!db->gone)
		db->gone = st.st_dev != db->file.st_dev ||
			st.st_ino != db->file.st_ino;
	db->broken |= db->gone;
	return db_check(db, why);
}

int
db_check(const struct db *db, struct why *why)
{
	if (db->gone)
		return because(why, -EIO,
			"%s: was deleted or replaced by somebody: nothing more "
			"is stored before logmend is started again",
			db->path);
	if (db->broken)
		return because(why, -EIO,
			"%s: a write could not be made durable: nothing more "
			"is stored before logmend is started again",
			db->path);
	if (db_lost(db))
		return because(why, -ECANCELED,
			"%s: the transaction was rolled back before", db->path);
	return 0;
}

bool
db_lost(const struct db *db)
{
	return db->begun && sqlite3_get_autocommit(db->sqlite);
}

int
db_commit(struct db *db, struct why *why)
{
	if (!db->begun || db_lost(db)) {
		db->begun = false;
		return because(why, -ECANCELED,
			"%s: the transaction was rolled back before", db->path);
	}
	int code = SQLITE_BUSY;
	/* A reader's lock makes COMMIT busy, and the transaction stays. */
	for (int i = 0; i < COMMIT_TRIES && (code & 0xff) == SQLITE_BUSY; i++)
		code = sqlite3_exec(db->sqlite, "COMMIT", NULL, NULL, NULL);
	int r = code == SQLITE_OK ? 0
				  : db_failed(db, code, "cannot commit", why);
	db_wrote(db, r);
	if (r < 0)
		db_rollback(db);
	db->begun = false;
	return r < 0 ? r : db_check_file(db, why);
}

void
db_rollback(struct db *db)
{
	/* Fails only where nothing is left to roll back. */
	if (!sqlite3_get_autocommit(db->sqlite))
		(void)sqlite3_exec(db->sqlite, "ROLLBACK", NULL, NULL, NULL);
	db->changed = sqlite3_total_changes64(db->sqlite);
	db->begun = false;
}

bool
db_broken(const struct db *db)
{
	return db->broken;
}

uint64_t
db_changes(const struct db *db)
{
	return (uint64_t)sqlite3_changes64(db->sqlite);
}

uint64_t
db_last_id(const struct db *db)
{
	return (uint64_t)sqlite3_last_insert_rowid(db->sqlite);
}
