/* The files of a log that were rotated before anybody looked. */
#include "config.h"
#include "head/sources/rotated-files.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "head/sources/log-file.h"
#include "support/check_main.h"

static char *folder;

static void
write_log(const char *name, const char *text)
{
	own(str) char *path = xprintf("%s/%s", folder, name);
	own(fd) int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(write_all(fd, span_of(text)), 0);
}

static struct log_file *
open_log(const char *name)
{
	own(str) char *path = xprintf("%s/%s", folder, name);
	struct log_file *l = NULL;
	ck_assert_int_eq(log_file_new(log_file_open(path, NULL), &l, NULL), 0);
	return l;
}

/* Their texts, oldest first, behind each other; owned. */
static char *
texts_of(const struct log_file *l)
{
	own(buf) struct buf b = { 0 };
	for (; l; l = l->next) {
		char text[16];
		ssize_t n = pread(l->fd, text, sizeof(text), 0);
		ck_assert_int_ge(n, 0);
		buf_add(&b, text, (size_t)n);
	}
	return buf_take_str(&b);
}

static void
check_missed(const char *current, const char *wanted)
{
	own(str) char *path = xprintf("%s/log", folder);
	struct followed_log t = { .path = path };
	struct log_file *list = rotated_files_missed(&t, open_log(current), 0);
	own(str) char *is = texts_of(list);
	ck_assert_str_eq(is, wanted);
	log_files_free(list);
}

START_TEST(older_files_come_before_the_current_one)
{
	folder = scratch_folder();
	write_log("log", "4");
	write_log("log.1", "3");
	write_log("log.2", "2");
	write_log("log.3", "1");
	check_missed("log", "1234");
	free(folder);
}
END_TEST

/* The current one was opened, and then two rotations gave it another name. */
START_TEST(what_is_newer_than_the_current_one_does_not_come_before_it)
{
	folder = scratch_folder();
	write_log("log", "5");
	write_log("log.1", "4");
	write_log("log.2", "3");
	write_log("log.3", "2");
	write_log("log.4", "1");
	check_missed("log.2", "123");
	free(folder);
}
END_TEST

/* While copies are moved up. */
START_TEST(one_missing_number_is_no_end)
{
	folder = scratch_folder();
	write_log("log", "3");
	write_log("log.1", "2");
	write_log("log.3", "1");
	check_missed("log", "123");
	free(folder);
}
END_TEST

CHECK_MAIN("rotated-files", older_files_come_before_the_current_one,
	what_is_newer_than_the_current_one_does_not_come_before_it,
	one_missing_number_is_no_end)
