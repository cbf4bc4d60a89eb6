#include "config.h"
#include "wire/attempt-file.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/file.h>
#include <sys/ptrace.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/io/file.h"
#include "support/check_main.h"

#define KEY "7b3e8a52-0d3c-4b7e-9a50-3c2f1d0e9b11"
#define NOW ((usec)1795350344 * USEC_SECOND)

/* The path of a store whose attempts folder exists. Owned. */
static char *
new_store(void)
{
	own(str) char *folder = scratch_folder();
	char *store = xprintf("%s/logmend.db", folder);
	own(str) char *attempts = attempt_file_folder(store);
	ck_assert_int_eq(mkdir(attempts, 0700), 0);
	return store;
}

static int
open_attempt(const char *store, struct span text)
{
	own(str) char *path = attempt_file_path(store, KEY);
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(write_all(fd, text), 0);
	return fd;
}

static enum attempt_file_state
state_of(const char *store, struct result *ret)
{
	enum attempt_file_state state = ATTEMPT_FILE_NONE;
	struct why why;
	ck_assert_msg(attempt_file_read(store, KEY, &state, ret, &why) == 0,
		"%s", why.text);
	return state;
}

START_TEST(attempts_lie_beside_the_store)
{
	own(str) char *path =
		attempt_file_path("/var/lib/logmend/logmend.db", KEY);
	ck_assert_str_eq(path, "/var/lib/logmend/attempts/" KEY);
}
END_TEST

START_TEST(without_a_file_nothing_was_started)
{
	own(str) char *store = new_store();
	own(result) struct result res = { 0 };
	ck_assert_int_eq(state_of(store, &res), ATTEMPT_FILE_NONE);
}
END_TEST

START_TEST(a_locked_file_is_waited_for)
{
	own(str) char *store = new_store();
	own(buf) struct buf text = { 0 };
	attempt_file_line(&text, "started", NULL, NOW);
	own(fd) int fd = open_attempt(store, buf_span(&text));
	ck_assert_int_eq(flock(fd, LOCK_EX), 0);
	own(result) struct result res = { 0 };
	ck_assert_int_eq(state_of(store, &res), ATTEMPT_FILE_RUNNING);
}
END_TEST

START_TEST(an_unlocked_file_without_a_result_is_lost)
{
	own(str) char *store = new_store();
	own(buf) struct buf text = { 0 };
	attempt_file_line(&text, "started", NULL, NOW);
	attempt_file_line(&text, "step", "result", NOW);
	own(fd) int fd = open_attempt(store, buf_span(&text));
	own(result) struct result res = { 0 };
	ck_assert_int_eq(state_of(store, &res), ATTEMPT_FILE_LOST);
}
END_TEST

START_TEST(a_result_is_read_back)
{
	own(str) char *store = new_store();
	own(buf) struct buf text = { 0 };
	own(result) struct result out = { .outcome = OUTCOME_NOT_APPLIED,
		.fault = ANSWER_YES,
		.history = ANSWER_UNKNOWN,
		.text = xstrdup("rolled \"back\"\n"),
		.proposal.name = xstrdup("2026_event"),
		.proposal.folder = xstrdup("/p/2026_event") };
	memset(out.proposal.checksum, 'c', SHA256_HEX - 1);
	attempt_file_line(&text, "started", NULL, NOW);
	attempt_file_result_line(&text, &out, NOW);
	own(fd) int fd = open_attempt(store, buf_span(&text));
	own(result) struct result in = { 0 };
	ck_assert_int_eq(state_of(store, &in), ATTEMPT_FILE_ENDED);
	ck_assert_int_eq(in.outcome, OUTCOME_NOT_APPLIED);
	ck_assert_int_eq(in.fault, ANSWER_YES);
	ck_assert_int_eq(in.history, ANSWER_UNKNOWN);
	ck_assert_str_eq(in.text, out.text);
	ck_assert_str_eq(in.proposal.name, "2026_event");
	ck_assert_str_eq(in.proposal.folder, "/p/2026_event");
	ck_assert_str_eq(in.proposal.checksum, out.proposal.checksum);
}
END_TEST

START_TEST(a_torn_result_does_not_count)
{
	own(buf) struct buf line = { 0 };
	own(result) struct result out = { .outcome = OUTCOME_APPLIED,
		.text = xstrdup("applied") };
	attempt_file_result_line(&line, &out, NOW);
	for (size_t len = 1; len < line.len; len++) {
		own(str) char *store = new_store();
		own(fd) int fd =
			open_attempt(store, span_first(buf_span(&line), len));
		own(result) struct result in = { 0 };
		ck_assert_int_eq(state_of(store, &in), ATTEMPT_FILE_LOST);
	}
}
END_TEST

