#include "config.h"
#include "head/sources/followed-logs.h"

#include <string.h>
#include <sys/inotify.h>
#include <sys/stat.h>

#include "support/logs.h"

#define TEN (10 * LOGS_LINE)

static struct app shop = { .name = (char *)"shop" };

struct world {
	char *folder;
	struct store *store;
	struct followed_logs logs;
	struct buf notes;
};

static void
on_note(void *arg, const char *text)
{
	struct world *w = arg;
	buf_printf(&w->notes, "%s\n", text);
}

static void
world_new(struct world *w)
{
	struct why why = { "" };
	*w = (struct world){ .folder = scratch_folder() };
	own(str) char *store = xprintf("%s/state/db", w->folder);
	ck_assert_msg(store_open(store, &w->store, &why) == 0, "%s", why.text);
	w->logs.checkpoints = (struct checkpoints){ w->store, on_note, w };
	w->logs.appends = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
}

static void
world_free(struct world *w)
{
	followed_logs_free(&w->logs);
	fd_close(w->logs.appends);
	store_close(w->store);
	buf_free(&w->notes);
	str_free(w->folder);
}

/* Holds the log of a container, a file of ten lines with the container's name.
 */
static struct followed_log *
hold(struct world *w, const char *container)
{
	own(str) char *path = logs_new(w->folder, container, container[0], 10);
	struct followed_log *t = followed_log_new(&shop, container, path);
	struct why why = { "" };
	ck_assert_int_eq(followed_log_add_files(t, logs_open(path), &why), 0);
	ck_assert_msg(
		checkpoints_begin(&w->logs.checkpoints, t, false, &why) == 0,
		"%s", why.text);
	followed_logs_hold(&w->logs, t);
	return t;
}

/* Adds a file of ten lines. */
static void
hold_file(struct world *w, struct followed_log *t, const char *name)
{
	own(str) char *path = logs_new(w->folder, name, name[0], 10);
	struct why why = { "" };
	ck_assert_msg(followed_logs_hold_files(
			      &w->logs, t, logs_open(path), &why) == 0,
		"%s", why.text);
}

static void
move(struct followed_log *t, uint64_t offset)
{
	t->source.from.offset[STREAM_STDOUT] = offset;
	t->source.from.offset[STREAM_STDERR] = offset;
}

static size_t
files_of(const struct followed_log *t)
{
	size_t n = 0;
	for (const struct log_file *l = t->oldest; l; l = l->next)
		n++;
	return n;
}

/* How many logs the store has, and how many files of the first. */
static size_t
stored(const struct world *w, size_t *ret_files)
{
	struct checkpoint *list = NULL;
	size_t n = 0;
	ck_assert_int_eq(store_checkpoints(w->store, &list, &n, NULL), 0);
	*ret_files = n ? list[0].n_files : 0;
	checkpoints_free(list, n);
	return n;
}

static size_t
gaps(const struct world *w)
{
	struct gap *list = NULL;
	size_t n = 0;
	ck_assert_int_eq(store_gaps(w->store, 100, &list, &n, NULL), 0);
	gaps_free(list, n);
	return n;
}

/* The watch descriptor of an append that eyes would read now; -1: none. */
static int
append_seen(const struct world *w)
{
	_Alignas(struct inotify_event) char events[512];
	ssize_t n = read(w->logs.appends, events, sizeof(events));
	const struct inotify_event *event = (void *)events;
	return n > 0 && event->mask & IN_MODIFY ? event->wd : -1;
}

START_TEST(a_log_is_known_by_file_container_and_number)
{
	struct world w;
	world_new(&w);
	struct followed_log *a = hold(&w, "a"), *b = hold(&w, "b");
	struct stat st;
	ck_assert_int_eq(stat(b->path, &st), 0);
	ck_assert_ptr_eq(followed_logs_by_file(&w.logs, &st), b);
	ck_assert_int_eq(stat(w.folder, &st), 0);
	ck_assert_ptr_null(followed_logs_by_file(&w.logs, &st));
	ck_assert_ptr_eq(followed_logs_by_container(&w.logs, "a"), a);
	ck_assert_ptr_null(followed_logs_by_container(&w.logs, "c"));
	ck_assert_ptr_eq(followed_logs_by_id(&w.logs, b->source.id), b);
	ck_assert_ptr_null(followed_logs_by_id(&w.logs, 99));
	/* The container may write to another log by now. */
	followed_logs_finish(&w.logs, a);
	ck_assert_ptr_null(followed_logs_by_container(&w.logs, "a"));
	world_free(&w);
}
END_TEST

