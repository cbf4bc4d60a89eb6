#include "config.h"
#include "head/sources/resume.h"

#include <errno.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "base/io/descriptors.h"
#include "support/logs.h"

#define TEN (10 * LOGS_LINE)

static struct app shop = { .name = (char *)"shop" };

struct world {
	char *folder, *log;
	struct store *store;
	struct settings settings;
	/* The log that resume_each() gave, and its checkpoint's id. */
	struct followed_log *found;
	uint64_t id;
};

static void
world_new(struct world *w)
{
	struct why why = { "" };
	*w = (struct world){ .folder = scratch_folder() };
	w->log = xprintf("%s/c1-json.log", w->folder);
	w->settings = (struct settings){ .apps = &shop, .n_apps = 1 };
	own(str) char *path = xprintf("%s/state/db", w->folder);
	ck_assert_msg(store_open(path, &w->store, &why) == 0, "%s", why.text);
}

static void
world_free(struct world *w)
{
	followed_log_free(w->found);
	store_close(w->store);
	str_free(w->log);
	str_free(w->folder);
}

static void
on_note(void *arg, const char *text)
{
	(void)arg;
	(void)text;
}

/* What an earlier head stores: a log of which these files are known, and of
 * which so many bytes were read. */
static void
leave(struct world *w, const char *const *paths, size_t n, uint64_t read)
{
	struct checkpoints p = { .store = w->store, .note = on_note };
	struct why why = { "" };
	own(followed_log) struct followed_log *t =
		followed_log_new(&shop, "c1", w->log);
	for (size_t i = 0; i < n; i++)
		ck_assert_int_eq(
			followed_log_add_files(t, logs_open(paths[i]), &why),
			0);
	ck_assert_msg(
		checkpoints_begin(&p, t, false, &why) == 0, "%s", why.text);
	t->source.from.offset[STREAM_STDOUT] = read;
	t->source.from.offset[STREAM_STDERR] = read;
	const struct log_file *l = followed_log_file_at_position(t);
	struct position at;
	ck_assert_int_eq(file_position_at(l->fd, l->base, read, &at), 0);
	ck_assert_int_eq(
		store_checkpoint_set(w->store, t->source.id, &at, 1, &why), 0);
}

static void
on_log(void *arg, struct followed_log *t, const struct checkpoint *old)
{
	struct world *w = arg;
	ck_assert_ptr_null(w->found);
	w->found = t;
	w->id = old->id;
}

/* The first letter of each file of the log that was given. */
static char *
marks_of(const struct world *w)
{
	struct buf marks = { 0 };
	for (const struct log_file *l = w->found ? w->found->oldest : NULL; l;
		l = l->next) {
		char head[9] = "";
		ck_assert_int_eq(pread(l->fd, head, 9, 0), 9);
		buf_add_char(&marks, l->compressed ? 'Z' : head[8]);
	}
	return buf_take_str(&marks);
}

/* Finds what was left. */
static char *
find(struct world *w)
{
	own(resume) struct resume *r = NULL;
	struct why why = { "" };
	ck_assert_int_eq(resume_load(w->store, &r, &why), 0);
	ck_assert_msg(resume_find(r, false, &why) >= 0, "%s", why.text);
	resume_each(r, &w->settings, on_log, w);
	return marks_of(w);
}

/* A log whose earlier part, `a`, was rotated, with the current part `b`. */
static void
leave_two(struct world *w, uint64_t read)
{
	own(str) char *one = xprintf("%s.1", w->log);
	logs_append(one, 'a', 0, 10);
	logs_append(w->log, 'b', 0, 10);
	leave(w, (const char *const[]){ one, w->log }, 2, read);
}

START_TEST(files_are_found_under_the_names_they_had)
{
	struct world w;
	world_new(&w);
	leave_two(&w, LOGS_LINE);
	own(str) char *marks = find(&w);
	ck_assert_str_eq(marks, "ab");
	ck_assert_uint_eq(w.found->oldest->base, 0);
	ck_assert_uint_eq(w.found->newest->base, TEN);
	ck_assert(w.found->oldest->stored && w.found->newest->stored);
	ck_assert_str_eq(w.found->container, "c1");
	ck_assert_str_eq(w.found->path, w.log);
	world_free(&w);
}
END_TEST

