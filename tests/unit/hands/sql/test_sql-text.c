/* A statement's first words, and where it begins. */
#include "config.h"

#include <check.h>

#include "hands/sql/sql-text.h"
#include "support/check_main.h"

START_TEST(comments_and_blanks_before_a_statement_are_skipped)
{
	static const struct {
		const char *text, *rest;
	} list[] = {
		{ "SELECT 1", "SELECT 1" },
		{ " \t\r\nSELECT 1 \n", "SELECT 1" },
		{ "-- CreateTable\nCREATE TABLE a ()", "CREATE TABLE a ()" },
		{ "--\n--\n\n--x\nSELECT 1", "SELECT 1" },
		{ "/* a */ SELECT 1", "SELECT 1" },
		{ "/**/SELECT 1", "SELECT 1" },
		{ "/* a /* b */ c */ SELECT 1", "SELECT 1" },
		{ "/* a */-- b\n/* c */SELECT 1", "SELECT 1" },
		{ "/* -- */ SELECT 1", "SELECT 1" },
		{ "-- /*\nSELECT 1", "SELECT 1" },
		{ "SELECT 1 -- after", "SELECT 1 -- after" },
		{ "- 1", "- 1" },
		{ "/ 1", "/ 1" },
		{ "", "" },
		{ "-- nothing else", "" },
		{ "/* never closed", "" },
		{ "/* closed /* once */", "" },
		{ "/*/", "" },
		{ "--", "" },
	};
	for (size_t i = 0; i < ELEMENTS(list); i++) {
		struct span rest = sql_text_skip(span_of(list[i].text));
		ck_assert_msg(span_is(rest, list[i].rest),
			"'%s' leaves '" SPAN_FMT "'", list[i].text,
			SPAN_ARG(rest));
	}
}
END_TEST

/* The caller counts bytes from the text's own start. */
START_TEST(what_is_left_lies_inside_of_the_text)
{
	const char *text = "-- a\n SELECT 1 ";
	struct span rest = sql_text_skip(span_of(text));
	ck_assert_ptr_eq(rest.data, text + 6);
	ck_assert_uint_eq(rest.len, 8);
}
END_TEST

START_TEST(a_statement_is_called_by_its_first_two_words)
{
	static const struct {
		const char *text, *words;
	} list[] = {
		{ "CREATE TABLE a (id int)", "CREATE TABLE" },
		{ "create  \n table a", "CREATE TABLE" },
		{ "SELECT 1", "SELECT" },
		{ "VACUUM", "VACUUM" },
		{ "COMMIT;", "COMMIT" },
		{ "CREATE/**/TABLE a", "CREATE" },
		{ "INSERT INTO a VALUES (1)", "INSERT INTO" },
		{ "ALTER TABLE \"x\"", "ALTER TABLE" },
		{ "DO $$ BEGIN END $$", "DO" },
		{ "drop_everything now please", "DROP_EVERYTHING NOW" },
		{ "(SELECT 1)", "a statement" },
		{ "1", "a statement" },
		{ "", "a statement" },
		{ "\x1b[2J", "a statement" },
	};
	for (size_t i = 0; i < ELEMENTS(list); i++) {
		own(str) char *words = sql_text_words(span_of(list[i].text));
		ck_assert_str_eq(words, list[i].words);
	}
}
END_TEST

START_TEST(a_word_without_an_end_is_cut)
{
	own(buf) struct buf text = { 0 };
	for (int i = 0; i < 5000; i++)
		buf_add_char(&text, 'x');
	own(str) char *words = sql_text_words(buf_span(&text));
	ck_assert_uint_eq(strlen(words), 40);
}
END_TEST

CHECK_MAIN("sql-text", comments_and_blanks_before_a_statement_are_skipped,
	what_is_left_lies_inside_of_the_text,
	a_statement_is_called_by_its_first_two_words,
	a_word_without_an_end_is_cut)
