#include "config.h"
#include "notify/notify.h"

#include <errno.h>
#include <linux/close_range.h>
#include <sys/wait.h>
#include <unistd.h>

#include "support/check_main.h"
#include "support/http.h"
#include "wire/notify/notify-frames.h"

/* A sender in a child, as head starts one. */
struct child {
	pid_t pid;
	int sock;
};

static struct child
start(void)
{
	int pair[2];
	ck_assert_int_eq(frame_pair(pair, NULL), 0);
	pid_t pid = fork();
	ck_assert_int_ge(pid, 0);
	if (pid == 0) {
		if (dup2(pair[1], ROLE_SOCKET) < 0 ||
			close_range(ROLE_SOCKET + 1, ~0u, 0) < 0)
			_exit(99);
		_exit(notify_main());
	}
	close(pair[1]);
	own(frame) struct frame f = FRAME(0);
	ck_assert_int_eq(frame_recv(pair[0], &f), 1);
	ck_assert_uint_eq(f.type, NOTIFY_READY);
	ck_assert_int_eq(frame_end(&f, NULL), 0);
	return (struct child){ pid, pair[0] };
}

/* The exit status, once it ends by itself. */
static int
status_of(struct child *c)
{
	int status;
	ck_assert_int_eq(waitpid(c->pid, &status, 0), c->pid);
	ck_assert_msg(WIFEXITED(status), "status %x", status);
	fd_close(c->sock);
	return WEXITSTATUS(status);
}

/* Head goes away. */
static int
end(struct child *c)
{
	shutdown(c->sock, SHUT_RDWR);
	return status_of(c);
}

static void
ask(const struct child *c, enum notify_frame type, uint64_t id, const char *url)
{
	own(frame) struct frame f = FRAME(0);
	char *headers[] = { (char *)"Content-Type: application/json", NULL };
	const struct webhook_request q = { .id = id,
		.url = (char *)url,
		.url_file = (char *)"/etc/logmend/slack.url",
		.headers = headers,
		.body = type == NOTIFY_POST ? (char *)"{\"text\":\"hi\"}"
					    : NULL };
	ck_assert_int_eq(notify_frames_request(&f, type, &q, NULL), 0);
	ck_assert_int_eq(frame_send(c->sock, &f), 0);
}

static struct webhook_answer
answer(const struct child *c, uint64_t id)
{
	own(frame) struct frame f = FRAME(0);
	struct webhook_answer a;
	uint64_t got;
	ck_assert_int_eq(frame_recv(c->sock, &f), 1);
	ck_assert_int_eq(notify_frames_get_answer(&f, &got, &a, NULL), 0);
	ck_assert_uint_eq(got, id);
	ck_assert_ptr_null(strstr(a.text, "hush"));
	return a;
}

static char *
url_of(const struct http *h)
{
	return xprintf("http://127.0.0.1:%u/hush", h->port);
}

START_TEST(what_is_given_is_sent_and_answered)
{
	struct http h =
		http_start("HTTP/1.1 429 Slow\r\nRetry-After: 120\r\n\r\n");
	own(str) char *url = url_of(&h);
	struct child c = start();
	ask(&c, NOTIFY_POST, 7, url);
	struct webhook_answer a = answer(&c, 7);
	ck_assert_int_eq(a.end, WEBHOOK_RETRY);
	ck_assert_uint_eq(a.status, 429);
	ck_assert_uint_eq(a.retry_after, 120 * USEC_SECOND);
	ck_assert_int_eq(end(&c), 0);
	own(str) char *got = http_stop(&h);
	ck_assert_ptr_nonnull(strstr(got, "POST /hush "));
	ck_assert_ptr_nonnull(strstr(got, "Content-Type: application/json"));
	ck_assert_ptr_nonnull(strstr(got, "\r\n\r\n{\"text\":\"hi\"}"));
}
END_TEST

