#include "config.h"
#include "cli/output/advice.h"

#include <jansson.h>
#include <string.h>

#include "support/check_main.h"

START_TEST(a_word_is_quoted_where_a_shell_would_read_it_otherwise)
{
	static const char *const table[][2] = {
		{ "/etc/logmend/a-b_c.url", "/etc/logmend/a-b_c.url" },
		{ "", "''" },
		{ "a b", "'a b'" },
		{ "$(id)", "'$(id)'" },
		{ "it's", "'it'\\''s'" },
		{ "~", "'~'" },
	};
	for (size_t i = 0; i < ELEMENTS(table); i++) {
		own(str) char *word = advice_word(table[i][0]);
		ck_assert_str_eq(word, table[i][1]);
	}
}
END_TEST

START_TEST(nothing_reaches_a_terminal_unescaped)
{
	own(advices) struct advices a = { 0 };
	advice_add(&a, ADVICE_TO_DO, "x", "%s", "a\x1b[31m\nb");
	advice_command(&a, "rm %s", "\x1b]0;t\a");
	ck_assert_ptr_null(strpbrk(a.list[0].text, "\x1b\n"));
	ck_assert_ptr_null(strpbrk(a.list[0].commands[0], "\x1b\a"));
}
END_TEST

START_TEST(secrets_are_taken_out)
{
	own(advices) struct advices a = { 0 };
	advice_add(
		&a, ADVICE_TO_DO, "x", "at postgres://u:hush-hush-1@db:5432/x");
	ck_assert_ptr_null(strstr(a.list[0].text, "hush"));
}
END_TEST

START_TEST(json_has_all_of_it)
{
	own(advices) struct advices a = { 0 };
	advice_add(&a, ADVICE_UNKNOWN, "clock", "no %s", "idea");
	advice_command(&a, "date");
	json_t *list = advices_json(&a);
	own(str) char *text = json_dumps(list, JSON_COMPACT);
	ck_assert_str_eq(text,
		"[{\"kind\":\"unknown\",\"about\":\"clock\",\"text\":"
		"\"no idea\",\"commands\":[\"date\"]}]");
	json_decref(list);
}
END_TEST

CHECK_MAIN("advice", a_word_is_quoted_where_a_shell_would_read_it_otherwise,
	nothing_reaches_a_terminal_unescaped, secrets_are_taken_out,
	json_has_all_of_it)
