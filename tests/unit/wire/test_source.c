#include "config.h"
#include "wire/source.h"

#include <errno.h>

#include "support/check_main.h"

static struct source
a_source(void)
{
	struct source s = { .id = 7,
		.generation = 3,
		.format = FORMAT_PLAIN,
		.from = { { 5, (uint64_t)1 << 40 }, 99 },
		.base = (uint64_t)1 << 33,
		.watch = -1,
		.follow = true,
		.numbered = true };
	source_add_rule(&s, 0);
	source_add_rule(&s, 64);
	source_add_rule(&s, RULES_MAX - 1);
	return s;
}

START_TEST(a_source_arrives_as_it_was_sent)
{
	struct source sent = a_source(), got;
	struct why why = { "" };
	own(frame) struct frame f = FRAME(0);
	source_put(&f, &sent);
	ck_assert_msg(source_get(&f, &got, &why) == 0, "%s", why.text);
	ck_assert_uint_eq(got.id, 7);
	ck_assert_uint_eq(got.generation, 3);
	ck_assert_int_eq(got.format, FORMAT_PLAIN);
	ck_assert(position_eq(&got.from, &sent.from));
	ck_assert_uint_eq(got.base, sent.base);
	ck_assert_int_eq(got.watch, -1);
	ck_assert(got.follow && !got.whole && got.numbered && !got.fold);
	ck_assert_mem_eq(got.rules, sent.rules, sizeof(sent.rules));
}
END_TEST

START_TEST(a_rule_applies_if_its_bit_is_set)
{
	struct source s = a_source();
	ck_assert(source_has_rule(&s, 0) && source_has_rule(&s, 64) &&
		source_has_rule(&s, RULES_MAX - 1));
	ck_assert(!source_has_rule(&s, 1) && !source_has_rule(&s, 63));
	/* No rule has this number, and no bit. */
	ck_assert(!source_has_rule(&s, RULES_MAX));
}
END_TEST

START_TEST(every_source_that_is_cut_or_longer_is_broken)
{
	struct source sent = a_source(), got;
	own(frame) struct frame whole = FRAME(0);
	source_put(&whole, &sent);
	for (size_t len = 0; len <= whole.data.len + 1; len++) {
		own(frame) struct frame f = FRAME(0);
		buf_add_span(&f.data, span_first(buf_span(&whole.data), len));
		if (len > whole.data.len)
			buf_add_char(&f.data, 'x');
		ck_assert_int_eq(source_get(&f, &got, NULL),
			len == whole.data.len ? 0 : -EBADMSG);
	}
}
END_TEST

START_TEST(a_format_that_nobody_knows_is_broken)
{
	struct source sent = a_source(), got;
	sent.format = FORMAT_PLAIN + 1;
	own(frame) struct frame f = FRAME(0);
	source_put(&f, &sent);
	ck_assert_int_eq(source_get(&f, &got, NULL), -EBADMSG);
}
END_TEST

START_TEST(a_further_file_arrives_as_it_was_sent)
{
	struct more sent = { 7, (uint64_t)1 << 33, -1 }, got;
	own(frame) struct frame f = FRAME(0), cut = FRAME(0);
	more_put(&f, &sent);
	buf_add_span(&cut.data, span_first(buf_span(&f.data), 10));
	ck_assert_int_eq(more_get(&f, &got, NULL), 0);
	ck_assert_uint_eq(got.id, 7);
	ck_assert_uint_eq(got.base, sent.base);
	ck_assert_int_eq(got.watch, -1);
	ck_assert_int_eq(more_get(&cut, &got, NULL), -EBADMSG);
}
END_TEST

CHECK_MAIN("source", a_source_arrives_as_it_was_sent,
	a_rule_applies_if_its_bit_is_set,
	every_source_that_is_cut_or_longer_is_broken,
	a_format_that_nobody_knows_is_broken,
	a_further_file_arrives_as_it_was_sent)
