#include "config.h"

#include <stdlib.h>

#include "eyes/records/record-walk.h"
#include "support/check_main.h"

#define OUT(text)                                                         \
	"{\"log\":\"" text "\\n\",\"stream\":\"stdout\",\"time\":\"" TIME \
	"\"}\n"
#define ERR(text)                                                         \
	"{\"log\":\"" text "\\n\",\"stream\":\"stderr\",\"time\":\"" TIME \
	"\"}\n"
#define TIME "2026-11-22T12:25:44.5Z"

/* A log in the window, walked over. */
struct setting {
	struct shapes *shapes;
	struct window *window;
	struct record_walk *walk;
	struct hits hits;
	struct log_range range;
	uint64_t end;
};

static void
setting_open(struct setting *s, const char *log, enum source_format format)
{
	struct why why;
	size_t len = strlen(log);
	*s = (struct setting){ .shapes = shapes_new(), .end = len };
	ck_assert_int_eq(window_new(&s->window, &why), 0);
	window_reset(s->window, NULL, 0);
	memcpy(window_room(s->window, len), log, len);
	window_add(s->window, len);
	s->walk = record_walk_new(s->shapes);
	record_walk_reset(s->walk, 0);
	s->range = (struct log_range){
		.window = s->window, .format = format, .hits = &s->hits
	};
}

static void
setting_close(struct setting *s)
{
	record_walk_free(s->walk);
	window_free(s->window);
	hits_free(&s->hits);
	shapes_free(s->shapes);
}

/* Records from `from` on: `OFFSET:TEXT|` each, with `!` if it may match. */
static char *
walked(struct setting *s, enum stream stream, uint64_t from)
{
	struct buf out = { 0 };
	const struct record *r;
	record_walk_begin(s->walk, &s->range, stream, from);
	bool finish = false;
	for (;;) {
		r = finish ? record_walk_finish(s->walk)
			   : record_walk_next(s->walk, s->end);
		if (!r && finish)
			return buf_take_str(&out);
		finish |= !r;
		if (r)
			buf_printf(&out, "%llu:" SPAN_FMT "%s|",
				(unsigned long long)r->offset,
				SPAN_ARG(buf_span(&r->text)),
				r->hit ? "!" : "");
	}
}

START_TEST(a_stream_is_walked_as_if_it_were_alone)
{
	struct setting s;
	setting_open(&s, OUT("a") ERR("x") OUT("  b") ERR("y") OUT("c"),
		FORMAT_DOCKER);
	size_t len = strlen(OUT("a"));
	own(str) char *out = walked(&s, STREAM_STDOUT, 0);
	own(str) char *want = xprintf("0:a\n  b|%zu:c|", 4 * len + 2);
	ck_assert_str_eq(out, want);
	own(str) char *err = walked(&s, STREAM_STDERR, 0);
	own(str) char *wanted = xprintf("%zu:x|%zu:y|", len, 3 * len + 2);
	ck_assert_str_eq(err, wanted);
	int64_t time = record_walk_time(s.walk);
	ck_assert_int_eq(time % 1000000000, 500000000);
	setting_close(&s);
}
END_TEST

START_TEST(a_record_with_a_hit_in_a_line_may_match)
{
	struct setting s;
	setting_open(&s, "a\n  b\nc\nd\n", FORMAT_PLAIN);
	hits_add(&s.hits, 4); /* the b */
	hits_add(&s.hits, 8); /* the d */
	own(str) char *got = walked(&s, STREAM_STDOUT, 0);
	ck_assert_str_eq(got, "0:a\n  b!|6:c|8:d!|");
	setting_close(&s);
}
END_TEST

START_TEST(the_way_back_ends_where_a_record_begins_for_sure)
{
	struct setting s;
	static const char log[] = "{\"a\":1}\n  b\nc\n{\"d\":1}\ne\n  f\n";
	setting_open(&s, log, FORMAT_PLAIN);
	/* From f over e to the object, which continues nothing. */
	ck_assert_uint_eq(record_walk_back(&s.range, STREAM_STDOUT, 24, 0), 14);
	ck_assert_uint_eq(record_walk_back(&s.range, STREAM_STDOUT, 8, 0), 0);
	/* Not beyond the floor. */
	ck_assert_uint_eq(record_walk_back(&s.range, STREAM_STDOUT, 12, 8), 8);
	ck_assert_uint_eq(record_walk_line(&s.range, 26, 0), 24);
	ck_assert_uint_eq(record_walk_line(&s.range, 3, 0), 0);
	setting_close(&s);
}
END_TEST

START_TEST(the_way_back_is_not_endless)
{
	struct setting s;
	own(buf) struct buf log = { 0 };
	for (int i = 0; i < 30000; i++)
		buf_add_str(&log, "    at x\n");
	setting_open(&s, buf_str(&log), FORMAT_PLAIN);
	uint64_t back = record_walk_back(&s.range, STREAM_STDOUT, log.len, 0);
	ck_assert_uint_gt(back, log.len - 80000);
	ck_assert_uint_lt(back, log.len - 60000);
	setting_close(&s);
}
END_TEST

START_TEST(what_is_open_is_told_with_what_may_come)
{
	struct setting s;
	struct open_record open;
	setting_open(&s, "a\nb\n  c\n", FORMAT_PLAIN);
	hits_add(&s.hits, 6);
	record_walk_begin(s.walk, &s.range, STREAM_STDOUT, 0);
	ck_assert(!record_walk_open(s.walk, &open));
	while (record_walk_next(s.walk, s.end))
		;
	ck_assert(record_walk_open(s.walk, &open));
	ck_assert_uint_eq(open.begin, 2);
	ck_assert_uint_eq(open.end, 8);
	ck_assert(open.hit && !open.whole);
	setting_close(&s);
	/* Nothing can continue an object. */
	setting_open(&s, "a\n{\"b\":1}\n", FORMAT_PLAIN);
	record_walk_begin(s.walk, &s.range, STREAM_STDOUT, 0);
	while (record_walk_next(s.walk, s.end))
		;
	ck_assert(record_walk_open(s.walk, &open));
	ck_assert(!open.hit && open.whole);
	setting_close(&s);
}
END_TEST

START_TEST(a_line_tells_its_streams_and_a_broken_one_counts_once)
{
	struct setting s;
	static const char first[] = "{\"log\":\"to" OUT("a");
	uint64_t next;
	setting_open(&s, "{\"log\":\"to" OUT("a") ERR("b"), FORMAT_DOCKER);
	ck_assert_uint_eq(record_walk_streams(&s.range, 0, s.end, &next),
		1u << STREAM_STDOUT);
	ck_assert_uint_eq(
		record_walk_streams(&s.range, sizeof(first) - 1, s.end, &next),
		1u << STREAM_STDERR);
	for (int i = 0; i < 2; i++) {
		own(str) char *got = walked(&s, STREAM_STDOUT, 0);
		ck_assert_ptr_nonnull(strstr(got, ":a|"));
		ck_assert_uint_eq(record_walk_broken(s.walk), i == 0);
	}
	setting_close(&s);
}
END_TEST

CHECK_MAIN("record-walk", a_stream_is_walked_as_if_it_were_alone,
	a_record_with_a_hit_in_a_line_may_match,
	the_way_back_ends_where_a_record_begins_for_sure,
	the_way_back_is_not_endless, what_is_open_is_told_with_what_may_come,
	a_line_tells_its_streams_and_a_broken_one_counts_once)