START_TEST(files_are_found_although_they_were_rotated_since)
{
	struct world w;
	world_new(&w);
	leave_two(&w, LOGS_LINE);
	own(str) char *one = xprintf("%s.1", w.log);
	own(str) char *two = xprintf("%s.2", w.log);
	ck_assert_int_eq(rename(one, two), 0);
	ck_assert_int_eq(rename(w.log, one), 0);
	logs_append(w.log, 'c', 0, 10);
	own(str) char *marks = find(&w);
	ck_assert_str_eq(marks, "ab");
	world_free(&w);
}
END_TEST

START_TEST(a_file_that_has_grown_keeps_the_key_of_the_store)
{
	struct world w;
	world_new(&w);
	logs_append(w.log, 'a', 0, 1);
	leave(&w, (const char *const[]){ w.log }, 1, LOGS_LINE);
	own(log_file) struct log_file *before = logs_open(w.log);
	logs_append(w.log, 'a', 1, 10);
	own(log_file) struct log_file *after = logs_open(w.log);
	own(str) char *marks = find(&w);
	ck_assert_str_eq(marks, "a");
	ck_assert_str_ne(after->key, before->key);
	ck_assert_str_eq(w.found->newest->key, before->key);
	world_free(&w);
}
END_TEST

START_TEST(another_file_of_the_same_name_is_not_taken)
{
	struct world w;
	world_new(&w);
	leave_two(&w, TEN + LOGS_LINE);
	ck_assert_int_eq(unlink(w.log), 0);
	logs_append(w.log, 'x', 0, 10);
	own(str) char *marks = find(&w);
	ck_assert_str_eq(marks, "a");
	world_free(&w);
}
END_TEST

START_TEST(the_compressed_copy_of_a_file_that_was_begun_is_taken)
{
	struct world w;
	world_new(&w);
	leave_two(&w, LOGS_LINE);
	own(str) char *one = xprintf("%s.1", w.log);
	own(str) char *packed = xprintf("%s.1.gz", w.log);
	logs_compress(one, packed);
	ck_assert_int_eq(unlink(one), 0);
	own(str) char *marks = find(&w);
	ck_assert_str_eq(marks, "Zb");
	world_free(&w);
}
END_TEST

START_TEST(what_comes_behind_a_missing_file_waits_to_be_found_in_order)
{
	struct world w;
	world_new(&w);
	own(str) char *one = xprintf("%s.1", w.log);
	own(str) char *two = xprintf("%s.2", w.log);
	logs_append(two, 'a', 0, 10);
	logs_append(one, 'b', 0, 10);
	logs_append(w.log, 'c', 0, 10);
	leave(&w, (const char *const[]){ two, one, w.log }, 3, LOGS_LINE);
	/* Nothing was read of it, so its copy is nobody's that is known. */
	own(str) char *packed = xprintf("%s.1.gz", w.log);
	logs_compress(one, packed);
	ck_assert_int_eq(unlink(one), 0);
	own(str) char *marks = find(&w);
	ck_assert_str_eq(marks, "a");
	world_free(&w);
}
END_TEST

/* Docker may have compressed a file before head saw it. The one behind it is
 * left in the fd store alone, and would be read as if nothing were between. */
START_TEST(a_compressed_file_that_nothing_was_read_of_is_known_again)
{
	struct world w;
	world_new(&w);
	own(str) char *three = xprintf("%s.3", w.log);
	own(str) char *plain = xprintf("%s.1", w.log);
	own(str) char *one = xprintf("%s.1.gz", w.log);
	own(str) char *later = xprintf("%s.2.gz", w.log);
	logs_append(three, 'a', 0, 10);
	logs_append(plain, 'b', 0, 10);
	logs_compress(plain, one);
	ck_assert_int_eq(unlink(plain), 0);
	logs_append(w.log, 'c', 0, 10);
	leave(&w, (const char *const[]){ three, one, w.log }, 3, LOGS_LINE);
	ck_assert_int_eq(rename(one, later), 0);
	own(str) char *marks = find(&w);
	ck_assert_str_eq(marks, "aZc");
	ck_assert_uint_eq(w.found->newest->base, 2 * TEN);
	world_free(&w);
}
END_TEST

START_TEST(an_app_is_known_if_a_log_of_it_was_read)
{
	struct world w;
	world_new(&w);
	leave_two(&w, 0);
	own(resume) struct resume *r = NULL;
	ck_assert_int_eq(resume_load(w.store, &r, NULL), 0);
	ck_assert(resume_knows(r, "shop"));
	ck_assert(!resume_knows(r, "blog"));
	world_free(&w);
}
END_TEST

