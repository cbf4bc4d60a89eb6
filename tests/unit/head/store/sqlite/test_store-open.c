#include "config.h"
#include "head/store/store.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/escape.h"
#include "head/store/sqlite/db.h"
#include "head/store/sqlite/query.h"
#include "head/store/sqlite/schema.h"
#include "unit/head/store/stage.h"

START_TEST(a_folder_is_made_for_its_owner_alone)
{
	own(store) struct store *s = open_new();
	struct stat st;
	ck_assert_int_eq(stat(folder, &st), 0);
	ck_assert_uint_eq(st.st_mode & 0777, 0700);
}
END_TEST

START_TEST(a_second_opener_is_told_who_has_it)
{
	own(store) struct store *s = open_new();
	struct why why;
	struct store *second = NULL;
	ck_assert_int_eq(store_open(path, &second, &why), -EWOULDBLOCK);
	ck_assert_ptr_null(second);
	own(str) char *pid = xprintf("process %d ", (int)getpid());
	ck_assert_ptr_nonnull(strstr(why.text, pid));
	ck_assert_ptr_nonnull(strstr(why.text, path));
	store_close(take(s));
	s = open_again();
}
END_TEST

START_TEST(a_position_moves_only_from_where_it_is)
{
	own(store) struct store *s = open_new();
	struct checkpoint p = { .id = 77,
		.app = (char *)"shop",
		.path = (char *)"/x-json.log",
		.at = { { 10, 12 }, 0xffffffffffffffffu },
		.moved = NOW };
	struct position to = { { 100, 90 }, 5 }, other = { { 10, 12 }, 6 };
	struct position back;
	struct why ignored;
	ck_assert_int_eq(
		store_checkpoint_at(s, p.id, &back, &ignored), -ENOENT);
	ck_assert_int_eq(
		store_checkpoint_move(s, p.id, &p.at, &to, NOW, NULL), -ESTALE);
	ok(store_checkpoint_add(s, &p, &why));
	ck_assert_int_eq(store_checkpoint_move(s, p.id, &other, &to, NOW, NULL),
		-ESTALE);
	ok(store_checkpoint_move(s, p.id, &p.at, &to, NOW + 1, &why));
	ck_assert_int_eq(
		store_checkpoint_move(s, p.id, &p.at, &to, NOW, NULL), -ESTALE);
	store_close(take(s));
	s = open_again();
	ok(store_checkpoint_at(s, p.id, &back, &why));
	ck_assert(position_eq(&back, &to));
	ok(store_checkpoint_set(s, p.id, &other, NOW + 2, &why));
	struct checkpoint *list;
	size_t n;
	ok(store_checkpoints(s, &list, &n, &why));
	ck_assert_uint_eq(n, 1);
	ck_assert_uint_eq(list[0].id, p.id);
	ck_assert_str_eq(list[0].app, "shop");
	ck_assert_str_eq(list[0].path, "/x-json.log");
	ck_assert_ptr_null(list[0].container);
	ck_assert(position_eq(&list[0].at, &other));
	ck_assert_uint_eq(list[0].moved, NOW + 2);
	ck_assert_uint_eq(list[0].n_files, 0);
	checkpoints_free(list, n);
}
END_TEST

START_TEST(a_log_is_forgotten_with_its_files)
{
	own(store) struct store *s = open_new();
	struct checkpoint p = { .app = (char *)"shop", .path = (char *)"/x" };
	ok(store_checkpoint_add(s, &p, &why));
	static const struct checkpoint_file files[] = { { (char *)"b", 900 },
		{ (char *)"a", 10 }, { (char *)"c", 900 } };
	for (size_t i = 0; i < ELEMENTS(files); i++)
		ok(store_file_put(s, p.id, &files[i], &why));
	struct checkpoint *list;
	size_t n;
	ok(store_checkpoints(s, &list, &n, &why));
	ck_assert_uint_eq(list[0].n_files, 3);
	/* Oldest first, also where a file was empty. */
	ck_assert_str_eq(list[0].files[0].key, "a");
	ck_assert_str_eq(list[0].files[1].key, "b");
	ck_assert_str_eq(list[0].files[2].key, "c");
	ck_assert_uint_eq(list[0].files[2].base, 900);
	checkpoints_free(list, n);
	ok(store_file_forget(s, "a", &why));
	ok(store_checkpoints(s, &list, &n, &why));
	ck_assert_uint_eq(list[0].n_files, 2);
	checkpoints_free(list, n);
	ok(store_checkpoint_forget(s, p.id, &why));
	ok(store_checkpoints(s, &list, &n, &why));
	ck_assert_uint_eq(n, 0);
	/* Its number is not given to another log, nor are its files. */
	uint64_t old = p.id;
	ok(store_checkpoint_add(s, &p, &why));
	ck_assert_uint_gt(p.id, old);
	ok(store_checkpoints(s, &list, &n, &why));
	ck_assert_uint_eq(list[0].n_files, 0);
	checkpoints_free(list, n);
}
END_TEST

