#include "config.h"
#include "head/store/sqlite/db.h"

#include <errno.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "head/store/sqlite/query.h"
#include "support/check_main.h"

static const char *const scripts[] = {
	"CREATE TABLE t (a INTEGER) STRICT; INSERT INTO t VALUES (1);",
	"ALTER TABLE t ADD COLUMN b TEXT; UPDATE t SET b = 'two';",
	"CREATE TABLE u (c INTEGER REFERENCES t); this is no SQL;",
};

static char *folder, *path;

static void
set_up(void)
{
	folder = scratch_folder();
	path = xprintf("%s/store.db", folder);
}

static struct db *
open_at(unsigned version)
{
	struct why why = { "" };
	struct db *db;
	ck_assert_msg(db_open(path, &db, &why) == 0, "%s", why.text);
	ck_assert_msg(
		db_upgrade(db, scripts, version, &why) == 0, "%s", why.text);
	return db;
}

/* One database at a time is asked. */
static struct queries *queries;
static const struct db *queried;

static struct query *
query_in(struct db *db, const char *sql)
{
	if (queried != db)
		queries = queries_new(db);
	queried = db;
	return query_of(queries, sql);
}

static void
close_db(struct db *db)
{
	if (queried == db)
		queries_free(queries);
	queried = NULL;
	db_close(db);
}

static uint64_t
number(struct db *db, const char *sql)
{
	struct query *q = query_in(db, sql);
	ck_assert_int_eq(query_step(q, NULL), 1);
	uint64_t n = query_get_u64(q, 0);
	query_end(q);
	return n;
}

START_TEST(a_new_file_is_its_owners_alone)
{
	set_up();
	own(db) struct db *db = open_at(1);
	struct stat st;
	ck_assert_int_eq(stat(path, &st), 0);
	ck_assert_uint_eq(st.st_mode & 0777, 0600);
}
END_TEST

START_TEST(an_older_schema_is_upgraded_in_place)
{
	set_up();
	db_close(open_at(1));
	own(db) struct db *db = open_at(2);
	ck_assert_uint_eq(number(db, "PRAGMA user_version"), 2);
	ck_assert_uint_eq(number(db, "SELECT a FROM t WHERE b = 'two'"), 1);
}
END_TEST

START_TEST(an_upgrade_that_fails_changes_nothing)
{
	set_up();
	db_close(open_at(1));
	own(db) struct db *db = NULL;
	ck_assert_int_eq(db_open(path, &db, NULL), 0);
	struct why why;
	ck_assert_int_lt(db_upgrade(db, scripts, 3, &why), 0);
	ck_assert_ptr_nonnull(strstr(why.text, "schema version 3"));
	ck_assert_uint_eq(number(db, "PRAGMA user_version"), 1);
	ck_assert_uint_eq(
		number(db, "SELECT count(*) FROM pragma_table_info('t')"), 1);
	/* Nor is anything left open. */
	ck_assert_int_eq(db_begin(db, NULL), 0);
}
END_TEST

START_TEST(a_newer_schema_is_refused)
{
	set_up();
	db_close(open_at(2));
	own(db) struct db *db = NULL;
	ck_assert_int_eq(db_open(path, &db, NULL), 0);
	struct why why;
	ck_assert_int_eq(db_upgrade(db, scripts, 1, &why), -EPROTONOSUPPORT);
	ck_assert_ptr_nonnull(strstr(why.text, "version 2"));
}
END_TEST

START_TEST(somebody_elses_database_is_refused)
{
	set_up();
	sqlite3 *other;
	ck_assert_int_eq(sqlite3_open(path, &other), SQLITE_OK);
	sqlite3_exec(other, "CREATE TABLE x (y)", NULL, NULL, NULL);
	sqlite3_close(other);
	own(db) struct db *db = NULL;
	ck_assert_int_eq(db_open(path, &db, NULL), 0);
	ck_assert_int_eq(db_upgrade(db, scripts, 1, NULL), -EBADMSG);
}
END_TEST

START_TEST(what_is_no_database_is_refused_in_a_sentence)
{
	set_up();
	FILE *f = fopen(path, "w");
	for (int i = 0; i < 1000; i++)
		fputs("not a database at all, and long enough\n", f);
	fclose(f);
	own(db) struct db *db = NULL;
	struct why why;
	ck_assert_int_eq(db_open(path, &db, &why), -EBADMSG);
	ck_assert_ptr_nonnull(strstr(why.text, "not a database"));
	/* A folder and a FIFO neither. */
	ck_assert_int_lt(db_open(folder, &db, &why), 0);
	own(str) char *fifo = xprintf("%s/fifo", folder);
	ck_assert_int_eq(mkfifo(fifo, 0600), 0);
	ck_assert_int_eq(db_open(fifo, &db, &why), -EINVAL);
}
END_TEST

