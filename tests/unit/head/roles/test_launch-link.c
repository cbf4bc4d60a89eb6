/* A role that its unit starts. This test is systemd: it listens at the roles'
 * socket, and starts a launcher for each connection; it is the launcher's
 * program and the role's, too. */
#include "config.h"
#include "head/roles/launch-link.h"

#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/io/file.h"
#include "base/io/frame.h"
#include "base/io/spawn.h"
#include "head/roles/process.h"
#include "launch/launch.h"
#include "support/check_main.h"
#include "wire/launch/launch.h"

/* --- the role ------------------------------------------------------------- */

enum {
	ROLE_HOLDS = 1,   /* fd: is open as long as the role lives, who answers
			     on it even where head is gone */
	ROLE_EXITS,       /* with 7 */
	ROLE_IS_STUBBORN, /* SIGTERM does not end it */
};

static _Noreturn void
outlive(int held)
{
	char byte;
	while (held >= 0 && read(held, &byte, 1) == 1)
		(void)!write(held, &byte, 1);
	_exit(0);
}

static int
play_role(void)
{
	int held = -1;
	for (;;) {
		own(frame) struct frame f = FRAME(0);
		if (frame_recv(ROLE_SOCKET, &f) <= 0)
			outlive(held);
		if (f.type == ROLE_EXITS)
			return 7;
		if (f.type == ROLE_IS_STUBBORN)
			(void)signal(SIGTERM, SIG_IGN);
		if (f.type == ROLE_HOLDS)
			held = frame_get_fd(&f);
		own(frame) struct frame answer = FRAME(f.type);
		frame_put_u32(&answer, (uint32_t)getpid());
		if (frame_send(ROLE_SOCKET, &answer) < 0)
			return 1;
	}
}

/* --- systemd and head ------------------------------------------------------
 */

struct world {
	char folder[64];
	char *path; /* of the socket */
	int listens;
	sd_event *loop;
	struct process *process;
	pid_t launcher;
	int held; /* its other end is the role's */
	unsigned frames;
	uint32_t role;
	bool gone;
	int status;
	char *why;
};

static void
listen_there(struct world *w)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX };
	snprintf(a.sun_path, sizeof(a.sun_path), "%s", w->path);
	w->listens = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
	ck_assert_int_eq(
		bind(w->listens, (const struct sockaddr *)&a, sizeof(a)), 0);
	ck_assert_int_eq(listen(w->listens, 4), 0);
	ck_assert_int_eq(chmod(w->path, 0666), 0);
}

static void
world_open(struct world *w)
{
	*w = (struct world){
		.folder = "/tmp/launch-link.XXXXXX", .held = -1, .listens = -1
	};
	ck_assert_ptr_nonnull(mkdtemp(w->folder));
	ck_assert_int_eq(chmod(w->folder, 0755), 0);
	w->path = xprintf("%s/eyes", w->folder);
	ck_assert_int_eq(setenv("LOGMEND_ROLES", w->folder, 1), 0);
	ck_assert_int_ge(sd_event_new(&w->loop), 0);
	listen_there(w);
}

static void
world_close(struct world *w)
{
	process_free(w->process);
	sd_event_unref(w->loop);
	fd_close(w->listens);
	fd_close(w->held);
	(void)unlink(w->path);
	ck_assert_int_eq(rmdir(w->folder), 0);
	free(w->path);
	free(w->why);
}

static void
on_frame(void *arg, struct frame *f)
{
	struct world *w = arg;
	w->frames++;
	w->role = frame_get_u32(f);
}

static void
on_gone(void *arg, int status, const char *why)
{
	struct world *w = arg;
	w->gone = true;
	w->status = status;
	w->why = xstrdup(why);
	process_free(take(w->process));
}

static void
head_starts(struct world *w, usec outlive)
{
	const struct process_what what = { ROLE_EYES, NULL, outlive };
	struct why why;
	ck_assert_msg(process_start(w->loop, &what, on_frame, on_gone, w,
			      &w->process, &why) == 0,
		"%s", why.text);
}

/* As the unit does: the accepted connection is the launcher's descriptor 3. */
static pid_t
unit_starts(const struct world *w, const char *program, const char *user)
{
	const char *argv[] = { "logmend", "--role=launch", "eyes", user, NULL };
	own(fd) int fd = accept4(w->listens, NULL, NULL, SOCK_CLOEXEC);
	const struct spawn s = { .path = program,
		.argv = argv,
		.fds = &fd,
		.n_fds = 1,
		.ours = true };
	struct why why;
	pid_t pid = 0;
	ck_assert_int_ge(fd, 0);
	ck_assert_msg(spawn_start(&s, &pid, &why) == 0, "%s", why.text);
	return pid;
}

static const char *
our_user(void)
{
	const struct passwd *p = getpwuid(geteuid());
	ck_assert_ptr_nonnull(p);
	return p->pw_name;
}