START_TEST(a_log_of_an_app_that_is_not_configured_is_left_out)
{
	struct world w;
	world_new(&w);
	leave_two(&w, 0);
	w.settings.n_apps = 0;
	own(str) char *marks = find(&w);
	ck_assert_str_eq(marks, "");
	ck_assert_ptr_null(w.found);
	world_free(&w);
}
END_TEST

START_TEST(too_few_descriptors_are_no_missing_files)
{
	struct world w;
	world_new(&w);
	leave_two(&w, 0);
	own(resume) struct resume *r = NULL;
	ck_assert_int_eq(resume_load(w.store, &r, NULL), 0);
	own(fd) int next = open("/dev/null", O_RDONLY | O_CLOEXEC);
	struct rlimit limit;
	ck_assert_int_eq(getrlimit(RLIMIT_NOFILE, &limit), 0);
	/* Room for one file, and not for the other. */
	limit.rlim_cur = (rlim_t)next + 2 + DESCRIPTORS_RESERVE;
	ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &limit), 0);
	ck_assert_int_eq(resume_find(r, false, NULL), -EMFILE);
	world_free(&w);
}
END_TEST

/* Of the reads of files, so many fail from here on, as a disk does whose
 * trouble passes: the kernel offers no such disk to a test. */
static unsigned reads_fail;

ssize_t
pread(int fd, void *to, size_t len, off_t from)
{
	if (!reads_fail)
		return syscall(SYS_pread64, fd, to, len, from);
	reads_fail--;
	errno = EIO;
	return -1;
}

/* The letters of the files that the next look finds, if the checkpoint does not
 * wait; NULL: it does. */
static char *
look(struct world *w, struct resume *r, bool forced)
{
	struct why why = { "" };
	ck_assert_msg(resume_find(r, forced, &why) >= 0, "%s", why.text);
	unsigned fail = reads_fail;
	reads_fail = 0;
	resume_each(r, &w->settings, on_log, w);
	ck_assert_int_eq(!w->found, resume_trouble(r, "c1") != NULL);
	ck_assert_int_eq(!w->found, !resume_is_done(r));
	char *marks = w->found ? marks_of(w) : NULL;
	reads_fail = fail;
	return marks;
}

/* A log as leave_two() makes it, which anybody may read. */
static void
leave_two_open(struct world *w, uint64_t read)
{
	own(str) char *one = xprintf("%s.1", w->log);
	leave_two(w, read);
	ck_assert_int_eq(chmod(one, 0644), 0);
	ck_assert_int_eq(chmod(w->log, 0644), 0);
}

/* As a user who may not open what is closed to others, as a broken disk keeps
 * it: opens nothing as root, for root may open all. */
static char *
look_as_nobody(struct world *w, struct resume *r, bool forced)
{
	if (geteuid() != 0)
		return look(w, r, forced);
	ck_assert_int_eq(chmod(scratch_root, 0755), 0);
	ck_assert_int_eq(chmod(w->folder, 0755), 0);
	ck_assert_int_eq(seteuid(65534), 0);
	char *marks = look(w, r, forced);
	ck_assert_int_eq(seteuid(0), 0);
	return marks;
}

START_TEST(a_checkpoint_waits_while_a_file_cannot_be_opened)
{
	for (int rotated = 0; rotated < 2; rotated++) {
		struct world w;
		world_new(&w);
		leave_two_open(&w, LOGS_LINE);
		own(str) char *one = xprintf("%s.1", w.log);
		own(resume) struct resume *r = NULL;
		ck_assert_int_eq(resume_load(w.store, &r, NULL), 0);
		ck_assert_int_eq(chmod(rotated ? one : w.log, 0), 0);
		ck_assert_ptr_null(look_as_nobody(&w, r, false));
		ck_assert_ptr_null(look_as_nobody(&w, r, false));
		ck_assert_ptr_null(resume_trouble(r, "c2"));
		ck_assert_int_eq(chmod(rotated ? one : w.log, 0644), 0);
		own(str) char *marks = look_as_nobody(&w, r, false);
		ck_assert_str_eq(marks, "ab");
		ck_assert_uint_eq(w.found->newest->base, TEN);
		world_free(&w);
	}
}
END_TEST

