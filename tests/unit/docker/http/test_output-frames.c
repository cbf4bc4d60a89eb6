/* The stream of a program's two outputs, also one that nobody sane sends. */
#include "config.h"
#include "docker/http/output-frames.h"

#include <errno.h>

#include "base/buf.h"
#include "support/check_main.h"

#define REFUSED (-EIO) /* what the sink says of a `!` */

struct outputs {
	struct buf out, err;
};

static int
keep(void *arg, bool is_error, struct span bytes)
{
	struct outputs *o = arg;
	ck_assert_uint_gt(bytes.len, 0);
	if (memchr(bytes.data, '!', bytes.len))
		return REFUSED;
	buf_add_span(is_error ? &o->err : &o->out, bytes);
	return 0;
}

struct row {
	struct span stream;
	int r;
	bool whole;
	const char *out, *err;
};

#define ROW(stream, ...)                  \
	{                                 \
		SPAN(stream), __VA_ARGS__ \
	}

static const struct row rows[] = {
	ROW("", 0, true, "", ""),
	ROW("\1\0\0\0\0\0\0\3abc", 0, true, "abc", ""),
	ROW("\1\0\0\0\0\0\0\2ab\2\0\0\0\0\0\0\1x\1\0\0\0\0\0\0\1c", 0, true,
		"abc", "x"),
	/* Pieces without a byte, any number of them. */
	ROW("\1\0\0\0\0\0\0\0\2\0\0\0\0\0\0\0\1\0\0\0\0\0\0\1a", 0, true, "a",
		""),
	/* Cut off: in a head, behind one, in a piece. */
	ROW("\1", 0, false, "", ""),
	ROW("\1\0\0\0\0\0\0", 0, false, "", ""),
	ROW("\1\0\0\0\0\0\0\1", 0, false, "", ""),
	ROW("\1\0\0\0\0\0\0\3ab", 0, false, "ab", ""),
	ROW("\1\0\0\0\0\0\0\1a\2\0\0", 0, false, "a", ""),
	/* More than anybody has. */
	ROW("\1\0\0\0\377\377\377\377abc", 0, false, "abc", ""),
	ROW("\2\0\0\0\200\0\0\0x", 0, false, "", "x"),
	/* Other outputs than those two, and what is no head at all. */
	ROW("\0\0\0\0\0\0\0\1a", -EBADMSG, false, "", ""),
	ROW("\3\0\0\0\0\0\0\1a", -EBADMSG, false, "", ""),
	ROW("\377\0\0\0\0\0\0\1a", -EBADMSG, false, "", ""),
	ROW("\1\1\0\0\0\0\0\1a", -EBADMSG, false, "", ""),
	ROW("\1\0\0\1\0\0\0\1a", -EBADMSG, false, "", ""),
	ROW("\1\0\0\0\0\0\0\1a--dump without a head", -EBADMSG, false, "a", ""),
	/* What the sink says ends it. */
	ROW("\1\0\0\0\0\0\0\1!\1\0\0\0\0\0\0\1a", REFUSED, false, "", ""),
};

static void
ck_cut(const struct row *row, size_t cut)
{
	struct output_frames f = { 0 };
	struct outputs got = { 0 };
	struct span rest = row->stream;
	int r = 0;
	while (r == 0 && rest.len) {
		struct span piece = span_first(rest, cut);
		r = output_frames_take(&f, piece, keep, &got);
		rest = span_from(rest, piece.len);
	}
	ck_assert_int_eq(r, row->r);
	if (r == 0)
		ck_assert_int_eq(output_frames_is_whole(&f), row->whole);
	ck_assert_str_eq(buf_str(&got.out), row->out);
	ck_assert_str_eq(buf_str(&got.err), row->err);
	buf_free(&got.out);
	buf_free(&got.err);
}

START_TEST(each_stream_is_taken_apart_wherever_it_is_cut)
{
	for (size_t i = 0; i < ELEMENTS(rows); i++)
		for (size_t cut = 1; cut <= 32; cut++)
			ck_cut(&rows[i], cut);
}
END_TEST

CHECK_MAIN("output-frames", each_stream_is_taken_apart_wherever_it_is_cut)
