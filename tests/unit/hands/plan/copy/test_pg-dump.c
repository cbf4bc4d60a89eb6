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
#include "hands/plan/copy/pg-dump.h"
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

/* A program that shows what it was given: arguments, environment, and the file
 * with the password, which only its owner may read. */
static char *
make_teller(void)
{
	own(str) char *folder = scratch_folder();
	char *path = xprintf("%s/pg_dump", folder);
	own(fd) int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0700);
	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(
		write_all(fd,
			SPAN("#!/bin/sh\n"
			     "tr '\\0' '\\n' </proc/$$/cmdline\n"
			     "tr '\\0' '\\n' </proc/$$/environ\n"
			     "[ ! -e \"$PGPASSFILE\" ] || {\n"
			     "echo mode $(stat -Lc '%a %F' $PGPASSFILE)\n"
			     "cat \"$PGPASSFILE\"; }\n")),
		0);
	return path;
}

/* What the program was given for this URL. Owned. */
static char *
told_for(const char *text, struct why *why)
{
	own(str) char *path = make_teller();
	const struct pg_dump which = { .path = path };
	own(url) struct url url = { 0 };
	struct buf said = { 0 };
	ck_assert_int_eq(url_parse(text, &url, NULL), 0);
	if (pg_dump_schema(&which, &url, NULL, clock_mono() + 10 * USEC_SECOND,
		    &said, why) < 0) {
		buf_free(&said);
		return NULL;
	}
	return buf_take_str(&said);
}

START_TEST(the_password_is_in_a_file_without_a_name)
{
	struct why why = { "" };
	own(str) char *said =
		told_for("postgresql://u:Hush%3A%5C%20x%23@127.0.0.1/d", &why);
	ck_assert_msg(said != NULL, "%s", why.text);
	const char *file = strstr(said, "mode 600 regular");
	ck_assert_ptr_nonnull(file);
	ck_assert_ptr_nonnull(strstr(file, "\n*:*:*:*:Hush\\:\\\\ x#\n"));
	ck_assert_ptr_nonnull(strstr(said, "PGUSER=u\n"));
	ck_assert_ptr_null(strstr(said, "PGPASSWORD"));
	ck_assert_ptr_eq(strstr(said, "Hush"), strstr(file, "Hush"));
}
END_TEST

START_TEST(without_a_password_there_is_no_file)
{
	struct why why = { "" };
	own(str) char *said = told_for("postgresql://u@localhost/d", &why);
	ck_assert_msg(said != NULL, "%s", why.text);
	ck_assert_ptr_nonnull(strstr(said, "PGPASSFILE=/dev/null/none\n"));
	ck_assert_ptr_null(strstr(said, "mode "));
	/* It looks no name up by itself. */
	ck_assert_ptr_nonnull(strstr(said, "PGHOST=localhost"));
	ck_assert_ptr_nonnull(strstr(said, "PGHOSTADDR="));
}
END_TEST

START_TEST(a_password_that_no_file_can_hold_is_refused)
{
	struct why why = { "" };
	own(str) char *said = told_for("postgresql://u:Hush%0Ax@h/d", &why);
	ck_assert_ptr_null(said);
	ck_assert_ptr_nonnull(strstr(why.text, "line break"));
	ck_assert_ptr_null(strstr(why.text, "Hush"));
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
	the_password_is_in_a_file_without_a_name,
	without_a_password_there_is_no_file,
	a_password_that_no_file_can_hold_is_refused,
	the_commands_around_a_dump_are_blanked_out,
	another_tokens_command_stays_where_it_is,
	what_looks_like_a_command_further_down_stays,
	a_setting_that_an_older_server_lacks_is_blanked_out)