/* What is found stays found, whatever its name is by the next try. */
START_TEST(files_that_are_rotated_while_a_checkpoint_waits_are_found)
{
	struct world w;
	world_new(&w);
	leave_two_open(&w, LOGS_LINE);
	own(str) char *one = xprintf("%s.1", w.log);
	own(str) char *two = xprintf("%s.2", w.log);
	own(resume) struct resume *r = NULL;
	ck_assert_int_eq(resume_load(w.store, &r, NULL), 0);
	ck_assert_int_eq(chmod(one, 0), 0);
	ck_assert_ptr_null(look_as_nobody(&w, r, false));
	ck_assert_int_eq(chmod(one, 0644), 0);
	ck_assert_int_eq(rename(one, two), 0);
	ck_assert_int_eq(unlink(w.log), 0);
	logs_append(w.log, 'c', 0, 10);
	own(str) char *marks = look_as_nobody(&w, r, false);
	ck_assert_str_eq(marks, "ab");
	world_free(&w);
}
END_TEST

/* One bad disk must not keep logmend from the rest of the log for ever. */
START_TEST(what_cannot_be_opened_for_long_counts_as_gone)
{
	struct world w;
	world_new(&w);
	leave_two_open(&w, LOGS_LINE);
	own(resume) struct resume *r = NULL;
	ck_assert_int_eq(resume_load(w.store, &r, NULL), 0);
	ck_assert_int_eq(chmod(w.log, 0), 0);
	ck_assert_ptr_null(look_as_nobody(&w, r, false));
	own(str) char *marks = look_as_nobody(&w, r, true);
	ck_assert_str_eq(marks, "a");
	world_free(&w);
}
END_TEST

/* Lets the process open no file from here on; *was is the limit before. */
static void
take_descriptors(struct rlimit *was)
{
	own(fd) int next = open("/dev/null", O_RDONLY | O_CLOEXEC);
	ck_assert_int_eq(getrlimit(RLIMIT_NOFILE, was), 0);
	struct rlimit none = { (rlim_t)next, was->rlim_max };
	ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &none), 0);
}

/* Else its log is read once more from its beginning, as if it were new. */
START_TEST(a_checkpoint_waits_while_a_later_look_lacks_descriptors)
{
	struct world w;
	world_new(&w);
	leave_two_open(&w, LOGS_LINE);
	own(str) char *one = xprintf("%s.1", w.log);
	own(resume) struct resume *r = NULL;
	ck_assert_int_eq(resume_load(w.store, &r, NULL), 0);
	ck_assert_int_eq(chmod(one, 0), 0);
	ck_assert_ptr_null(look_as_nobody(&w, r, false));
	ck_assert_int_eq(chmod(one, 0644), 0);
	struct rlimit limit;
	take_descriptors(&limit);
	for (int forced = 0; forced < 2; forced++) {
		ck_assert_int_eq(resume_find(r, forced, NULL), -EMFILE);
		ck_assert(!resume_is_done(r));
		const char *trouble = resume_trouble(r, "c1");
		ck_assert_msg(trouble && strstr(trouble, "LimitNOFILE"), "%s",
			trouble);
	}
	ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &limit), 0);
	own(str) char *marks = look(&w, r, false);
	ck_assert_str_eq(marks, "ab");
	world_free(&w);
}
END_TEST

/* The look for the other ended before anything was given. */
START_TEST(a_checkpoint_waits_whose_files_are_found_and_not_given)
{
	struct world w;
	world_new(&w);
	leave_two(&w, LOGS_LINE);
	own(resume) struct resume *r = NULL;
	ck_assert_int_eq(resume_load(w.store, &r, NULL), 0);
	ck_assert_int_eq(resume_find(r, false, NULL), 0);
	ck_assert_ptr_nonnull(resume_trouble(r, "c1"));
	ck_assert_ptr_null(resume_trouble(r, "c2"));
	own(str) char *marks = look(&w, r, false);
	ck_assert_str_eq(marks, "ab");
	ck_assert_ptr_null(resume_trouble(r, "c1"));
	world_free(&w);
}
END_TEST

START_TEST(a_file_that_cannot_be_read_for_a_moment_is_not_missing)
{
	for (unsigned fail = 1; fail < 8; fail++) {
		struct world w;
		world_new(&w);
		leave_two(&w, LOGS_LINE);
		own(str) char *one = xprintf("%s.1", w.log);
		own(str) char *packed = xprintf("%s.1.gz", w.log);
		if (fail > 4) {
			logs_compress(one, packed);
			ck_assert_int_eq(unlink(one), 0);
		}
		own(resume) struct resume *r = NULL;
		ck_assert_int_eq(resume_load(w.store, &r, NULL), 0);
		reads_fail = fail;
		own(str) char *marks = NULL;
		for (int tries = 0; tries < 8 && !marks; tries++)
			marks = look(&w, r, false);
		ck_assert_uint_eq(reads_fail, 0);
		ck_assert_str_eq(marks, fail > 4 ? "Zb" : "ab");
		world_free(&w);
	}
}
END_TEST

