#include "config.h"
#include "base/io/file.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "support/check_main.h"

static char *
file_with(const char *folder, const char *name, struct span text)
{
	char *path = xprintf("%s/%s", folder, name);
	own(fd) int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	ck_assert_int_eq(write_all(fd, text), 0);
	return path;
}

START_TEST(a_file_is_read_whole_behind_what_is_there)
{
	own(str) char *folder = scratch_folder();
	own(str) char *path = file_with(folder, "f", SPAN("b\0c"));
	own(buf) struct buf b = { 0 };
	buf_add_str(&b, "a");
	ck_assert_int_eq(file_read(path, 3, &b, NULL), 0);
	ck_assert(span_eq(buf_span(&b), SPAN("ab\0c")));
}
END_TEST

START_TEST(a_file_over_the_limit_is_refused)
{
	own(str) char *folder = scratch_folder();
	own(str) char *path = file_with(folder, "f", SPAN("1234"));
	own(buf) struct buf b = { 0 };
	struct why why;
	ck_assert_int_eq(file_read(path, 3, &b, &why), -EFBIG);
	ck_assert_ptr_nonnull(strstr(why.text, "larger than 3 bytes"));
}
END_TEST

START_TEST(only_regular_files_are_read)
{
	own(str) char *folder = scratch_folder();
	own(str) char *fifo = xprintf("%s/fifo", folder);
	ck_assert_int_eq(mkfifo(fifo, 0600), 0);
	own(buf) struct buf b = { 0 };
	struct why why;
	/* Must not wait for a writer. */
	ck_assert_int_eq(file_read(fifo, 10, &b, &why), -EINVAL);
	ck_assert_int_eq(file_read(folder, 10, &b, &why), -EINVAL);
	ck_assert_int_eq(file_read("/nowhere/f", 10, &b, &why), -ENOENT);
	ck_assert_ptr_nonnull(strstr(why.text, "/nowhere/f"));
}
END_TEST

START_TEST(a_secret_is_one_line)
{
	own(str) char *folder = scratch_folder();
	own(str) char *good = file_with(folder, "a", SPAN("\n pa ss \r\n\n"));
	own(str) char *two = file_with(folder, "b", SPAN("a\nb\n"));
	own(str) char *none = file_with(folder, "c", SPAN(" \n"));
	own(str) char *secret = NULL;
	struct why why;
	ck_assert_int_eq(file_read_secret(good, &secret, &why), 0);
	ck_assert_str_eq(secret, "pa ss");
	char *untouched = NULL;
	ck_assert_int_eq(file_read_secret(two, &untouched, &why), -EINVAL);
	ck_assert_int_eq(file_read_secret(none, &untouched, &why), -ENODATA);
	ck_assert_ptr_null(untouched);
}
END_TEST

START_TEST(a_folder_can_be_synced)
{
	own(str) char *folder = scratch_folder();
	struct why why;
	ck_assert_int_eq(dir_sync(folder, &why), 0);
	ck_assert_int_eq(dir_sync("/nowhere", &why), -ENOENT);
}
END_TEST

START_TEST(writing_to_nowhere_is_an_error)
{
	own(fd) int fd = open("/dev/full", O_WRONLY | O_CLOEXEC);
	ck_assert_int_eq(write_all(fd, SPAN("x")), -ENOSPC);
}
END_TEST

CHECK_MAIN("file", a_file_is_read_whole_behind_what_is_there,
	a_file_over_the_limit_is_refused, only_regular_files_are_read,
	a_secret_is_one_line, a_folder_can_be_synced,
	writing_to_nowhere_is_an_error)
