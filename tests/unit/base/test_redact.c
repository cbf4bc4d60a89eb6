#include "config.h"
#include "base/redact.h"

#include <stdlib.h>
#include <string.h>

#include "support/canary.h"
#include "support/check_main.h"

START_TEST(secrets_are_taken_out_and_the_rest_stays)
{
	static const struct {
		const char *text, *expected;
	} rows[] = {
		{ "", "" },
		{ "plain text: no secret", "plain text: no secret" },
		{ "at postgresql://shop:s3cret@db:5432/moving failed",
			"at postgresql://shop:[redacted: password]@db:5432/"
			"moving failed" },
		{ "x postgres://u:p@ss@w@host/d",
			"x postgres://u:[redacted: password]@host/d" },
		{ "\"postgres://u:p\"", "\"postgres://u:p\"" },
		{ "http://host:8080/a", "http://host:8080/a" },
		{ "https://host/a:b@c?x",
			"https://host/a:[redacted: password]@c?x" },
		{ "password=hunter2 user=x",
			"password=[redacted: password] user=x" },
		{ "PASSWORD: 'hunter2',", "PASSWORD: '[redacted: password]'," },
		{ "{\"password\":\"hunter2\",\"a\":1}",
			"{\"password\":\"[redacted: password]\",\"a\":1}" },
		{ "{\\\"token\\\":\\\"abc\\\"}",
			"{\\\"token\\\":\\\"[redacted: token]\\\"}" },
		{ "Authorization: Bearer abc.def.ghi x",
			"Authorization: Bearer [redacted: token] x" },
		{ "the password was wrong", "the password was wrong" },
		{ "tokens", "tokens" },
		{ "password=", "password=" },
		{ "password=[redacted: password] x",
			"password=[redacted: password] x" },
		{ "https://u:p@h/x and https://tok3n@h/y",
			"https://u:[redacted: password]@h/x and "
			"https://[redacted: token]@h/y" },
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
	ck_assert_str_eq(got, "a b password=[redacted: password]");
}
END_TEST

START_TEST(no_text_runs_over_its_end)
{
	/* Each prefix of a text full of beginnings, at the end of its memory.
	 */
	static const char all[] =
		"://u:p@ token = \"Bearer x\" ://:@ pwd:' secret\\\"\\u00%4";
	for (size_t len = 0; len < sizeof(all); len++) {
		char *exact = xcalloc(1, len ? len : 1);
		memcpy(exact, all, len);
		own(str) char *got = redact((struct span){ exact, len });
		ck_assert_ptr_null(strstr(got, "u:p@"));
		free(exact);
	}
}
END_TEST

/* Makes secrets in each form and says which of them are still to be read. */
static size_t
leaks(char *const *forms, uint64_t *seed, bool twice)
{
	size_t n = 0;
	for (size_t i = 0; forms[i]; i++) {
		struct canary c;
		canary_make(forms[i], seed, &c);
		own(str) char *got = redact(buf_span(&c.text));
		own(str) char *again = redact(span_of(got));
		if (twice)
			ck_assert_str_eq(again, got);
		for (size_t k = 0; c.needles && c.needles[k]; k++)
			if (strstr(got, c.needles[k])) {
				fprintf(stderr, "%s in: %s\n  of: %s\n",
					c.needles[k], got, buf_str(&c.text));
				n++;
			}
		canary_free(&c);
	}
	return n;
}

START_TEST(no_form_of_a_secret_is_missed)
{
	own(strings) char **forms =
		canary_lines(TEST_DATA "/secrets/forms", false);
	uint64_t seed = 1;
	size_t n = 0;
	ck_assert_uint_ge(strings_count(forms), 30);
	for (int round = 0; round < 50; round++)
		n += leaks(forms, &seed, true);
	ck_assert_uint_eq(n, 0);
}
END_TEST

START_TEST(what_explains_a_fault_stays)
{
	own(strings) char **texts =
		canary_lines(TEST_DATA "/secrets/kept", true);
	size_t n = 0;
	ck_assert_uint_ge(strings_count(texts), 30);
	for (size_t i = 0; texts[i]; i++) {
		own(str) char *got = redact(span_of(texts[i]));
		n += strcmp(got, texts[i]) != 0;
		if (strcmp(got, texts[i]) != 0)
			fprintf(stderr, "%s\n became %s\n", texts[i], got);
	}
	ck_assert_uint_eq(n, 0);
}
END_TEST

START_TEST(what_is_known_is_found_in_every_form)
{
	static const struct {
		const char *text, *expected;
	} rows[] = {
		{ "x Tr0ub4dor&3/@ y", "x [redacted: password] y" },
		{ "x Tr0ub4dor%263%2F%40 y", "x [redacted: password] y" },
		{ "x tr%54r0ub4dor&3%2f@ y", "x tr[redacted: password] y" },
		{ "\"Tr0ub4dor&3\\/\\u0040\"", "\"[redacted: password]\"" },
		{ "a long line that was wrapped in Tr0ub4\n    dor&3/@ y",
			"a long line that was wrapped in [redacted: password] "
			"y" },
		{ "cut off in Tr0ub4do", "cut off in [redacted: password]" },
		{ "a table and stable tables",
			"a [redacted: password] and stable tables" },
		{ "\"quote\\\"d-secret\"", "\"[redacted: password]\"" },
		{ "x c2hvcCxUcjB1YjRkb3ImMy9A y",
			"x c2hvcCx[redacted: password] y" },
		{ "x YWIgVHIwdWI0ZG9yJjMvQCB4 y",
			"x YWIg[redacted: password]CB4 y" },
		{ "x eCBUcjB1YjRkb3ImMy9AeXo= y",
			"x eCB[redacted: password]eXo= y" },
		{ "x c2hvcDpUcjB1YjRkb3ImMy9A y", "x [redacted: token] y" },
		{ "x VHIwdWI0ZG9yJjMvQA== y", "x [redacted: password]A== y" },
		{ "x 547230756234646f7226332f40 y",
			"x [redacted: password] y" },
		{ "x Tr0ub4dor&amp;3&#47;&#x40; y",
			"x [redacted: password] y" },
	};
	redact_know(SPAN("Tr0ub4dor&3/@"), "password");
	redact_know(SPAN("table"), "password");
	redact_know(SPAN("abc"), "password");
	redact_know(SPAN("quote\"d-secret"), "password");
	for (size_t i = 0; i < ELEMENTS(rows); i++) {
		own(str) char *got = redact(span_of(rows[i].text));
		ck_assert_str_eq(got, rows[i].expected);
	}
}
END_TEST

/* Texts that make a careless pattern try every pair of places. All of each is
 * judged within the limit on steps. */
START_TEST(a_hostile_text_is_judged_in_few_steps)
{
	static const char *const pieces[] = { "a", "/", ":", "//a:", "://", "@",
		"://a:b@", "password=", "password:\"", "\"", "\\", "\\\"",
		"key", "_key", "a-key-", "eyJ", ".",
		("-----BEGIN PRIVATE KEY"
		 "-----"),
		"-----BEGIN ", "A\n", "AAAA ", "=", " = ", "token",
		"Authorization: ", ",a=", "set-cookie: [", "'a',", "%41",
		"\\u0041", "\n", " ", "--", "is ", "password is ", "Aa1",
		"<password>", "machine a login b ", "xoxb-",
		"&a=", "a@b:", "//a/b:1/", "\\n", "(", "{", ";", "password\n",
		"mysql ", "mysql -u ", "docker login ", "docker login -",
		"redis-cli ", "htpasswd -b ", "openssl ", "snmpwalk ",
		"curl -u a", "sqlplus a/", "echo a | ", "echo a |", "'-pa",
		"AUTH ", "acl setuser ", "auth('a', ", "Token(", "Secret{key",
		"token{", "<password a", "<password>a", "name=\"password\"",
		"value=\"a\" ", "<key>password</key>", "&quot;", "&#64;", "&",
		"insert into a (password", "insert into a (token) values (",
		"'a', ", "| password ", "| password |\n", "a|",
		"password |\n---\n", "password,", "a,b,", "password  ",
		"password: |\n", " a\n", "a:5432:a:a:", "YWJj", "OmFi",
		"/reset/", "Private-Lines: 1\n", "\"d\":\"", "MTE", "live_",
		"password a1", "$2a$05$", "pbkdf2:", "[0]" };
	for (size_t i = 0; i < ELEMENTS(pieces); i++) {
		own(buf) struct buf text = { 0 };
		while (text.len < 8192)
			buf_add_str(&text, pieces[i]);
		own(str) char *got = redact(buf_span(&text));
		if (strstr(got, "too costly"))
			ck_abort_msg("%s", pieces[i]);
	}
}
END_TEST

START_TEST(a_value_is_quoted_if_it_is_no_secret)
{
	static const struct {
		const char *value, *quoted;
	} rows[] = {
		{ "autoo", "autoo" },
		{ "missing-tabel", "missing-tabel" },
		{ "postgresql://u:p@h/d", "..." },
		{ "ghp_abcdefghijklmnopqrstuvwxyz", "..." },
		{ "match prisma-p2021 1", "match prisma-p2021 1" },
		{ "a-b:c", "..." },
		{ "Xk3dM9fQ2aLw", "..." },
		{ "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrst", "..." },
		{ "", "" },
	};
	for (size_t i = 0; i < ELEMENTS(rows); i++) {
		own(str) char *got = redact_quote(rows[i].value);
		ck_assert_str_eq(got, rows[i].quoted);
	}
}
END_TEST

CHECK_MAIN("redact", secrets_are_taken_out_and_the_rest_stays,
	a_nul_does_not_end_the_text, no_text_runs_over_its_end,
	no_form_of_a_secret_is_missed, what_explains_a_fault_stays,
	what_is_known_is_found_in_every_form,
	a_hostile_text_is_judged_in_few_steps,
	a_value_is_quoted_if_it_is_no_secret)