START_TEST(what_cannot_be_read_is_an_error)
{
	own(str) char *store = new_store();
	own(str) char *path = attempt_file_path(store, KEY);
	ck_assert_int_eq(mkdir(path, 0700), 0);
	enum attempt_file_state state;
	own(result) struct result res = { 0 };
	struct why why;
	ck_assert_int_lt(attempt_file_read(store, KEY, &state, &res, &why), 0);
}
END_TEST

START_TEST(what_was_withdrawn_never_begins)
{
	own(str) char *store = new_store();
	own(result) struct result res = { 0 };
	ck_assert_int_eq(attempt_file_withdraw(store, KEY, "paused", NULL), 0);
	ck_assert_int_eq(state_of(store, &res), ATTEMPT_FILE_WITHDRAWN);
	own(fd) int fd = -1;
	ck_assert_int_eq(
		attempt_file_create(store, KEY, "started", NULL, &fd, NULL),
		-EEXIST);
	ck_assert_int_eq(
		attempt_file_withdraw(store, KEY, "paused", NULL), -EEXIST);
	ck_assert_int_eq(state_of(store, &res), ATTEMPT_FILE_WITHDRAWN);
}
END_TEST

START_TEST(what_began_is_not_withdrawn)
{
	own(str) char *store = new_store();
	own(result) struct result res = { 0 };
	own(fd) int fd = -1;
	ck_assert_int_eq(
		attempt_file_create(store, KEY, "started", NULL, &fd, NULL), 0);
	ck_assert_int_eq(
		attempt_file_withdraw(store, KEY, "paused", NULL), -EEXIST);
	ck_assert_int_eq(state_of(store, &res), ATTEMPT_FILE_RUNNING);
}
END_TEST