/* The descriptors as the service manager passes them: 3, 4, ... In a child that
 * has loaded what is stored, for these numbers are Check's and the store's. */
static void
pass_descriptors(const char *const *paths, int n, const char *names)
{
	char number[16];
	for (int i = 0; i < n; i++) {
		int fd = open(paths[i], O_RDONLY);
		if (fd < 0 || dup2(fd, 3 + i) < 0)
			_exit(100);
		if (fd >= 3 + n)
			close(fd);
	}
	snprintf(number, sizeof(number), "%d", n);
	setenv("LISTEN_FDS", number, 1);
	snprintf(number, sizeof(number), "%d", (int)getpid());
	setenv("LISTEN_PID", number, 1);
	setenv("LISTEN_FDNAMES", names, 1);
}

#define EXPECT(what)                              \
	do {                                      \
		if (!(what))                      \
			_exit(__LINE__ % 97 + 1); \
	} while (0)

static void
wait_for(pid_t child)
{
	int status = -1;
	ck_assert_int_eq(waitpid(child, &status, 0), child);
	ck_assert_msg(status == 0, "the child says %#x", (unsigned)status);
}

START_TEST(a_file_without_a_name_is_taken_from_the_fd_store)
{
	struct world w;
	world_new(&w);
	leave_two(&w, LOGS_LINE);
	own(str) char *one = xprintf("%s.1", w.log);
	/* It has another name until the child has it open. */
	own(str) char *aside = xprintf("%s/aside", w.folder);
	ck_assert_int_eq(rename(one, aside), 0);
	pid_t child = fork();
	if (child == 0) {
		own(resume) struct resume *r = NULL;
		EXPECT(resume_load(w.store, &r, NULL) == 0);
		pass_descriptors((const char *const[]){ aside }, 1, "c1.77");
		EXPECT(unlink(aside) == 0);
		EXPECT(resume_find(r, false, NULL) >= 0);
		EXPECT(!getenv("LISTEN_FDS"));
		EXPECT(fcntl(3, F_GETFD) & FD_CLOEXEC);
		resume_each(r, &w.settings, on_log, &w);
		EXPECT(w.found && w.found->oldest && w.found->oldest->fd == 3);
		EXPECT(w.found->oldest->base == 0);
		EXPECT(w.found->newest->base == TEN);
		_exit(0);
	}
	wait_for(child);
	world_free(&w);
}
END_TEST

/* It may be all that leads to the file. */
START_TEST(a_descriptor_that_cannot_be_read_yet_is_kept)
{
	struct world w;
	world_new(&w);
	leave_two(&w, LOGS_LINE);
	own(str) char *one = xprintf("%s.1", w.log);
	own(str) char *aside = xprintf("%s/aside", w.folder);
	ck_assert_int_eq(rename(one, aside), 0);
	pid_t child = fork();
	if (child == 0) {
		own(resume) struct resume *r = NULL;
		EXPECT(resume_load(w.store, &r, NULL) == 0);
		pass_descriptors((const char *const[]){ aside }, 1, "c1.77");
		EXPECT(unlink(aside) == 0);
		reads_fail = 1;
		EXPECT(resume_find(r, false, NULL) >= 0);
		EXPECT(reads_fail == 0);
		resume_each(r, &w.settings, on_log, &w);
		resume_drop_orphans(r);
		EXPECT(!w.found && resume_trouble(r, "c1"));
		struct left_files left = { 0 };
		resume_leave(r, &left);
		EXPECT(left.n == 2);
		resume_free(take(r));
		/* The next sources, of other settings, go on with it. */
		EXPECT(resume_load(w.store, &r, NULL) == 0);
		EXPECT(resume_take_left(r, &left, NULL) == 0);
		left_files_close(&left);
		EXPECT(resume_find(r, false, NULL) >= 0);
		resume_each(r, &w.settings, on_log, &w);
		EXPECT(w.found && w.found->oldest->base == 0);
		EXPECT(w.found->newest->base == TEN);
		_exit(0);
	}
	wait_for(child);
	world_free(&w);
}
END_TEST

