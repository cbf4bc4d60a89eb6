#include "config.h"

#include <stdio.h>
#include <stdlib.h>

#include "rule/shape-file.h"
#include "support/check_main.h"

static int
read_text(const char *text, struct shape_file *ret, struct why *why)
{
	own(file) FILE *f = fmemopen((char *)text, strlen(text), "r");
	own(ini) struct ini *conf = NULL;
	ck_assert_msg(ini_read_stream(f, "/a/x.shapes", INI_JOIN_NEWLINE, &conf,
			      why) == 0,
		"%s", why->text);
	return shape_file_read(conf, ret, why);
}

START_TEST(a_file_has_lines_and_names_of_values)
{
	struct shape_file file;
	struct why why = { "" };
	ck_assert_msg(
		read_text("[line a]\nshape = call\nends =\n\t\" in\"\n\t\":\"\n"
			  "from = \"Bad \"\n"
			  "[line b]\nshape = list\nstarts =\n\t\"Did: \"\n"
			  "\t\"Didn't\"\n"
			  "[values c]\nforeign = body, url\n\tpath\n"
			  "message-part = err\nunknown = \"(none)\"\n",
			&file, &why) == 0,
		"%s", why.text);
	ck_assert_str_eq(file.name, "x.shapes");
	ck_assert_uint_eq(file.n_forms, 2);
	ck_assert_int_eq(file.forms[0].kind, FORM_CALL);
	ck_assert_uint_eq(file.forms[0].form.ends.n, 2);
	ck_assert_str_eq(file.forms[0].form.from.bytes, "Bad ");
	ck_assert_int_eq(file.forms[1].kind, FORM_LIST);
	ck_assert(span_is(form_common(&file.forms[1].form), "Did"));
	ck_assert_uint_eq(file.names[VALUE_NAMES_FOREIGN].n, 3);
	ck_assert_uint_eq(file.names[VALUE_NAMES_MESSAGE].n, 0);
	ck_assert_uint_eq(file.names[VALUE_NAMES_MESSAGE_PART].n, 1);
	ck_assert(words_are(&file.unknown, SPAN("(none)")));
	shape_file_free(&file);
}
END_TEST

START_TEST(a_mistake_names_file_line_and_what)
{
	static const struct {
		const char *text, *says;
	} mistakes[] = {
		{ "# nothing\n", "x.shapes:1: there is no section" },
		{ "[rule a]\n", "x.shapes:1: a shapes file has [line NAME]" },
		{ "[line]\n", "x.shapes:1: a shapes file has" },
		{ "[line a]\nends = \"x\"\n", "x.shapes:1: no `shape`" },
		{ "[line a]\nshape = none\n", "x.shapes:2: there is no shape" },
		{ "[line a]\nshape = error\n", "x.shapes:1: no word in" },
		{ "[line a]\nshape = error\nends =\n",
			"x.shapes:3: no word for" },
		{ "[line a]\nshape = error\nends = x\n",
			"x.shapes:3: each word stands in double quotes" },
		{ "[line a]\nshape = error\nends = \"\\x\"\n",
			"x.shapes:3: behind a backslash" },
		{ "[line a]\nshape = error\nholds = \"\\d\"\n",
			"x.shapes:3: \\d and \\. stand in" },
		{ "[line a]\nshape = error\nbegins = \"x\"\n",
			"x.shapes:3: a line has no key 'begins'" },
		{ "[line a]\nshape = call\nends = \"x\"\n",
			"x.shapes:1: a call needs `from`" },
		{ "[line a]\nshape = error\nends = \"x\"\nfrom = \"y\"\n",
			"x.shapes:1: a call needs `from`, and only" },
		{ "[line a]\nshape = call\nends = \"x\"\nfrom =\n\t\"y\"\n"
		  "\t\"z\"\n",
			"x.shapes:4: one word is enough" },
		{ "[line a]\nshape = message\nends = \"x\"\n",
			"x.shapes:1: such a shape has `starts`" },
		{ "[line a]\nshape = message\nstarts = \"\\dxyz\"\n",
			"x.shapes:1: such a shape is searched for" },
		{ "[line a]\nshape = list\nends = \":\"\n",
			"x.shapes:1: words of `starts` that begin alike" },
		{ "[line a]\nshape = list\nstarts =\n\t\"ab\"\n\t\"cd\"\n",
			"x.shapes:1: words of `starts` that begin alike" },
		{ "[line a]\nshape = cause\nstarts = \" at\"\n",
			"x.shapes:1: a line is compared without blanks" },
		{ "[line a]\nshape = cause\nends = \"at \"\n",
			"x.shapes:1: a line is compared without blanks" },
		{ "[line a]\nshape = cause\nlabel = \"a b\"\n",
			"x.shapes:1: a line is compared without blanks" },
		{ "[values a]\ncolour = red\n",
			"x.shapes:2: values have no key 'colour'" },
		{ "[values a]\nforeign = Body\n",
			"x.shapes:2: names are written in lower case" },
		{ "[values a]\nforeign = ,\n", "x.shapes:2: no name for" },
	};
	for (size_t i = 0; i < ELEMENTS(mistakes); i++) {
		struct why why = { "" };
		struct shape_file file;
		ck_assert_int_lt(read_text(mistakes[i].text, &file, &why), 0);
		ck_assert_msg(strstr(why.text, mistakes[i].says) != NULL,
			"'%s' instead of '%s'", why.text, mistakes[i].says);
	}
}
END_TEST

CHECK_MAIN("shape-file", a_file_has_lines_and_names_of_values,
	a_mistake_names_file_line_and_what)