/* Whoever left it in WAL mode. */
START_TEST(the_settings_hold_at_each_open)
{
	set_up();
	db_close(open_at(1));
	sqlite3 *other;
	ck_assert_int_eq(sqlite3_open(path, &other), SQLITE_OK);
	ck_assert_int_eq(sqlite3_exec(other, "PRAGMA journal_mode = WAL", NULL,
				 NULL, NULL),
		SQLITE_OK);
	sqlite3_close(other);
	own(db) struct db *db = open_at(1);
	struct query *q = query_in(db, "PRAGMA journal_mode");
	ck_assert_int_eq(query_step(q, NULL), 1);
	ck_assert(span_is(query_get_span(q, 0), "truncate"));
	query_end(q);
	ck_assert_uint_eq(number(db, "PRAGMA synchronous"), 3);
	ck_assert_uint_eq(number(db, "PRAGMA foreign_keys"), 1);
}
END_TEST

START_TEST(transactions_do_not_nest_and_roll_back)
{
	set_up();
	own(db) struct db *db = open_at(1);
	ck_assert_int_eq(db_begin(db, NULL), 0);
	ck_assert_int_eq(db_begin(db, NULL), -EBUSY);
	struct query *q = query_in(db, "INSERT INTO t VALUES (2)");
	ck_assert_int_eq(query_run(q, NULL), 0);
	ck_assert_uint_eq(db_changes(db), 1);
	db_rollback(db);
	ck_assert_uint_eq(number(db, "SELECT count(*) FROM t"), 1);
	ck_assert_int_eq(db_commit(db, NULL), -ECANCELED);
}
END_TEST

START_TEST(a_statement_that_cannot_be_prepared_fails_when_it_runs)
{
	set_up();
	own(db) struct db *db = open_at(1);
	struct why why;
	for (int i = 0; i < 200; i++) {
		struct query *q = query_in(db, "SELECT x FROM nowhere");
		query_u64(q, 1, 5);
		ck_assert_int_lt(query_step(q, &why), 0);
	}
	ck_assert_msg(strstr(why.text, "nowhere") != NULL, "%s", why.text);
}
END_TEST

START_TEST(values_of_one_run_are_not_those_of_the_next)
{
	set_up();
	own(db) struct db *db = open_at(2);
	static const char sql[] = "SELECT ?1 IS NULL, ?2";
	struct query *q = query_in(db, sql);
	query_str(q, 1, "there");
	query_u64(q, 2, UINT64_MAX);
	ck_assert_int_eq(query_step(q, NULL), 1);
	ck_assert_uint_eq(query_get_u64(q, 0), 0);
	ck_assert_uint_eq(query_get_u64(q, 1), UINT64_MAX);
	q = query_in(db, sql);
	ck_assert_int_eq(query_step(q, NULL), 1);
	ck_assert_uint_eq(query_get_u64(q, 0), 1);
	query_end(q);
}
END_TEST

/* A person with sqlite3 and an open read transaction. */
START_TEST(a_reader_makes_a_commit_fail_whole_or_not_at_all)
{
	set_up();
	own(db) struct db *db = open_at(1);
	sqlite3 *reader;
	ck_assert_int_eq(sqlite3_open(path, &reader), SQLITE_OK);
	sqlite3_exec(reader, "BEGIN; SELECT * FROM t", NULL, NULL, NULL);
	ck_assert_int_eq(db_begin(db, NULL), 0);
	ck_assert_int_eq(
		query_run(query_in(db, "INSERT INTO t VALUES (2)"), NULL), 0);
	struct why why;
	ck_assert_int_eq(db_commit(db, &why), -EBUSY);
	sqlite3_exec(reader, "COMMIT", NULL, NULL, NULL);
	ck_assert_uint_eq(number(db, "SELECT count(*) FROM t"), 1);
	ck_assert_int_eq(db_begin(db, NULL), 0);
	ck_assert_int_eq(
		query_run(query_in(db, "INSERT INTO t VALUES (3)"), NULL), 0);
	ck_assert_int_eq(db_commit(db, NULL), 0);
	sqlite3_close(reader);
}
END_TEST

/* SQLite's syncs end here, not in the C library. */
static bool sync_fails;

int
fsync(int fd)
{
	errno = EIO;
	return sync_fails ? -1 : (int)syscall(SYS_fsync, fd);
}

int
fdatasync(int fd)
{
	errno = EIO;
	return sync_fails ? -1 : (int)syscall(SYS_fdatasync, fd);
}

START_TEST(after_a_sync_that_failed_nothing_more_is_stored)
{
	set_up();
	struct db *db = open_at(1);
	struct why why;
	ck_assert_int_eq(db_begin(db, NULL), 0);
	ck_assert_int_eq(
		query_run(query_in(db, "INSERT INTO t VALUES (2)"), NULL), 0);
	sync_fails = true;
	ck_assert_int_eq(db_commit(db, &why), -EIO);
	sync_fails = false;
	/* A second try would succeed, and prove nothing. */
	ck_assert_int_eq(db_begin(db, &why), -EIO);
	ck_assert_ptr_nonnull(strstr(why.text, "started again"));
	ck_assert_int_eq(
		query_run(query_in(db, "INSERT INTO t VALUES (3)"), NULL),
		-EIO);
	close_db(db);
	db = open_at(1);
	ck_assert_uint_eq(number(db, "SELECT count(*) FROM t"), 1);
	close_db(db);
}
END_TEST