START_TEST(appends_are_seen_in_a_file_without_a_name)
{
	struct world w;
	world_new(&w);
	struct followed_log *t = hold(&w, "a");
	own(fd) int writer = open(t->path, O_WRONLY | O_APPEND | O_CLOEXEC);
	ck_assert_int_eq(unlink(t->path), 0);
	ck_assert_int_eq(write_all(writer, SPAN("x\n")), 0);
	ck_assert_int_ge(t->source.watch, 0);
	ck_assert_int_eq(append_seen(&w), t->source.watch);
	world_free(&w);
}
END_TEST

START_TEST(appends_are_seen_in_the_newest_file_alone)
{
	struct world w;
	world_new(&w);
	struct followed_log *t = hold(&w, "a");
	own(str) char *newest = xprintf("%s/n", w.folder);
	hold_file(&w, t, "n");
	while (append_seen(&w) >= 0)
		;
	logs_append(t->path, 'a', 10, 1);
	ck_assert_int_eq(append_seen(&w), -1);
	logs_append(newest, 'n', 10, 1);
	ck_assert_int_eq(append_seen(&w), t->source.watch);
	world_free(&w);
}
END_TEST

START_TEST(files_that_are_read_are_closed_and_forgotten)
{
	struct world w;
	world_new(&w);
	struct followed_log *t = hold(&w, "a");
	size_t files = 0;
	hold_file(&w, t, "b");
	hold_file(&w, t, "c");
	ck_assert_uint_eq(stored(&w, &files), 1);
	ck_assert_uint_eq(files, 3);
	move(t, TEN + 1);
	int oldest = t->oldest->fd;
	followed_logs_close_read_files(&w.logs, t);
	ck_assert_uint_eq(files_of(t), 2);
	ck_assert_int_lt(fcntl(oldest, F_GETFD), 0);
	(void)stored(&w, &files);
	ck_assert_uint_eq(files, 2);
	world_free(&w);
}
END_TEST

START_TEST(a_log_that_is_closed_is_forgotten_everywhere)
{
	struct world w;
	world_new(&w);
	size_t files = 0;
	struct followed_log *a = hold(&w, "a"), *b = hold(&w, "b");
	int fd = a->newest->fd;
	followed_logs_close(&w.logs, a);
	ck_assert_ptr_eq(w.logs.first, b);
	ck_assert_ptr_null(b->next);
	ck_assert_int_lt(fcntl(fd, F_GETFD), 0);
	ck_assert_uint_eq(stored(&w, &files), 1);
	ck_assert_uint_eq(gaps(&w), 0);
	world_free(&w);
}
END_TEST

START_TEST(a_log_that_is_told_again_has_a_new_generation)
{
	struct world w;
	world_new(&w);
	struct followed_log *t = hold(&w, "a");
	uint32_t before = t->source.generation;
	followed_logs_tell_again(&w.logs, t);
	ck_assert_uint_eq(t->source.generation, before + 1);
	t->tell_at = 5;
	followed_logs_tell_all(&w.logs, NULL);
	ck_assert_uint_eq(t->source.generation, before + 2);
	ck_assert_uint_eq(t->tell_at, 0);
	world_free(&w);
}
END_TEST

START_TEST(a_file_that_changed_is_read_from_its_head_with_a_gap)
{
	struct world w;
	world_new(&w);
	struct followed_log *t = hold(&w, "a");
	hold_file(&w, t, "b");
	move(t, TEN + 3 * LOGS_LINE);
	followed_logs_read_anew(&w.logs, t, t->newest);
	ck_assert_uint_eq(position_least(&t->source.from), TEN);
	ck_assert_uint_eq(gaps(&w), 1);
	world_free(&w);
}
END_TEST

