#include "config.h"
#include "eyes/match/condition.h"

#include "base/buf.h"
#include "support/check_main.h"

struct setting {
	struct matching matching;
	struct condition *condition;
};

static void
setting_open(struct setting *s, const char *pattern)
{
	struct why why;
	bool jit = true;
	s->matching = (struct matching){
		.context = pcre2_match_context_create(NULL),
		.data = pcre2_match_data_create(1, NULL),
	};
	ck_assert_msg(condition_new(pattern, &jit, &s->condition, &why) == 0,
		"%s: %s", pattern, why.text);
}

static void
setting_close(struct setting *s)
{
	condition_free(s->condition);
	pcre2_match_data_free(s->matching.data);
	pcre2_match_context_free(s->matching.context);
}

static bool
holds(struct setting *s, struct span text)
{
	s->matching.left = 1000;
	s->matching.undecided = false;
	return condition_holds(s->condition, &s->matching, text);
}

/* The text, and whether the pattern is found in it, as PCRE2 says too. */
static const struct {
	const char *pattern, *text;
	bool found;
} table[] = {
	{ "abc", "xxabc", true },
	{ "abc", "xxab", false },
	{ "a[\\s\\S]{0,3}b", "ab", true },
	{ "a[\\s\\S]{0,3}b", "a...b", true },
	{ "a[\\s\\S]{0,3}b", "a....b", false },
	{ "a[\\s\\S]{0,3}b", "a\n\n\nb", true },
	{ "a[\\s\\S]{0,3}b", "b a", false },
	{ "a[\\s\\S]{0,3}b", "a....a.b", true },
	{ "a[\\s\\S]{0,3}b", "b a....b..a..b", true },
	{ "a[\\s\\S]{0,3}?b", "a...b", true },
	{ "x|a[\\s\\S]{0,3}b|y", "y", true },
	{ "x|a[\\s\\S]{0,3}b|y", "ab", true },
	{ "x|z|a[\\s\\S]{0,3}b", "z", true },
	{ "x|a[\\s\\S]{0,3}b|y", "a", false },
	{ "^a$[\\s\\S]{0,3}^b$", "a\nb", true },
	{ "^a$[\\s\\S]{0,3}^b$", "a\nbc", false },
	{ "(?:a|b)[\\s\\S]{0,2}(?:c|d)", "b..d", true },
	{ "(?:a[\\s\\S]{0,2}c)d", "a.cd", true },
	{ "(?:a[\\s\\S]{0,2}c)d", "a.c.d", false },
	{ "a\\|[\\s\\S]{0,2}c", "a|.c", true },
	{ "[|][\\s\\S]{0,2}c", "|..c", true },
	{ "(a)[\\s\\S]{0,3}\\1", "a.a", true },
	{ "(a)[\\s\\S]{0,3}\\1", "a.b", false },
	{ "(?i)a[\\s\\S]{0,3}b", "A.B", true },
	{ "(?i:a)[\\s\\S]{0,3}b", "A.b", true },
	{ "a[\\s\\S]{0,3}b[\\s\\S]{0,3}c", "a.b.c", true },
	{ "a[\\s\\S]{0,3}b[\\s\\S]{0,3}c", "a.b....c", false },
	{ "a[\\s\\S]{0,3}", "a", true },
	{ "[\\s\\S]{0,3}b", "b", true },
	{ "aa[\\s\\S]{0,1}b", "aaa.b", true },
};

START_TEST(a_distance_means_what_the_pattern_says)
{
	for (size_t i = 0; i < ELEMENTS(table); i++) {
		struct setting s;
		struct why why;
		own(pattern) pcre2_code *code = NULL;
		struct span text = span_of(table[i].text);
		setting_open(&s, table[i].pattern);
		ck_assert_msg(holds(&s, text) == table[i].found, "'%s' in '%s'",
			table[i].pattern, table[i].text);
		ck_assert_int_eq(
			pattern_compile(table[i].pattern, &code, &why), 0);
		ck_assert_int_eq(table[i].found,
			pcre2_match(code, (PCRE2_SPTR)text.data, text.len, 0, 0,
				s.matching.data, NULL) >= 0);
		setting_close(&s);
	}
}
END_TEST

/* As a pattern this would be a product of places and distance. */
START_TEST(a_record_full_of_the_first_part_costs_a_pass)
{
	struct setting s;
	own(buf) struct buf text = { 0 };
	setting_open(&s, "a[\\s\\S]{0,8000}b|c[\\s\\S]{0,8000}d");
	for (int i = 0; i < 60000; i++)
		buf_add_str(&text, i % 2 ? "a" : "c");
	ck_assert(!holds(&s, buf_span(&text)));
	ck_assert(!s.matching.undecided);
	ck_assert_uint_ge(s.matching.left, 990);
	setting_close(&s);
}
END_TEST

START_TEST(who_runs_out_of_runs_is_undecided)
{
	struct setting s;
	own(buf) struct buf text = { 0 };
	setting_open(&s, "a[\\s\\S]{0,1}b");
	for (int i = 0; i < 3000; i++)
		buf_add_str(&text, "a..");
	buf_add_str(&text, "b");
	(void)holds(&s, buf_span(&text));
	ck_assert(s.matching.undecided);
	setting_close(&s);
}
END_TEST

CHECK_MAIN("condition", a_distance_means_what_the_pattern_says,
	a_record_full_of_the_first_part_costs_a_pass,
	who_runs_out_of_runs_is_undecided)
