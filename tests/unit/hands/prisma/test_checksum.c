#include "config.h"

#include <check.h>
#include <stdlib.h>

#include "hands/prisma/checksum.h"
#include "support/check_main.h"

static void
ck_read(const char *bytes, size_t len, const char *text)
{
	own(buf) struct buf b = { 0 };
	checksum_read(&b, (struct span){ bytes, len });
	ck_assert_str_eq(buf_str(&b), text);
}

#define R "\xef\xbf\xbd"

START_TEST(what_is_no_utf8_is_replaced_as_prisma_does)
{
	ck_read("a\xff"
		"b",
		3, "a" R "b");
	ck_read("\xc3\x28", 2, R "(");
	ck_read("\xe2\x82", 2, R);
	ck_read("\xe2\x82\x28", 3, R "(");
	ck_read("\xe2\x28\xa1", 3, R "(" R);
	ck_read("\xf0\x9f\x98", 3, R);
	ck_read("\xf0\x9f\x98\x80", 4, "\xf0\x9f\x98\x80");
	ck_read("\xf0\x80\x80\x80", 4, R R R R);
	ck_read("\xed\xa0\x80", 3, R R R);
	ck_read("\xc0\xaf", 2, R R);
	ck_read("\xf8\x88", 2, R R);
}
END_TEST

START_TEST(a_byte_order_mark_stays)
{
	ck_read("\xef\xbb\xbfx", 4, "\xef\xbb\xbfx");
}
END_TEST

START_TEST(other_line_ends_match)
{
	static const char *const texts[] = { "SELECT 1;\nSELECT 2;\n",
		"SELECT 1;\r\nSELECT 2;\r\n" };
	for (size_t i = 0; i < 2; i++) {
		char hex[SHA256_HEX];
		checksum(span_of(texts[i]), hex);
		ck_assert(checksum_matches(span_of(texts[0]), hex));
		ck_assert(checksum_matches(span_of(texts[1]), hex));
		ck_assert(!checksum_matches(SPAN("SELECT 1;\n"), hex));
	}
}
END_TEST

START_TEST(the_old_form_without_zeros_matches)
{
	/* e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855 */
	ck_assert(checksum_matches(SPAN(""),
		"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b"
		"855"));
	/* Of "abc": ba7816bf 8f01cfea ... where 01 was written 1. */
	ck_assert(checksum_matches(SPAN("abc"),
		"ba7816bf8f1cfea414140de5dae2223b0361a396177a9cb410ff61f2015"
		"ad"));
	ck_assert(!checksum_matches(SPAN("abc"), ""));
	ck_assert(!checksum_matches(SPAN("abc"), "ba7816bf"));
}
END_TEST

CHECK_MAIN("checksum", what_is_no_utf8_is_replaced_as_prisma_does,
	a_byte_order_mark_stays, other_line_ends_match,
	the_old_form_without_zeros_matches)
