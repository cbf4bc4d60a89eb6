#include "config.h"
#include "head/sources/file-identity.h"

#include <fcntl.h>
#include <unistd.h>

#include "base/io/file.h"
#include "support/check_main.h"

#define LINE "{\"log\":\"one line\\n\",\"stream\":\"stdout\"}\n"

/* Of this test: each runs in a process of its own. */
static const char *
folder(void)
{
	static char *path;
	if (!path)
		path = scratch_folder();
	return path;
}

static int
open_file(const char *name, int flags)
{
	own(str) char *path = xprintf("%s/%s", folder(), name);
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | flags, 0600);
	ck_assert_int_ge(fd, 0);
	return fd;
}

static int
new_file(const char *name, size_t lines)
{
	int fd = open_file(name, O_TRUNC);
	for (size_t i = 0; i < lines; i++)
		ck_assert_int_eq(write_all(fd, SPAN(LINE)), 0);
	return fd;
}

static struct file_identity
identity_now(int fd)
{
	struct file_identity id;
	struct why why;
	ck_assert_msg(file_identity_of(fd, &id, &why) == 0, "%s", why.text);
	return id;
}

static struct position
position_now(int fd, uint64_t offset)
{
	struct position p;
	ck_assert_int_eq(file_position_at(fd, 0, offset, &p), 0);
	return p;
}

START_TEST(an_identity_survives_its_text)
{
	own(fd) int fd = new_file("log", 3);
	struct file_identity id = identity_now(fd), again;
	char text[FILE_IDENTITY_TEXT], twice[FILE_IDENTITY_TEXT];
	ck_assert(file_identity_parse(file_identity_text(&id, text), &again));
	ck_assert_str_eq(text, file_identity_text(&again, twice));
	ck_assert(file_identity_holds(&again, fd));
	ck_assert(!file_identity_parse("1:2:3", &again));
	ck_assert(!file_identity_parse("1:2:3:fff:5", &again));
	ck_assert(!file_identity_parse("1:2:3:4:5:6", &again));
}
END_TEST

START_TEST(a_file_that_grows_and_is_renamed_stays_itself)
{
	own(fd) int fd = new_file("log", 1);
	struct file_identity id = identity_now(fd);
	for (int i = 0; i < 100; i++)
		ck_assert_int_eq(write_all(fd, SPAN(LINE)), 0);
	own(str) char *from = xprintf("%s/log", folder());
	own(str) char *to = xprintf("%s/log.1", folder());
	ck_assert_int_eq(rename(from, to), 0);
	own(fd) int again = open_file("log.1", 0);
	ck_assert(file_identity_holds(&id, again));
}
END_TEST

START_TEST(another_file_in_its_place_is_another)
{
	own(fd) int fd = new_file("log", 3);
	struct file_identity id = identity_now(fd);
	own(fd) int other = new_file("other", 3);
	ck_assert(!file_identity_holds(&id, other));
}
END_TEST

START_TEST(the_same_inode_with_another_head_is_another)
{
	own(fd) int fd = new_file("log", 3);
	struct file_identity id = identity_now(fd);
	ck_assert_int_eq(pwrite(fd, "{\"LOG", 5, 0), 5);
	ck_assert(!file_identity_holds(&id, fd));
}
END_TEST

START_TEST(a_position_holds_while_the_file_only_grows)
{
	own(fd) int fd = new_file("log", 20);
	struct position p = position_now(fd, 10 * (sizeof(LINE) - 1));
	ck_assert(file_position_holds(&p, 0, fd));
	ck_assert_int_eq(write_all(fd, SPAN(LINE)), 0);
	ck_assert(file_position_holds(&p, 0, fd));
}
END_TEST

START_TEST(a_truncated_file_does_not_hold_a_position)
{
	own(fd) int fd = new_file("log", 20);
	struct position p = position_now(fd, 10 * (sizeof(LINE) - 1));
	ck_assert_int_eq(ftruncate(fd, 0), 0);
	ck_assert(!file_position_holds(&p, 0, fd));
}
END_TEST

/* fluent-bit and loki cannot see this one by its size. */
START_TEST(a_file_truncated_and_grown_past_the_position_is_noticed)
{
	own(fd) int fd = new_file("log", 20);
	struct position p = position_now(fd, 10 * (sizeof(LINE) - 1));
	ck_assert_int_eq(ftruncate(fd, 0), 0);
	ck_assert_int_eq(lseek(fd, 0, SEEK_SET), 0);
	for (int i = 0; i < 400; i++)
		ck_assert_int_eq(write_all(fd, SPAN("other bytes\n")), 0);
	ck_assert(!file_position_holds(&p, 0, fd));
}
END_TEST

START_TEST(a_file_that_cannot_be_read_has_not_changed_for_that)
{
	own(fd) int fd = new_file("log", 20);
	struct position p = position_now(fd, 10 * (sizeof(LINE) - 1));
	own(str) char *path = xprintf("%s/log", folder());
	own(fd) int blind = open(path, O_WRONLY | O_CLOEXEC);
	ck_assert_int_ge(blind, 0);
	ck_assert(file_position_holds(&p, 0, blind));
	ck_assert(file_position_holds(&p, 0, -1));
}
END_TEST

START_TEST(a_position_counts_from_where_its_file_begins)
{
	own(fd) int fd = new_file("log", 20);
	uint64_t base = 1000, at = base + 10 * (sizeof(LINE) - 1);
	struct position p, same = position_now(fd, at - base);
	ck_assert_int_eq(file_position_at(fd, base, at, &p), 0);
	ck_assert_uint_eq(position_least(&p), at);
	ck_assert_uint_eq(p.before, same.before);
	ck_assert(file_position_holds(&p, base, fd));
	ck_assert(!file_position_holds(&p, base + 1, fd));
	ck_assert(!file_position_holds(&p, at + 1, fd));
}
END_TEST

START_TEST(a_position_beyond_the_end_cannot_be_taken)
{
	own(fd) int fd = new_file("log", 1);
	struct position p;
	ck_assert_int_lt(file_position_at(fd, 0, 10000, &p), 0);
}
END_TEST

CHECK_MAIN("positions", an_identity_survives_its_text,
	a_file_that_grows_and_is_renamed_stays_itself,
	another_file_in_its_place_is_another,
	the_same_inode_with_another_head_is_another,
	a_position_holds_while_the_file_only_grows,
	a_truncated_file_does_not_hold_a_position,
	a_file_truncated_and_grown_past_the_position_is_noticed,
	a_file_that_cannot_be_read_has_not_changed_for_that,
	a_position_counts_from_where_its_file_begins,
	a_position_beyond_the_end_cannot_be_taken)
