#include "config.h"

#include "eyes/format/join-pieces.h"
#include "support/check_main.h"

/* Lines as join_feed() gives them, joined by `|`. */
static void
feed(struct join *l, struct buf *out, const char *text, bool ends, int64_t time,
	uint64_t offset)
{
	struct line ready[2];
	struct log_entry e = {
		.text = span_of(text), .ends = ends, .time_ns = time
	};
	struct line_place at = { offset, offset + 10, false };
	size_t n = join_feed(l, &e, &at, ready);
	for (size_t i = 0; i < n; i++)
		buf_printf(out, SPAN_FMT "@%llu+%u%s|",
			SPAN_ARG(span_first(ready[i].text, 10)),
			(unsigned long long)ready[i].offset, ready[i].physical,
			ready[i].cut ? "!" : "");
}

START_TEST(pieces_are_joined_until_the_line_ends)
{
	own(join) struct join *l = join_new(STREAM_STDERR);
	own(buf) struct buf out = { 0 };
	feed(l, &out, "ab", false, 5, 0);
	feed(l, &out, "cd", false, 5, 10);
	feed(l, &out, "ef", true, 5, 20);
	feed(l, &out, "gh", true, 6, 30);
	ck_assert_str_eq(buf_str(&out), "abcdef@0+3|gh@30+1|");
}
END_TEST

START_TEST(a_changed_time_ends_an_unfinished_line)
{
	own(join) struct join *l = join_new(STREAM_STDOUT);
	own(buf) struct buf out = { 0 };
	feed(l, &out, "died", false, 5, 0);
	feed(l, &out, "new", true, 6, 10);
	ck_assert_str_eq(buf_str(&out), "died@0+1|new@10+1|");
	struct line rest;
	feed(l, &out, "open", false, 7, 20);
	ck_assert(join_flush(l, &rest));
	ck_assert(span_is(rest.text, "open"));
	ck_assert(!join_flush(l, &rest));
}
END_TEST

START_TEST(a_full_piece_goes_on_whatever_its_time)
{
	own(join) struct join *l = join_new(STREAM_STDOUT);
	own(buf) struct buf out = { 0 };
	own(str) char *piece = xcalloc(16385, 1);
	memset(piece, 'x', 16384);
	feed(l, &out, piece, false, 5, 0);
	feed(l, &out, "end", true, 6, 10);
	ck_assert_str_eq(buf_str(&out), "xxxxxxxxxx@0+2|");
}
END_TEST

START_TEST(a_cut_line_says_so)
{
	own(join) struct join *l = join_new(STREAM_STDOUT);
	own(buf) struct buf out = { 0 };
	own(str) char *piece = xcalloc(16385, 1);
	memset(piece, 'x', 16384);
	for (int i = 0; i < 5; i++)
		feed(l, &out, piece, false, 5, (uint64_t)i * 10);
	feed(l, &out, "", true, 5, 50);
	ck_assert_str_eq(buf_str(&out), "xxxxxxxxxx@0+6!|");
}
END_TEST

/* Half of a literal could end one piece, and half begin the next: no search of
 * the raw lines would find it. */
START_TEST(a_line_of_pieces_counts_as_hit)
{
	own(join) struct join *l = join_new(STREAM_STDOUT);
	struct line ready[2];
	struct line_place at = { 0, 10, false };
	struct log_entry whole = { .text = SPAN("x"), .ends = true };
	struct log_entry piece = { .text = SPAN("x") };
	ck_assert_uint_eq(join_feed(l, &whole, &at, ready), 1);
	ck_assert(!ready[0].hit);
	ck_assert_uint_eq(join_feed(l, &piece, &at, ready), 0);
	ck_assert(join_begun(l, &ready[0]));
	ck_assert(!ready[0].hit);
	ck_assert_uint_eq(join_feed(l, &whole, &at, ready), 1);
	ck_assert(ready[0].hit);
	at.hit = true;
	ck_assert_uint_eq(join_feed(l, &whole, &at, ready), 1);
	ck_assert(ready[0].hit);
}
END_TEST

/* containerd writes its time and stream before every piece. */
START_TEST(a_repeated_prefix_is_dropped_between_pieces)
{
	own(join) struct join *l = join_new(STREAM_STDOUT);
	struct line ready[2];
	struct line_place at = { 0, 10, false };
	struct log_entry piece = { .text = SPAN("T stdout P ab"),
		.log_prefix_len = 11 };
	struct log_entry end = { .text = SPAN("T stdout F cd"),
		.log_prefix_len = 11,
		.ends = true };
	ck_assert_uint_eq(join_feed(l, &piece, &at, ready), 0);
	ck_assert_uint_eq(join_feed(l, &end, &at, ready), 1);
	ck_assert(span_is(ready[0].text, "T stdout P abcd"));
}
END_TEST

START_TEST(what_is_forgotten_is_in_no_line)
{
	own(join) struct join *l = join_new(STREAM_STDOUT);
	own(buf) struct buf out = { 0 };
	feed(l, &out, "old", false, 5, 0);
	join_reset(l);
	feed(l, &out, "new", true, 5, 10);
	ck_assert_str_eq(buf_str(&out), "new@10+1|");
}
END_TEST

CHECK_MAIN("join-pieces", pieces_are_joined_until_the_line_ends,
	a_changed_time_ends_an_unfinished_line,
	a_full_piece_goes_on_whatever_its_time, a_cut_line_says_so,
	a_line_of_pieces_counts_as_hit,
	a_repeated_prefix_is_dropped_between_pieces,
	what_is_forgotten_is_in_no_line)