/* Nothing more is stored, and the sentence says why. */
static void
ck_gone(struct db *db)
{
	struct why why;
	ck_assert_int_eq(db_begin(db, &why), -EIO);
	ck_assert_ptr_nonnull(strstr(why.text, "was deleted or replaced"));
	ck_assert(db_broken(db));
}

START_TEST(a_file_that_was_deleted_takes_nothing_more)
{
	set_up();
	own(db) struct db *db = open_at(1);
	ck_assert_int_eq(unlink(path), 0);
	struct query *q = query_in(db, "INSERT INTO t VALUES (5)");
	ck_assert_int_eq(query_run(q, NULL), -EIO);
	ck_gone(db);
}
END_TEST

START_TEST(a_file_that_was_replaced_takes_nothing_more)
{
	set_up();
	own(db) struct db *db = open_at(1);
	own(str) char *other = xprintf("%s.old", path);
	ck_assert_int_eq(rename(path, other), 0);
	own(db) struct db *new = open_at(1);
	ck_gone(db);
	ck_assert_uint_eq(number(new, "SELECT count(*) FROM t"), 1);
}
END_TEST

START_TEST(what_is_deleted_before_the_commit_is_no_commit)
{
	set_up();
	own(db) struct db *db = open_at(1);
	ck_assert_int_eq(db_begin(db, NULL), 0);
	struct query *q = query_in(db, "INSERT INTO t VALUES (5)");
	ck_assert_int_eq(query_run(q, NULL), 0);
	ck_assert_int_eq(unlink(path), 0);
	ck_assert_int_eq(db_commit(db, NULL), -EIO);
	ck_gone(db);
}
END_TEST

static size_t dropped;

/* No row of more than two. */
static int
read_word(struct query *q, void *to, struct why *why)
{
	*(char **)to = query_get_str(q, 0);
	return strcmp(*(char **)to, "three") == 0
		? because(why, -EBADMSG, "three is too many")
		: 0;
}

static void
drop_words(void *list, size_t n)
{
	char **words = list;
	for (dropped = 0; dropped < n; dropped++)
		free(words[dropped]);
	free(words);
}

START_TEST(a_list_is_whole_or_nothing)
{
	set_up();
	own(db) struct db *db = open_at(1);
	static const struct row_type type = { sizeof(char *), read_word,
		drop_words };
	char **words = NULL;
	size_t n = 7;
	struct why why;
	struct query *q = query_in(db, "SELECT 'x' WHERE 0");
	ck_assert_int_eq(query_list(q, &type, &words, &n, &why), 0);
	ck_assert_uint_eq(n, 0);
	ck_assert_ptr_null(words);
	q = query_in(db, "VALUES ('one'), ('two')");
	ck_assert_int_eq(query_list(q, &type, &words, &n, &why), 0);
	ck_assert_uint_eq(n, 2);
	ck_assert_str_eq(words[1], "two");
	drop_words(words, n);
	words = NULL;
	n = 0;
	q = query_in(db, "VALUES ('one'), ('three'), ('four')");
	ck_assert_int_eq(query_list(q, &type, &words, &n, &why), -EBADMSG);
	ck_assert_str_eq(why.text, "three is too many");
	ck_assert_uint_eq(dropped, 2);
	ck_assert_ptr_null(words);
	ck_assert_uint_eq(n, 0);
	q = query_in(db, "SELECT no_such_column FROM t");
	ck_assert_int_lt(query_list(q, &type, &words, &n, &why), 0);
	/* Nothing is left open that would keep others waiting. */
	ck_assert_int_eq(db_begin(db, NULL), 0);
	ck_assert_int_eq(db_commit(db, NULL), 0);
}
END_TEST

CHECK_MAIN("db", a_file_that_was_deleted_takes_nothing_more,
	a_file_that_was_replaced_takes_nothing_more,
	what_is_deleted_before_the_commit_is_no_commit,
	a_new_file_is_its_owners_alone, an_older_schema_is_upgraded_in_place,
	an_upgrade_that_fails_changes_nothing, a_newer_schema_is_refused,
	somebody_elses_database_is_refused,
	what_is_no_database_is_refused_in_a_sentence,
	the_settings_hold_at_each_open, transactions_do_not_nest_and_roll_back,
	a_statement_that_cannot_be_prepared_fails_when_it_runs,
	values_of_one_run_are_not_those_of_the_next, a_list_is_whole_or_nothing,
	a_reader_makes_a_commit_fail_whole_or_not_at_all,
	after_a_sync_that_failed_nothing_more_is_stored)
