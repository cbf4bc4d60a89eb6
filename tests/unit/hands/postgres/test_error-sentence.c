#include "config.h"
#include "hands/postgres/error-sentence.h"

#include <string.h>

#include "support/check_main.h"

START_TEST(a_state_that_people_do_not_know_is_explained)
{
	static const struct {
		const char *state, *wanted;
	} rows[] = {
		{ "55P03",
			"canceling statement (55P03: another session held a "
			"lock on it for too long)" },
		{ "57014",
			"canceling statement (57014: it took too long, or was "
			"ended)" },
		{ "42P01", "canceling statement (42P01)" },
		{ "", "canceling statement" },
	};
	for (size_t i = 0; i < ELEMENTS(rows); i++) {
		own(str) char *is = error_sentence(
			"ERROR:  canceling statement\nCONTEXT:  x",
			rows[i].state);
		ck_assert_str_eq(is, rows[i].wanted);
	}
}
END_TEST

START_TEST(a_message_of_any_length_is_a_short_sentence)
{
	own(str) char *empty = error_sentence("", "");
	own(str) char *fatal = error_sentence("FATAL:  no\n", "");
	own(str) char *many = xcalloc(1, 5001);
	memset(many, 'x', 5000);
	own(str) char *cut = error_sentence(many, "");
	ck_assert_str_eq(empty, "the server gave no reason");
	ck_assert_str_eq(fatal, "FATAL:  no");
	ck_assert_uint_eq(strlen(cut), 600);
}
END_TEST

CHECK_MAIN("error-sentence", a_state_that_people_do_not_know_is_explained,
	a_message_of_any_length_is_a_short_sentence)