START_TEST(a_receiver_that_hangs_holds_up_no_other)
{
	struct http slow = http_start(NULL);
	struct http quick = http_start("HTTP/1.1 200 OK\r\n\r\n");
	own(str) char *to_slow = url_of(&slow), *to_quick = url_of(&quick);
	struct child c = start();
	ask(&c, NOTIFY_POST, 1, to_slow);
	ask(&c, NOTIFY_POST, 2, to_quick);
	ask(&c, NOTIFY_POST, 3, to_quick);
	/* In the order in which receivers answer. */
	own(frame) struct frame f = FRAME(0);
	uint64_t first, second;
	struct webhook_answer a;
	ck_assert_int_eq(frame_recv(c.sock, &f), 1);
	ck_assert_int_eq(notify_frames_get_answer(&f, &first, &a, NULL), 0);
	ck_assert_int_eq(a.end, WEBHOOK_SENT);
	ck_assert_int_eq(frame_recv(c.sock, &f), 1);
	ck_assert_int_eq(notify_frames_get_answer(&f, &second, &a, NULL), 0);
	ck_assert_int_eq(a.end, WEBHOOK_SENT);
	ck_assert_uint_eq(first + second, 5);
	a = answer(&c, 1);
	ck_assert_int_eq(a.end, WEBHOOK_RETRY);
	ck_assert_int_eq(end(&c), 0);
	own(str) char *one = http_stop(&slow), *two = http_stop(&quick);
}
END_TEST

START_TEST(a_url_is_judged_without_a_connection)
{
	struct http h = http_start("HTTP/1.1 200 OK\r\n\r\n");
	own(str) char *url = url_of(&h);
	struct child c = start();
	ask(&c, NOTIFY_CHECK, 1, url);
	ck_assert_int_eq(answer(&c, 1).end, WEBHOOK_SENT);
	ask(&c, NOTIFY_CHECK, 2, "https://10.1.2.3/hush");
	struct webhook_answer a = answer(&c, 2);
	ck_assert_int_eq(a.end, WEBHOOK_REFUSED);
	ck_assert_ptr_nonnull(strstr(a.text, "private"));
	ck_assert_ptr_nonnull(strstr(a.text, "/etc/logmend/slack.url: "));
	ask(&c, NOTIFY_CHECK, 3, "gopher://x/hush");
	ck_assert_int_eq(answer(&c, 3).end, WEBHOOK_REFUSED);
	ck_assert_int_eq(end(&c), 0);
	own(str) char *got = http_stop(&h);
	ck_assert_str_eq(got, "");
}
END_TEST

/* A name is looked up by the C library, in a thread, with the host's files. */
START_TEST(names_are_looked_up_behind_the_filter)
{
	struct http h = http_start("HTTP/1.1 200 OK\r\n\r\n");
	own(str) char *url = xprintf("http://localhost:%u/hush", h.port);
	struct child c = start();
	ask(&c, NOTIFY_POST, 1, url);
	struct webhook_answer a = answer(&c, 1);
	ck_assert_msg(a.end == WEBHOOK_SENT, "%s", a.text);
	ck_assert_int_eq(end(&c), 0);
	own(str) char *got = http_stop(&h);
}
END_TEST

START_TEST(it_ends_with_head_in_the_middle_of_a_post)
{
	struct http h = http_start(NULL);
	own(str) char *url = url_of(&h);
	struct child c = start();
	ask(&c, NOTIFY_POST, 1, url);
	struct pollfd came = { .fd = h.requests, .events = POLLIN };
	ck_assert_int_eq(poll(&came, 1, -1), 1);
	ck_assert_int_eq(end(&c), 0);
	own(str) char *got = http_stop(&h);
}
END_TEST

START_TEST(a_frame_that_is_broken_ends_it)
{
	static const unsigned types[] = { NOTIFY_POST, NOTIFY_CHECK,
		NOTIFY_READY, NOTIFY_ANSWER, 99 };
	for (size_t i = 0; i < ELEMENTS(types); i++) {
		struct child c = start();
		own(frame) struct frame f = FRAME((uint16_t)types[i]);
		frame_put_u64(&f, 1);
		frame_put_str(&f, "https://x/hush");
		ck_assert_int_eq(frame_send(c.sock, &f), 0);
		ck_assert_int_eq(status_of(&c), 1);
	}
}
END_TEST

CHECK_MAIN("notify", what_is_given_is_sent_and_answered,
	a_receiver_that_hangs_holds_up_no_other,
	a_url_is_judged_without_a_connection,
	names_are_looked_up_behind_the_filter,
	it_ends_with_head_in_the_middle_of_a_post,
	a_frame_that_is_broken_ends_it)
