#include "config.h"

#include <stdio.h>
#include <stdlib.h>

#include "eyes/match/match.h"
#include "support/check_main.h"
#include "wire/fault.h"

#define TABLE "class = missing-table\n"

/* Rules, and the faults that they see in a record: `RULE OBJECT` each, a line
 * for a fault. */
struct setting {
	struct rules *rules;
	struct prefilter *prefilter;
	struct match *match;
	struct source source;
};

static void
setting_open(struct setting *s, const char *text)
{
	struct why why = { "" };
	own(file) FILE *f = fmemopen((char *)text, strlen(text), "r");
	*s = (struct setting){ .rules = rules_new() };
	ck_assert_msg(
		rules_add(s->rules, f, "x.rules", &why) == 0, "%s", why.text);
	ck_assert_int_eq(prefilter_new(s->rules, &s->prefilter, &why), 0);
	ck_assert_int_eq(match_new(s->rules, s->prefilter, &s->match, &why), 0);
	ck_assert_int_eq(
		rules_select(s->rules, NULL, NULL, &s->source, &why), 0);
}

static void
setting_close(struct setting *s)
{
	match_free(s->match);
	prefilter_free(s->prefilter);
	rules_free(s->rules);
}

static char *
matched(struct setting *s, const char *text)
{
	struct record record = { .offset = 7, .lines = 1, .hit = true };
	struct fault faults[MATCH_FAULTS];
	struct buf out = { 0 };
	buf_add_str(&record.text, text);
	size_t n = match_record(s->match, &record, &s->source, faults);
	for (size_t i = 0; i < n; i++) {
		const struct rule *rule = rules_at(s->rules, faults[i].rule);
		own(str) char *object =
			object_text(faults[i].class, &faults[i].object);
		buf_printf(&out, "%s %s\n", rule->name, object);
		ck_assert_uint_eq(faults[i].offset, 7);
		ck_assert_uint_eq(faults[i].count, 1);
		fault_free(&faults[i]);
	}
	buf_free(&record.text);
	return buf_take_str(&out);
}

static void
expect(struct setting *s, const char *text, const char *faults)
{
	own(str) char *got = matched(s, text);
	ck_assert_msg(strcmp(got, faults) == 0, "'%s': '%s'", text, got);
}

START_TEST(captures_become_the_object)
{
	struct setting s;
	setting_open(&s,
		"[rule a]\n" TABLE
		"match = no (?:(?<schema>\\w+)\\.)?(?<table>[^\\n]+?) here\n");
	expect(&s, "no public.User here", "a public.User\n");
	expect(&s, "no User here", "a User\n");
	/* What a program says when it does not know. */
	expect(&s, "no (not available) here", "a -\n");
	/* A name that could not be shown is unknown. */
	expect(&s, "no a\tb here", "a -\n");
	expect(&s, "nothing", "");
	setting_close(&s);
}
END_TEST

START_TEST(objects_that_agree_are_one_and_the_fuller_stays)
{
	struct setting s;
	setting_open(&s,
		"[rule a]\n" TABLE
		"match = no (?:(?<schema>\\w+)\\.)?(?<table>\\w+) here\n");
	expect(&s, "no User here\nno public.User here", "a public.User\n");
	expect(&s, "no public.User here\nno User here", "a public.User\n");
	expect(&s, "no User here\nno Post here", "a User\na Post\n");
	expect(&s, "no a.User here\nno b.User here", "a a.User\na b.User\n");
	setting_close(&s);
}
END_TEST

START_TEST(of_each_class_the_first_rule_wins)
{
	struct setting s;
	setting_open(&s,
		"[rule a]\n" TABLE "match = word (?<table>\\w+)\n"
		"[rule b]\n" TABLE "match = more word (?<table>\\w+)\n"
		"[rule c]\nclass = disk-full\nmatch = word\n");
	expect(&s, "more word x", "a x\nc -\n");
	/* A rule that the app does not have decides nothing. */
	s.source.rules[0] = 6;
	expect(&s, "more word x", "b x\nc -\n");
	setting_close(&s);
}
END_TEST

