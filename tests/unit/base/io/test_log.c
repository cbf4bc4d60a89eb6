/* What the agent says about itself: each line in one write on standard error.
 */
#include "config.h"
#include "base/io/log.h"

#include <stdlib.h>
#include <unistd.h>

#include "base/buf.h"
#include "support/check_main.h"

/* What `say` writes on standard error, which is a pipe meanwhile. Owned. */
static char *
said_by(void (*say)(void))
{
	int ends[2];
	ck_assert_int_eq(pipe(ends), 0);
	int kept = dup(STDERR_FILENO);
	ck_assert_int_eq(dup2(ends[1], STDERR_FILENO), STDERR_FILENO);
	fd_close(ends[1]);
	say();
	ck_assert_int_eq(dup2(kept, STDERR_FILENO), STDERR_FILENO);
	fd_close(kept);
	own(buf) struct buf b = { 0 };
	ssize_t n;
	while ((n = read(ends[0], buf_reserve(&b, 4096), 4096)) > 0)
		b.len += (size_t)n;
	fd_close(ends[0]);
	return buf_take_str(&b);
}

static void
say_each(void)
{
	log_error("a %d", 1);
	log_warn("b");
	log_info("c");
	log_debug("d");
}

START_TEST(a_terminal_gets_the_role_and_a_word)
{
	unsetenv("JOURNAL_STREAM");
	unsetenv("LOGMEND_DEBUG");
	log_open("hands");
	own(str) char *said = said_by(say_each);
	ck_assert_str_eq(
		said, "hands: error: a 1\nhands: warning: b\nhands: c\n");
}
END_TEST

START_TEST(the_journal_gets_priorities)
{
	setenv("JOURNAL_STREAM", "8:1", 1);
	unsetenv("LOGMEND_DEBUG");
	log_open("eyes");
	own(str) char *said = said_by(say_each);
	ck_assert_str_eq(said, "<3>eyes: a 1\n<4>eyes: b\n<6>eyes: c\n");
}
END_TEST

static void
say_fields(void)
{
	const struct log_fields about = { "shop", 7,
		"c58be8b4c948457f8e44627190605d5e" };
	log_fields(LOG_LEVEL_WARN, &about, "a");
}

/* Fields go into the journal only where this is its stream. */
START_TEST(fields_are_left_out_of_a_line)
{
	setenv("JOURNAL_STREAM", "8:1", 1);
	unsetenv("LOGMEND_DEBUG");
	log_open("logmend");
	own(str) char *foreign = said_by(say_fields);
	ck_assert_str_eq(foreign, "<4>logmend: a\n");
	unsetenv("JOURNAL_STREAM");
	log_open("logmend");
	own(str) char *plain = said_by(say_fields);
	ck_assert_str_eq(plain, "logmend: warning: a\n");
}
END_TEST

START_TEST(debug_lines_are_shown_to_who_asks_for_them)
{
	unsetenv("JOURNAL_STREAM");
	setenv("LOGMEND_DEBUG", "1", 1);
	log_open("logmend");
	own(str) char *said = said_by(say_each);
	ck_assert_ptr_nonnull(strstr(said, "logmend: d\n"));
}
END_TEST

static char *long_text;

static void
say_much(void)
{
	log_info("%s", long_text);
}

START_TEST(a_long_line_is_said_whole)
{
	own(buf) struct buf b = { 0 };
	for (int i = 0; i < 30000; i++)
		buf_add_char(&b, 'x');
	long_text = buf_take_str(&b);
	unsetenv("JOURNAL_STREAM");
	log_open("logmend");
	own(str) char *said = said_by(say_much);
	ck_assert_uint_eq(strlen(said), strlen("logmend: \n") + 30000);
	free(long_text);
}
END_TEST

START_TEST(a_closed_standard_error_hurts_nobody)
{
	int kept = dup(STDERR_FILENO);
	close(STDERR_FILENO);
	log_open("logmend");
	log_error("nobody hears this");
	ck_assert_int_eq(dup2(kept, STDERR_FILENO), STDERR_FILENO);
	fd_close(kept);
}
END_TEST

CHECK_MAIN("log", a_terminal_gets_the_role_and_a_word,
	the_journal_gets_priorities, fields_are_left_out_of_a_line,
	debug_lines_are_shown_to_who_asks_for_them, a_long_line_is_said_whole,
	a_closed_standard_error_hurts_nobody)
