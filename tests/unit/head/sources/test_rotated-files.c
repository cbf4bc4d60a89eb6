#include "config.h"
#include "head/sources/rotated-files.h"

#include <errno.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/io/descriptors.h"
#include "support/logs.h"

static struct app shop = { .name = (char *)"shop" };

/* The first letter of each copy, in the order in which they came. */
struct seen {
	char marks[200];
	size_t n, most;
};

static bool
on_copy(void *arg, int fd)
{
	struct seen *s = arg;
	own(log_file) struct log_file *l = NULL;
	char head[16] = "";
	ck_assert_int_eq(log_file_new(fd, &l, NULL), 0);
	ck_assert_int_gt(pread(fd, head, 9, 0), 0);
	s->marks[s->n++] = l->compressed ? 'Z' : head[8];
	return s->n < s->most;
}

static struct seen
copies_of(const char *path, size_t most)
{
	struct seen s = { .most = most };
	ck_assert_int_eq(rotated_files_each(path, false, on_copy, &s, NULL), 0);
	return s;
}

/* The copies are named after `log`: 'a' is the first, `log.1`. */
static char *
new_log(const char *numbers)
{
	own(str) char *folder = scratch_folder();
	for (const char *n = numbers; *n; n++) {
		own(str) char *name = xprintf("log.%c", *n);
		str_free(logs_new(folder, name, (char)('a' + *n - '1'), 10));
	}
	return xprintf("%s/log", folder);
}

START_TEST(copies_come_from_the_newest_to_the_oldest)
{
	own(str) char *log = new_log("123");
	ck_assert_str_eq(copies_of(log, 99).marks, "abc");
	ck_assert_str_eq(copies_of(log, 2).marks, "ab");
}
END_TEST

START_TEST(a_few_numbers_may_be_missing_while_copies_are_renamed)
{
	own(str) char *first = new_log("234");
	own(str) char *middle = new_log("134");
	own(str) char *many = new_log("16");
	ck_assert_str_eq(copies_of(first, 99).marks, "bcd");
	ck_assert_str_eq(copies_of(middle, 99).marks, "acd");
	ck_assert_str_eq(copies_of(many, 99).marks, "a");
}
END_TEST

START_TEST(a_copy_is_read_plain_while_it_is_being_compressed)
{
	own(str) char *log = new_log("12");
	own(str) char *plain = xprintf("%s.1", log);
	own(str) char *packed = xprintf("%s.1.gz", log);
	logs_compress(plain, packed);
	ck_assert_str_eq(copies_of(log, 99).marks, "ab");
	ck_assert_int_eq(unlink(plain), 0);
	ck_assert_str_eq(copies_of(log, 99).marks, "Zb");
}
END_TEST

/* The first letters of the files that are newer than those of the log. */
static char *
newer(struct followed_log *t, const char *path, usec since)
{
	struct log_file *list = NULL;
	struct buf marks = { 0 };
	ck_assert_int_eq(rotated_files_newer(
				 t, logs_open(path), since, false, &list, NULL),
		0);
	for (const struct log_file *l = list; l; l = l->next) {
		char head[9] = "";
		ck_assert_int_eq(pread(l->fd, head, 9, 0), 9);
		buf_add_char(&marks, head[8]);
	}
	log_files_free(list);
	return buf_take_str(&marks);
}

static struct followed_log *
follow(const char *log, const char *held)
{
	struct followed_log *t = followed_log_new(&shop, "c1", log);
	if (held)
		ck_assert_int_eq(
			followed_log_add_files(t, logs_open(held), NULL), 0);
	return t;
}

START_TEST(what_is_newer_than_the_file_that_is_held_comes_oldest_first)
{
	own(str) char *log = new_log("1234");
	own(str) char *held = xprintf("%s.3", log);
	logs_append(log, 'x', 0, 10);
	own(followed_log) struct followed_log *t = follow(log, held);
	/* The time does not count where a file is recognised. */
	own(str) char *marks = newer(t, log, USEC_NEVER);
	ck_assert_str_eq(marks, "bax");
}
END_TEST

