#include "config.h"
#include "wire/notify/notify-frames.h"

#include <errno.h>

#include "support/check_main.h"

static char *headers[] = { (char *)"Content-Type: application/json",
	(char *)"X: y", NULL };
static const struct webhook_request whole = { .id = 1ull << 40,
	.url = (char *)"https://hooks.example/hush",
	.url_file = (char *)"/etc/logmend/slack.url",
	.private = true,
	.headers = headers,
	.body = (char *)"{\"text\":\"hi\"}" };

static char *
long_text(size_t len)
{
	char *text = xcalloc(1, len + 1);
	memset(text, 'x', len);
	return text;
}

START_TEST(a_request_arrives_as_it_was_sent)
{
	own(frame) struct frame f = FRAME(0);
	own(webhook_request) struct webhook_request got = { 0 };
	ck_assert_int_eq(
		notify_frames_request(&f, NOTIFY_POST, &whole, NULL), 0);
	ck_assert_int_eq(notify_frames_get_request(&f, &got, NULL), 0);
	ck_assert_uint_eq(got.id, whole.id);
	ck_assert_str_eq(got.url, whole.url);
	ck_assert_str_eq(got.url_file, whole.url_file);
	ck_assert(got.private);
	ck_assert_str_eq(got.headers[0], headers[0]);
	ck_assert_str_eq(got.headers[1], headers[1]);
	ck_assert_ptr_null(got.headers[2]);
	ck_assert_str_eq(got.body, whole.body);
}
END_TEST

START_TEST(a_question_about_a_url_has_no_body)
{
	own(frame) struct frame f = FRAME(0), g = FRAME(0);
	own(webhook_request) struct webhook_request got = { 0 };
	struct webhook_request bare = whole;
	bare.headers = NULL;
	bare.body = NULL;
	ck_assert_int_eq(
		notify_frames_request(&f, NOTIFY_CHECK, &bare, NULL), 0);
	ck_assert_int_eq(notify_frames_get_request(&f, &got, NULL), 0);
	ck_assert_ptr_null(got.body);
	ck_assert_int_eq(
		notify_frames_request(&g, NOTIFY_POST, &bare, NULL), 0);
	ck_assert_int_eq(notify_frames_get_request(&g, &got, NULL), -EBADMSG);
}
END_TEST

START_TEST(each_cut_of_a_frame_is_broken)
{
	own(frame) struct frame f = FRAME(0), g = FRAME(0);
	const struct webhook_answer sent =
		webhook_answer_of(WEBHOOK_SENT, "sent");
	(void)notify_frames_request(&f, NOTIFY_POST, &whole, NULL);
	for (size_t len = 0; len < f.data.len; len++) {
		own(frame) struct frame cut = FRAME(NOTIFY_POST);
		struct webhook_request got = { 0 };
		buf_add(&cut.data, f.data.data, len);
		ck_assert_int_eq(
			notify_frames_get_request(&cut, &got, NULL), -EBADMSG);
		ck_assert_ptr_null(got.url);
	}
	notify_frames_answer(&g, 5, &sent);
	for (size_t len = 0; len < g.data.len; len++) {
		own(frame) struct frame cut = FRAME(NOTIFY_ANSWER);
		struct webhook_answer got;
		uint64_t id;
		buf_add(&cut.data, g.data.data, len);
		ck_assert_int_eq(
			notify_frames_get_answer(&cut, &id, &got, NULL),
			-EBADMSG);
	}
}
END_TEST

/* The longest of everything fits into a frame, and a byte more is said. */
START_TEST(what_is_too_long_is_not_put_in)
{
	own(str) char *url = long_text(8192), *file = long_text(4096);
	own(str) char *body = long_text(WEBHOOK_BODY_MAX);
	own(str) char *value = long_text(254);
	own(str) char *line = xprintf("x:%s", value);
	char *lines[] = { line, line, line, line, line, line, line, line, NULL,
		NULL };
	struct webhook_request q = {
		.url = url, .url_file = file, .headers = lines, .body = body
	};
	own(frame) struct frame f = FRAME(0), g = FRAME(0);
	ck_assert_int_eq(notify_frames_request(&f, NOTIFY_POST, &q, NULL), 0);
	ck_assert_uint_lt(f.data.len + 2, FRAME_MAX);
	struct why why;
	char *longer[] = { long_text(8193), long_text(4097),
		long_text(WEBHOOK_BODY_MAX + 1) };
	for (size_t i = 0; i < 3; i++) {
		struct webhook_request bad = q;
		*(i == 0                 ? &bad.url
				: i == 1 ? &bad.url_file
					 : &bad.body) = longer[i];
		ck_assert_int_eq(
			notify_frames_request(&g, NOTIFY_POST, &bad, &why),
			-EMSGSIZE);
		ck_assert_uint_eq(g.data.len, 0);
		str_free(longer[i]);
	}
	lines[8] = line;
	ck_assert_int_eq(
		notify_frames_request(&g, NOTIFY_POST, &q, &why), -EMSGSIZE);
}
END_TEST

