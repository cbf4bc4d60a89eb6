/* Statements as values: over the wire and back, and when two objects are one.
 */
#include "config.h"

#include <check.h>
#include <errno.h>
#include <stdlib.h>

#include "hands/sql/statement.h"
#include "support/check_main.h"

#define ANY_TYPE 7

static struct statement
a_statement(void)
{
	struct statement s = {
		.kind = STATEMENT_CREATE_TABLE,
		.what = xstrdup("CREATE INDEX"),
		.from = 12,
		.len = 34,
		.alone = true,
		.schema = xstrdup("public"),
		.table = xstrdup("Job"),
	};
	statement_makes(&s, MADE_RELATION, "index", "public", NULL, "i")
		->if_not_exists = true;
	statement_makes(&s, MADE_COLUMN, "column", NULL, "Job", "x")->part =
		true;
	statement_drops(&s, MADE_TYPE, "type", "", NULL, "e");
	statement_refers(&s, NULL, "User");
	statement_uses(
		&s, USED_CALL_ON_VALUE, "function", "pg_catalog", "lower");
	s.objection = xstrdup("calls function \"evil\"");
	return s;
}

static int
there_and_back(const struct statement *s, struct statement *ret)
{
	own(frame) struct frame f = FRAME(ANY_TYPE);
	statement_put(&f, s);
	return statement_get(&f, ret, NULL);
}

START_TEST(a_statement_arrives_as_it_was_sent)
{
	own(statement) struct statement s = a_statement();
	own(statement) struct statement back = { 0 };
	ck_assert_int_eq(there_and_back(&s, &back), 0);
	ck_assert_int_eq(back.kind, STATEMENT_CREATE_TABLE);
	ck_assert_str_eq(back.what, "CREATE INDEX");
	ck_assert_uint_eq(back.from, 12);
	ck_assert_uint_eq(back.len, 34);
	ck_assert_str_eq(back.schema, "public");
	ck_assert_str_eq(back.table, "Job");
	ck_assert_uint_eq(back.n_makes, 2);
	ck_assert(back.makes[0].if_not_exists && !back.makes[0].part);
	ck_assert(back.makes[1].part && !back.makes[1].if_not_exists);
	ck_assert_str_eq(back.makes[1].table, "Job");
	ck_assert_ptr_null(back.makes[1].schema);
	ck_assert_uint_eq(back.n_drops, 1);
	ck_assert_int_eq(back.drops[0].kind, MADE_TYPE);
	ck_assert_ptr_null(back.drops[0].schema);
	ck_assert_uint_eq(back.n_refers, 1);
	ck_assert_str_eq(back.refers[0].name, "User");
	ck_assert_uint_eq(back.n_uses, 1);
	ck_assert_int_eq(back.uses[0].kind, USED_CALL_ON_VALUE);
	ck_assert_str_eq(back.uses[0].word, "function");
	ck_assert_str_eq(back.uses[0].schema, "pg_catalog");
	ck_assert_str_eq(back.uses[0].name, "lower");
	ck_assert_str_eq(back.objection, "calls function \"evil\"");
}
END_TEST

/* Each for itself: one that is taken for its neighbour is found. */
START_TEST(every_truth_about_a_statement_travels)
{
	static const size_t truths[] = { offsetof(struct statement, opaque),
		offsetof(struct statement, alone),
		offsetof(struct statement, outside) };
	for (size_t i = 0; i < ELEMENTS(truths); i++) {
		own(statement) struct statement s = { .what = xstrdup("X") };
		own(statement) struct statement back = { 0 };
		*(bool *)((char *)&s + truths[i]) = true;
		ck_assert_int_eq(there_and_back(&s, &back), 0);
		for (size_t k = 0; k < ELEMENTS(truths); k++)
			ck_assert_int_eq(
				*(bool *)((char *)&back + truths[k]), k == i);
	}
}
END_TEST

START_TEST(a_frame_that_ends_early_or_late_is_refused)
{
	own(statement) struct statement s = a_statement();
	own(frame) struct frame whole = FRAME(ANY_TYPE);
	statement_put(&whole, &s);
	for (size_t len = 0; len < whole.data.len; len++) {
		own(frame) struct frame f = FRAME(ANY_TYPE);
		own(statement) struct statement back = { 0 };
		buf_add(&f.data, whole.data.data, len);
		ck_assert_int_eq(statement_get(&f, &back, NULL), -EBADMSG);
	}
	own(statement) struct statement back = { 0 };
	frame_put_bool(&whole, true);
	ck_assert_int_eq(statement_get(&whole, &back, NULL), -EBADMSG);
}
END_TEST

