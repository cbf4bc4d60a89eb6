#include "config.h"
#include "base/why.h"

#include <errno.h>
#include <string.h>

#include "support/check_main.h"

START_TEST(the_code_is_handed_on)
{
	struct why why;
	ck_assert_int_eq(because(&why, -ENOENT, "%s:%d", "file", 7), -ENOENT);
	ck_assert_str_eq(why.text, "file:7");
	ck_assert_int_eq(because(NULL, -EIO, "nobody asks"), -EIO);
}
END_TEST

START_TEST(a_long_sentence_ends_in_dots)
{
	struct why why;
	char text[5000];
	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	(void)because(&why, -1, "%s", text);
	ck_assert_uint_eq(strlen(why.text), sizeof(why.text) - 1);
	ck_assert_str_eq(why.text + sizeof(why.text) - 5, " ...");
}
END_TEST

START_TEST(a_reason_may_be_told_within_another)
{
	struct why why;
	(void)because(&why, -1, "inner");
	(void)because(&why, -1, "outer: %s", why.text);
	ck_assert_str_eq(why.text, "outer: inner");
}
END_TEST

START_TEST(a_failure_is_never_told_without_a_word)
{
	struct why why;
	(void)because(&why, -ECONNRESET, "%s", "");
	ck_assert_str_eq(why.text, "Connection reset by peer");
	(void)because(&why, 0, "%s", "");
	ck_assert_str_eq(why.text, "");
}
END_TEST

CHECK_MAIN("why", a_failure_is_never_told_without_a_word, the_code_is_handed_on,
	a_long_sentence_ends_in_dots, a_reason_may_be_told_within_another)
