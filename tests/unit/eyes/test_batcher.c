#include "config.h"

#include "eyes/batcher.h"
#include "support/check_main.h"
#include "wire/fault.h"

#define MILLISECOND (NSEC_SECOND / 1000)

static struct fault
fault_of(const char *table, int64_t at)
{
	struct fault f = { .count = 1, .first_ns = at, .last_ns = at };
	object_set(&f.object, OBJECT_TABLE, span_of(table));
	return f;
}

/* Whether it was a new one. */
static bool
add(struct batcher *b, struct fault f)
{
	struct fault *new;
	return batcher_add(b, &f, &new);
}

START_TEST(equal_faults_within_a_second_become_one)
{
	struct batcher b;
	struct source source = { .fold = true };
	batcher_open(&b, &source);
	ck_assert(add(&b, fault_of("a", 0)));
	ck_assert(!add(&b, fault_of("a", 900 * MILLISECOND)));
	ck_assert(add(&b, fault_of("b", 900 * MILLISECOND)));
	ck_assert(add(&b, fault_of("a", 1001 * MILLISECOND)));
	struct fault other = fault_of("b", 950 * MILLISECOND);
	other.stream = STREAM_STDERR;
	ck_assert(add(&b, other));
	ck_assert_uint_eq(b.batch.n_faults, 4);
	ck_assert_uint_eq(b.batch.faults[0].count, 2);
	ck_assert_int_eq(b.batch.faults[0].last_ns, 900 * MILLISECOND);
	batcher_close(&b);
}
END_TEST

START_TEST(a_source_may_forbid_it)
{
	struct batcher b;
	struct source source = { .fold = false };
	batcher_open(&b, &source);
	ck_assert(add(&b, fault_of("a", 0)));
	ck_assert(add(&b, fault_of("a", 0)));
	static const struct fault more[BATCH_FAULTS];
	ck_assert(batcher_fits(&b, more, BATCH_FAULTS - 2));
	ck_assert(!batcher_fits(&b, more, BATCH_FAULTS - 1));
	batcher_close(&b);
}
END_TEST

/* The largest fault there is. */
static struct fault
largest(void)
{
	struct fault f = { .class = CLASS_DISK_FULL };
	char value[OBJECT_VALUE_MAX];
	memset(value, 'y', sizeof(value));
	for (int k = 0; k < OBJECT_KEYS; k++)
		object_set(&f.object, (enum object_key)k,
			(struct span){ value, sizeof(value) });
	f.text.len = 4 * FAULT_SENT_MAX;
	memset(buf_reserve(&f.text, f.text.len), 'x', f.text.len);
	return f;
}

START_TEST(a_batch_takes_no_more_than_a_frame)
{
	struct batcher b;
	struct source source = { .fold = false };
	batcher_open(&b, &source);
	size_t n = 0;
	for (;; n++) {
		struct fault f = largest();
		ck_assert_uint_le(n, BATCH_FAULTS);
		if (!batcher_fits(&b, &f, 1)) {
			fault_free(&f);
			break;
		}
		ck_assert(add(&b, f));
	}
	ck_assert_uint_ge(n, 16);
	own(frame) struct frame frame = FRAME(1);
	batch_put(&frame, &b.batch);
	ck_assert_uint_le(frame.data.len, FRAME_MAX - 2);
	struct position to = { 0 };
	own(batch) struct batch sent;
	batcher_send(&b, &to, 1, 0, &sent);
	struct fault f = largest();
	ck_assert(batcher_fits(&b, &f, 1));
	fault_free(&f);
	batcher_close(&b);
}
END_TEST

/* A fault goes out at once; bytes alone when they are many, or after a time. */
START_TEST(a_batch_is_due_by_faults_bytes_or_time)
{
	struct batcher b;
	struct source source = { .from = { .offset = { 100, 100 } } };
	batcher_open(&b, &source);
	ck_assert(!batcher_is_full(&b, 100 + (8u << 20) - 1));
	ck_assert(batcher_is_full(&b, 100 + (8u << 20)));
	ck_assert(!batcher_is_due(&b, 101, false, 5 * USEC_SECOND - 1));
	ck_assert(batcher_is_due(&b, 101, false, 5 * USEC_SECOND));
	ck_assert(!batcher_is_due(&b, 100, false, 5 * USEC_SECOND));
	ck_assert(add(&b, fault_of("a", 0)));
	ck_assert(batcher_is_due(&b, 100, false, 0));
	batcher_close(&b);
}
END_TEST

/* Promise 1: each begins where the one before it ended, or head drops it. */
START_TEST(batches_join_without_a_gap)
{
	struct batcher b;
	struct source source = {
		.id = 3, .generation = 4, .from = { .offset = { 10, 20 } }
	};
	struct position first = { .offset = { 50, 40 } };
	struct position second = { .offset = { 60, 60 } };
	struct batch batch;
	batcher_open(&b, &source);
	ck_assert(add(&b, fault_of("a", 0)));
	batcher_send(&b, &first, 55, 1, &batch);
	ck_assert_uint_eq(batch.source, 3);
	ck_assert_uint_eq(batch.generation, 4);
	ck_assert_uint_eq(batch.n_faults, 1);
	ck_assert(position_eq(&batch.from, &source.from));
	ck_assert(position_eq(&batch.to, &first));
	ck_assert_uint_eq(batch.bytes, 45);
	batch_free(&batch);
	batcher_send(&b, &second, 60, 2, &batch);
	ck_assert(position_eq(&batch.from, &first));
	ck_assert_uint_eq(batch.n_faults, 0);
	ck_assert_uint_eq(batch.bytes, 5);
	/* What is read again, because it was open, is not told again. */
	batcher_send(&b, &second, 58, 3, &batch);
	ck_assert_uint_eq(batch.bytes, 0);
	batcher_close(&b);
}
END_TEST

CHECK_MAIN("batcher", a_batch_takes_no_more_than_a_frame,
	equal_faults_within_a_second_become_one, a_source_may_forbid_it,
	a_batch_is_due_by_faults_bytes_or_time, batches_join_without_a_gap)
