#include "config.h"

#include "rule/form.h"
#include "support/check_main.h"

static struct words
words_of(const char *const *texts)
{
	struct words w = { 0 };
	for (; *texts; texts++)
		ck_assert_ptr_null(words_add_quoted(&w, span_of(*texts)));
	return w;
}

START_TEST(a_word_stands_in_quotes_and_keeps_its_blanks)
{
	struct words w = words_of((const char *[]){ "\" two  \"", NULL });
	ck_assert(words_start(&w, SPAN(" two  three")));
	ck_assert(!words_start(&w, SPAN("two  three")));
	ck_assert(!words_start(&w, SPAN(" two ")));
	words_free(&w);
	static const char *const wrong[] = { "two", "\"two", "two\"", "\"",
		"\"\"", "\"a\\n\"", "\"a\\\"" };
	for (size_t i = 0; i < ELEMENTS(wrong); i++)
		ck_assert_msg(words_add_quoted(&w, span_of(wrong[i])) != NULL,
			"%s", wrong[i]);
	words_free(&w);
}
END_TEST

START_TEST(a_digit_and_any_byte_can_be_asked_for)
{
	struct words w =
		words_of((const char *[]){ "\"E\\d\\d\"", "\"#\\.!\"", NULL });
	ck_assert(words_start(&w, SPAN("E07")));
	ck_assert(!words_start(&w, SPAN("E0x")));
	ck_assert(!words_start(&w, SPAN("E0")));
	ck_assert(words_are(&w, SPAN("#\n!")));
	ck_assert(!words_are(&w, SPAN("#\n!!")));
	ck_assert(words_end(&w, SPAN("code E42")));
	ck_assert(!words_end(&w, SPAN("code E4 ")));
	words_free(&w);
	w = words_of((const char *[]){ "\"C:\\\\d\"", NULL });
	ck_assert(words_are(&w, SPAN("C:\\d")));
	ck_assert(!words_are(&w, SPAN("C:\\7")));
	words_free(&w);
}
END_TEST

START_TEST(a_form_needs_all_that_is_given)
{
	struct form f = {
		.starts = words_of((const char *[]){ "\"a\"", "\"b\"", NULL }),
		.ends = words_of((const char *[]){ "\":\"", NULL }),
		.holds = words_of((const char *[]){ "\"mid\"", NULL }),
	};
	ck_assert(form_fits(&f, SPAN("a mid :")));
	ck_assert(form_fits(&f, SPAN("bmid:")));
	ck_assert(!form_fits(&f, SPAN("c mid :")));
	ck_assert(!form_fits(&f, SPAN("a mid")));
	ck_assert(!form_fits(&f, SPAN("a :")));
	form_free(&f);
}
END_TEST

START_TEST(a_label_is_the_last_word_before_colon_and_two_blanks)
{
	struct form f = {
		.label = words_of((const char *[]){ "\"HINT\"", NULL }),
	};
	ck_assert(form_fits(&f, SPAN("HINT:  x")));
	ck_assert(form_fits(&f, SPAN("03:12 UTC [8] a@b HINT:  x")));
	ck_assert(!form_fits(&f, SPAN("HINT: x")));
	ck_assert(!form_fits(&f, SPAN("aHINT:  x")));
	ck_assert(!form_fits(&f, SPAN("LOG:  HINT:  x")));
	/* A label stands near the start; this is somebody's text. */
	char far[300];
	memset(far, 'x', sizeof(far));
	memcpy(far + 250, " HINT:  y", 9);
	ck_assert(!form_fits(&f, (struct span){ far, sizeof(far) }));
	form_free(&f);
}
END_TEST

START_TEST(a_word_is_found_anywhere)
{
	struct words w = words_of((const char *[]){ "\"two\"", NULL });
	ck_assert_int_eq(word_find(&w.list[0], SPAN("one two two")), 4);
	ck_assert_int_eq(word_find(&w.list[0], SPAN("one")), -1);
	ck_assert(words_in(&w, SPAN("one two")));
	ck_assert(!words_in(&w, SPAN("one tw")));
	words_free(&w);
}
END_TEST

CHECK_MAIN("form", a_word_stands_in_quotes_and_keeps_its_blanks,
	a_digit_and_any_byte_can_be_asked_for, a_form_needs_all_that_is_given,
	a_label_is_the_last_word_before_colon_and_two_blanks,
	a_word_is_found_anywhere)
