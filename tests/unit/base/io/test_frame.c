#include "config.h"
#include "base/io/frame.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "support/check_main.h"

static void
pair(int ret[2])
{
	struct why why;
	ck_assert_msg(frame_pair(ret, &why) == 0, "%s", why.text);
}

START_TEST(what_is_put_in_comes_out)
{
	int sock[2];
	pair(sock);
	own(frame) struct frame out = FRAME(7);
	frame_put_u32(&out, 0xdeadbeef);
	frame_put_u64(&out, UINT64_MAX);
	frame_put_bool(&out, true);
	frame_put_span(&out, SPAN("a\0b"));
	frame_put_str(&out, NULL);
	frame_put_str(&out, "");
	frame_put_str(&out, "text");
	ck_assert_int_eq(frame_send(sock[0], &out), 0);
	own(frame) struct frame in = FRAME(0);
	ck_assert_int_eq(frame_recv(sock[1], &in), 1);
	ck_assert_uint_eq(in.type, 7);
	ck_assert_uint_eq(frame_get_u32(&in), 0xdeadbeef);
	ck_assert_uint_eq(frame_get_u64(&in), UINT64_MAX);
	ck_assert(frame_get_bool(&in));
	ck_assert(span_eq(frame_get_span(&in, 3), SPAN("a\0b")));
	ck_assert_ptr_null(frame_get_str(&in, 10));
	own(str) char *empty = frame_get_str(&in, 10);
	ck_assert_str_eq(empty, "");
	own(str) char *text = frame_get_str(&in, 10);
	ck_assert_str_eq(text, "text");
	ck_assert_int_eq(frame_end(&in, NULL), 0);
}
END_TEST

/* A frame whose data is these bytes, as a peer might send them. */
static struct frame
of_bytes(struct span bytes)
{
	struct frame f = FRAME(1);
	buf_add_span(&f.data, bytes);
	return f;
}

START_TEST(a_short_frame_reads_as_nothing_and_is_broken)
{
	own(frame) struct frame f = of_bytes(SPAN("\1\0\0"));
	ck_assert_uint_eq(frame_get_u32(&f), 0);
	ck_assert_uint_eq(frame_get_u64(&f), 0);
	ck_assert_ptr_null(frame_get_str(&f, 10));
	struct why why;
	ck_assert_int_eq(frame_end(&f, &why), -EBADMSG);
	ck_assert_ptr_nonnull(strstr(why.text, "broken"));
}
END_TEST

START_TEST(a_length_that_lies_breaks_the_frame)
{
	own(frame) struct frame beyond = of_bytes(SPAN("\5\0\0\0abc"));
	ck_assert_uint_eq(frame_get_span(&beyond, 100).len, 0);
	ck_assert(beyond.broken);
	own(frame) struct frame large = of_bytes(SPAN("\3\0\0\0abc"));
	ck_assert_uint_eq(frame_get_span(&large, 2).len, 0);
	ck_assert(large.broken);
	own(frame) struct frame huge = of_bytes(SPAN("\xfe\xff\xff\xff"
						     "abc"));
	ck_assert_ptr_null(frame_get_str(&huge, SIZE_MAX));
	ck_assert(huge.broken);
}
END_TEST

START_TEST(values_out_of_their_range_break_the_frame)
{
	own(frame) struct frame truth = of_bytes(SPAN("\2\0\0\0"));
	ck_assert(!frame_get_bool(&truth));
	ck_assert(truth.broken);
	own(frame) struct frame count = of_bytes(SPAN("\5\0\0\0"));
	ck_assert_uint_eq(frame_get_below(&count, 5), 0);
	ck_assert(count.broken);
	own(frame) struct frame nul = of_bytes(SPAN("\3\0\0\0a\0b"));
	ck_assert_ptr_null(frame_get_str(&nul, 10));
	ck_assert(nul.broken);
}
END_TEST

START_TEST(what_is_left_over_breaks_the_frame)
{
	own(frame) struct frame f = of_bytes(SPAN("\1\0\0\0x"));
	ck_assert_uint_eq(frame_get_u32(&f), 1);
	ck_assert_int_eq(frame_end(&f, NULL), -EBADMSG);
}
END_TEST

START_TEST(descriptors_travel_and_stay_closed_on_exec)
{
	int sock[2];
	pair(sock);
	own(fd) int null = open("/dev/null", O_RDONLY | O_CLOEXEC);
	struct frame out = FRAME(1);
	out.fds[out.n_fds++] = null;
	ck_assert_int_eq(frame_send(sock[0], &out), 0);
	int got;
	{
		own(frame) struct frame in = FRAME(0);
		ck_assert_int_eq(frame_recv(sock[1], &in), 1);
		got = frame_get_fd(&in);
		ck_assert_int_ge(got, 0);
		ck_assert_int_eq(frame_get_fd(&in), -1);
		ck_assert(in.broken);
	}
	struct stat a, b;
	ck_assert_int_eq(fstat(null, &a), 0);
	ck_assert_int_eq(fstat(got, &b), 0);
	ck_assert_uint_eq(a.st_rdev, b.st_rdev);
	ck_assert_int_eq(fcntl(got, F_GETFD), FD_CLOEXEC);
}
END_TEST

