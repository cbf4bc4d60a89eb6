#include "config.h"
#include "base/io/locked-file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/file.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/io/file.h"
#include "support/check_main.h"

#define NAME "7b3e8a52"
#define TEXT "{\"event\":\"started\"}\n"
#define STOPS_MOST 1000

static int
make(enum locked_file_way way, const char *folder, int *fd)
{
	return locked_file_make_by(way, folder, NAME, SPAN(TEXT), fd, NULL);
}

/* The names in the folder, one of them. */
static size_t
names(const char *folder)
{
	size_t n = 0;
	DIR *dir = opendir(folder);
	ck_assert_ptr_nonnull(dir);
	for (const struct dirent *e; (e = readdir(dir));)
		n += strcmp(e->d_name, ".") != 0 &&
			strcmp(e->d_name, "..") != 0;
	closedir(dir);
	return n;
}

enum seen { ABSENT, LOCKED, FREE };

/* What who looks for the name finds; the text is whole whenever it is there. */
static enum seen
look(const char *folder)
{
	own(str) char *path = xprintf("%s/" NAME, folder);
	own(buf) struct buf text = { 0 };
	own(fd) int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return ABSENT;
	bool locked = flock(fd, LOCK_SH | LOCK_NB) < 0;
	ck_assert_int_eq(file_read(path, 4096, &text, NULL), 0);
	ck_assert_str_eq(buf_str(&text), TEXT);
	return locked ? LOCKED : FREE;
}

START_TEST(every_way_makes_it_whole_and_locked_and_once)
{
	for (int way = 0; way < LOCKED_FILE_WAYS; way++) {
		own(str) char *folder = scratch_folder();
		int fd = -1, other = -1;
		ck_assert_int_eq(make(way, folder, &fd), 0);
		ck_assert_int_eq(look(folder), LOCKED);
		ck_assert_uint_eq(names(folder), 1);
		ck_assert_int_eq(make(way, folder, &other), -EEXIST);
		ck_assert_int_eq(look(folder), LOCKED);
		ck_assert_uint_eq(names(folder), 1);
		ck_assert_int_eq(write_all(fd, SPAN("")), 0);
		close(fd);
		ck_assert_int_eq(look(folder), FREE);
	}
}
END_TEST

START_TEST(a_file_system_without_unnamed_files_is_no_hindrance)
{
	/* procfs knows neither of them, and no names of ours. Whoever may not
	 * write there hears that first. */
	int fd = -1;
	struct why why;
	bool may = access("/proc", W_OK) == 0;
	ck_assert_int_eq(make(LOCKED_FILE_UNNAMED, "/proc", &fd),
		may ? -EOPNOTSUPP : -EACCES);
	ck_assert_int_lt(
		locked_file_make("/proc", NAME, SPAN(TEXT), &fd, &why), 0);
	ck_assert_ptr_nonnull(strstr(why.text, "/proc/" NAME));
}
END_TEST

/* Makes it below a tracer, who sees each of its calls begin and end. */
static pid_t
start_traced(enum locked_file_way way, const char *folder)
{
	pid_t pid = fork();
	ck_assert_int_ge(pid, 0);
	if (pid == 0) {
		int fd = -1;
		(void)ptrace(PTRACE_TRACEME, 0, NULL, NULL);
		(void)raise(SIGSTOP);
		_exit(make(way, folder, &fd) == 0 ? 0 : 1);
	}
	int status = 0;
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert(WIFSTOPPED(status));
	return pid;
}

/* To the next begin or end of a call; false: it ended. */
static bool
step(pid_t pid)
{
	int status = 0;
	ck_assert_int_eq(ptrace(PTRACE_SYSCALL, pid, NULL, NULL), 0);
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	return WIFSTOPPED(status);
}

