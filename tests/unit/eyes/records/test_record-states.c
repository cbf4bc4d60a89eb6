#include "config.h"

#include "eyes/records/record-states.h"
#include "support/check_main.h"

START_TEST(every_line_can_begin_a_record)
{
	for (int shape = 0; shape < SHAPES; shape++)
		ck_assert_msg(record_states_first(
				      (enum line_shape_kind)shape) != CLOSED,
			"shape %d", shape);
}
END_TEST

/* The way back to where a record begins (record-walk.c) stops there. */
START_TEST(a_whole_object_continues_no_record)
{
	ck_assert_int_eq(record_states_first(SHAPE_JSON), WHOLE);
	for (int state = 0; state < RECORD_STATES; state++)
		ck_assert_msg(record_states_next((enum record_state)state,
				      SHAPE_JSON) == CLOSED,
			"state %d", state);
}
END_TEST

START_TEST(nothing_continues_a_record_that_is_whole)
{
	for (int shape = 0; shape < SHAPES; shape++) {
		ck_assert_int_eq(
			record_states_next(WHOLE, (enum line_shape_kind)shape),
			CLOSED);
		ck_assert_int_eq(
			record_states_next(CLOSED, (enum line_shape_kind)shape),
			CLOSED);
	}
}
END_TEST

/* Its parameters are what visitors typed: a fault in them is none. */
START_TEST(a_query_takes_everything_up_to_its_end)
{
	for (int shape = 0; shape < SHAPES; shape++) {
		if (shape == SHAPE_JSON || shape == SHAPE_QUERY)
			continue;
		ck_assert_int_eq(
			record_states_next(QUERY, (enum line_shape_kind)shape),
			shape == SHAPE_QUERY_END ? WHOLE : QUERY);
	}
}
END_TEST

/* Feeds shapes; the state at the end, CLOSED as soon as one does not belong. */
static enum record_state
after(const enum line_shape_kind *shapes, size_t n)
{
	enum record_state state = record_states_first(shapes[0]);
	for (size_t i = 1; i < n && state != CLOSED; i++)
		state = record_states_next(state, shapes[i]);
	return state;
}

#define AFTER(...)                                                \
	after((enum line_shape_kind[]){ __VA_ARGS__ },            \
		sizeof((enum line_shape_kind[]){ __VA_ARGS__ }) / \
			sizeof(enum line_shape_kind))

START_TEST(messages_of_several_lines_have_their_states)
{
	ck_assert_int_eq(AFTER(SHAPE_ERROR, SHAPE_CALL, SHAPE_BLANK,
				 SHAPE_BLANK, SHAPE_TEXT, SHAPE_INDENTED),
		FAULT);
	ck_assert_int_eq(AFTER(SHAPE_LOCATION, SHAPE_TEXT, SHAPE_CARET,
				 SHAPE_BLANK, SHAPE_ERROR, SHAPE_INDENTED),
		TEXT);
	ck_assert_int_eq(AFTER(SHAPE_PARAGRAPH, SHAPE_BLANK, SHAPE_TEXT,
				 SHAPE_BLANK, SHAPE_BLANK),
		WHOLE);
	ck_assert_int_eq(AFTER(SHAPE_LIST, SHAPE_TEXT, SHAPE_BLANK), CLOSED);
	ck_assert_int_eq(
		AFTER(SHAPE_TRACE, SHAPE_INDENTED, SHAPE_TEXT, SHAPE_TEXT),
		CLOSED);
	ck_assert_int_eq(AFTER(SHAPE_DUMP, SHAPE_BLANK, SHAPE_FRAME,
				 SHAPE_INDENTED, SHAPE_FRAME),
		DUMP);
	ck_assert_int_eq(
		AFTER(SHAPE_TEXT, SHAPE_INDENTED, SHAPE_CAUSE, SHAPE_DETAIL),
		TEXT);
	ck_assert_int_eq(AFTER(SHAPE_TEXT, SHAPE_TEXT), CLOSED);
}
END_TEST

CHECK_MAIN("record-states", every_line_can_begin_a_record,
	a_whole_object_continues_no_record,
	nothing_continues_a_record_that_is_whole,
	a_query_takes_everything_up_to_its_end,
	messages_of_several_lines_have_their_states)