START_TEST(positions_of_the_first_schema_are_kept)
{
	store_close(open_new());
	ck_assert_int_eq(unlink(path), 0);
	own(db) struct db *db = NULL;
	ok(db_open(path, &db, &why));
	ok(db_upgrade(db, store_schema, 1, &why));
	struct queries *queries = queries_new(db);
	ok(query_run(query_of(queries,
			     "INSERT INTO place VALUES ('k1', 'shop', 'c', "
			     "'/c-json.log.1', 5, 7, 9, 11), "
			     "('k2', 'blog', NULL, '/x', 1, 2, 3, 4)"),
		&why));
	queries_free(queries);
	db_close(take(db));
	own(store) struct store *s = open_again();
	struct checkpoint *list;
	size_t n;
	ok(store_checkpoints(s, &list, &n, &why));
	ck_assert_uint_eq(n, 2);
	ck_assert_str_eq(list[0].path, "/c-json.log");
	ck_assert_str_eq(list[0].container, "c");
	ck_assert(position_eq(&list[0].at, &(struct position){ { 5, 7 }, 9 }));
	ck_assert_uint_eq(list[0].moved, 11);
	ck_assert_uint_eq(list[0].n_files, 1);
	ck_assert_str_eq(list[0].files[0].key, "k1");
	ck_assert_uint_eq(list[0].files[0].base, 0);
	ck_assert_str_eq(list[1].path, "/x");
	ck_assert_str_eq(list[1].files[0].key, "k2");
	checkpoints_free(list, n);
}
END_TEST

START_TEST(attempts_of_the_second_schema_keep_their_order)
{
	store_close(open_new());
	ck_assert_int_eq(unlink(path), 0);
	own(db) struct db *db = NULL;
	ok(db_open(path, &db, &why));
	ok(db_upgrade(db, store_schema, 2, &why));
	struct queries *queries = queries_new(db);
	/* Their incidents do not matter here. */
	ok(query_run(query_of(queries, "PRAGMA foreign_keys = OFF"), &why));
	ok(query_run(
		query_of(queries,
			"INSERT INTO attempt VALUES "
			"('k2', 1, 2, 'h', 'db', 20, 21, 'applied', 1, ''), "
			"('k1', 1, 1, 'h', 'db', 10, 11, 'applied', 0, '')"),
		&why));
	queries_free(queries);
	db_close(take(db));
	own(store) struct store *s = open_again();
	struct past_attempt *list;
	size_t n;
	ok(store_past_attempts(s, "db", &list, &n, &why));
	ck_assert_uint_eq(n, 2);
	ck_assert_uint_eq(list[0].started, 20);
	ck_assert_uint_eq(list[1].started, 10);
	free(list);
	/* Of which nobody knows whether they proposed anything. */
	struct attempt *all;
	ok(store_attempts(s, 1, &all, &n, &why));
	ck_assert_uint_eq(n, 2);
	ck_assert_ptr_null(all[0].proposal.name);
	ck_assert_int_eq(all[0].deployed, ANSWER_UNKNOWN);
	attempts_free(all, n);
	ok(store_uncommitted(s, 0, &all, &n, &why));
	ck_assert_uint_eq(n, 0);
	attempts_free(all, n);
}
END_TEST

START_TEST(a_batch_is_stored_whole_or_not_at_all)
{
	own(store) struct store *s = open_new();
	struct checkpoint p = { .app = (char *)"shop", .path = (char *)"/x" };
	struct position to = { { 7, 7 }, 7 };
	ok(store_checkpoint_add(s, &p, &why));
	ok(store_begin(s, &why));
	struct incident i = an_incident("A");
	ok(store_incident_add(s, &i, &why));
	ok(store_checkpoint_move(s, p.id, &p.at, &to, NOW, &why));
	store_rollback(s);
	struct position back;
	ok(store_checkpoint_at(s, p.id, &back, &why));
	ck_assert(position_eq(&back, &p.at));
	struct incident none;
	ck_assert_int_eq(store_incident_get(s, i.id, &none, NULL), -ENOENT);
	incident_free(&i);
}
END_TEST

START_TEST(gaps_are_kept_newest_first)
{
	own(store) struct store *s = open_new();
	for (unsigned i = 0; i < 3; i++) {
		struct gap g = { .key = (char *)"k",
			.app = (char *)"shop",
			.path = (char *)"/x",
			.from = i,
			.at = NOW + i,
			.reason = (char *)"it was truncated" };
		ok(store_gap_add(s, &g, &why));
	}
	struct gap *list;
	size_t n;
	ok(store_gaps(s, 2, &list, &n, &why));
	ck_assert_uint_eq(n, 2);
	ck_assert_uint_eq(list[0].from, 2);
	ck_assert_str_eq(list[1].reason, "it was truncated");
	gaps_free(list, n);
}
END_TEST