START_TEST(a_kind_that_nobody_knows_is_refused)
{
	own(statement) struct statement s = { .kind = STATEMENTS,
		.what = xstrdup("X") };
	own(statement) struct statement back = { 0 };
	ck_assert_int_eq(there_and_back(&s, &back), -EBADMSG);
	own(statement) struct statement other = { .what = xstrdup("X") };
	own(statement) struct statement again = { 0 };
	statement_makes(&other, MADE_KINDS, "table", NULL, NULL, "a");
	ck_assert_int_eq(there_and_back(&other, &again), -EBADMSG);
}
END_TEST

START_TEST(a_statement_without_words_is_refused)
{
	own(statement) struct statement s = { 0 };
	own(statement) struct statement back = { 0 };
	ck_assert_int_eq(there_and_back(&s, &back), -EBADMSG);
}
END_TEST

START_TEST(a_name_that_no_server_would_take_is_refused)
{
	own(buf) struct buf name = { 0 };
	own(statement) struct statement s = { .what = xstrdup("X") };
	own(statement) struct statement back = { 0 };
	for (int i = 0; i < 1025; i++)
		buf_add_char(&name, 'x');
	statement_makes(&s, MADE_RELATION, "table", NULL, NULL, buf_str(&name));
	ck_assert_int_eq(there_and_back(&s, &back), -EBADMSG);
}
END_TEST

START_TEST(what_is_used_twice_is_there_once)
{
	own(statement) struct statement s = { 0 };
	statement_uses(&s, USED_CALL, "function", NULL, "now");
	statement_uses(&s, USED_CALL, "function", "", "now");
	ck_assert_uint_eq(s.n_uses, 1);
	statement_uses(&s, USED_CALL, "function", "pg_catalog", "now");
	statement_uses(&s, USED_CALL_ON_TEXT, "function", NULL, "now");
	statement_uses(&s, USED_CALL, "function", NULL, "random");
	ck_assert_uint_eq(s.n_uses, 4);
}
END_TEST

START_TEST(an_object_is_named_with_what_it_belongs_to)
{
	own(statement) struct statement s = { 0 };
	own(str) char *table = made_text(statement_makes(
		&s, MADE_RELATION, "table", "s", NULL, "AnalyticsEvent"));
	own(str) char *column = made_text(statement_makes(
		&s, MADE_COLUMN, "column", NULL, "Job", "batchId"));
	own(str) char *hostile = made_text(statement_makes(
		&s, MADE_RELATION, "view", NULL, NULL, "a\x1b[2J\nb"));
	own(str) char *unknown = made_text(statement_makes(
		&s, MADE_RELATION, "no such word", NULL, NULL, "a"));
	ck_assert_str_eq(table, "table \"AnalyticsEvent\"");
	ck_assert_str_eq(column, "column \"batchId\" of \"Job\"");
	ck_assert_str_eq(hostile, "view \"a\\x1b[2J\\x0ab\"");
	ck_assert_str_eq(unknown, "object \"a\"");
}
END_TEST

START_TEST(two_objects_are_one_where_kind_name_and_place_agree)
{
	own(statement) struct statement s = { 0 };
	statement_makes(&s, MADE_RELATION, "table", NULL, NULL, "a");
	statement_makes(&s, MADE_RELATION, "index", "public", NULL, "a");
	statement_makes(&s, MADE_RELATION, "table", "other", NULL, "a");
	statement_makes(&s, MADE_TYPE, "type", NULL, NULL, "a");
	statement_makes(&s, MADE_RELATION, "table", NULL, NULL, "A");
	statement_makes(&s, MADE_COLUMN, "column", NULL, "t", "a");
	statement_makes(&s, MADE_COLUMN, "column", NULL, "u", "a");
	const struct made *m = s.makes;
	/* Tables and indexes share one name space. */
	ck_assert(made_same(&m[0], &m[1], "public"));
	ck_assert(made_same(&m[1], &m[0], "public"));
	ck_assert(!made_same(&m[0], &m[1], "other"));
	ck_assert(made_same(&m[0], &m[2], "other"));
	ck_assert(!made_same(&m[1], &m[2], "public"));
	for (size_t i = 3; i < 6; i++)
		ck_assert(!made_same(&m[0], &m[i], "public"));
	ck_assert(!made_same(&m[5], &m[6], "public"));
	ck_assert(made_same(&m[5], &m[5], NULL));
}
END_TEST

CHECK_MAIN("statement", a_statement_arrives_as_it_was_sent,
	every_truth_about_a_statement_travels,
	a_frame_that_ends_early_or_late_is_refused,
	a_kind_that_nobody_knows_is_refused,
	a_statement_without_words_is_refused,
	a_name_that_no_server_would_take_is_refused,
	what_is_used_twice_is_there_once,
	an_object_is_named_with_what_it_belongs_to,
	two_objects_are_one_where_kind_name_and_place_agree)
