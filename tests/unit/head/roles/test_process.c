#include "config.h"
#include "head/roles/process.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "support/check_main.h"
#include "support/played-role.h"

/* The system's recvmsg(), which fails once with an error that no test can bring
 * about otherwise. */
static int recv_error;

ssize_t
recvmsg(int sock, struct msghdr *msg, int flags)
{
	if (!recv_error)
		return syscall(SYS_recvmsg, sock, msg, flags);
	errno = recv_error;
	recv_error = 0;
	return -1;
}

/* This program in the place of eyes: the first byte of what it is told says
 * what it does. */
enum { ROLE_ECHOES = 'e', ROLE_SLEEPS = 's' };

static int
play_role(void)
{
	bool reads = true;
	while (reads) {
		own(frame) struct frame f = FRAME(0);
		if (frame_recv(ROLE_SOCKET, &f) <= 0)
			return 0;
		reads = f.type != ROLE_SLEEPS;
		if (f.n_fds)
			f.lent = false;
		own(frame) struct frame answer = FRAME(ROLE_ECHOES);
		frame_put_u32(&answer, (uint32_t)f.n_fds);
		if (frame_send(ROLE_SOCKET, &answer) < 0)
			return 1;
	}
	/* It reads no more, and does not go away either. */
	role_hangs();
}

struct owner {
	sd_event *loop;
	struct process *process;
	unsigned frames;
	uint32_t descriptors;
	int status;
	char *why;
};

static void
on_frame(void *arg, struct frame *f)
{
	struct owner *o = arg;
	o->frames++;
	o->descriptors += frame_get_u32(f);
}

static void
on_gone(void *arg, int status, const char *why)
{
	struct owner *o = arg;
	o->status = status;
	o->why = xstrdup(why);
	process_free(take(o->process));
}

static struct owner
owner_start_what(struct owner *o, const struct process_what *what)
{
	struct why why;
	*o = (struct owner){ 0 };
	ck_assert_int_eq(sd_event_new(&o->loop), 0);
	ck_assert_msg(process_start(o->loop, what, on_frame, on_gone, o,
			      &o->process, &why) == 0,
		"%s", why.text);
	return *o;
}

static struct owner
owner_start(struct owner *o)
{
	const struct process_what what = { .role = ROLE_EYES };
	return owner_start_what(o, &what);
}

static void
owner_end(struct owner *o)
{
	if (o->process)
		process_kill(o->process);
	process_free(o->process);
	sd_event_unref(o->loop);
	free(o->why);
}

static void
run_until(struct owner *o, unsigned frames)
{
	while (o->process && o->frames < frames)
		ck_assert_int_ge(sd_event_run(o->loop, 20 * USEC_SECOND), 1);
}

static void
tell(struct owner *o, uint16_t type, size_t len, int fd)
{
	own(frame) struct frame f = FRAME(type);
	own(str) char *bytes = xcalloc(1, len + 1);
	memset(bytes, 'x', len);
	frame_put_span(&f, (struct span){ bytes, len });
	if (fd >= 0)
		frame_lend_fd(&f, fd);
	process_send(o->process, &f);
}

START_TEST(what_a_busy_role_does_not_read_yet_waits_with_its_descriptors)
{
	struct owner o;
	owner_start(&o);
	/* Far more than a socket takes: the role reads when the loop runs. */
	for (int i = 0; i < 200; i++) {
		own(fd) int fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
		tell(&o, ROLE_ECHOES, 30000, fd);
	}
	run_until(&o, 200);
	ck_assert_uint_eq(o.frames, 200);
	ck_assert_uint_eq(o.descriptors, 200);
	owner_end(&o);
}
END_TEST

START_TEST(a_role_that_cannot_be_told_is_killed_and_its_owner_told_why)
{
	struct owner o;
	owner_start(&o);
	tell(&o, ROLE_SLEEPS, 1, -1);
	run_until(&o, 1);
	own(fd) int fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
	struct rlimit limit = { (rlim_t)fd + 1, (rlim_t)fd + 1 };
	ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &limit), 0);
	/* When the socket is full a frame waits, with a descriptor of its own
	 * for which there is no room. Without root's rights, those in the
	 * socket may be too many before. */
	for (int i = 0; i < 10000 && o.process; i++)
		tell(&o, ROLE_ECHOES, 30000, fd);
	run_until(&o, 2);
	ck_assert_ptr_null(o.process);
	ck_assert(WIFSIGNALED(o.status) && WTERMSIG(o.status) == SIGKILL);
	ck_assert_ptr_nonnull(strstr(o.why, "could not be sent"));
	ck_assert_ptr_nonnull(strstr(o.why, "too many open files"));
	owner_end(&o);
}
END_TEST