START_TEST(a_folder_that_is_none_holds_no_attempt)
{
	own(str) char *folder = scratch_folder();
	own(str) char *store = xprintf("%s/logmend.db", folder);
	own(str) char *attempts = attempt_file_folder(store);
	own(fd) int fd = open(attempts, O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
	ck_assert_int_ge(fd, 0);
	own(result) struct result res = { 0 };
	ck_assert_int_eq(state_of(store, &res), ATTEMPT_FILE_NONE);
	struct why why;
	ck_assert_int_lt(attempt_file_withdraw(store, KEY, "paused", &why), 0);
	ck_assert_ptr_nonnull(strstr(why.text, attempts));
}
END_TEST

static int
claim(const char *store)
{
	int fd = -1;
	struct why why;
	ck_assert_msg(attempt_file_claim(store, KEY, "app shop",
			      90 * USEC_SECOND, &fd, &why) == 0,
		"%s", why.text);
	return fd;
}

START_TEST(hands_that_changed_nothing_yet_are_told_from_others)
{
	own(str) char *store = new_store();
	own(buf) struct buf line = { 0 };
	own(result) struct result res = { 0 };
	int fd = claim(store);
	ck_assert_int_eq(state_of(store, &res), ATTEMPT_FILE_RUNNING);
	attempt_file_line(&line, "step", "looking", NOW);
	ck_assert_int_eq(write_all(fd, buf_span(&line)), 0);
	close(fd);
	ck_assert_int_eq(state_of(store, &res), ATTEMPT_FILE_UNBEGUN);
	own(str) char *path = attempt_file_path(store, KEY);
	own(fd) int more = open(path, O_WRONLY | O_APPEND | O_CLOEXEC);
	buf_free(&line);
	attempt_file_begins_line(&line, NOW);
	/* Torn, it was not on the disk yet, so nothing was changed. */
	ck_assert_int_eq(
		write_all(more, span_first(buf_span(&line), line.len - 1)), 0);
	ck_assert_int_eq(state_of(store, &res), ATTEMPT_FILE_UNBEGUN);
	ck_assert_int_eq(write_all(more, SPAN("\n")), 0);
	ck_assert_int_eq(state_of(store, &res), ATTEMPT_FILE_LOST);
}
END_TEST

START_TEST(what_is_set_aside_can_be_claimed_again)
{
	own(str) char *store = new_store();
	own(result) struct result res = { 0 };
	for (int i = 0; i < 3; i++) {
		int fd = claim(store);
		ck_assert_int_eq(
			attempt_file_set_aside(store, KEY, NULL), -EWOULDBLOCK);
		ck_assert_int_eq(state_of(store, &res), ATTEMPT_FILE_RUNNING);
		close(fd);
		ck_assert_int_eq(attempt_file_set_aside(store, KEY, NULL), 0);
		ck_assert_int_eq(state_of(store, &res), ATTEMPT_FILE_NONE);
	}
	ck_assert_int_eq(attempt_file_set_aside(store, KEY, NULL), -ENOENT);
}
END_TEST

/* Claims it in a process of its own, and stays; its child keeps the pipe. */
static pid_t
start_holder(const char *store, int pipe)
{
	pid_t pid = fork();
	ck_assert_int_ge(pid, 0);
	if (pid > 0)
		return pid;
	(void)claim(store);
	pid_t child = fork();
	if (child == 0)
		(void)setsid();
	(void)!write(pipe, "x", 1);
	for (;;)
		(void)pause();
}

START_TEST(whoever_claimed_it_can_be_killed_with_all_it_started)
{
	own(str) char *store = new_store();
	own(result) struct result res = { 0 };
	struct attempt_holder holder;
	int ends[2];
	char c;
	ck_assert_int_eq(pipe(ends), 0);
	pid_t pid = start_holder(store, ends[1]);
	close(ends[1]);
	ck_assert_int_eq(read(ends[0], &c, 1), 1);
	ck_assert_int_eq(read(ends[0], &c, 1), 1);
	ck_assert_int_eq(attempt_file_holder(store, KEY, &holder, NULL), 0);
	ck_assert_int_eq(holder.pid, pid);
	ck_assert_uint_eq(holder.deadline, 90 * USEC_SECOND);
	ck_assert_int_eq(attempt_file_signal(store, KEY, SIGKILL, NULL), 0);
	ck_assert_int_eq(read(ends[0], &c, 1), 0);
	ck_assert_int_eq(waitpid(pid, NULL, 0), pid);
	close(ends[0]);
	ck_assert_int_eq(state_of(store, &res), ATTEMPT_FILE_UNBEGUN);
	ck_assert_int_eq(
		attempt_file_signal(store, KEY, SIGKILL, NULL), -ESRCH);
}
END_TEST

/* The number was given to somebody else, here to ourselves. */
START_TEST(a_process_of_the_same_number_is_left_alone)
{
	own(str) char *store = new_store();
	own(str) char *line = xprintf("{\"event\":\"started\",\"pid\":%d,"
				      "\"born\":1}\n",
		getpid());
	own(fd) int fd = open_attempt(store, span_of(line));
	ck_assert_int_eq(
		attempt_file_signal(store, KEY, SIGKILL, NULL), -ESRCH);
}
END_TEST

/* Hands below a tracer, up to the k-th begin or end of a call since they were
 * about to claim it; 0: they have no such moment, and have ended. */
static pid_t
claim_up_to(const char *store, int k)
{
	pid_t pid = fork();
	int status = 0;
	ck_assert_int_ge(pid, 0);
	if (pid == 0) {
		int fd = -1;
		(void)ptrace(PTRACE_TRACEME, 0, NULL, NULL);
		(void)raise(SIGSTOP);
		_exit(attempt_file_claim(store, KEY, "x", 1, &fd, NULL) < 0);
	}
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	for (int i = 0; WIFSTOPPED(status) && i < k; i++) {
		ck_assert_int_eq(ptrace(PTRACE_SYSCALL, pid, NULL, NULL), 0);
		ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	}
	return WIFSTOPPED(status) ? pid : 0;
}

/* A head that is started at any moment of it: either it can take the attempt
 * back, and these hands never begin, or it sees that they are at it. It never
 * sees that they are gone. */
START_TEST(a_head_that_comes_at_any_moment_is_not_misled)
{
	int taken = 0, waited = 0;
	pid_t pid;
	for (int k = 0;; k++) {
		own(str) char *store = new_store();
		own(result) struct result res = { 0 };
		int status = 0;
		if (!(pid = claim_up_to(store, k)))
			break;
		enum attempt_file_state seen = state_of(store, &res);
		attempt_file_sweep(store);
		int r = attempt_file_withdraw(store, KEY, "paused", NULL);
		ck_assert_int_eq(ptrace(PTRACE_DETACH, pid, NULL, NULL), 0);
		ck_assert_int_eq(waitpid(pid, &status, 0), pid);
		if (seen == ATTEMPT_FILE_NONE) {
			ck_assert_int_eq(r, 0);
			ck_assert_int_ne(status, 0);
			ck_assert_int_eq(
				state_of(store, &res), ATTEMPT_FILE_WITHDRAWN);
			taken++;
		} else {
			ck_assert_int_eq(seen, ATTEMPT_FILE_RUNNING);
			ck_assert_int_eq(r, -EEXIST);
			ck_assert_int_eq(status, 0);
			waited++;
		}
	}
	ck_assert_int_gt(taken, 5);
	ck_assert_int_gt(waited, 0);
}
END_TEST

CHECK_MAIN("attempt", what_was_withdrawn_never_begins,
	what_began_is_not_withdrawn, a_folder_that_is_none_holds_no_attempt,
	attempts_lie_beside_the_store, without_a_file_nothing_was_started,
	a_locked_file_is_waited_for, an_unlocked_file_without_a_result_is_lost,
	a_result_is_read_back, a_torn_result_does_not_count,
	what_cannot_be_read_is_an_error,
	hands_that_changed_nothing_yet_are_told_from_others,
	what_is_set_aside_can_be_claimed_again,
	whoever_claimed_it_can_be_killed_with_all_it_started,
	a_process_of_the_same_number_is_left_alone,
	a_head_that_comes_at_any_moment_is_not_misled)