static void
start_both(struct world *w, usec outlive)
{
	head_starts(w, outlive);
	w->launcher = unit_starts(w, "/proc/self/exe", our_user());
}

static void
run_until(struct world *w, unsigned frames)
{
	while (!w->gone && w->frames < frames)
		ck_assert_int_ge(sd_event_run(w->loop, 20 * USEC_SECOND), 1);
}

static void
tell(struct world *w, uint16_t type, int fd)
{
	own(frame) struct frame f = FRAME(type);
	if (fd >= 0)
		frame_lend_fd(&f, fd);
	process_send(w->process, &f);
}

/* The role answers, and so is there. */
static void
hold(struct world *w)
{
	int pair[2];
	ck_assert_int_eq(
		socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair), 0);
	w->held = pair[0];
	tell(w, ROLE_HOLDS, pair[1]);
	run_until(w, w->frames + 1);
	close(pair[1]);
	ck_assert_msg(!w->gone, "%s", w->why);
}

/* Its word and the role's come by two sockets. */
static void
launcher_says_it(struct world *w)
{
	while (!process_pid(w->process))
		ck_assert_int_ge(sd_event_run(w->loop, 20 * USEC_SECOND), 1);
}

static int
launcher_ends(const struct world *w)
{
	int status = -1;
	ck_assert_int_eq(waitpid(w->launcher, &status, 0), w->launcher);
	return status;
}

/* Waits for the role's end. */
static void
role_is_gone(const struct world *w)
{
	char byte;
	ck_assert_int_le(read(w->held, &byte, 1), 0);
}

START_TEST(a_role_is_started_by_its_unit_and_its_end_is_told)
{
	struct world w;
	world_open(&w);
	start_both(&w, 0);
	hold(&w);
	launcher_says_it(&w);
	ck_assert_int_eq((pid_t)w.role, process_pid(w.process));
	tell(&w, ROLE_EXITS, -1);
	run_until(&w, 99);
	ck_assert(WIFEXITED(w.status) && WEXITSTATUS(w.status) == 7);
	ck_assert_str_eq(w.why, "");
	int status = launcher_ends(&w);
	ck_assert(WIFEXITED(status) && WEXITSTATUS(status) == 7);
	world_close(&w);
}
END_TEST

START_TEST(a_role_is_killed_through_its_launcher)
{
	struct world w;
	world_open(&w);
	start_both(&w, 0);
	hold(&w);
	tell(&w, ROLE_IS_STUBBORN, -1);
	run_until(&w, 2);
	process_signal(w.process, SIGTERM);
	hold(&w);
	process_kill(w.process);
	run_until(&w, 99);
	ck_assert(WIFSIGNALED(w.status) && WTERMSIG(w.status) == SIGKILL);
	/* What head wished is no failure of the unit. */
	ck_assert_int_eq(launcher_ends(&w), 0);
	world_close(&w);
}
END_TEST

START_TEST(a_role_that_is_killed_before_its_launcher_runs_ends_too)
{
	struct world w;
	world_open(&w);
	head_starts(&w, 0);
	process_kill(w.process);
	w.launcher = unit_starts(&w, "/proc/self/exe", our_user());
	run_until(&w, 99);
	ck_assert(WIFSIGNALED(w.status) && WTERMSIG(w.status) == SIGKILL);
	ck_assert_int_eq(launcher_ends(&w), 0);
	world_close(&w);
}
END_TEST

START_TEST(another_program_is_refused)
{
	struct world w;
	own(buf) struct buf program = { 0 };
	world_open(&w);
	own(str) char *copy = xprintf("%s/copy", w.folder);
	ck_assert_int_eq(
		file_read("/proc/self/exe", SIZE_MAX / 2, &program, NULL), 0);
	int fd = open(copy, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0700);
	ck_assert_int_eq(write_all(fd, buf_span(&program)), 0);
	close(fd);
	head_starts(&w, 0);
	w.launcher = unit_starts(&w, copy, our_user());
	run_until(&w, 99);
	ck_assert_int_eq(w.status, PROCESS_UNSTARTED);
	ck_assert_msg(strstr(w.why, "`systemctl restart logmend`") != NULL,
		"%s", w.why);
	int status = launcher_ends(&w);
	ck_assert(WIFEXITED(status) && WEXITSTATUS(status) == 1);
	ck_assert_int_eq(unlink(copy), 0);
	world_close(&w);
}
END_TEST

/* As nobody, who is no root and not the user of the units; or as whoever runs
 * the test. */
static int
be_another(const struct world *w)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX };
	own(frame) struct frame f = FRAME(0);
	if (geteuid() == 0 && setresuid(65534, 65534, 65534) < 0)
		return 2;
	own(fd) int sock = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
	snprintf(a.sun_path, sizeof(a.sun_path), "%s", w->path);
	if (connect(sock, (const struct sockaddr *)&a, sizeof(a)) < 0)
		return 3;
	if (frame_recv(sock, &f) != 1 || f.type != LAUNCH_REFUSED)
		return 4;
	own(str) char *text = frame_get_str(&f, 4096);
	return text && strstr(text, "only user daemon may") ? 0 : 5;
}

