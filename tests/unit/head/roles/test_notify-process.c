#include "config.h"
#include "head/roles/notify-process.h"

#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "notify/notify.h"
#include "support/check_main.h"
#include "support/played-role.h"
#include "support/http.h"

/* The sender of these tests is the real one, or this program plays one that was
 * taken over or is broken: then a body's first byte says what it does. Which of
 * both it is says a variable of the few that a role gets. */
#define PLAYED "LOGMEND_DEBUG"

enum { PLAY_DIE = 'd', PLAY_HANG = 'h', PLAY_LIE = 'l', PLAY_SAY = 's' };

static void
answer_to(uint64_t id, const struct webhook_answer *a)
{
	own(frame) struct frame f = FRAME(0);
	notify_frames_answer(&f, id, a);
	(void)frame_send(ROLE_SOCKET, &f);
}

static int
play(void)
{
	if (strcmp(getenv(PLAYED), "unable") == 0)
		return 7;
	if (strcmp(getenv(PLAYED), "unready") == 0)
		role_hangs();
	own(frame) struct frame ready = FRAME(NOTIFY_READY);
	(void)frame_send(ROLE_SOCKET, &ready);
	for (;;) {
		own(frame) struct frame f = FRAME(0);
		own(webhook_request) struct webhook_request q = { 0 };
		if (frame_recv(ROLE_SOCKET, &f) <= 0)
			return 0;
		if (notify_frames_get_request(&f, &q, NULL) < 0)
			return 9;
		struct webhook_answer a =
			webhook_answer_of(WEBHOOK_SENT, "sent\033[2J");
		switch (q.body ? q.body[0] : PLAY_SAY) {
		case PLAY_DIE:
			return 42;
		case PLAY_HANG:
			break;
		case PLAY_LIE:
			answer_to(q.id + 1, &a);
			answer_to(q.id, &a); /* which counts no more */
			break;
		default:
			answer_to(q.id, &a);
		}
	}
}

struct owner {
	sd_event *loop;
	struct notify_process *process;
	char *path; /* of the URL's file */
	unsigned readies, gone, answers, until;
	struct webhook_answer answer;
	char *why;
};

static void
on_ready(void *arg)
{
	struct owner *o = arg;
	o->readies++;
	ck_assert_int_gt(notify_process_pid(o->process), 0);
	ck_assert_ptr_null(notify_process_trouble(o->process));
}

static void
on_gone(void *arg, const char *text)
{
	struct owner *o = arg;
	o->gone++;
	ck_assert_int_eq(notify_process_pid(o->process), 0);
	ck_assert_str_eq(notify_process_trouble(o->process), text);
	str_free(o->why);
	o->why = xstrdup(text);
}

static void
on_answer(const struct webhook_answer *answer, void *arg)
{
	struct owner *o = arg;
	o->answer = *answer;
	if (++o->answers >= o->until)
		sd_event_exit(o->loop, 0);
}

static struct owner *
owner_new(const char *url)
{
	struct owner *o = xcalloc(1, sizeof(*o));
	own(str) char *folder = scratch_folder();
	const struct notify_process_calls calls = { on_ready, on_gone, o };
	o->path = url ? url_file(folder, url) : xprintf("%s/url", folder);
	o->until = 1;
	ck_assert_int_ge(sd_event_new(&o->loop), 0);
	o->process = notify_process_new(o->loop, &calls);
	ck_assert_ptr_nonnull(o->process);
	return o;
}

static void
owner_free(struct owner *o)
{
	notify_process_free(o->process);
	sd_event_unref(o->loop);
	str_free(o->path);
	str_free(o->why);
	free(o);
}

static void
send_body(struct owner *o, const char *body)
{
	static const char *const headers[] = { "Content-Type: application/json",
		NULL };
	const struct webhook_order order = {
		.type = body ? NOTIFY_POST : NOTIFY_CHECK,
		.url_file = o->path,
		.headers = headers,
		.body = body,
	};
	unsigned before = o->answers;
	notify_process_send(o->process, &order, on_answer, o);
	ck_assert_uint_eq(o->answers, before);
}