/* Each failure is followed by a pause of 10 s. */
START_TEST(a_rotated_file_that_fails_for_two_minutes_is_skipped_with_a_gap)
{
	struct world w;
	world_new(&w);
	struct followed_log *t = hold(&w, "a");
	hold_file(&w, t, "b");
	for (int i = 0; i < 11; i++)
		ck_assert(!followed_logs_skip_file(
			&w.logs, t, false, "I/O error"));
	ck_assert_uint_eq(files_of(t), 2);
	ck_assert_uint_eq(gaps(&w), 0);
	ck_assert(followed_logs_skip_file(&w.logs, t, false, "I/O error"));
	ck_assert_uint_eq(files_of(t), 1);
	ck_assert_uint_eq(position_least(&t->source.from), TEN);
	ck_assert_uint_eq(gaps(&w), 1);
	own(str) char *told = xprintf(
		"app shop: %s: a gap from byte 0 on: I/O error\n", t->path);
	ck_assert_str_eq(w.notes.data, told);
	/* The newest may get better, and nothing waits behind it. */
	for (int i = 0; i < 30; i++)
		ck_assert(!followed_logs_skip_file(
			&w.logs, t, false, "I/O error"));
	world_free(&w);
}
END_TEST

START_TEST(a_rotated_file_that_is_broken_twice_is_skipped)
{
	struct world w;
	world_new(&w);
	struct followed_log *t = hold(&w, "a");
	hold_file(&w, t, "b");
	ck_assert(!followed_logs_skip_file(&w.logs, t, true, "it is broken"));
	ck_assert(followed_logs_skip_file(&w.logs, t, true, "it is broken"));
	ck_assert_uint_eq(files_of(t), 1);
	world_free(&w);
}
END_TEST

START_TEST(a_compressed_file_that_cannot_be_read_is_tried_for_two_minutes)
{
	struct world w;
	world_new(&w);
	struct followed_log *t = hold(&w, "a");
	hold_file(&w, t, "b");
	t->oldest->compressed = true;
	for (int i = 0; i < 11; i++)
		ck_assert(!followed_logs_skip_file(
			&w.logs, t, false, "I/O error"));
	ck_assert(followed_logs_skip_file(&w.logs, t, false, "I/O error"));
	ck_assert_uint_eq(files_of(t), 1);
	world_free(&w);
}
END_TEST

START_TEST(a_rotated_file_that_is_torn_is_skipped_at_once)
{
	struct world w;
	world_new(&w);
	struct followed_log *t = hold(&w, "a");
	hold_file(&w, t, "b");
	ck_assert_int_eq(truncate(t->path, LOGS_LINE), 0);
	ck_assert(followed_logs_skip_file(&w.logs, t, false, "it ends early"));
	ck_assert_uint_eq(files_of(t), 1);
	world_free(&w);
}
END_TEST

/* What Docker writes down of the container, a second after what it wrote
 * before.
 */
static void
write_life(const struct world *w, const char *container, const char *state)
{
	own(str) char *folder =
		xprintf("%s/containers/%s", w->folder, container);
	own(str) char *path = xprintf("%s/config.v2.json", folder);
	own(str) char *all = xprintf("%s/containers", w->folder);
	(void)mkdir(all, 0700);
	(void)mkdir(folder, 0700);
	(void)unlink(path);
	own(file) FILE *f = fopen(path, "we");
	ck_assert_ptr_nonnull(f);
	fprintf(f, "{\"State\":{%s}}", state);
	ck_assert_int_eq(fflush(f), 0);
	static time_t time = 1795350344;
	time++;
	const struct timespec at[] = { { time, 0 }, { time, 0 } };
	ck_assert_int_eq(futimens(fileno(f), at), 0);
}

#define RUNS "\"Running\":true,\"StartedAt\":\"2026-11-22T12:00:00Z\""
#define DEAD "\"Running\":false,\"FinishedAt\":\"2026-11-22T12:25:44Z\""