START_TEST(whoever_looks_at_any_moment_finds_it_locked_or_not_at_all)
{
	for (int way = 0; way < LOCKED_FILE_WAYS; way++) {
		own(str) char *folder = scratch_folder();
		pid_t pid = start_traced(way, folder);
		int stops = 0, locked = 0;
		while (step(pid)) {
			enum seen seen = look(folder);
			ck_assert_int_ne(seen, FREE);
			locked += seen == LOCKED;
			ck_assert_int_lt(++stops, STOPS_MOST);
		}
		ck_assert_int_gt(stops, 5);
		ck_assert_int_gt(locked, 0);
		ck_assert_int_eq(look(folder), FREE);
	}
}
END_TEST

/* Kills it at its k-th stop; false: it had no such stop. */
static bool
kill_at(enum locked_file_way way, const char *folder, int k)
{
	pid_t pid = start_traced(way, folder);
	bool lives = true;
	for (int i = 0; lives && i < k; i++)
		lives = step(pid);
	if (lives) {
		(void)kill(pid, SIGKILL);
		ck_assert_int_eq(waitpid(pid, NULL, 0), pid);
	}
	return lives;
}

START_TEST(killed_at_any_moment_it_is_there_whole_or_can_be_made_anew)
{
	for (int way = 0; way < LOCKED_FILE_WAYS; way++) {
		int made = 0, k = 0;
		for (bool more = true; more; k++) {
			own(str) char *folder = scratch_folder();
			own(fd) int fd = -1;
			more = kill_at(way, folder, k);
			enum seen seen = look(folder);
			ck_assert_int_ne(seen, LOCKED);
			locked_file_sweep(folder);
			ck_assert_uint_eq(names(folder), seen == FREE);
			ck_assert_int_eq(look(folder), seen);
			ck_assert_int_eq(make(way, folder, &fd),
				seen == FREE ? -EEXIST : 0);
			made += seen == FREE;
			ck_assert_int_lt(k, STOPS_MOST);
		}
		ck_assert_int_gt(made, 0);
		ck_assert_int_lt(made, k);
	}
}
END_TEST

START_TEST(what_lives_is_not_swept_and_what_is_swept_early_is_made_anew)
{
	/* Swept at each of its moments, as by a head that starts just then. */
	for (int way = 0; way < LOCKED_FILE_WAYS; way++) {
		for (int k = 0;; k++) {
			own(str) char *folder = scratch_folder();
			pid_t pid = start_traced(way, folder);
			int status = 0;
			bool lives = true;
			for (int i = 0; lives && i < k; i++)
				lives = step(pid);
			if (!lives)
				break;
			locked_file_sweep(folder);
			ck_assert_int_eq(
				ptrace(PTRACE_DETACH, pid, NULL, NULL), 0);
			ck_assert_int_eq(waitpid(pid, &status, 0), pid);
			ck_assert_int_eq(status, 0);
			ck_assert_int_eq(look(folder), FREE);
			ck_assert_uint_eq(names(folder), 1);
		}
	}
}
END_TEST

START_TEST(other_files_are_not_swept)
{
	own(str) char *folder = scratch_folder();
	static const char *const others[] = { NAME, NAME ".new", ".hidden",
		".new" };
	for (size_t i = 0; i < ELEMENTS(others); i++) {
		own(str) char *path = xprintf("%s/%s", folder, others[i]);
		own(fd) int fd = open(path, O_CREAT | O_WRONLY, 0600);
		ck_assert_int_ge(fd, 0);
	}
	locked_file_sweep(folder);
	ck_assert_uint_eq(names(folder), ELEMENTS(others));
	locked_file_sweep("/nowhere");
}
END_TEST

CHECK_MAIN("locked-file", every_way_makes_it_whole_and_locked_and_once,
	a_file_system_without_unnamed_files_is_no_hindrance,
	whoever_looks_at_any_moment_finds_it_locked_or_not_at_all,
	killed_at_any_moment_it_is_there_whole_or_can_be_made_anew,
	what_lives_is_not_swept_and_what_is_swept_early_is_made_anew,
	other_files_are_not_swept)
