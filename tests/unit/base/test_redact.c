#include "config.h"
#include "base/redact.h"

#include "support/check_main.h"

START_TEST(secrets_are_taken_out_and_the_rest_stays)
{
	static const struct {
		const char *text, *expected;
	} rows[] = {
		{ "", "" },
		{ "plain text: no secret", "plain text: no secret" },
		{ "at postgresql://shop:s3cret@db:5432/moving failed",
			"at postgresql://shop:***@db:5432/moving failed" },
		{ "x postgres://u:p@ss@w@host/d", "x postgres://u:***@host/d" },
		{ "\"postgres://u:p\"", "\"postgres://u:p\"" },
		{ "http://host:8080/a", "http://host:8080/a" },
		{ "https://host/a:b@c?x", "https://host/a:***@c?x" },
		{ "password=hunter2 user=x", "password=*** user=x" },
		{ "PASSWORD: 'hunter2',", "PASSWORD: '***'," },
		{ "{\"password\":\"hunter2\",\"a\":1}",
			"{\"password\":\"***\",\"a\":1}" },
		{ "{\\\"token\\\":\\\"abc\\\"}",
			"{\\\"token\\\":\\\"***\\\"}" },
		{ "Authorization: Bearer abc.def.ghi x",
			"Authorization: Bearer *** x" },
		{ "the password was wrong", "the password was wrong" },
		{ "tokens", "tokens" },
		{ "password=", "password=" },
	};
	for (size_t i = 0; i < ELEMENTS(rows); i++) {
		own(str) char *got = redact(span_of(rows[i].text));
		ck_assert_str_eq(got, rows[i].expected);
	}
}
END_TEST

START_TEST(a_nul_does_not_end_the_text)
{
	own(str) char *got = redact((struct span){ "a\0b password=x\0y", 16 });
	ck_assert_str_eq(got, "a b password=*** y");
}
END_TEST

START_TEST(no_text_runs_over_its_end)
{
	/* Each prefix of a text full of beginnings, at the end of its memory.
	 */
	static const char all[] =
		"://u:p@ token = \"Bearer x\" ://:@ pwd:' secret\\\"";
	for (size_t len = 0; len < sizeof(all); len++) {
		char *exact = xcalloc(1, len ? len : 1);
		memcpy(exact, all, len);
		own(str) char *got = redact((struct span){ exact, len });
		ck_assert_ptr_null(strstr(got, "u:p@"));
		free(exact);
	}
}
END_TEST

CHECK_MAIN("redact", secrets_are_taken_out_and_the_rest_stays,
	a_nul_does_not_end_the_text, no_text_runs_over_its_end)