START_TEST(a_log_of_which_nothing_is_held_gets_what_was_written_later)
{
	own(str) char *log = new_log("123");
	logs_append(log, 'x', 0, 10);
	static const time_t times[] = { 3000, 2000, 1000 };
	for (int i = 0; i < 3; i++) {
		own(str) char *copy = xprintf("%s.%d", log, i + 1);
		logs_age(copy, times[i]);
	}
	own(followed_log) struct followed_log *t = follow(log, NULL);
	own(str) char *all = newer(t, log, 0);
	own(str) char *later = newer(t, log, 2000 * USEC_SECOND);
	own(str) char *none = newer(t, log, 3000 * USEC_SECOND);
	ck_assert_str_eq(all, "cbax");
	ck_assert_str_eq(later, "ax");
	ck_assert_str_eq(none, "x");
}
END_TEST

START_TEST(a_copy_that_is_renamed_meanwhile_counts_once)
{
	own(str) char *log = new_log("1");
	own(str) char *one = xprintf("%s.1", log);
	own(str) char *two = xprintf("%s.2", log);
	logs_append(log, 'x', 0, 10);
	ck_assert_int_eq(link(one, two), 0);
	own(followed_log) struct followed_log *t = follow(log, NULL);
	own(str) char *marks = newer(t, log, 0);
	ck_assert_str_eq(marks, "ax");
}
END_TEST

START_TEST(a_compressed_copy_of_the_file_that_is_held_ends_the_search)
{
	own(str) char *log = new_log("123");
	own(str) char *held = xprintf("%s.2", log);
	own(str) char *packed = xprintf("%s.2.gz", log);
	logs_append(log, 'x', 0, 10);
	own(followed_log) struct followed_log *t = follow(log, held);
	logs_compress(held, packed);
	ck_assert_int_eq(unlink(held), 0);
	own(str) char *marks = newer(t, log, 0);
	ck_assert_str_eq(marks, "ax");
}
END_TEST

START_TEST(too_few_descriptors_are_no_missing_copy)
{
	own(str) char *log = new_log("12");
	logs_append(log, 'x', 0, 10);
	own(followed_log) struct followed_log *t = follow(log, NULL);
	struct log_file *current = logs_open(log), *list = NULL;
	struct rlimit limit;
	ck_assert_int_eq(getrlimit(RLIMIT_NOFILE, &limit), 0);
	limit.rlim_cur = (rlim_t)current->fd + 1 + DESCRIPTORS_RESERVE;
	ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &limit), 0);
	ck_assert_int_eq(rotated_files_newer(t, current, 0, false, &list, NULL),
		-EMFILE);
	ck_assert_ptr_null(list);
}
END_TEST

/* It was opened, and then two rotations gave it another name. */
START_TEST(what_is_newer_than_the_current_file_does_not_come_before_it)
{
	own(str) char *log = new_log("12345");
	own(str) char *current = xprintf("%s.3", log);
	own(followed_log) struct followed_log *t = follow(log, NULL);
	own(str) char *marks = newer(t, current, 0);
	ck_assert_str_eq(marks, "edc");
}
END_TEST

/* While the plain one is there, the compressed one may be a part. That the
 * plain one cannot be opened (here it is a link, which no log is) changes
 * nothing. */
START_TEST(a_copy_is_never_read_while_it_is_half_compressed)
{
	own(str) char *log = new_log("1");
	own(str) char *plain = xprintf("%s.1", log);
	own(str) char *packed = xprintf("%s.1.gz", log);
	logs_compress(plain, packed);
	ck_assert_int_eq(truncate(packed, 40), 0);
	ck_assert_int_eq(unlink(plain), 0);
	ck_assert_int_eq(symlink("nowhere", plain), 0);
	struct seen s = { .most = 99 };
	struct why why;
	ck_assert_int_eq(
		rotated_files_each(log, false, on_copy, &s, &why), -EAGAIN);
	ck_assert_uint_eq(s.n, 0);
	ck_assert_ptr_nonnull(strstr(why.text, plain));
}
END_TEST

CHECK_MAIN("rotated-files", copies_come_from_the_newest_to_the_oldest,
	a_few_numbers_may_be_missing_while_copies_are_renamed,
	a_copy_is_read_plain_while_it_is_being_compressed,
	what_is_newer_than_the_file_that_is_held_comes_oldest_first,
	a_log_of_which_nothing_is_held_gets_what_was_written_later,
	a_copy_that_is_renamed_meanwhile_counts_once,
	a_compressed_copy_of_the_file_that_is_held_ends_the_search,
	too_few_descriptors_are_no_missing_copy,
	what_is_newer_than_the_current_file_does_not_come_before_it,
	a_copy_is_never_read_while_it_is_half_compressed)