START_TEST(also_and_unless_are_asked_of_the_whole_record)
{
	struct setting s;
	setting_open(&s,
		"[rule a]\nclass = disk-full\nmatch = ^word$\nalso = ^sign\n"
		"unless = ^never\n");
	expect(&s, "word", "");
	expect(&s, "word\n  x\nsign", "a -\n");
	expect(&s, "sign\nword", "a -\n");
	expect(&s, "word\nsign\nnever", "");
	setting_close(&s);
}
END_TEST

START_TEST(a_rule_of_one_stream_does_not_see_the_other)
{
	struct setting s;
	setting_open(&s,
		"[rule a]\nclass = disk-full\nmatch = word\nstream = stderr\n");
	expect(&s, "word", "");
	struct record record = { .stream = STREAM_STDERR, .hit = true };
	struct fault faults[MATCH_FAULTS];
	buf_add_str(&record.text, "\x1b[31mword\x1b[0m");
	ck_assert_uint_eq(match_record(s.match, &record, &s.source, faults), 1);
	ck_assert_int_eq(faults[0].stream, STREAM_STDERR);
	ck_assert(span_is(buf_span(&faults[0].text), "word"));
	fault_free(&faults[0]);
	buf_free(&record.text);
	setting_close(&s);
}
END_TEST

/* A match is literal and pattern together, on every road. */
START_TEST(without_its_literal_a_rule_sees_nothing)
{
	struct setting s;
	setting_open(&s,
		"[rule a]\nclass = disk-full\nliteral = abcd\nmatch = word\n");
	expect(&s, "word", "");
	expect(&s, "word abcd", "a -\n");
	setting_close(&s);
}
END_TEST

START_TEST(a_record_has_no_more_faults_than_a_batch_holds)
{
	struct setting s;
	setting_open(&s, "[rule a]\n" TABLE "match = no (?<table>\\w+)\n");
	own(buf) struct buf text = { 0 }, faults = { 0 };
	for (unsigned i = 0; i < 3 * MATCH_FAULTS; i++) {
		buf_printf(&text, "no t%u\n", i);
		if (i < MATCH_FAULTS)
			buf_printf(&faults, "a t%u\n", i);
	}
	expect(&s, buf_str(&text), buf_str(&faults));
	setting_close(&s);
}
END_TEST

START_TEST(what_stands_before_in_the_line_must_match_as_a_whole)
{
	struct setting s;
	setting_open(&s,
		"[rule a]\n" TABLE
		"before = [ \\t]*|(?i:error|warn): \\w+,[ ]\n"
		"match = no table (?<table>\\w+)\n");
	expect(&s, "no table x", "a x\n");
	expect(&s, "  no table x", "a x\n");
	expect(&s, "Error: y, no table x", "a x\n");
	expect(&s, "first\nerror: y, no table x", "a x\n");
	expect(&s, "he: error: y, no table x", "");
	expect(&s, "error: y, or no table x", "");
	/* The second one in the line stands right. */
	expect(&s, "he said no table x\n\tno table y", "a y\n");
	expect(&s, "no table no table y", "a no\n");
	setting_close(&s);
}
END_TEST

START_TEST(a_line_that_is_full_of_matches_is_told_if_it_costs_too_much)
{
	struct setting s;
	own(buf) struct buf text = { 0 };
	setting_open(&s,
		"[rule a]\n" TABLE "before = x\nmatch = table (?<table>\\w)\n");
	for (int i = 0; i < 30000; i++)
		buf_add_str(&text, "table ");
	buf_add_str(&text, "table y\nxtable z");
	own(str) char *got = matched(&s, buf_str(&text));
	ck_assert_str_eq(got, "");
	struct match_undecided u = match_undecided(s.match);
	ck_assert_uint_eq(u.times, 1);
	ck_assert_str_eq(u.rule->name, "a");
	ck_assert_uint_eq(u.offset, 7);
	setting_close(&s);
}
END_TEST

CHECK_MAIN("match", what_stands_before_in_the_line_must_match_as_a_whole,
	a_line_that_is_full_of_matches_is_told_if_it_costs_too_much,
	captures_become_the_object,
	objects_that_agree_are_one_and_the_fuller_stays,
	of_each_class_the_first_rule_wins,
	also_and_unless_are_asked_of_the_whole_record,
	a_rule_of_one_stream_does_not_see_the_other,
	without_its_literal_a_rule_sees_nothing,
	a_record_has_no_more_faults_than_a_batch_holds)
