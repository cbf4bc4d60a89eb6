#include "config.h"
#include "wire/eyes-frames.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "support/check_main.h"

static bool
is_open(int fd)
{
	return fcntl(fd, F_GETFD) >= 0;
}

START_TEST(a_rule_file_travels_as_its_name_and_its_sealed_bytes)
{
	struct frame f = FRAME(0);
	ck_assert_int_eq(eyes_frames_rules(&f, "/nowhere/x.rules",
				 SPAN("[rule x]\n"), NULL),
		0);
	ck_assert_uint_eq(f.type, EYES_RULES);
	own(str) char *name = frame_get_str(&f, 4096);
	ck_assert_str_eq(name, "/nowhere/x.rules");
	ck_assert_uint_eq(f.n_fds, 1);
	int sent = f.fds[0];
	char text[16];
	ck_assert_int_eq(read(sent, text, sizeof(text)), 9);
	ck_assert_int_lt(pwrite(sent, "x", 1, 0), 0);
	ck_assert_int_lt(ftruncate(sent, 0), 0);
	frame_free(&f);
	ck_assert(!is_open(sent));
}
END_TEST

START_TEST(a_rule_file_without_room_is_an_error_that_names_it)
{
	own(frame) struct frame f = FRAME(0);
	struct why why = { "" };
	struct rlimit before, few = { .rlim_cur = 3 };
	ck_assert_int_eq(getrlimit(RLIMIT_NOFILE, &before), 0);
	few.rlim_max = before.rlim_max;
	ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &few), 0);
	int r = eyes_frames_rules(&f, "/nowhere/x.rules", SPAN("x"), &why);
	/* What ends the test needs descriptors, too. */
	ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &before), 0);
	ck_assert_int_eq(r, -EMFILE);
	ck_assert(span_starts(span_of(why.text), SPAN("/nowhere/x.rules: ")));
	ck_assert_uint_eq(f.n_fds, 0);
}
END_TEST

START_TEST(the_descriptor_of_a_log_stays_the_callers)
{
	own(fd) int fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
	struct source s = { .id = 4 }, got;
	struct more m = { 4, 100, -1 }, got_more;
	struct frame f = FRAME(0), g = FRAME(0);
	eyes_frames_source(&f, &s, fd);
	eyes_frames_more(&g, &m, fd);
	ck_assert_uint_eq(f.type, EYES_SOURCE);
	ck_assert_uint_eq(g.type, EYES_MORE);
	ck_assert_int_eq(f.fds[0], fd);
	ck_assert_int_eq(g.fds[0], fd);
	ck_assert_int_eq(source_get(&f, &got, NULL), 0);
	ck_assert_uint_eq(got.id, 4);
	ck_assert_int_eq(more_get(&g, &got_more, NULL), 0);
	ck_assert_uint_eq(got_more.base, 100);
	frame_free(&f);
	frame_free(&g);
	ck_assert(is_open(fd));
}
END_TEST

START_TEST(a_frame_about_one_source_holds_its_number)
{
	own(frame) struct frame f = FRAME(0);
	eyes_frames_id(&f, EYES_ACK, 12);
	ck_assert_uint_eq(f.type, EYES_ACK);
	ck_assert_uint_eq(frame_get_u32(&f), 12);
	ck_assert_int_eq(frame_end(&f, NULL), 0);
}
END_TEST

static int
ready(uint16_t type, uint32_t n, bool longer)
{
	own(frame) struct frame f = FRAME(type);
	frame_put_u32(&f, n);
	if (longer)
		frame_put_u32(&f, 0);
	return eyes_frames_ready(&f, 5, NULL);
}

START_TEST(eyes_are_ready_with_as_many_rules_as_we_have)
{
	ck_assert_int_eq(ready(EYES_READY, 5, false), 0);
	ck_assert_int_eq(ready(EYES_READY, 4, false), -EBADMSG);
	ck_assert_int_eq(ready(EYES_READY, 6, false), -EBADMSG);
	ck_assert_int_eq(ready(EYES_READY, 5, true), -EBADMSG);
	ck_assert_int_eq(ready(EYES_BATCH, 5, false), -EBADMSG);
}
END_TEST

START_TEST(what_eyes_say_of_trouble_is_escaped)
{
	own(frame) struct frame f = FRAME(EYES_TROUBLE);
	own(str) char *text = NULL;
	uint32_t id = 0;
	bool broken = false;
	frame_put_u32(&f, 9);
	frame_put_bool(&f, true);
	frame_put_str(&f, "torn \x1b]0;title\a");
	ck_assert_int_eq(eyes_frames_trouble(&f, &id, &broken, &text, NULL), 0);
	ck_assert_uint_eq(id, 9);
	ck_assert(broken);
	ck_assert_str_eq(text, "torn \\x1b]0;title\\x07");
}
END_TEST

START_TEST(trouble_without_a_sentence_is_broken)
{
	own(frame) struct frame none = FRAME(EYES_TROUBLE);
	own(frame) struct frame longer = FRAME(EYES_TROUBLE);
	own(buf) struct buf big = { 0 };
	char *text = NULL;
	uint32_t id = 0;
	bool broken;
	frame_put_u32(&none, 9);
	frame_put_bool(&none, false);
	frame_put_str(&none, NULL);
	for (int i = 0; i < 1025; i++)
		buf_add_char(&big, 'x');
	frame_put_u32(&longer, 9);
	frame_put_bool(&longer, false);
	frame_put_span(&longer, buf_span(&big));
	ck_assert_int_eq(eyes_frames_trouble(&none, &id, &broken, &text, NULL),
		-EBADMSG);
	ck_assert_int_eq(
		eyes_frames_trouble(&longer, &id, &broken, &text, NULL),
		-EBADMSG);
	ck_assert_ptr_null(text);
}
END_TEST

CHECK_MAIN("eyes-frames", a_rule_file_travels_as_its_name_and_its_sealed_bytes,
	a_rule_file_without_room_is_an_error_that_names_it,
	the_descriptor_of_a_log_stays_the_callers,
	a_frame_about_one_source_holds_its_number,
	eyes_are_ready_with_as_many_rules_as_we_have,
	what_eyes_say_of_trouble_is_escaped,
	trouble_without_a_sentence_is_broken)