START_TEST(a_gap_is_untold_until_it_is_told)
{
	own(store) struct store *s = open_new();
	struct gap *list;
	size_t n;
	for (unsigned i = 1; i <= 2; i++) {
		struct gap g = { .key = (char *)"k",
			.app = (char *)"shop",
			.path = (char *)"/x",
			.lost = i,
			.reason = (char *)"it went away" };
		ok(store_gap_add(s, &g, &why));
	}
	ok(store_gaps_untold(s, 9, &list, &n, &why));
	ck_assert_uint_eq(n, 2);
	ck_assert_uint_eq(list[0].lost, 1);
	ok(store_gap_told(s, list[0].id, &why));
	gaps_free(list, n);
	ok(store_gaps_untold(s, 9, &list, &n, &why));
	ck_assert_uint_eq(n, 1);
	ck_assert_uint_eq(list[0].lost, 2);
	gaps_free(list, n);
	ok(store_gaps(s, 9, &list, &n, &why));
	ck_assert_uint_eq(n, 2);
	gaps_free(list, n);
}
END_TEST

/* Commits one incident after the other and says so, until it is killed. */
static void
write_until_killed(int told)
{
	struct store *s = NULL;
	if (store_open(path, &s, NULL) < 0)
		_exit(1);
	for (;;) {
		struct incident i = an_incident("A");
		if (store_begin(s, NULL) < 0 ||
			store_incident_add(s, &i, NULL) < 0 ||
			store_moment_add(s, i.id, NOW, "state", "x", NULL) <
				0 ||
			store_commit(s, NULL) < 0)
			_exit(1);
		if (write(told, &i.id, sizeof(i.id)) < 0)
			_exit(1);
		incident_free(&i);
	}
}

START_TEST(what_was_told_as_stored_survives_kill_9)
{
	store_close(open_new());
	int pipe_[2];
	ck_assert_int_eq(pipe(pipe_), 0);
	pid_t pid = fork();
	ck_assert_int_ge(pid, 0);
	if (pid == 0)
		write_until_killed(pipe_[1]);
	close(pipe_[1]);
	uint64_t last = 0, id;
	while (last < 50 && read(pipe_[0], &id, sizeof(id)) == sizeof(id))
		last = id;
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	while (read(pipe_[0], &id, sizeof(id)) == sizeof(id))
		last = id;
	ck_assert_uint_ge(last, 50);
	/* The lock died with its holder. */
	own(store) struct store *s = open_again();
	for (id = 1; id <= last; id++) {
		own(incident) struct incident i = { 0 };
		ok(store_incident_get(s, id, &i, &why));
		struct moment *list;
		size_t n;
		ok(store_moments(s, id, &list, &n, &why));
		ck_assert_uint_eq(n, 1);
		moments_free(list, n);
	}
}
END_TEST

START_TEST(a_full_disk_is_told_and_loses_nothing)
{
	own(str) char *base = scratch_folder();
	if (mount("tmpfs", base, "tmpfs", 0, "size=400k") < 0) {
		fprintf(stderr,
			"full disk not tested: cannot mount a tmpfs "
			"here\n");
		rmdir(base);
		return;
	}
	path = xprintf("%s/logmend.db", base);
	struct store *s = open_again();
	struct why full = { "" };
	uint64_t stored = 0, before = store_writes(s).done;
	int r = 0;
	while (r == 0 && stored < 10000) {
		own(incident) struct incident i = a_full_incident();
		r = store_begin(s, &full);
		if (r == 0)
			r = store_incident_add(s, &i, &full);
		if (r == 0)
			r = store_commit(s, &full);
		else
			store_rollback(s);
		stored += r == 0;
	}
	ck_assert_int_eq(r, -ENOSPC);
	ck_assert_ptr_nonnull(strstr(full.text, "disk is full"));
	ck_assert_uint_gt(stored, 5);
	const struct store_writes writes = store_writes(s);
	ck_assert_uint_eq(writes.done - before, stored);
	ck_assert_uint_eq(writes.failed, 1);
	ck_assert_int_eq(writes.error, ENOSPC);
	/* What writes nothing is none that succeeded. */
	ok(store_begin(s, &why));
	ok(store_commit(s, &why));
	ok(store_value_put(s, "none", NULL, &why));
	ck_assert_uint_eq(store_writes(s).done, writes.done);
	store_close(s);
	s = open_again();
	struct incident *list;
	size_t n;
	struct incident_filter all = { .class = -1 };
	ok(store_incidents(s, &all, &list, &n, &why));
	ck_assert_uint_eq(n, stored);
	incident_list_free(list, n);
	store_close(s);
	umount(base);
	rmdir(base);
}
END_TEST

CHECK_MAIN("sqlite", a_folder_is_made_for_its_owner_alone,
	a_second_opener_is_told_who_has_it,
	a_position_moves_only_from_where_it_is,
	a_log_is_forgotten_with_its_files,
	positions_of_the_first_schema_are_kept,
	attempts_of_the_second_schema_keep_their_order,
	a_batch_is_stored_whole_or_not_at_all, gaps_are_kept_newest_first,
	a_gap_is_untold_until_it_is_told,
	what_was_told_as_stored_survives_kill_9,
	a_full_disk_is_told_and_loses_nothing)