START_TEST(another_user_is_refused)
{
	struct world w;
	int status = -1;
	world_open(&w);
	pid_t other = fork();
	if (other == 0)
		_exit(be_another(&w));
	w.launcher = unit_starts(&w, "/proc/self/exe", "daemon");
	ck_assert_int_eq(waitpid(other, &status, 0), other);
	ck_assert_int_eq(status, 0);
	status = launcher_ends(&w);
	ck_assert(WIFEXITED(status) && WEXITSTATUS(status) == 1);
	world_close(&w);
}
END_TEST

START_TEST(a_role_ends_with_head)
{
	struct world w;
	world_open(&w);
	start_both(&w, 0);
	hold(&w);
	process_free(take(w.process));
	role_is_gone(&w);
	ck_assert_int_eq(launcher_ends(&w), 0);
	world_close(&w);
}
END_TEST

/* Head is gone with the launcher's word unread. */
START_TEST(a_role_that_outlives_head_has_its_time)
{
	struct world w;
	char byte = 'x';
	world_open(&w);
	start_both(&w, USEC_HOUR);
	hold(&w);
	process_free(take(w.process));
	ck_assert_int_eq(write(w.held, &byte, 1), 1);
	ck_assert_int_eq(read(w.held, &byte, 1), 1);
	/* It is asked to end by us alone. */
	shutdown(w.held, SHUT_WR);
	role_is_gone(&w);
	ck_assert_int_eq(launcher_ends(&w), 0);
	world_close(&w);
}
END_TEST

START_TEST(a_role_that_outlives_head_and_hangs_is_killed)
{
	struct world w;
	world_open(&w);
	start_both(&w, 1);
	hold(&w);
	tell(&w, ROLE_IS_STUBBORN, -1);
	run_until(&w, 2);
	process_free(take(w.process));
	role_is_gone(&w);
	ck_assert_int_eq(launcher_ends(&w), 0);
	world_close(&w);
}
END_TEST

START_TEST(a_launcher_that_dies_is_told_with_its_unit)
{
	struct world w;
	world_open(&w);
	start_both(&w, 0);
	hold(&w);
	launcher_says_it(&w);
	ck_assert_int_eq(kill(w.launcher, SIGKILL), 0);
	run_until(&w, 99);
	ck_assert(WIFSIGNALED(w.status));
	ck_assert_msg(
		strstr(w.why, "logmend-eyes@.service ended before") != NULL,
		"%s", w.why);
	role_is_gone(&w);
	(void)launcher_ends(&w);
	world_close(&w);
}
END_TEST

START_TEST(a_unit_that_cannot_be_started_is_told)
{
	struct world w;
	world_open(&w);
	head_starts(&w, 0);
	close(accept4(w.listens, NULL, NULL, SOCK_CLOEXEC));
	run_until(&w, 99);
	ck_assert_int_eq(w.status, PROCESS_UNSTARTED);
	ck_assert_msg(strstr(w.why, "did not start its process") &&
			strstr(w.why, "systemctl status logmend-eyes.socket"),
		"%s", w.why);
	world_close(&w);
}
END_TEST

START_TEST(a_socket_that_is_not_there_is_tried_again)
{
	struct world w;
	struct why why = { "" };
	world_open(&w);
	fd_close(take(w.listens));
	const struct process_what what = { .role = ROLE_EYES };
	int r = process_start(
		w.loop, &what, on_frame, on_gone, &w, &w.process, &why);
	ck_assert_int_eq(r, -EAGAIN);
	ck_assert_msg(
		strstr(why.text, "systemctl start logmend-eyes.socket") != NULL,
		"%s", why.text);
	world_close(&w);
}
END_TEST

int
main(int argc, char **argv)
{
	const TTest *const tests[] = {
		a_role_is_started_by_its_unit_and_its_end_is_told,
		a_role_is_killed_through_its_launcher,
		a_role_that_is_killed_before_its_launcher_runs_ends_too,
		another_program_is_refused,
		another_user_is_refused,
		a_role_ends_with_head,
		a_role_that_outlives_head_has_its_time,
		a_role_that_outlives_head_and_hangs_is_killed,
		a_launcher_that_dies_is_told_with_its_unit,
		a_unit_that_cannot_be_started_is_told,
		a_socket_that_is_not_there_is_tried_again,
	};
	if (argc == 4 && strcmp(argv[1], "--role=launch") == 0)
		return launch_main(argv[2], argv[3]);
	if (argc > 1 && strcmp(argv[1], "--role=eyes") == 0) {
		(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
		return play_role();
	}
	return check_main("launch-link", tests, ELEMENTS(tests));
}