START_TEST(a_descriptor_of_which_there_is_no_duplicate_waits_itself)
{
	struct world w;
	world_new(&w);
	leave_two(&w, LOGS_LINE);
	own(str) char *one = xprintf("%s.1", w.log);
	own(str) char *aside = xprintf("%s/aside", w.folder);
	ck_assert_int_eq(rename(one, aside), 0);
	pid_t child = fork();
	if (child == 0) {
		own(resume) struct resume *r = NULL;
		struct rlimit limit;
		EXPECT(resume_load(w.store, &r, NULL) == 0);
		pass_descriptors((const char *const[]){ aside }, 1, "c1.77");
		EXPECT(unlink(aside) == 0);
		take_descriptors(&limit);
		reads_fail = 1;
		EXPECT(resume_find(r, false, NULL) == -EMFILE);
		reads_fail = 0;
		EXPECT(setrlimit(RLIMIT_NOFILE, &limit) == 0);
		EXPECT(resume_find(r, false, NULL) >= 0);
		resume_each(r, &w.settings, on_log, &w);
		EXPECT(w.found && w.found->oldest->base == 0);
		EXPECT(w.found->newest->base == TEN);
		_exit(0);
	}
	wait_for(child);
	world_free(&w);
}
END_TEST

START_TEST(descriptors_of_files_that_are_not_stored_are_orphans)
{
	struct world w;
	world_new(&w);
	logs_append(w.log, 'a', 0, 10);
	leave(&w, (const char *const[]){ w.log }, 1, LOGS_LINE);
	own(str) char *old = logs_new(w.folder, "old", 'o', 1);
	own(str) char *newer = logs_new(w.folder, "newer", 'n', 1);
	own(str) char *newest = logs_new(w.folder, "newest", 'm', 1);
	own(str) char *other = logs_new(w.folder, "other", 'x', 1);
	logs_age(old, 1000);
	logs_age(newer, 2000);
	logs_age(newest, 3000);
	logs_age(other, 3000);
	pid_t child = fork();
	if (child == 0) {
		own(resume) struct resume *r = NULL;
		EXPECT(resume_load(w.store, &r, NULL) == 0);
		pass_descriptors(
			(const char *const[]){ newest, old, newer, other }, 4,
			"c1.1:c1.2:c1.3:c2.4");
		EXPECT(resume_find(r, false, NULL) >= 0);
		struct log_file *list =
			resume_orphans(r, "c1", 1000 * USEC_SECOND);
		EXPECT(list && list->fd == 5);
		EXPECT(list->next && list->next->fd == 3);
		EXPECT(!list->next->next);
		/* The others are closed; these belong to us. */
		resume_drop_orphans(r);
		EXPECT(fcntl(4, F_GETFD) < 0 && fcntl(6, F_GETFD) < 0);
		EXPECT(fcntl(3, F_GETFD) >= 0 && fcntl(5, F_GETFD) >= 0);
		EXPECT(!resume_orphans(r, "c2", 0));
		_exit(0);
	}
	wait_for(child);
	world_free(&w);
}
END_TEST

CHECK_MAIN("resume", files_are_found_under_the_names_they_had,
	files_are_found_although_they_were_rotated_since,
	a_file_that_has_grown_keeps_the_key_of_the_store,
	another_file_of_the_same_name_is_not_taken,
	the_compressed_copy_of_a_file_that_was_begun_is_taken,
	what_comes_behind_a_missing_file_waits_to_be_found_in_order,
	a_compressed_file_that_nothing_was_read_of_is_known_again,
	an_app_is_known_if_a_log_of_it_was_read,
	a_log_of_an_app_that_is_not_configured_is_left_out,
	too_few_descriptors_are_no_missing_files,
	a_checkpoint_waits_while_a_file_cannot_be_opened,
	files_that_are_rotated_while_a_checkpoint_waits_are_found,
	what_cannot_be_opened_for_long_counts_as_gone,
	a_checkpoint_waits_while_a_later_look_lacks_descriptors,
	a_checkpoint_waits_whose_files_are_found_and_not_given,
	a_file_that_cannot_be_read_for_a_moment_is_not_missing,
	a_descriptor_that_cannot_be_read_yet_is_kept,
	a_file_without_a_name_is_taken_from_the_fd_store,
	a_descriptor_of_which_there_is_no_duplicate_waits_itself,
	descriptors_of_files_that_are_not_stored_are_orphans)
