#include "config.h"
#include "base/buf.h"

#include "support/check_main.h"

START_TEST(an_empty_buffer_is_an_empty_string)
{
	own(buf) struct buf b = { 0 };
	ck_assert_str_eq(buf_str(&b), "");
	ck_assert_uint_eq(buf_span(&b).len, 0);
	own(str) char *s = buf_take_str(&b);
	ck_assert_str_eq(s, "");
}
END_TEST

START_TEST(any_byte_may_be_added)
{
	own(buf) struct buf b = { 0 };
	buf_add(&b, "a\0b", 3);
	buf_add_char(&b, '\0');
	buf_add_span(&b, SPAN("c"));
	buf_add_span(&b, SPAN_NONE);
	ck_assert(span_eq(buf_span(&b), SPAN("a\0b\0c")));
	ck_assert_int_eq(b.data[b.len], '\0');
}
END_TEST

START_TEST(it_grows_over_many_sizes)
{
	own(buf) struct buf b = { 0 };
	for (int i = 0; i < 10000; i++)
		buf_printf(&b, "%05d", i);
	ck_assert_uint_eq(b.len, 50000);
	ck_assert(span_is(span_first(buf_span(&b), 10), "0000000001"));
	ck_assert(span_is(span_from(buf_span(&b), 49995), "09999"));
}
END_TEST

START_TEST(reserved_room_can_be_written_to)
{
	own(buf) struct buf b = { 0 };
	buf_add_str(&b, "x");
	memset(buf_reserve(&b, 1000), 'y', 1000);
	b.len += 1000;
	ck_assert_uint_eq(strlen(buf_str(&b)), 1001);
}
END_TEST

START_TEST(a_reset_keeps_the_memory)
{
	own(buf) struct buf b = { 0 };
	buf_add_str(&b, "something");
	size_t room = b.room;
	buf_reset(&b);
	ck_assert_uint_eq(b.len, 0);
	ck_assert_uint_eq(b.room, room);
	ck_assert_str_eq(buf_str(&b), "");
}
END_TEST

START_TEST(a_taken_string_leaves_nothing_behind)
{
	struct buf b = { 0 };
	buf_printf(&b, "%s-%d", "a", 7);
	own(str) char *s = buf_take_str(&b);
	ck_assert_str_eq(s, "a-7");
	ck_assert_ptr_null(b.data);
	ck_assert_uint_eq(b.len, 0);
}
END_TEST

CHECK_MAIN("buf", an_empty_buffer_is_an_empty_string, any_byte_may_be_added,
	it_grows_over_many_sizes, reserved_room_can_be_written_to,
	a_reset_keeps_the_memory, a_taken_string_leaves_nothing_behind)
