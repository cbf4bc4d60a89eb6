#include "config.h"

#include <stdio.h>
#include <stdlib.h>

#include "eyes/search/candidates.h"
#include "support/check_main.h"

static struct prefilter *
prefilter_of(struct rules *rules, const char *match)
{
	own(str) char *text =
		xprintf("[rule a]\nclass = disk-full\nmatch = %s\n", match);
	own(file) FILE *f = fmemopen(text, strlen(text), "r");
	struct prefilter *ret;
	struct why why;
	ck_assert_int_eq(rules_add(rules, f, "x", &why), 0);
	ck_assert_int_eq(prefilter_new(rules, &ret, &why), 0);
	return ret;
}

/* Their offsets in the log. */
static char *
places(const struct candidates *c)
{
	struct buf out = { 0 };
	for (size_t i = 0; i < c->hits.n; i++)
		buf_printf(&out, "%llu ",
			(unsigned long long)(c->base + c->hits.at[i]));
	return buf_take_str(&out);
}

START_TEST(literals_of_a_stretch_are_places_in_the_log)
{
	own(rules) struct rules *rules = rules_new();
	own(prefilter) struct prefilter *p = prefilter_of(rules, "abcd");
	struct candidates c = { 0 };
	candidates_clear(&c, 1000);
	candidates_add(&c, p, FORMAT_PLAIN, SPAN("abcd\nx abcd\n"), 1000);
	candidates_add(&c, p, FORMAT_PLAIN, SPAN("x\nabcd\n"), 1012);
	own(str) char *all = places(&c);
	ck_assert_str_eq(all, "1000 1007 1014 ");
	c.next = 3;
	candidates_keep(&c, 1005);
	own(str) char *kept = places(&c);
	ck_assert_str_eq(kept, "1007 1014 ");
	/* More lines are there: they may decide otherwise. */
	ck_assert_uint_eq(c.next, 0);
	candidates_clear(&c, 5);
	ck_assert_uint_eq(c.hits.n, 0);
	hits_free(&c.hits);
}
END_TEST

START_TEST(without_a_literal_every_line_is_one)
{
	own(rules) struct rules *rules = rules_new();
	own(prefilter) struct prefilter *p = prefilter_of(rules, "[ab]+c");
	struct candidates c = { 0 };
	candidates_clear(&c, 10);
	candidates_add(&c, p, FORMAT_PLAIN, SPAN("a\n\nbc\n"), 10);
	own(str) char *all = places(&c);
	ck_assert_str_eq(all, "10 12 13 ");
	hits_free(&c.hits);
}
END_TEST

/* A piece can end in half a literal. */
START_TEST(an_unfinished_piece_of_16_kib_is_one)
{
	own(rules) struct rules *rules = rules_new();
	own(prefilter) struct prefilter *p = prefilter_of(rules, "abcd");
	struct candidates c = { 0 };
	own(buf) struct buf log = { 0 };
	buf_add_str(&log, "{\"log\":\"x\\n\",\"stream\":\"stdout\"}\n");
	uint64_t first = log.len;
	for (int part = 0; part < 2; part++) {
		buf_add_str(&log, "{\"log\":\"");
		for (int i = 0; i < 16384; i++)
			buf_add_char(&log, 'x');
		/* The second one ends the line. */
		buf_add_str(&log, part ? "\\n" : "");
		buf_add_str(&log, "\",\"stream\":\"stdout\"}\n");
	}
	candidates_clear(&c, 0);
	candidates_add(&c, p, FORMAT_DOCKER, buf_span(&log), 0);
	own(str) char *all = places(&c);
	own(str) char *want = xprintf("%llu ", (unsigned long long)first);
	ck_assert_str_eq(all, want);
	hits_free(&c.hits);
}
END_TEST

CHECK_MAIN("candidates", literals_of_a_stretch_are_places_in_the_log,
	without_a_literal_every_line_is_one,
	an_unfinished_piece_of_16_kib_is_one)
