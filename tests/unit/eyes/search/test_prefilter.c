#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "eyes/search/prefilter.h"
#include "support/check_main.h"
#include "support/roads.h"

static struct prefilter *
find_of(struct rules *rules, struct span text)
{
	struct prefilter *find;
	struct why why;
	own(file) FILE *f = fmemopen((void *)text.data, text.len, "r");
	ck_assert_msg(rules_add(rules, f, "x", &why) == 0, "%s", why.text);
	ck_assert_int_eq(prefilter_new(rules, &find, &why), 0);
	return find;
}

static const struct span three =
	SPAN("[rule a]\nclass = disk-full\nmatch = abcd\n"
	     "[rule b]\nclass = disk-full\nmatch = bcda\n"
	     "[rule c]\nclass = disk-full\nliteral = aaaa\nmatch = x\n"
	     "[rule d]\nclass = disk-full\nliteral = abcd\nmatch = y\n");

/* Against a search that cannot be wrong. */
START_TEST(every_literal_is_found_wherever_it_stands)
{
	own(rules) struct rules *rules = rules_new();
	own(prefilter) struct prefilter *find = find_of(rules, three);
	static const char *const literals[] = { "abcd", "bcda", "aaaa" };
	struct dice d = { 7 };
	struct hits hits = { 0 };
	for (int round = 0; round < 3000; round++) {
		char text[400];
		size_t len = dice_roll(&d, sizeof(text)), n = 0;
		for (size_t i = 0; i < len; i++)
			text[i] = (char)('a' + dice_roll(&d, 4));
		hits.n = 0;
		prefilter_all(find, (struct span){ text, len }, &hits);
		hits_sort(&hits);
		for (size_t i = 0; i + 4 <= len; i++) {
			bool here = false;
			for (size_t k = 0; k < ELEMENTS(literals); k++)
				here |= memcmp(text + i, literals[k], 4) == 0;
			if (!here)
				continue;
			ck_assert_uint_lt(n, hits.n);
			ck_assert_uint_eq(hits.at[n++], i);
		}
		ck_assert_uint_eq(n, hits.n);
	}
	hits_free(&hits);
	ck_assert(!prefilter_needs_every_line(find));
}
END_TEST

START_TEST(a_record_tells_which_literals_it_holds)
{
	own(rules) struct rules *rules = rules_new();
	own(prefilter) struct prefilter *find = find_of(rules, three);
	uint64_t set[RULES_MAX / 64];
	prefilter_which(find, SPAN("x bcda abcd abcd"), set);
	ck_assert_int_ge(prefilter_number(find, "abcd"), 0);
	ck_assert(set[0] >> prefilter_number(find, "abcd") & 1);
	ck_assert(set[0] >> prefilter_number(find, "bcda") & 1);
	ck_assert(!(set[0] >> prefilter_number(find, "aaaa") & 1));
	ck_assert_int_eq(prefilter_number(find, "else"), -1);
	prefilter_which(find, SPAN(""), set);
	ck_assert_uint_eq(set[0], 0);
}
END_TEST

START_TEST(a_rule_without_a_literal_makes_it_blind)
{
	own(rules) struct rules *rules = rules_new();
	own(prefilter) struct prefilter *find = find_of(
		rules, SPAN("[rule a]\nclass = disk-full\nmatch = [ab]+c\n"));
	ck_assert(prefilter_needs_every_line(find));
}
END_TEST

CHECK_MAIN("prefilter", every_literal_is_found_wherever_it_stands,
	a_record_tells_which_literals_it_holds,
	a_rule_without_a_literal_makes_it_blind)
