/* Files of a log for unit tests, plain and compressed, each in a folder of the
 * test's own. A file's lines hold `mark` and a number, so that files with other
 * marks differ from the first line on. */
#pragma once

#include <fcntl.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include <zlib.h>

#include "base/io/file.h"
#include "head/sources/log-file.h"
#include "support/check_main.h"

#define LOGS_LINE 41u /* bytes of one line, for a mark of one letter */

/* Appends so many lines to `path`, from number `from` on. */
static inline void
logs_append(const char *path, char mark, size_t from, size_t lines)
{
	own(buf) struct buf text = { 0 };
	for (size_t i = 0; i < lines; i++)
		buf_printf(&text,
			"{\"log\":\"%c%09zu\\n\",\"stream\":\"stdout\"}\n",
			mark, from + i);
	own(fd) int fd =
		open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(write_all(fd, buf_span(&text)), 0);
	ck_assert_uint_eq(text.len, lines * LOGS_LINE);
}

/* A new file FOLDER/NAME. Returns its path, owned. */
static inline char *
logs_new(const char *folder, const char *name, char mark, size_t lines)
{
	char *path = xprintf("%s/%s", folder, name);
	logs_append(path, mark, 0, lines);
	return path;
}

/* The compressed copy of a file, at `to`. */
static inline void
logs_compress(const char *path, const char *to)
{
	own(buf) struct buf text = { 0 };
	ck_assert_int_eq(file_read(path, 1 << 20, &text, NULL), 0);
	gzFile gz = gzopen(to, "wbe");
	ck_assert_ptr_nonnull(gz);
	ck_assert_int_eq(
		gzwrite(gz, text.data, (unsigned)text.len), (int)text.len);
	ck_assert_int_eq(gzclose(gz), Z_OK);
}

/* As if it was written to last at that second since 1970. */
static inline void
logs_age(const char *path, time_t second)
{
	const struct timespec times[2] = { { .tv_sec = second },
		{ .tv_sec = second } };
	ck_assert_int_eq(utimensat(AT_FDCWD, path, times, 0), 0);
}

/* Opens a file as head does. Owned. */
static inline struct log_file *
logs_open(const char *path)
{
	struct log_file *l = NULL;
	struct why why = { "" };
	int fd = log_file_open(path, &why);
	ck_assert_msg(fd >= 0, "%s", why.text);
	ck_assert_msg(log_file_new(fd, &l, &why) == 0, "%s", why.text);
	return l;
}