/* Sends one frame, whose answer cannot be received. */
static void
lose_an_answer(struct owner *o, int error)
{
	owner_start(o);
	tell(o, ROLE_ECHOES, 1, -1);
	recv_error = error;
	run_until(o, 1);
}

START_TEST(a_role_whose_frame_cannot_be_received_is_killed_and_not_waited_for)
{
	static const int errors[] = { ENOBUFS, ENOMEM, EMFILE, EIO };
	for (size_t i = 0; i < ELEMENTS(errors); i++) {
		struct owner o;
		lose_an_answer(&o, errors[i]);
		ck_assert_ptr_null(o.process);
		ck_assert_uint_eq(o.frames, 0);
		ck_assert(
			WIFSIGNALED(o.status) && WTERMSIG(o.status) == SIGKILL);
		ck_assert_ptr_nonnull(strstr(o.why, "could not be received"));
		owner_end(&o);
	}
}
END_TEST

START_TEST(a_role_is_heard_although_a_signal_came_in_between)
{
	struct owner o;
	lose_an_answer(&o, EINTR);
	ck_assert_ptr_nonnull(o.process);
	ck_assert_uint_eq(o.frames, 1);
	owner_end(&o);
}
END_TEST

START_TEST(a_role_that_is_spared_sees_the_end_of_a_link_that_failed)
{
	struct owner o;
	owner_start_what(&o,
		&(const struct process_what){
			.role = ROLE_EYES, .outlive = USEC_MINUTE });
	tell(&o, ROLE_ECHOES, 1, -1);
	recv_error = ENOMEM;
	run_until(&o, 1);
	ck_assert_ptr_null(o.process);
	/* Nobody killed it: it read the end and left. */
	ck_assert(WIFEXITED(o.status));
	ck_assert_ptr_nonnull(strstr(o.why, "could not be received"));
	owner_end(&o);
}
END_TEST

START_TEST(a_frame_that_is_too_large_for_the_socket_is_no_lost_frame)
{
	struct owner o;
	owner_start(&o);
	own(frame) struct frame f = FRAME(ROLE_ECHOES);
	/* The kernel refuses a message of more than its own buffer. */
	buf_reserve(&f.data, 64u << 20);
	memset(f.data.data, 'x', 64u << 20);
	f.data.len = 64u << 20;
	process_send(o.process, &f);
	run_until(&o, 1);
	ck_assert_ptr_null(o.process);
	ck_assert_ptr_nonnull(strstr(o.why, strerror(EMSGSIZE)));
	owner_end(&o);
}
END_TEST

START_TEST(a_role_that_ends_by_itself_leaves_no_reason_of_ours)
{
	struct owner o;
	owner_start(&o);
	(void)kill(process_pid(o.process), SIGTERM);
	run_until(&o, 1);
	ck_assert(WIFSIGNALED(o.status) && WTERMSIG(o.status) == SIGTERM);
	ck_assert_str_eq(o.why, "");
	owner_end(&o);
}
END_TEST

int
main(int argc, char **argv)
{
	if (argc > 1 && strcmp(argv[1], "--role=eyes") == 0)
		return play_role();
	const TTest *const tests[] = {
		what_a_busy_role_does_not_read_yet_waits_with_its_descriptors,
		a_role_that_cannot_be_told_is_killed_and_its_owner_told_why,
		a_role_whose_frame_cannot_be_received_is_killed_and_not_waited_for,
		a_role_is_heard_although_a_signal_came_in_between,
		a_role_that_is_spared_sees_the_end_of_a_link_that_failed,
		a_frame_that_is_too_large_for_the_socket_is_no_lost_frame,
		a_role_that_ends_by_itself_leaves_no_reason_of_ours
	};
	return check_main("process", tests, ELEMENTS(tests));
}