START_TEST(a_notice_goes_out_through_a_process_of_its_own)
{
	struct http h = http_start("HTTP/1.1 204 No\r\n\r\n");
	own(str) char *url = xprintf("http://127.0.0.1:%u/hush", h.port);
	struct owner *o = owner_new(url);
	send_body(o, "{\"text\":\"hi\"}");
	sd_event_loop(o->loop);
	ck_assert_int_eq(o->answer.end, WEBHOOK_SENT);
	ck_assert_uint_eq(o->answer.status, 204);
	ck_assert_uint_eq(o->readies, 1);
	ck_assert_uint_eq(o->gone, 0);
	owner_free(o);
	own(str) char *got = http_stop(&h);
	ck_assert_ptr_nonnull(strstr(got, "\r\n\r\n{\"text\":\"hi\"}"));
}
END_TEST

START_TEST(a_url_is_judged)
{
	struct owner *o = owner_new("https://10.1.2.3/hush");
	send_body(o, NULL);
	sd_event_loop(o->loop);
	ck_assert_int_eq(o->answer.end, WEBHOOK_REFUSED);
	ck_assert_ptr_nonnull(strstr(o->answer.text, o->path));
	ck_assert_ptr_null(strstr(o->answer.text, "hush"));
	owner_free(o);
}
END_TEST

START_TEST(a_missing_url_file_is_told_later_as_well)
{
	struct owner *o = owner_new(NULL);
	send_body(o, "{}");
	sd_event_loop(o->loop);
	ck_assert_int_eq(o->answer.end, WEBHOOK_REFUSED);
	ck_assert_ptr_nonnull(strstr(o->answer.text, o->path));
	ck_assert_ptr_nonnull(strstr(o->answer.text, "not sent: "));
	owner_free(o);
}
END_TEST

/* The file is read for each, so that a new URL counts at once. */
START_TEST(another_url_counts_at_once)
{
	struct http a = http_start("HTTP/1.1 200 OK\r\n\r\n");
	struct http b = http_start("HTTP/1.1 200 OK\r\n\r\n");
	own(str) char *url = xprintf("http://127.0.0.1:%u/a", a.port);
	struct owner *o = owner_new(url);
	o->until = 2;
	send_body(o, "{\"n\":1}");
	while (o->answers == 0)
		sd_event_run(o->loop, UINT64_MAX);
	own(file) FILE *f = fopen(o->path, "we");
	fprintf(f, "http://127.0.0.1:%u/b\n", b.port);
	fflush(f);
	send_body(o, "{\"n\":2}");
	sd_event_loop(o->loop);
	ck_assert_uint_eq(o->readies, 1);
	owner_free(o);
	own(str) char *one = http_stop(&a), *two = http_stop(&b);
	ck_assert_ptr_nonnull(strstr(one, "{\"n\":1}"));
	ck_assert_ptr_null(strstr(one, "{\"n\":2}"));
	ck_assert_ptr_nonnull(strstr(two, "{\"n\":2}"));
}
END_TEST

/* Whether it arrived nobody knows, so it may be sent again. */
START_TEST(what_a_killed_sender_had_is_answered_for)
{
	struct http h = http_start(NULL);
	own(str) char *url = xprintf("http://127.0.0.1:%u/hush", h.port);
	struct owner *o = owner_new(url);
	o->until = 2;
	send_body(o, "{}");
	struct pollfd came = { .fd = h.requests, .events = POLLIN };
	while (poll(&came, 1, 0) == 0)
		sd_event_run(o->loop, 10000);
	kill(notify_process_pid(o->process), SIGKILL);
	while (o->answers == 0)
		sd_event_run(o->loop, UINT64_MAX);
	ck_assert_int_eq(o->answer.end, WEBHOOK_RETRY);
	ck_assert_ptr_nonnull(strstr(o->answer.text, "killed by signal 9"));
	ck_assert_ptr_nonnull(strstr(o->answer.text, "is not known"));
	while (o->gone < 1 || o->readies < 2)
		sd_event_run(o->loop, UINT64_MAX);
	ck_assert_int_gt(notify_process_pid(o->process), 0);
	owner_free(o);
	own(str) char *got = http_stop(&h);
}
END_TEST

START_TEST(freeing_ends_it_without_a_word)
{
	struct http h = http_start(NULL);
	own(str) char *url = xprintf("http://127.0.0.1:%u/hush", h.port);
	struct owner *o = owner_new(url);
	send_body(o, "{}");
	send_body(o, "{}");
	struct pollfd came = { .fd = h.requests, .events = POLLIN };
	while (poll(&came, 1, 0) == 0)
		sd_event_run(o->loop, 10000);
	pid_t pid = notify_process_pid(o->process);
	notify_process_free(take(o->process));
	ck_assert_int_eq(kill(pid, 0), -1);
	ck_assert_int_eq(sd_event_run(o->loop, 0), 0);
	ck_assert_uint_eq(o->answers, 0);
	owner_free(o);
	own(str) char *got = http_stop(&h);
}
END_TEST

