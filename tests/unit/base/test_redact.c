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

static void
check_shown(const char *text, const char *expected)
{
	own(str) char *got = redact(span_of(text));
	ck_assert_str_eq(got, expected);
}

/* Whoever writes log lines and reads notices could else find a credential byte
 * by byte. */
START_TEST(no_short_beginning_of_a_credential_gives_an_answer)
{
	/* One credential as it is, in hexadecimal, in base64 behind zero to two
	 * other bytes, and percent-encoded. */
	static const struct {
		const char *form;
		size_t part; /* bytes of it that hold 8 of the credential */
	} forms[] = {
		{ "Zx9!kQ2mPw", 8 },
		{ "5a7839216b51326d5077", 16 },
		{ "5A7839216B51326D5077", 16 },
		{ "Wng5IWtRMm1Q", 12 },
		{ "p4OSFrUTJtUH", 12 },
		{ "aeDkha1EybVB3", 12 },
		{ "%5Ax9%21k%512m%50w", 14 },
	};
	redact_know(SPAN("Zx9!kQ2mPw"), "password");
	redact_know(SPAN("%5Ax9%21k%512m%50w"), "password");
	for (size_t i = 0; i < ELEMENTS(forms); i++) {
		size_t least = MIN(forms[i].part, strlen(forms[i].form));
		for (size_t len = 1; len < least; len++) {
			own(str) char *text =
				xprintf("id=%.*s", (int)len, forms[i].form);
			own(str) char *got = redact(span_of(text));
			ck_assert_str_eq(got, text);
		}
	}
	check_shown("id=Zx9!kQ2m", "id=[redacted: password]");
	check_shown("id=5a7839216b51326d", "id=[redacted: password]");
	check_shown("id=5a7839216b51326d5", "id=[redacted: password]");
}
END_TEST

START_TEST(none_is_forgotten_however_many_are_known)
{
	for (unsigned i = 0; i < 1000; i++) {
		own(str) char *secret = xprintf("Qz%08xKw", i * 2654435761u);
		redact_know(span_of(secret), "password");
	}
	for (unsigned i = 0; i < 1000; i += 111) {
		own(str) char *text = xprintf("a Qz%08xKw b", i * 2654435761u);
		own(str) char *bare = redact(span_of(text));
		ck_assert_str_eq(bare, "a [redacted: password] b");
	}
}
END_TEST

/* Some beginnings are known, as that of a webhook: what comes next must not be
 * found byte by byte either. */
START_TEST(behind_a_known_beginning_no_guess_gives_an_answer)
{
	static const char known[] = "services/T01/B02";
	redact_know(SPAN("services/T01/B02/Kq7Lx2Vn9Rt4"), "webhook");
	for (const char *next = "/Kq7Lx2"; *next; next++) {
		/* The first is right up to its last byte, others are not. */
		own(str) char *text = xprintf("x %s%s", known, next);
		check_shown(text, "x [redacted: webhook]");
	}
	check_shown("x services/T01/B02/Kq7Lx2", "x [redacted: webhook]");
	check_shown("x services/T01/B02/Kq7Lx3", "x [redacted: webhook]");
	check_shown("x services/T01/B02/Kq7Lx2V and more",
		"x services/T01/B02/Kq7Lx2V and more");
}
END_TEST

START_TEST(a_short_credential_stands_alone_in_each_code)
{
	static const struct {
		const char *text, *expected;
	} rows[] = {
		{ "order id 3132", "order id 3132" },
		{ "order id 313233", "order id 313233" },
		{ "order 9931323334", "order 9931323334" },
		{ "order 3132333435", "order 3132333435" },
		{ "order_31323334", "order_31323334" },
		{ "x 31323334 y", "x [redacted: password] y" },
		{ "x 0x31323334 y", "x 0x[redacted: password] y" },
		{ "x \\x31323334 y", "x \\x[redacted: password] y" },
		{ "x 990x31323334 y", "x 990x31323334 y" },
		{ "x MTIzNA== y", "x [redacted: password]== y" },
		{ "x MTIzNA", "x [redacted: password]" },
		{ "x MTIz", "x MTIz" },
		{ "x aaaaMTIzNDU2 y", "x aaaaMTIzNDU2 y" },
		{ "x a/MTIzNA+b y", "x a/MTIzNA+b y" },
		{ "x 7461626c65 y", "x [redacted: password] y" },
		{ "x 7461626c6573 y", "x 7461626c6573 y" },
		{ "x c3RhYmxlcw y", "x c3RhYmxlcw y" },
		{ "x Z4SzdDFx y", "x [redacted: password] y" },
		{ "x Z4SzdDFxQUJD y", "x Z4SzdDFxQUJD y" },
		{ "x %40%21%23%24 y", "x [redacted: password] y" },
		{ "x a%40%21%23%24b y", "x a%40%21%23%24b y" },
		{ "x lighthouses", "x lighthouses" },
		{ "x lighthou", "x lighthou" },
		{ "x 6c69676874686f75", "x 6c69676874686f75" },
		{ "x 206c69676874686f757365", "x 20[redacted: password]" },
		{ "x IGxpZ2h0aG91c2Us", "x IG[redacted: password]Us" },
	};
	redact_know(SPAN("lighthouse"), "password");
	redact_know(SPAN("1234"), "password");
	redact_know(SPAN("table"), "password");
	redact_know(SPAN("g\x84\xb3t1q"), "password");
	redact_know(SPAN("%40%21%23%24"), "password");
	for (size_t i = 0; i < ELEMENTS(rows); i++)
		check_shown(rows[i].text, rows[i].expected);
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
	no_short_beginning_of_a_credential_gives_an_answer,
	none_is_forgotten_however_many_are_known,
	behind_a_known_beginning_no_guess_gives_an_answer,
	a_short_credential_stands_alone_in_each_code,
	a_hostile_text_is_judged_in_few_steps,
	a_value_is_quoted_if_it_is_no_secret)
