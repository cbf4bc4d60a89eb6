#include "config.h"
#include "eyes/input/input.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include <zlib.h>

#include "base/io/file.h"
#include "support/check_main.h"

#define MEGA (1u << 20)

/* The byte that stands at `at` of everything that is read here. */
static char
byte_at(uint64_t at)
{
	return (char)('a' + (at * 2654435761u >> 13) % 26);
}

static char *
stretch(uint64_t from, size_t len)
{
	char *text = xcalloc(1, len + 1);
	for (size_t i = 0; i < len; i++)
		text[i] = byte_at(from + i);
	return text;
}

static int
plain_file(uint64_t from, size_t len)
{
	own(str) char *text = stretch(from, len);
	int fd = memfd_create("log", MFD_CLOEXEC);
	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(write_all(fd, (struct span){ text, len }), 0);
	return fd;
}

static int
packed_file(uint64_t from, size_t len)
{
	own(str) char *text = stretch(from, len);
	int fd = memfd_create("log.gz", MFD_CLOEXEC);
	gzFile gz = gzdopen(dup(fd), "wb1");
	ck_assert_int_eq(gzwrite(gz, text, (unsigned)len), (int)len);
	ck_assert_int_eq(gzclose(gz), Z_OK);
	return fd;
}

/* As much as is given at once must be what stands there. */
static size_t
read_at(struct input *in, uint64_t at, size_t len)
{
	struct why why = { "" };
	own(str) char *got = xcalloc(1, len + 1);
	own(str) char *want = stretch(at, len);
	ssize_t n = input_read(in, at, got, len, &why);
	ck_assert_msg(n >= 0, "at %llu: %s", (unsigned long long)at, why.text);
	ck_assert_mem_eq(got, want, (size_t)n);
	return (size_t)n;
}

static struct input *
opened(int fd, uint64_t base)
{
	struct input *in;
	struct why why = { "" };
	ck_assert_msg(input_open(fd, base, &in, &why) == 0, "%s", why.text);
	return in;
}

START_TEST(the_files_of_a_log_read_as_one)
{
	own(input) struct input *in = opened(plain_file(100, 50), 100);
	ck_assert_int_eq(input_add(in, packed_file(150, 70), 150, NULL), 0);
	ck_assert_int_eq(input_add(in, plain_file(220, 0), 220, NULL), 0);
	ck_assert_int_eq(input_add(in, plain_file(220, 30), 220, NULL), 0);
	ck_assert_uint_eq(read_at(in, 100, 1000), 50);
	ck_assert_uint_eq(read_at(in, 149, 1000), 1);
	ck_assert_uint_eq(read_at(in, 150, 1000), 70);
	ck_assert_uint_eq(read_at(in, 220, 1000), 30);
	ck_assert_uint_eq(read_at(in, 160, 10), 10);
	ck_assert_uint_eq(read_at(in, 250, 10), 0);
	ck_assert(input_can_seek(in));
	ck_assert(!input_can_jump(in));
}
END_TEST

START_TEST(what_is_behind_a_reader_is_let_go)
{
	own(input) struct input *in = opened(plain_file(0, 50), 0);
	ck_assert_int_eq(input_add(in, plain_file(50, 50), 50, NULL), 0);
	ck_assert_uint_eq(input_base(in, 0), 0);
	ck_assert_uint_eq(input_base(in, 50), 0);
	ck_assert_uint_eq(input_base(in, 51), 50);
	input_forget(in, 49);
	ck_assert_uint_eq(read_at(in, 0, 10), 10);
	input_forget(in, 50);
	ck_assert_uint_eq(input_base(in, 50), 50);
	char one;
	ck_assert_int_eq(input_read(in, 49, &one, 1, NULL), -ENODATA);
	/* The last one stays, however far the reader is. */
	input_forget(in, 1000);
	ck_assert_uint_eq(read_at(in, 50, 10), 10);
}
END_TEST

START_TEST(a_file_that_ends_before_the_next_begins_is_told)
{
	own(input) struct input *in = opened(plain_file(0, 50), 0);
	struct why why = { "" };
	char bytes[100];
	ck_assert_int_eq(input_add(in, plain_file(60, 10), 60, NULL), 0);
	ck_assert_uint_eq(read_at(in, 0, 100), 50);
	ck_assert_int_eq(
		input_read(in, 50, bytes, sizeof(bytes), &why), -ENODATA);
	ck_assert_str_eq(why.text,
		"ends 10 bytes before the file that follows it begins");
	ck_assert_int_eq(input_add(in, plain_file(0, 10), 59, &why), -EINVAL);
}
END_TEST