START_TEST(no_header_brings_another)
{
	static const char *const bad[] = { "A: b\r\nHost: other", "A: b\n",
		"A: \x7f", ": b", "no colon", "" };
	for (size_t i = 0; i < ELEMENTS(bad); i++) {
		own(frame) struct frame f = FRAME(0);
		char *lines[] = { (char *)bad[i], NULL };
		struct webhook_request q = whole, got = { 0 };
		q.headers = lines;
		ck_assert_int_eq(
			notify_frames_request(&f, NOTIFY_POST, &q, NULL),
			-EMSGSIZE);
		/* Nor does one that somebody else wrote. */
		f.type = NOTIFY_POST;
		frame_put_u64(&f, 1);
		frame_put_str(&f, q.url);
		frame_put_str(&f, q.url_file);
		frame_put_bool(&f, false);
		frame_put_u32(&f, 1);
		frame_put_str(&f, bad[i]);
		frame_put_str(&f, q.body);
		ck_assert_int_eq(
			notify_frames_get_request(&f, &got, NULL), -EBADMSG);
	}
}
END_TEST

START_TEST(an_answer_arrives_escaped_and_within_bounds)
{
	own(frame) struct frame f = FRAME(0);
	struct webhook_answer a =
		webhook_answer_of(WEBHOOK_RETRY, "status %d\033[2J\n", 503);
	struct webhook_answer got;
	uint64_t id = 0;
	a.status = 503;
	a.retry_after = 400 * USEC_DAY;
	notify_frames_answer(&f, 9, &a);
	ck_assert_int_eq(notify_frames_get_answer(&f, &id, &got, NULL), 0);
	ck_assert_uint_eq(id, 9);
	ck_assert_int_eq(got.end, WEBHOOK_RETRY);
	ck_assert_uint_eq(got.status, 503);
	ck_assert_uint_eq(got.retry_after, USEC_DAY);
	ck_assert_str_eq(got.text, "status 503\\x1b[2J\\x0a");
}
END_TEST

START_TEST(an_answer_of_no_kind_is_broken)
{
	struct webhook_answer got;
	uint64_t id;
	for (int i = 0; i < 3; i++) {
		own(frame) struct frame f = FRAME(0);
		struct webhook_answer a =
			webhook_answer_of(WEBHOOK_SENT, i == 2 ? "" : "sent");
		a.end = i == 0 ? WEBHOOK_ENDS : WEBHOOK_SENT;
		a.status = i == 1 ? 1000 : 200;
		notify_frames_answer(&f, 1, &a);
		ck_assert_int_eq(notify_frames_get_answer(&f, &id, &got, NULL),
			-EBADMSG);
	}
}
END_TEST

START_TEST(a_frame_is_wiped)
{
	own(frame) struct frame f = FRAME(0), empty = FRAME(0);
	(void)notify_frames_request(&f, NOTIFY_POST, &whole, NULL);
	ck_assert_ptr_nonnull(
		memmem(f.data.data, f.data.len, "hush", strlen("hush")));
	notify_frames_wipe(&f);
	notify_frames_wipe(&empty);
	ck_assert_ptr_null(
		memmem(f.data.data, f.data.len, "hush", strlen("hush")));
}
END_TEST

CHECK_MAIN("notify-frames", a_request_arrives_as_it_was_sent,
	a_question_about_a_url_has_no_body, each_cut_of_a_frame_is_broken,
	what_is_too_long_is_not_put_in, no_header_brings_another,
	an_answer_arrives_escaped_and_within_bounds,
	an_answer_of_no_kind_is_broken, a_frame_is_wiped)