START_TEST(descriptors_that_nobody_takes_are_closed)
{
	int sock[2], ends[2];
	pair(sock);
	ck_assert_int_eq(pipe2(ends, O_CLOEXEC), 0);
	struct frame out = FRAME(1);
	out.fds[out.n_fds++] = ends[1];
	ck_assert_int_eq(frame_send(sock[0], &out), 0);
	close(ends[1]);
	{
		own(frame) struct frame in = FRAME(0);
		ck_assert_int_eq(frame_recv(sock[1], &in), 1);
	}
	char c;
	ck_assert_int_eq(read(ends[0], &c, 1), 0);
}
END_TEST

START_TEST(the_largest_frame_fits)
{
	int sock[2];
	pair(sock);
	own(frame) struct frame out = FRAME(2);
	own(buf) struct buf big = { 0 };
	size_t len = FRAME_MAX - 8;
	memset(buf_reserve(&big, len), 'x', len);
	big.len = len;
	frame_put_span(&out, buf_span(&big));
	ck_assert_int_eq(frame_send(sock[0], &out), 0);
	own(frame) struct frame in = FRAME(0);
	ck_assert_int_eq(frame_recv(sock[1], &in), 1);
	ck_assert_uint_eq(frame_get_span(&in, len).len, len);
	ck_assert_int_eq(frame_end(&in, NULL), 0);
}
END_TEST

START_TEST(a_message_that_is_no_frame_is_told)
{
	int sock[2];
	pair(sock);
	own(frame) struct frame in = FRAME(0);
	ck_assert_int_eq(send(sock[0], "x", 1, 0), 1);
	ck_assert_int_eq(frame_recv(sock[1], &in), -EBADMSG);
	own(buf) struct buf big = { 0 };
	memset(buf_reserve(&big, FRAME_MAX + 100), 'x', FRAME_MAX + 100);
	ck_assert_int_gt(send(sock[0], big.data, FRAME_MAX + 100, 0), 0);
	ck_assert_int_eq(frame_recv(sock[1], &in), -EBADMSG);
}
END_TEST

START_TEST(a_peer_that_left_is_told)
{
	int sock[2];
	pair(sock);
	own(frame) struct frame f = FRAME(1);
	close(sock[0]);
	own(frame) struct frame in = FRAME(0);
	ck_assert_int_eq(frame_recv(sock[1], &in), 0);
	ck_assert_int_eq(frame_send(sock[1], &f), -EPIPE);
}
END_TEST

START_TEST(a_peer_that_does_not_read_is_told)
{
	int sock[2];
	pair(sock);
	ck_assert_int_eq(fcntl(sock[0], F_SETFL, O_NONBLOCK), 0);
	ck_assert_int_eq(fcntl(sock[1], F_SETFL, O_NONBLOCK), 0);
	own(frame) struct frame f = FRAME(1);
	frame_put_str(&f, "x");
	int r = 0;
	for (int i = 0; i < 1000000 && r == 0; i++)
		r = frame_send(sock[0], &f);
	ck_assert_int_eq(r, -EAGAIN);
	own(frame) struct frame in = FRAME(0);
	ck_assert_int_eq(frame_recv(sock[0], &in), -EAGAIN);
}
END_TEST

START_TEST(a_descriptor_without_room_is_an_error_and_no_frame)
{
	int sock[2];
	pair(sock);
	own(fd) int null = open("/dev/null", O_RDONLY | O_CLOEXEC);
	own(frame) struct frame out = FRAME(1);
	frame_lend_fd(&out, null);
	ck_assert_int_eq(frame_send(sock[0], &out), 0);
	struct rlimit before, limit;
	ck_assert_int_eq(getrlimit(RLIMIT_NOFILE, &before), 0);
	limit = (struct rlimit){ 3, before.rlim_max };
	ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &limit), 0);
	own(frame) struct frame in = FRAME(0);
	int r = frame_recv(sock[1], &in);
	/* What looks for leaks at the end opens files. */
	ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &before), 0);
	ck_assert_int_eq(r, -EMFILE);
}
END_TEST

START_TEST(a_lent_descriptor_stays_open)
{
	own(fd) int null = open("/dev/null", O_RDONLY | O_CLOEXEC);
	{
		own(frame) struct frame out = FRAME(1);
		frame_lend_fd(&out, null);
	}
	ck_assert_int_eq(fcntl(null, F_GETFD), FD_CLOEXEC);
}
END_TEST

CHECK_MAIN("frame", what_is_put_in_comes_out,
	a_short_frame_reads_as_nothing_and_is_broken,
	a_length_that_lies_breaks_the_frame,
	values_out_of_their_range_break_the_frame,
	what_is_left_over_breaks_the_frame,
	descriptors_travel_and_stay_closed_on_exec,
	descriptors_that_nobody_takes_are_closed, the_largest_frame_fits,
	a_message_that_is_no_frame_is_told, a_peer_that_left_is_told,
	a_peer_that_does_not_read_is_told,
	a_descriptor_without_room_is_an_error_and_no_frame,
	a_lent_descriptor_stays_open)