START_TEST(a_packed_file_is_read_again_from_any_place)
{
	size_t len = 40 * MEGA;
	own(input) struct input *in = opened(packed_file(0, len), 0);
	for (uint64_t at = 0; at < len; at += MEGA) {
		ck_assert_uint_gt(read_at(in, at, MEGA), 0);
		ck_assert_uint_gt(read_at(in, at > 9 ? at - 9 : 0, 99), 0);
	}
	static const uint64_t places[] = { 39 * MEGA, 31 * MEGA, 33 * MEGA, 5,
		17 * MEGA + 3, 40 * MEGA - 1, 0 };
	for (size_t i = 0; i < ELEMENTS(places); i++)
		ck_assert_uint_gt(read_at(in, places[i], 1000), 0);
	ck_assert_uint_eq(read_at(in, len, 1000), 0);
	ck_assert_uint_gt(read_at(in, len - 1, 1000), 0);
}
END_TEST

START_TEST(a_packed_file_that_is_torn_or_broken_is_told)
{
	char byte;
	int fd = packed_file(0, MEGA);
	ck_assert_int_eq(ftruncate(fd, 5000), 0);
	own(input) struct input *torn = opened(fd, 0);
	struct why why = { "" };
	uint64_t at = 0;
	ssize_t n;
	while ((n = input_read(torn, at, &byte, 1, &why)) > 0)
		at++;
	ck_assert_uint_gt(at, 0);
	ck_assert_int_eq(n, -EPIPE);
	ck_assert_str_eq(why.text, "ends in the middle of its compressed data");

	fd = packed_file(0, 1000);
	ck_assert_int_eq(pwrite(fd, "\xff\xff\xff\xff", 4, 10), 4);
	own(input) struct input *broken = opened(fd, 0);
	ck_assert_int_eq(input_read(broken, 0, &byte, 1, &why), -EBADMSG);
}
END_TEST

START_TEST(a_packed_file_of_the_right_length_is_checked_all_the_same)
{
	struct why why = { "" };
	char bytes[2000];
	int fd = packed_file(0, 1000);
	off_t size = lseek(fd, 0, SEEK_END);
	ck_assert_int_eq(pwrite(fd, "\xff\xff\xff\xff", 4, size - 8), 4);
	own(input) struct input *in = opened(fd, 0);
	ck_assert_int_eq(input_add(in, plain_file(1000, 10), 1000, NULL), 0);
	ck_assert_int_eq(
		input_read(in, 0, bytes, sizeof(bytes), &why), -EBADMSG);
	ck_assert_str_eq(why.text, "its compressed data is broken");

	own(input) struct input *longer = opened(packed_file(0, 1000), 0);
	ck_assert_int_eq(input_add(longer, plain_file(900, 10), 900, NULL), 0);
	ck_assert_int_eq(
		input_read(longer, 0, bytes, sizeof(bytes), &why), -EBADMSG);
}
END_TEST

START_TEST(a_file_may_be_empty_when_it_is_opened)
{
	own(fd) int fd = plain_file(0, 0);
	own(input) struct input *in = opened(dup(fd), 0);
	char bytes[4];
	ck_assert_int_eq(input_read(in, 0, bytes, 4, NULL), 0);
	ck_assert_int_eq(write_all(fd, SPAN("{")), 0);
	ck_assert_int_eq(input_read(in, 0, bytes, 4, NULL), 1);
	ck_assert_int_eq(write_all(fd, SPAN("\"log")), 0);
	ck_assert_int_eq(input_read(in, 1, bytes, 4, NULL), 4);
	ck_assert_mem_eq(bytes, "\"log", 4);
}
END_TEST

START_TEST(a_pipe_is_read_once)
{
	int ends[2];
	ck_assert_int_eq(pipe(ends), 0);
	ck_assert_int_eq(write_all(ends[1], SPAN("abc")), 0);
	close(ends[1]);
	own(input) struct input *in = opened(ends[0], 0);
	char bytes[8];
	size_t at = 0;
	ssize_t n;
	while ((n = input_read(in, at, bytes + at, 8 - at, NULL)) > 0)
		at += (size_t)n;
	ck_assert_uint_eq(at, 3);
	ck_assert_mem_eq(bytes, "abc", 3);
	ck_assert(!input_can_seek(in));
	ck_assert_int_eq(input_add(in, plain_file(3, 1), 3, NULL), -EINVAL);
}
END_TEST

CHECK_MAIN("input", the_files_of_a_log_read_as_one,
	what_is_behind_a_reader_is_let_go,
	a_file_that_ends_before_the_next_begins_is_told,
	a_packed_file_is_read_again_from_any_place,
	a_packed_file_that_is_torn_or_broken_is_told,
	a_packed_file_of_the_right_length_is_checked_all_the_same,
	a_file_may_be_empty_when_it_is_opened, a_pipe_is_read_once)
