#include "config.h"

#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/io/file.h"
#include "eyes/input/line-numbers.h"
#include "support/check_main.h"

START_TEST(lines_are_counted_forward_and_back)
{
	struct window *w;
	struct why why;
	ck_assert_int_eq(window_new(&w, &why), 0);
	window_reset(w, NULL, 0);
	memcpy(window_room(w, 12), "a\nbb\n\nccc\nd\n", 12);
	window_add(w, 12);
	struct line_numbers n = { 0, 1 };
	ck_assert_uint_eq(line_numbers_line(&n, w, NULL, 6), 4);
	ck_assert_uint_eq(line_numbers_line(&n, w, NULL, 10), 5);
	ck_assert_uint_eq(line_numbers_line(&n, w, NULL, 2), 2);
	ck_assert_uint_eq(line_numbers_line(&n, w, NULL, 0), 1);
	ck_assert_uint_eq(line_numbers_line(&n, w, NULL, 10), 5);
	window_free(w);
}
END_TEST

/* The window holds the end of a log only; the file has the rest. */
START_TEST(what_left_the_window_is_counted_in_the_file)
{
	struct window *w;
	struct input *in;
	struct why why;
	int fd = memfd_create("log", MFD_CLOEXEC);
	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(write_all(fd, SPAN("a\nb\nc\nd\n")), 0);
	ck_assert_int_eq(input_open(fd, 0, &in, &why), 0);
	ck_assert_int_eq(window_new(&w, &why), 0);
	window_reset(w, NULL, 4);
	memcpy(window_room(w, 4), "c\nd\n", 4);
	window_add(w, 4);
	struct line_numbers n = { 0, 1 };
	ck_assert_uint_eq(line_numbers_line(&n, w, in, 6), 4);
	ck_assert_uint_eq(line_numbers_line(&n, w, in, 2), 0);
	input_close(in);
	window_free(w);
}
END_TEST

START_TEST(a_pipe_is_counted_before_its_bytes_are_gone)
{
	struct window *w;
	struct why why;
	ck_assert_int_eq(window_new(&w, &why), 0);
	window_reset(w, NULL, 0);
	memcpy(window_room(w, 4), "a\nb\n", 4);
	window_add(w, 4);
	struct line_numbers n = { 0, 1 };
	line_numbers_keep_up(&n, w, 4);
	window_reset(w, NULL, 4);
	memcpy(window_room(w, 2), "c\n", 2);
	window_add(w, 2);
	ck_assert_uint_eq(line_numbers_line(&n, w, NULL, 4), 3);
	window_free(w);
}
END_TEST

CHECK_MAIN("line-numbers", lines_are_counted_forward_and_back,
	what_left_the_window_is_counted_in_the_file,
	a_pipe_is_counted_before_its_bytes_are_gone)
