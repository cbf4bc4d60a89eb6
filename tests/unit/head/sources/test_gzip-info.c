#include "config.h"
#include "head/sources/gzip-info.h"

#include <errno.h>
#include <string.h>

#include "support/logs.h"

/* A compressed file of so many lines. Its descriptor; *ret_path is owned. */
static int
compressed(size_t lines, char **ret_path)
{
	own(str) char *folder = scratch_folder();
	own(str) char *plain = logs_new(folder, "plain", 'a', lines);
	char *path = xprintf("%s/log.1.gz", folder);
	logs_compress(plain, path);
	int fd = open(path, O_RDWR | O_CLOEXEC);
	ck_assert_int_ge(fd, 0);
	*ret_path = path;
	return fd;
}

START_TEST(a_file_is_compressed_if_it_begins_so)
{
	own(str) char *path = NULL;
	own(fd) int gz = compressed(3, &path);
	own(fd) int plain = open("/proc/self/comm", O_RDONLY | O_CLOEXEC);
	own(fd) int empty = open("/dev/null", O_RDONLY | O_CLOEXEC);
	ck_assert_int_eq(gzip_info_is_gzip(gz, NULL), 1);
	ck_assert_int_eq(gzip_info_is_gzip(plain, NULL), 0);
	ck_assert_int_eq(gzip_info_is_gzip(empty, NULL), 0);
	ck_assert_int_lt(gzip_info_is_gzip(-1, NULL), 0);
}
END_TEST

START_TEST(the_size_is_that_of_the_unpacked_bytes)
{
	own(str) char *path = NULL;
	own(fd) int fd = compressed(5000, &path);
	uint64_t size = 0;
	ck_assert_int_eq(gzip_info_size(fd, &size, NULL), 0);
	ck_assert_uint_eq(size, 5000 * LOGS_LINE);
}
END_TEST

START_TEST(a_file_that_is_too_short_for_gzip_has_no_size)
{
	own(str) char *path = NULL;
	own(fd) int fd = compressed(3, &path);
	uint64_t size = 7;
	struct why why = { "" };
	ck_assert_int_eq(ftruncate(fd, 17), 0);
	ck_assert_int_eq(gzip_info_size(fd, &size, &why), -EBADMSG);
	ck_assert_uint_eq(size, 7);
	ck_assert_str_ne(why.text, "");
}
END_TEST

START_TEST(unpacked_bytes_are_read_from_any_offset)
{
	own(str) char *path = NULL;
	own(fd) int fd = compressed(5000, &path);
	char line[LOGS_LINE + 1] = "";
	static const size_t numbers[] = { 4999, 0, 1234 };
	for (size_t i = 0; i < ELEMENTS(numbers); i++) {
		own(str) char *expected = xprintf("a%09zu", numbers[i]);
		ck_assert_int_eq(gzip_info_read(fd, numbers[i] * LOGS_LINE,
					 line, LOGS_LINE, NULL),
			LOGS_LINE);
		ck_assert_mem_eq(line + strlen("{\"log\":\""), expected, 10);
	}
	ck_assert_int_eq(
		gzip_info_read(fd, 4999 * LOGS_LINE + 2, line, LOGS_LINE, NULL),
		LOGS_LINE - 2);
	ck_assert_int_eq(
		gzip_info_read(fd, 5000 * LOGS_LINE, line, 1, NULL), 0);
}
END_TEST

START_TEST(the_descriptor_stays_open_and_may_be_anywhere)
{
	own(str) char *path = NULL;
	own(fd) int fd = compressed(3, &path);
	char line[LOGS_LINE];
	ck_assert_int_ge(lseek(fd, 0, SEEK_END), 0);
	for (int i = 0; i < 2; i++)
		ck_assert_int_eq(
			gzip_info_read(fd, 0, line, sizeof(line), NULL),
			(int)sizeof(line));
	ck_assert_int_ge(fcntl(fd, F_GETFD), 0);
}
END_TEST

START_TEST(broken_data_is_an_error)
{
	own(str) char *path = NULL;
	own(fd) int fd = compressed(5000, &path);
	char line[LOGS_LINE];
	/* Behind the header, which alone does not tell. */
	ck_assert_int_eq(pwrite(fd, "\xff\xff\xff\xff\xff\xff", 6, 10), 6);
	ck_assert_int_eq(
		gzip_info_read(fd, 0, line, sizeof(line), NULL), -EBADMSG);
}
END_TEST

CHECK_MAIN("gzip-info", a_file_is_compressed_if_it_begins_so,
	the_size_is_that_of_the_unpacked_bytes,
	a_file_that_is_too_short_for_gzip_has_no_size,
	unpacked_bytes_are_read_from_any_offset,
	the_descriptor_stays_open_and_may_be_anywhere, broken_data_is_an_error)
