/* A log to read, and the file that it goes on in, as head tells eyes. */
#include "config.h"
#include "wire/source.h"

#include <errno.h>

#include "support/check_main.h"

START_TEST(a_source_arrives_as_it_was_sent)
{
	struct source out = { .id = 7,
		.generation = 3,
		.format = FORMAT_PLAIN,
		.from = { .offset = { 1ull << 40, 12 }, .before = 99 },
		.base = 1ull << 41,
		.watch = -1,
		.follow = true,
		.numbered = true };
	source_add_rule(&out, 0);
	source_add_rule(&out, 64);
	source_add_rule(&out, RULES_MAX - 1);
	own(frame) struct frame f = FRAME(1);
	source_put(&f, &out);
	struct source in;
	ck_assert_int_eq(source_get(&f, &in, NULL), 0);
	ck_assert_uint_eq(in.id, 7);
	ck_assert_uint_eq(in.generation, 3);
	ck_assert_int_eq(in.format, FORMAT_PLAIN);
	ck_assert(position_eq(&in.from, &out.from));
	ck_assert_uint_eq(in.base, 1ull << 41);
	ck_assert_int_eq(in.watch, -1);
	ck_assert(in.follow && !in.whole && in.numbered && !in.fold);
	for (uint32_t rule = 0; rule < RULES_MAX; rule++)
		ck_assert_int_eq(source_has_rule(&in, rule),
			rule == 0 || rule == 64 || rule == RULES_MAX - 1);
}
END_TEST

/* Each for itself: one that is taken for its neighbour is found. */
START_TEST(every_truth_about_a_source_travels)
{
	static const size_t truths[] = { offsetof(struct source, follow),
		offsetof(struct source, whole),
		offsetof(struct source, numbered),
		offsetof(struct source, fold) };
	for (size_t i = 0; i < ELEMENTS(truths); i++) {
		struct source out = { 0 }, in;
		own(frame) struct frame f = FRAME(1);
		*(bool *)((char *)&out + truths[i]) = true;
		source_put(&f, &out);
		ck_assert_int_eq(source_get(&f, &in, NULL), 0);
		for (size_t k = 0; k < ELEMENTS(truths); k++)
			ck_assert_int_eq(
				*(bool *)((char *)&in + truths[k]), k == i);
	}
}
END_TEST

START_TEST(a_rule_beyond_the_last_is_none)
{
	struct source s = { 0 };
	for (uint32_t rule = 0; rule < RULES_MAX; rule++)
		source_add_rule(&s, rule);
	ck_assert(source_has_rule(&s, RULES_MAX - 1));
	ck_assert(!source_has_rule(&s, RULES_MAX));
	ck_assert(!source_has_rule(&s, UINT32_MAX));
}
END_TEST

START_TEST(a_format_that_nobody_knows_is_refused)
{
	struct source out = { .format = FORMAT_PLAIN + 1 }, in;
	own(frame) struct frame f = FRAME(1);
	source_put(&f, &out);
	ck_assert_int_eq(source_get(&f, &in, NULL), -EBADMSG);
}
END_TEST

START_TEST(a_source_that_ends_early_or_late_is_refused)
{
	struct source out = { .id = 1 }, in;
	own(frame) struct frame whole = FRAME(1);
	source_put(&whole, &out);
	for (size_t len = 0; len < whole.data.len; len++) {
		own(frame) struct frame f = FRAME(1);
		buf_add(&f.data, whole.data.data, len);
		ck_assert_int_eq(source_get(&f, &in, NULL), -EBADMSG);
	}
	frame_put_bool(&whole, true);
	ck_assert_int_eq(source_get(&whole, &in, NULL), -EBADMSG);
}
END_TEST

START_TEST(a_further_file_arrives_as_it_was_sent)
{
	struct more out = { .id = 9, .base = 1ull << 40, .watch = -1 }, in;
	own(frame) struct frame f = FRAME(1);
	more_put(&f, &out);
	ck_assert_int_eq(more_get(&f, &in, NULL), 0);
	ck_assert_uint_eq(in.id, 9);
	ck_assert_uint_eq(in.base, 1ull << 40);
	ck_assert_int_eq(in.watch, -1);
	own(frame) struct frame early = FRAME(1);
	frame_put_u32(&early, 9);
	ck_assert_int_eq(more_get(&early, &in, NULL), -EBADMSG);
}
END_TEST

CHECK_MAIN("source", a_source_arrives_as_it_was_sent,
	every_truth_about_a_source_travels, a_rule_beyond_the_last_is_none,
	a_format_that_nobody_knows_is_refused,
	a_source_that_ends_early_or_late_is_refused,
	a_further_file_arrives_as_it_was_sent)
