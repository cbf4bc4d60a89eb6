/* Finding pg_dump, and what of a dump only psql understands. */
#include "config.h"

#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/io/file.h"
#include "hands/plan/pg-dump.h"
#include "support/check_main.h"

/* A program that says this of its version. */
static char *
make_program(const char *version)
{
	own(str) char *folder = scratch_folder();
	char *path = xprintf("%s/pg_dump", folder);
	own(str) char *text = xprintf("#!/bin/sh\necho '%s'\n", version);
	own(fd) int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0700);
	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(write_all(fd, span_of(text)), 0);
	return path;
}

START_TEST(the_given_program_is_taken_if_it_is_new_enough)
{
	own(str) char *path = make_program("pg_dump (PostgreSQL) 15.20 (x)");
	own(str) char *found = NULL;
	own(str) char *none = NULL;
	struct why why;
	ck_assert_int_eq(pg_dump_find(path, 150001, &found, &why), 0);
	ck_assert_str_eq(found, path);
	ck_assert_int_eq(pg_dump_find(path, 160000, &none, &why), -ENOTSUP);
	ck_assert_ptr_null(none);
	ck_assert_ptr_nonnull(strstr(why.text, "postgresql-client-16"));
}
END_TEST

START_TEST(a_program_that_is_no_pg_dump_is_refused)
{
	own(str) char *path = make_program("hello");
	own(str) char *found = NULL;
	struct why why;
	ck_assert_int_eq(pg_dump_find(path, 0, &found, &why), -EINVAL);
	ck_assert_ptr_nonnull(strstr(why.text, path));
}
END_TEST

/* The cleaned text, owned. */
static char *
clean(const char *text, int version)
{
	own(buf) struct buf b = { 0 };
	buf_add_str(&b, text);
	pg_dump_clean(&b, version);
	ck_assert_uint_eq(b.len, strlen(text));
	return buf_take_str(&b);
}

START_TEST(the_commands_around_a_dump_are_blanked_out)
{
	own(str) char *is = clean("--\n\\restrict aB3\nSELECT 1;\n"
				  "\\unrestrict aB3\n",
		150000);
	ck_assert_str_eq(is, "--\n             \nSELECT 1;\n               \n");
}
END_TEST

START_TEST(another_tokens_command_stays_where_it_is)
{
	own(str) char *is = clean(
		"--\n\\restrict a\n\\unrestrict b\n\\unrestrict a\n", 150000);
	ck_assert_str_eq(
		is, "--\n           \n\\unrestrict b\n             \n");
}
END_TEST

START_TEST(what_looks_like_a_command_further_down_stays)
{
	own(buf) struct buf b = { 0 };
	buf_add_str(&b, "--\n");
	while (b.len < 5000)
		buf_add_str(&b, "SELECT 1;\n");
	buf_add_str(&b, "\\restrict x\n");
	own(str) char *is = clean(buf_str(&b), 150000);
	ck_assert_str_eq(is, buf_str(&b));
}
END_TEST

START_TEST(a_setting_that_an_older_server_lacks_is_blanked_out)
{
	static const char text[] = "--\nSET transaction_timeout = 0;\nx\n";
	own(str) char *old = clean(text, 160000);
	own(str) char *new = clean(text, 170000);
	ck_assert_ptr_null(strstr(old, "transaction_timeout"));
	ck_assert_str_eq(new, text);
}
END_TEST

CHECK_MAIN("pg-dump", the_given_program_is_taken_if_it_is_new_enough,
	a_program_that_is_no_pg_dump_is_refused,
	the_commands_around_a_dump_are_blanked_out,
	another_tokens_command_stays_where_it_is,
	what_looks_like_a_command_further_down_stays,
	a_setting_that_an_older_server_lacks_is_blanked_out)