START_TEST(a_log_that_was_read_whole_is_noted_once_its_container_ended)
{
	struct world w;
	world_new(&w);
	const struct settings settings = { .docker_root = w.folder };
	struct followed_log *t = hold(&w, "a");
	/* Not all of it was read. */
	write_life(&w, "a", DEAD);
	followed_logs_look(&w.logs, &settings, t, true);
	ck_assert_uint_eq(t->whole, 0);
	move(t, TEN);
	followed_logs_look(&w.logs, &settings, t, false);
	ck_assert_uint_ne(t->whole, 0);
	ck_assert(t->ended);

	struct followed_log *b = hold(&w, "b");
	move(b, TEN);
	write_life(&w, "b", RUNS);
	followed_logs_look(&w.logs, &settings, b, false);
	ck_assert_uint_eq(b->whole, 0);
	followed_logs_look(&w.logs, &settings, b, true);
	ck_assert_uint_ne(b->whole, 0);
	ck_assert(!b->ended);
	write_life(&w, "b", DEAD);
	followed_logs_look(&w.logs, &settings, b, false);
	ck_assert(b->ended);

	/* Of which Docker says nothing, and one whose name is gone. */
	struct followed_log *c = hold(&w, "c");
	move(c, TEN);
	followed_logs_look(&w.logs, &settings, c, true);
	ck_assert(c->whole && !c->ended);
	c->finishing = true;
	followed_logs_look(&w.logs, &settings, c, true);
	ck_assert(c->ended);
	world_free(&w);
}
END_TEST

/* Whether the store says that the container of the only log had ended. */
static bool
is_stored_as_ended(const struct world *w)
{
	struct checkpoint *list = NULL;
	size_t n = 0;
	ck_assert_int_eq(store_checkpoints(w->store, &list, &n, NULL), 0);
	ck_assert_uint_eq(n, 1);
	ck_assert_uint_ne(list[0].whole, 0);
	bool ended = list[0].ended;
	checkpoints_free(list, n);
	return ended;
}

START_TEST(a_container_that_is_started_again_has_not_ended)
{
	struct world w;
	world_new(&w);
	const struct settings settings = { .docker_root = w.folder };
	struct followed_log *t = hold(&w, "a");
	move(t, TEN);
	write_life(&w, "a", DEAD);
	followed_logs_look(&w.logs, &settings, t, false);
	ck_assert(is_stored_as_ended(&w));
	write_life(&w, "a", RUNS);
	followed_logs_look(&w.logs, &settings, t, false);
	ck_assert(!t->ended);
	ck_assert(!is_stored_as_ended(&w));
	/* It ends without a line, and writes one when it runs once more. */
	write_life(&w, "a", DEAD);
	followed_logs_look(&w.logs, &settings, t, false);
	ck_assert(is_stored_as_ended(&w));
	move(t, TEN - LOGS_LINE);
	write_life(&w, "a", RUNS);
	followed_logs_look(&w.logs, &settings, t, false);
	ck_assert(!is_stored_as_ended(&w));
	move(t, TEN);
	write_life(&w, "a", DEAD);
	followed_logs_look(&w.logs, &settings, t, false);
	/* It is removed: nothing is known of it any more. */
	own(str) char *path =
		xprintf("%s/containers/a/config.v2.json", w.folder);
	ck_assert_int_eq(unlink(path), 0);
	followed_logs_look(&w.logs, &settings, t, true);
	ck_assert(is_stored_as_ended(&w));
	world_free(&w);
}
END_TEST

CHECK_MAIN("followed-logs", a_log_is_known_by_file_container_and_number,
	appends_are_seen_in_a_file_without_a_name,
	appends_are_seen_in_the_newest_file_alone,
	files_that_are_read_are_closed_and_forgotten,
	a_log_that_is_closed_is_forgotten_everywhere,
	a_log_that_is_told_again_has_a_new_generation,
	a_file_that_changed_is_read_from_its_head_with_a_gap,
	a_log_that_was_read_whole_is_noted_once_its_container_ended,
	a_container_that_is_started_again_has_not_ended,
	a_rotated_file_that_fails_for_two_minutes_is_skipped_with_a_gap,
	a_rotated_file_that_is_broken_twice_is_skipped,
	a_compressed_file_that_cannot_be_read_is_tried_for_two_minutes,
	a_rotated_file_that_is_torn_is_skipped_at_once)
