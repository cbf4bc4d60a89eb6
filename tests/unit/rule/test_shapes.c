#include "config.h"

#include <stdio.h>
#include <stdlib.h>

#include "rule/rule.h"
#include "rule/shapes.h"
#include "support/check_main.h"
#include "support/roads.h"

static int
add(struct shapes *s, const char *name, const char *text, struct why *why)
{
	own(file) FILE *f = fmemopen((char *)text, strlen(text), "r");
	own(ini) struct ini *conf = NULL;
	int r = ini_read_stream(f, name, INI_JOIN_NEWLINE, &conf, why);
	return r < 0 ? r : shapes_add(s, conf, why);
}

/* Without its forms eyes would see each line of a message as a message. */
START_TEST(shapes_of_every_kind_are_compiled_in)
{
	own(shapes) struct shapes *s = shapes_new();
	for (int kind = 0; kind < FORM_KINDS; kind++)
		ck_assert_msg(s->forms[kind].n > 0, "kind %d", kind);
	ck_assert(shapes_fit(
		s, FORM_TRACE, SPAN("Traceback (most recent call last):")));
	ck_assert(shapes_fit(s, FORM_PARAGRAPH, SPAN("Error: P3009")));
	ck_assert(!shapes_fit(s, FORM_PARAGRAPH, SPAN("Error: Px009")));
	ck_assert(!shapes_fit(s, FORM_PARAGRAPH, SPAN("")));
	ck_assert(shapes_is_unknown(s, SPAN("(not available)")));
	ck_assert(!shapes_is_unknown(s, SPAN("User")));
}
END_TEST

START_TEST(the_folder_holds_what_is_compiled_in)
{
	own(shapes) struct shapes *built_in = shapes_new();
	char *folders[] = { (char *)TEST_RULES, NULL };
	own(rules) struct rules *rules = NULL;
	struct why why;
	ck_assert_msg(rules_load(folders, &rules, &why) == 0, "%s", why.text);
	const struct shapes *read = rules_shapes(rules);
	ck_assert_uint_eq(read->n_files, built_in->n_files);
	for (int kind = 0; kind < FORM_KINDS; kind++)
		ck_assert_uint_eq(read->forms[kind].n, built_in->forms[kind].n);
	ck_assert_mem_eq(read->first, built_in->first, sizeof(read->first));
	ck_assert_mem_eq(read->last, built_in->last, sizeof(read->last));
}
END_TEST

START_TEST(a_file_of_the_same_name_takes_the_place_of_one)
{
	own(shapes) struct shapes *s = shapes_new();
	struct why why;
	size_t files = s->n_files;
	static const char text[] =
		"[line a]\nshape = error\nends = \"Oops:\"\n";
	ck_assert_int_eq(add(s, "/etc/own.shapes", text, &why), 0);
	ck_assert_uint_eq(s->n_files, files + 1);
	ck_assert(shapes_fit(s, FORM_ERROR, SPAN("Oops:")));
	ck_assert(shapes_fit(s, FORM_QUERY_END, SPAN("] Duration: 1ms")));
	ck_assert_int_eq(add(s, "/etc/prisma.shapes", text, &why), 0);
	ck_assert_uint_eq(s->n_files, files + 1);
	ck_assert(!shapes_fit(s, FORM_QUERY_END, SPAN("] Duration: 1ms")));
	ck_assert(shapes_fit(
		s, FORM_TRACE, SPAN("Traceback (most recent call last):")));
}
END_TEST

START_TEST(a_mistake_changes_nothing)
{
	own(shapes) struct shapes *s = shapes_new();
	struct why why;
	ck_assert_int_lt(add(s, "/etc/prisma.shapes",
				 "[line a]\nshape = error\nends = \"Oops:\"\n"
				 "[line b]\nshape = none\n",
				 &why),
		0);
	ck_assert_str_eq(
		why.text, "/etc/prisma.shapes:5: there is no shape 'none'");
	ck_assert(!shapes_fit(s, FORM_ERROR, SPAN("Oops:")));
	ck_assert(shapes_fit(s, FORM_QUERY_END, SPAN("] Duration: 1ms")));
}
END_TEST

/* The tables of first and last bytes only save work. */
START_TEST(a_line_that_fits_is_never_ruled_out_by_its_ends)
{
	own(shapes) struct shapes *s = shapes_new();
	struct why why;
	ck_assert_int_eq(add(s, "more.shapes",
				 "[line a]\nshape = frame\nstarts =\n"
				 "\t\"\\d\\d\"\n\t\"\\.b\"\nends = \"\\d\"\n",
				 &why),
		0);
	struct dice d = { 11 };
	size_t fitting = 0;
	for (int round = 0; round < 200000; round++) {
		char text[6];
		size_t len = 1 + dice_roll(&d, sizeof(text));
		static const char bytes[] = "ab019:#{\xe2";
		for (size_t i = 0; i < len; i++)
			text[i] = bytes[dice_roll(&d, sizeof(bytes) - 1)];
		struct span line = { text, len };
		for (int kind = 0; kind < FORM_KINDS; kind++) {
			bool fits =
				shapes_fitting(s, (enum form_kind)kind, line);
			fitting += fits;
			ck_assert(fits ==
				shapes_fit(s, (enum form_kind)kind, line));
		}
	}
	ck_assert_uint_gt(fitting, 1000);
}
END_TEST

START_TEST(a_name_says_whether_its_value_is_the_programs_own)
{
	static const struct {
		const char *key;
		enum value_kind kind;
	} table[] = {
		{ "body", VALUE_FOREIGN },
		{ "user-agent", VALUE_FOREIGN },
		{ "err", VALUE_MESSAGE },
		{ "errormessage", VALUE_MESSAGE },
		{ "errorcode", VALUE_OTHER },
		{ "text", VALUE_MESSAGE },
		{ "context", VALUE_OTHER },
		{ "bodyguard", VALUE_OTHER },
		{ "level", VALUE_OTHER },
		{ "", VALUE_OTHER },
	};
	own(shapes) struct shapes *s = shapes_new();
	for (size_t i = 0; i < ELEMENTS(table); i++)
		ck_assert_msg(shapes_value_kind(s, span_of(table[i].key)) ==
				table[i].kind,
			"%s", table[i].key);
}
END_TEST

CHECK_MAIN("shapes", shapes_of_every_kind_are_compiled_in,
	the_folder_holds_what_is_compiled_in,
	a_file_of_the_same_name_takes_the_place_of_one,
	a_mistake_changes_nothing,
	a_line_that_fits_is_never_ruled_out_by_its_ends,
	a_name_says_whether_its_value_is_the_programs_own)