/* What was not given to it waits for the next one, and loses no try. */
START_TEST(what_dies_is_started_again)
{
	setenv(PLAYED, "1", 1);
	struct owner *o = owner_new("https://127.0.0.1/hush");
	o->until = 2;
	send_body(o, "dies");
	while (o->gone == 0)
		sd_event_run(o->loop, UINT64_MAX);
	ck_assert_uint_eq(o->answers, 1);
	ck_assert_int_eq(o->answer.end, WEBHOOK_RETRY);
	ck_assert_ptr_nonnull(strstr(o->why, "exit status 42"));
	send_body(o, "say");
	sd_event_loop(o->loop);
	ck_assert_int_eq(o->answer.end, WEBHOOK_SENT);
	ck_assert_str_eq(o->answer.text, "sent\\x1b[2J");
	ck_assert_uint_eq(o->readies, 2);
	owner_free(o);
}
END_TEST

START_TEST(one_that_cannot_begin_is_given_nothing)
{
	setenv(PLAYED, "unable", 1);
	struct owner *o = owner_new("https://127.0.0.1/hush");
	send_body(o, "say");
	while (o->gone < 2)
		sd_event_run(o->loop, UINT64_MAX);
	ck_assert_ptr_nonnull(strstr(o->why, "at its start (exit status 7)"));
	ck_assert_str_eq(notify_process_trouble(o->process), o->why);
	ck_assert_uint_eq(o->readies, 0);
	ck_assert_uint_eq(o->answers, 0);
	owner_free(o);
}
END_TEST

START_TEST(an_answer_that_nobody_asked_for_ends_it)
{
	setenv(PLAYED, "1", 1);
	struct owner *o = owner_new("https://127.0.0.1/hush");
	send_body(o, "lie");
	sd_event_loop(o->loop);
	ck_assert_int_eq(o->answer.end, WEBHOOK_RETRY);
	ck_assert_ptr_nonnull(
		strstr(o->answer.text, "it answered what nobody asked"));
	owner_free(o);
}
END_TEST

/* The others are answered for, too: they were with it. */
START_TEST(a_sender_that_hangs_is_killed)
{
	setenv(PLAYED, "1", 1);
	struct owner *o = owner_new("https://127.0.0.1/hush");
	o->until = 3;
	send_body(o, "hangs");
	send_body(o, "say");
	send_body(o, "hangs");
	sd_event_loop(o->loop);
	ck_assert_int_eq(o->answer.end, WEBHOOK_RETRY);
	ck_assert_ptr_nonnull(
		strstr(o->answer.text, "it did not answer in time"));
	ck_assert_uint_eq(o->answers, 3);
	owner_free(o);
}
END_TEST

/* What it was to be given waits for the next one, and loses no try. */
START_TEST(a_sender_that_hangs_at_its_start_is_killed)
{
	setenv(PLAYED, "unready", 1);
	struct owner *o = owner_new("https://127.0.0.1/hush");
	send_body(o, "say");
	while (o->gone == 0)
		sd_event_run(o->loop, UINT64_MAX);
	ck_assert_ptr_nonnull(strstr(o->why, "it was not ready in time"));
	ck_assert_uint_eq(o->readies, 0);
	ck_assert_uint_eq(o->answers, 0);
	setenv(PLAYED, "1", 1);
	sd_event_loop(o->loop);
	ck_assert_int_eq(o->answer.end, WEBHOOK_SENT);
	ck_assert_uint_eq(o->gone, 1);
	owner_free(o);
}
END_TEST

int
main(int argc, char **argv)
{
	if (argc > 1 && strcmp(argv[1], "--role=notify") == 0)
		return getenv(PLAYED) ? play() : notify_main();
	const TTest *const tests[] = {
		a_notice_goes_out_through_a_process_of_its_own, a_url_is_judged,
		a_missing_url_file_is_told_later_as_well,
		another_url_counts_at_once,
		what_a_killed_sender_had_is_answered_for,
		freeing_ends_it_without_a_word, what_dies_is_started_again,
		one_that_cannot_begin_is_given_nothing,
		an_answer_that_nobody_asked_for_ends_it,
		a_sender_that_hangs_is_killed,
		a_sender_that_hangs_at_its_start_is_killed
	};
	return check_main("notify-process", tests, ELEMENTS(tests));
}
