#include "config.h"
#include "base/regex/required.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
#include <stdlib.h>
#include <strings.h>

#include "base/buf.h"
#include "base/redact-table.h"
#include "support/canary.h"
#include "support/check_main.h"

/* The needs as text: words with `|` between them, needs with ` & `. A word
 * whose case counts stands in quotes, a run as `run N`. */
static char *
written(const char *pattern)
{
	own(required) struct required r = { 0 };
	struct buf b = { 0 };
	if (!required_of(pattern, &r))
		return xstrdup("?");
	for (size_t i = 0; i < r.n; i++) {
		const struct required_need *need = &r.needs[i];
		buf_add_str(&b, i ? " & " : "");
		if (need->run)
			buf_printf(&b, "run %zu", need->run);
		for (size_t k = 0; k < need->words.n; k++) {
			const struct required_word *w = &need->words.list[k];
			buf_printf(&b, w->cased ? "%s\"%.*s\"" : "%s%.*s",
				k ? "|" : "", w->len, w->text);
		}
	}
	return buf_take_str(&b);
}

START_TEST(a_pattern_tells_what_its_matches_hold)
{
	static const struct {
		const char *pattern, *expected;
	} rows[] = {
		{ "token", "token" },
		{ "ToKen", "token" },
		{ "(?-i:ToKen)", "\"ToKen\"" },
		{ "a(?-i:B)c", "abc" },
		{ "pass(?:word|wd)=", "password=|passwd=" },
		{ "a|bc|", "" },
		{ "abc|de+", "abc|de" },
		{ "ab?c", "abc|ac" },
		{ "ab*c", "a & c" },
		{ "ab+c", "ab & c" },
		{ "a{2}b", "aa & b" },
		{ "a{0,3}b", "b" },
		{ "(?:ab){1,9}c", "ab & c" },
		{ "a[_-]b", "a-b|a_b" },
		{ "a[^x]b", "a & b" },
		{ "a.b", "a & b" },
		{ "a\\wb\\x20\\.", "a & b ." },
		{ "a(?=x)(?!y)(?<=z)(?<!w)b", "ab" },
		{ "\\bab\\z|^cd$", "ab|cd" },
		{ "(a)(?>b)", "ab" },
		{ "a++b*+c?+d", "a & cd|d" },
		{ "[a-z]{20,}", "run 20" },
		{ "x[a-z]{20,30}y", "x & run 20 & y" },
		{ "[a-z]{3,}", "" },
		{ "", "" },
	};
	for (size_t i = 0; i < ELEMENTS(rows); i++) {
		own(str) char *got = written(rows[i].pattern);
		if (strcmp(got, rows[i].expected) != 0)
			ck_abort_msg("%s: %s, not %s", rows[i].pattern, got,
				rows[i].expected);
	}
}
END_TEST

START_TEST(what_is_not_understood_is_said)
{
	static const char *const patterns[] = { "(a", "a)", "(?i)a", "(?<n>a)",
		"(?|a|b)", "(*FAIL)", "(?1)", "\\1", "\\Qa", "\\Ka", "a{2",
		"[a", "[[:alpha:]]", "[z-a]", "[\\w-z]", "\\", "\\xg", "*a",
		"a{2}{3}", "\\pL", "\\Ra" };
	for (size_t i = 0; i < ELEMENTS(patterns); i++) {
		own(str) char *got = written(patterns[i]);
		if (strcmp(got, "?") != 0)
			ck_abort_msg("%s: %s", patterns[i], got);
	}
}
END_TEST

static bool
holds_word(struct span text, const struct required_word *w)
{
	for (size_t at = 0; at + w->len <= text.len; at++)
		if (w->cased ? memcmp(text.data + at, w->text, w->len) == 0
			     : strncasecmp(text.data + at, w->text, w->len) ==
					0)
			return true;
	return false;
}

static bool
holds(struct span text, const struct required_need *need)
{
	size_t run = 0;
	for (size_t i = 0; i < need->words.n; i++)
		if (holds_word(text, &need->words.list[i]))
			return true;
	for (size_t i = 0; need->run && i < text.len && run < need->run; i++)
		run = byte_class_has(&need->class, (uint8_t)text.data[i])
			? run + 1
			: 0;
	return need->run && run >= need->run;
}

static pcre2_code *
compile(const char *mask)
{
	int error;
	PCRE2_SIZE at;
	pcre2_code *code =
		pcre2_compile((PCRE2_SPTR)mask, PCRE2_ZERO_TERMINATED,
			PCRE2_CASELESS | PCRE2_MULTILINE, &error, &at, NULL);
	ck_assert_ptr_nonnull(code);
	return code;
}

/* Fails if the pattern matches the text and something that it requires is not
 * there; else returns whether it matches. */
static bool
check(const struct redact_entry *e, const pcre2_code *code,
	const struct required *r, struct span text)
{
	pcre2_match_data *data = pcre2_match_data_create(1, NULL);
	bool found = pcre2_match(code, (PCRE2_SPTR)text.data, text.len, 0, 0,
			     data, NULL) >= 0;
	pcre2_match_data_free(data);
	for (size_t i = 0; found && i < r->n; i++)
		if (!holds(text, &r->needs[i]))
			ck_abort_msg("%s, need %zu: " SPAN_FMT, e->name, i,
				SPAN_ARG(text));
	return found;
}

/* Secrets in each form, in capitals too, and what is none. */
static char **
texts(void)
{
	own(strings) char **forms =
		canary_lines(TEST_DATA "/secrets/forms", false);
	char **all = canary_lines(TEST_DATA "/secrets/kept", true);
	uint64_t seed = 7;
	for (size_t i = 0; forms[i]; i++)
		for (int round = 0; round < 6; round++) {
			struct canary c;
			canary_make(forms[i], &seed, &c);
			for (size_t k = 0; round % 2 && k < c.text.len; k++) {
				char *at = &c.text.data[k];
				bool small = *at >= 'a' && *at <= 'z';
				*at = (char)(*at - (small ? 0x20 : 0));
			}
			strings_add(&all, buf_str(&c.text));
			canary_free(&c);
		}
	return all;
}

START_TEST(no_match_of_the_table_lacks_what_is_required)
{
	own(strings) char **all = texts();
	size_t matches = 0;
	for (const struct redact_entry *e = redact_table; e->name; e++) {
		own(required) struct required r = { 0 };
		if (!required_of(e->mask, &r) || !r.n)
			ck_abort_msg("%s requires nothing: each text is "
				     "matched against it",
				e->name);
		pcre2_code *code = compile(e->mask);
		for (size_t i = 0; all[i]; i++)
			matches += check(e, code, &r, span_of(all[i]));
		pcre2_code_free(code);
	}
	ck_assert_uint_gt(matches, 500);
}
END_TEST

CHECK_MAIN("required", a_pattern_tells_what_its_matches_hold,
	what_is_not_understood_is_said,
	no_match_of_the_table_lacks_what_is_required)
