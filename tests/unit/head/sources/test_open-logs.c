#include "config.h"
#include "head/sources/open-logs.h"

#include <string.h>
#include <sys/inotify.h>
#include <sys/resource.h>

#include "base/io/descriptors.h"
#include "rule/rule.h"
#include "support/logs.h"

#define TEN (10 * LOGS_LINE)

static struct app shop = { .name = (char *)"shop" };

struct world {
	char *root, *folder, *log; /* log: of container c1 */
	struct settings settings;
	struct store *store;
	struct rules *rules;
	struct followed_logs logs;
	struct open_logs opening;
	struct buf notes;
	int folder_events;
};

static void
on_note(void *arg, const char *text)
{
	struct world *w = arg;
	buf_printf(&w->notes, "%s\n", text);
}

/* The folder of a container of shop. Owned. */
static char *
add_container(const struct world *w, const char *id)
{
	char *folder = xprintf("%s/containers/%s", w->root, id);
	own(str) char *config = xprintf("%s/config.v2.json", folder);
	ck_assert_int_eq(mkdir(folder, 0700), 0);
	own(fd) int fd = open(config, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	ck_assert_int_eq(
		write_all(fd,
			SPAN("{\"Config\":{\"Labels\":{\"com.docker.swarm."
			     "service.name\":\"shop\"}}}")),
		0);
	return folder;
}

static void
world_new(struct world *w)
{
	struct why why = { "" };
	*w = (struct world){ .root = scratch_folder() };
	own(str) char *containers = xprintf("%s/containers", w->root);
	own(str) char *store = xprintf("%s/state/db", w->root);
	ck_assert_int_eq(mkdir(containers, 0700), 0);
	w->folder = add_container(w, "c1");
	w->log = xprintf("%s/c1-json.log", w->folder);
	w->settings = (struct settings){
		.docker_root = w->root, .apps = &shop, .n_apps = 1
	};
	w->folder_events = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
	w->logs.appends = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
	w->rules = rules_new();
	ck_assert_msg(store_open(store, &w->store, &why) == 0, "%s", why.text);
	w->logs.checkpoints = (struct checkpoints){ w->store, on_note, w };
	w->opening = (struct open_logs){ .rules = w->rules,
		.logs = &w->logs,
		.discovery = discovery_new(
			&w->settings, w->folder_events, on_note, w) };
}

static void
world_free(struct world *w)
{
	followed_logs_free(&w->logs);
	discovery_free(w->opening.discovery);
	fd_close(w->folder_events);
	fd_close(w->logs.appends);
	rules_free(w->rules);
	store_close(w->store);
	buf_free(&w->notes);
	str_free(w->log);
	str_free(w->folder);
	str_free(w->root);
}

/* The first letter of each file of c1's log, oldest first. Owned. */
static char *
held(const struct world *w)
{
	struct buf marks = { 0 };
	const struct followed_log *t =
		followed_logs_by_container(&w->logs, "c1");
	for (const struct log_file *l = t ? t->oldest : NULL; l; l = l->next) {
		char head[9] = "";
		ck_assert_int_eq(pread(l->fd, head, 9, 0), 9);
		buf_add_char(&marks, head[8]);
	}
	return buf_take_str(&marks);
}

static void
expect_held(const struct world *w, const char *marks)
{
	own(str) char *now = held(w);
	ck_assert_str_eq(now, marks);
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

/* Docker rotates the log, and goes on in a new file of this mark. */
static void
rotate(const struct world *w, char mark)
{
	own(str) char *one = xprintf("%s.1", w->log);
	own(str) char *two = xprintf("%s.2", w->log);
	(void)rename(one, two); /* there may be none yet */
	ck_assert_int_eq(rename(w->log, one), 0);
	logs_append(w->log, mark, 0, 10);
}

START_TEST(a_log_that_appears_is_held_and_stored_once)
{
	struct world w;
	world_new(&w);
	open_logs_all(&w.opening);
	expect_held(&w, "");
	logs_append(w.log, 'a', 0, 10);
	open_logs_all(&w.opening);
	open_logs_all(&w.opening);
	expect_held(&w, "a");
	ck_assert_ptr_null(w.logs.first->next);
	struct checkpoint *list = NULL;
	size_t n = 0;
	ck_assert_int_eq(store_checkpoints(w.store, &list, &n, NULL), 0);
	ck_assert_uint_eq(n, 1);
	ck_assert_uint_eq(list[0].n_files, 1);
	ck_assert_str_eq(list[0].files[0].key, w.logs.first->newest->key);
	checkpoints_free(list, n);
	ck_assert_uint_eq(w.notes.len, 0);
	world_free(&w);
}
END_TEST

START_TEST(a_new_log_is_held_with_its_rotated_copies)
{
	struct world w;
	world_new(&w);
	logs_append(w.log, 'a', 0, 10);
	rotate(&w, 'b');
	rotate(&w, 'c');
	open_logs_all(&w.opening);
	expect_held(&w, "abc");
	ck_assert_uint_eq(w.logs.first->newest->base, 2 * TEN);
	ck_assert_uint_eq(gaps(&w), 0);
	world_free(&w);
}
END_TEST

START_TEST(a_log_that_is_rotated_is_held_on_in_its_new_files)
{
	struct world w;
	world_new(&w);
	logs_append(w.log, 'a', 0, 10);
	open_logs_all(&w.opening);
	rotate(&w, 'b');
	rotate(&w, 'c');
	discovery_listen(w.opening.discovery, open_logs_current, &w.opening);
	expect_held(&w, "abc");
	ck_assert_uint_eq(gaps(&w), 0);
	world_free(&w);
}
END_TEST

/* What inotify says of a file may be read after the file was found. */
START_TEST(a_file_that_is_found_before_its_event_is_read_is_no_gap)
{
	struct world w;
	world_new(&w);
	logs_append(w.log, 'a', 0, 10);
	open_logs_all(&w.opening);
	discovery_listen(w.opening.discovery, NULL, NULL);
	rotate(&w, 'b');
	open_logs_all(&w.opening);
	discovery_listen(w.opening.discovery, NULL, NULL);
	rotate(&w, 'c');
	discovery_listen(w.opening.discovery, NULL, NULL);
	open_logs_all(&w.opening);
	expect_held(&w, "abc");
	ck_assert_uint_eq(gaps(&w), 0);
	world_free(&w);
}
END_TEST

START_TEST(a_file_that_came_and_went_between_two_looks_is_a_gap)
{
	struct world w;
	world_new(&w);
	logs_append(w.log, 'a', 0, 10);
	open_logs_all(&w.opening);
	own(str) char *one = xprintf("%s.1", w.log);
	rotate(&w, 'b');
	/* With max-file=1 Docker keeps no copy. */
	ck_assert_int_eq(unlink(one), 0);
	ck_assert_int_eq(unlink(w.log), 0);
	logs_append(w.log, 'c', 0, 10);
	discovery_listen(w.opening.discovery, open_logs_current, &w.opening);
	expect_held(&w, "ac");
	ck_assert_uint_eq(gaps(&w), 1);
	ck_assert_ptr_nonnull(
		strstr(buf_str(&w.notes), "1 file of it went away"));
	/* It is told once. */
	rotate(&w, 'd');
	discovery_listen(w.opening.discovery, open_logs_current, &w.opening);
	expect_held(&w, "acd");
	ck_assert_uint_eq(gaps(&w), 1);
	world_free(&w);
}
END_TEST

/* The times of files are those of the kernel's coarse clock. */
static void
let_file_times_differ(void)
{
	struct timespec from, now;
	(void)clock_gettime(CLOCK_REALTIME_COARSE, &from);
	do
		(void)clock_gettime(CLOCK_REALTIME_COARSE, &now);
	while (from.tv_sec == now.tv_sec && from.tv_nsec == now.tv_nsec);
}

/* As rotate(), with max-file 3, on a log that is not busy. */
static void
rotate_slowly(const struct world *w, char mark)
{
	own(str) char *one = xprintf("%s.1", w->log);
	own(str) char *two = xprintf("%s.2", w->log);
	let_file_times_differ();
	(void)rename(one, two);
	ck_assert_int_eq(rename(w->log, one), 0);
	let_file_times_differ();
	logs_append(w->log, mark, 0, 10);
}

/* Head was away, and only the service manager held the file that it had. */
static void
rotate_while_away(struct world *w, const char *marks)
{
	logs_append(w->log, 'a', 0, 10);
	open_logs_all(&w->opening);
	discovery_free(w->opening.discovery);
	fd_close(w->folder_events);
	for (; *marks; marks++)
		rotate_slowly(w, *marks);
	w->folder_events = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
	w->opening.discovery =
		discovery_new(&w->settings, w->folder_events, on_note, w);
	open_logs_all(&w->opening);
}

START_TEST(files_that_went_away_behind_a_file_without_a_name_are_a_gap)
{
	static const struct {
		const char *marks, *held, *told;
	} cases[] = {
		{ "b", "ab", NULL },
		{ "bc", "abc", NULL },
		{ "bcd", "abcd", NULL },
		{ "bcde", "acde", "1 file of it" },
		{ "bcdef", "adef", "2 files of it" },
		/* Not how many, but that there were some. */
		{ "bcdefghi", "aghi", "2 files of it" },
	};
	for (size_t i = 0; i < ELEMENTS(cases); i++) {
		struct world w;
		world_new(&w);
		rotate_while_away(&w, cases[i].marks);
		expect_held(&w, cases[i].held);
		const char *told = cases[i].told;
		ck_assert_uint_eq(gaps(&w), told ? 1 : 0);
		ck_assert(!told || strstr(buf_str(&w.notes), told));
		ck_assert(!told ||
			strstr(buf_str(&w.notes), "app shop: ") ==
				buf_str(&w.notes));
		world_free(&w);
	}
}
END_TEST

START_TEST(history_is_what_was_there_before_the_app_was_known)
{
	struct app app = shop;
	app.start = (struct start_at){ .kind = START_TAIL };
	struct world w;
	world_new(&w);
	w.settings.apps = &app;
	logs_append(w.log, 'a', 0, 10);
	rotate(&w, 'b');
	own(resume) struct resume *nothing = NULL;
	ck_assert_int_eq(resume_load(w.store, &nothing, NULL), 0);
	w.opening.resume = nothing;
	w.opening.starting = true;
	open_logs_all(&w.opening);
	/* `start = tail` needs no copies, and begins at the end. */
	expect_held(&w, "b");
	ck_assert_uint_eq(position_least(&w.logs.first->source.from), TEN);
	/* What comes once head runs is read whole. */
	w.opening.resume = NULL;
	w.opening.starting = false;
	own(str) char *folder = add_container(&w, "c2");
	own(str) char *log = xprintf("%s/c2-json.log", folder);
	logs_append(log, 'x', 0, 10);
	open_logs_all(&w.opening);
	const struct followed_log *t =
		followed_logs_by_container(&w.logs, "c2");
	ck_assert_ptr_nonnull(t);
	ck_assert_uint_eq(position_least(&t->source.from), 0);
	world_free(&w);
}
END_TEST

START_TEST(a_log_that_cannot_be_opened_is_told_once)
{
	struct world w;
	world_new(&w);
	ck_assert_int_eq(mkfifo(w.log, 0600), 0);
	open_logs_all(&w.opening);
	size_t told = w.notes.len;
	ck_assert_ptr_nonnull(
		strstr(buf_str(&w.notes), "is not a regular file"));
	open_logs_all(&w.opening);
	ck_assert_uint_eq(w.notes.len, told);
	expect_held(&w, "");
	world_free(&w);
}
END_TEST

START_TEST(logs_without_a_descriptor_are_counted_told_and_opened_later)
{
	struct world w;
	world_new(&w);
	logs_append(w.log, 'a', 0, 10);
	open_logs_all(&w.opening);
	own(str) char *folder = add_container(&w, "c2");
	own(str) char *log = xprintf("%s/c2-json.log", folder);
	logs_append(log, 'x', 0, 10);
	own(fd) int next = open("/dev/null", O_RDONLY | O_CLOEXEC);
	struct rlimit limit;
	ck_assert_int_eq(getrlimit(RLIMIT_NOFILE, &limit), 0);
	rlim_t before = limit.rlim_cur;
	limit.rlim_cur = (rlim_t)next + 1 + DESCRIPTORS_RESERVE;
	ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &limit), 0);
	open_logs_all(&w.opening);
	ck_assert_uint_eq(w.opening.unopened, 1);
	ck_assert_ptr_nonnull(strstr(buf_str(&w.notes), "1 log is not read"));
	size_t told = w.notes.len;
	open_logs_all(&w.opening);
	ck_assert_uint_eq(w.notes.len, told);
	limit.rlim_cur = before;
	ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &limit), 0);
	open_logs_all(&w.opening);
	ck_assert_uint_eq(w.opening.unopened, 0);
	ck_assert_ptr_nonnull(followed_logs_by_container(&w.logs, "c2"));
	ck_assert_uint_eq(gaps(&w), 0);
	world_free(&w);
}
END_TEST

CHECK_MAIN("open-logs", a_log_that_appears_is_held_and_stored_once,
	a_new_log_is_held_with_its_rotated_copies,
	a_log_that_is_rotated_is_held_on_in_its_new_files,
	a_file_that_is_found_before_its_event_is_read_is_no_gap,
	a_file_that_came_and_went_between_two_looks_is_a_gap,
	files_that_went_away_behind_a_file_without_a_name_are_a_gap,
	history_is_what_was_there_before_the_app_was_known,
	a_log_that_cannot_be_opened_is_told_once,
	logs_without_a_descriptor_are_counted_told_and_opened_later)
