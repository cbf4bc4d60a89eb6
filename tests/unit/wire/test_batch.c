#include "config.h"
#include "wire/batch.h"

#include <errno.h>

#include "support/check_main.h"
#include "wire/source.h"

static void
fill_fault(struct fault *f, uint32_t i, size_t text)
{
	*f = (struct fault){ .rule = i,
		.class = CLASS_MISSING_TABLE,
		.stream = STREAM_STDERR,
		.first_ns = 1,
		.last_ns = 2,
		.count = i + 1,
		.offset = 100 + i,
		.line = 7,
		.lines = 3,
		.cut = true };
	object_set(&f->object, OBJECT_TABLE, SPAN("AnalyticsEvent"));
	memset(buf_reserve(&f->text, text), 'x', text);
	f->text.len = text;
}

START_TEST(a_full_batch_survives_the_wire)
{
	own(batch) struct batch out = { .source = 3,
		.generation = 4,
		.from = { { 10, 20 }, 30 },
		.to = { { 40, 50 }, 60 },
		.time_ns = -1,
		.bytes = 1u << 31,
		.broken = 2,
		.undecided = 3,
		.end = true,
		.n_faults = BATCH_FAULTS };
	for (uint32_t i = 0; i < BATCH_FAULTS; i++) {
		fill_fault(&out.faults[i], i, i < 9 ? 5000 : 50);
		char big[OBJECT_VALUE_MAX];
		memset(big, 'y', sizeof(big));
		for (int k = 0; i < 9 && k < OBJECT_KEYS; k++)
			object_set(&out.faults[i].object, (enum object_key)k,
				(struct span){ big, sizeof(big) });
	}
	own(frame) struct frame f = FRAME(1);
	batch_put(&f, &out);
	own(batch) struct batch in;
	struct why why;
	ck_assert_msg(batch_get(&f, 64, &in, &why) == 0, "%s", why.text);
	ck_assert_uint_eq(in.source, 3);
	ck_assert(position_eq(&in.from, &out.from));
	ck_assert(position_eq(&in.to, &out.to));
	ck_assert_int_eq(in.time_ns, -1);
	ck_assert_uint_eq(in.broken, 2);
	ck_assert_uint_eq(in.undecided, 3);
	ck_assert(in.end);
	ck_assert_uint_eq(in.n_faults, BATCH_FAULTS);
	const struct fault *last = &in.faults[BATCH_FAULTS - 1];
	ck_assert_uint_eq(last->count, BATCH_FAULTS);
	ck_assert(
		object_eq(&last->object, &out.faults[BATCH_FAULTS - 1].object));
	ck_assert_uint_eq(last->text.len, 50);
	ck_assert(object_eq(&in.faults[8].object, &out.faults[8].object));
	ck_assert_uint_eq(in.faults[8].text.len, FAULT_SENT_MAX);
	ck_assert_int_eq(last->stream, STREAM_STDERR);
	ck_assert(last->cut);
}
END_TEST

START_TEST(a_rule_that_does_not_exist_breaks_the_batch)
{
	own(batch) struct batch out = { .n_faults = 1 };
	fill_fault(&out.faults[0], 5, 10);
	own(frame) struct frame f = FRAME(1);
	batch_put(&f, &out);
	own(batch) struct batch in;
	struct why why;
	ck_assert_int_eq(batch_get(&f, 5, &in, &why), -EBADMSG);
}
END_TEST

START_TEST(any_cut_of_a_batch_is_broken_and_harmless)
{
	own(batch) struct batch out = { .n_faults = 2 };
	fill_fault(&out.faults[0], 0, 10);
	fill_fault(&out.faults[1], 1, 10);
	own(frame) struct frame whole = FRAME(1);
	batch_put(&whole, &out);
	for (size_t len = 0; len < whole.data.len; len++) {
		own(frame) struct frame f = FRAME(1);
		buf_add(&f.data, whole.data.data, len);
		own(batch) struct batch in;
		ck_assert_int_eq(batch_get(&f, 2, &in, NULL), -EBADMSG);
	}
}
END_TEST

START_TEST(any_changed_byte_is_survived)
{
	own(batch) struct batch out = { .n_faults = 1 };
	fill_fault(&out.faults[0], 0, 10);
	own(frame) struct frame whole = FRAME(1);
	batch_put(&whole, &out);
	for (size_t i = 0; i < whole.data.len; i++) {
		own(frame) struct frame f = FRAME(1);
		buf_add_span(&f.data, buf_span(&whole.data));
		f.data.data[i] = (char)~f.data.data[i];
		own(batch) struct batch in;
		(void)batch_get(&f, 2, &in, NULL); /* either is fine */
		ck_assert_uint_le(in.n_faults, BATCH_FAULTS);
	}
}
END_TEST

START_TEST(reading_goes_on_at_the_smaller_offset)
{
	struct position p = { { 30, 20 }, 1 };
	ck_assert_uint_eq(position_least(&p), 20);
	struct position q = p;
	ck_assert(position_eq(&p, &q));
	q.before = 2;
	ck_assert(!position_eq(&p, &q));
}
END_TEST

START_TEST(a_source_survives_the_wire)
{
	struct source out = { .id = 1,
		.generation = 2,
		.format = FORMAT_DOCKER,
		.watch = -1,
		.follow = true,
		.fold = true };
	source_add_rule(&out, 0);
	source_add_rule(&out, RULES_MAX - 1);
	own(frame) struct frame f = FRAME(1);
	source_put(&f, &out);
	struct source in;
	ck_assert_int_eq(source_get(&f, &in, NULL), 0);
	ck_assert_int_eq(in.watch, -1);
	ck_assert(in.follow && in.fold && !in.whole && !in.numbered);
	ck_assert(source_has_rule(&in, 0));
	ck_assert(source_has_rule(&in, RULES_MAX - 1));
	ck_assert(!source_has_rule(&in, 1));
	ck_assert(!source_has_rule(&in, RULES_MAX));
}
END_TEST

CHECK_MAIN("batch", a_full_batch_survives_the_wire,
	a_rule_that_does_not_exist_breaks_the_batch,
	any_cut_of_a_batch_is_broken_and_harmless, any_changed_byte_is_survived,
	reading_goes_on_at_the_smaller_offset, a_source_survives_the_wire)
