#include "config.h"
#include "base/hash.h"

#include "support/check_main.h"

START_TEST(sha256_gives_the_standards_digests)
{
	char hex[SHA256_HEX];
	sha256_hex(SPAN(""), hex);
	ck_assert_str_eq(hex,
		"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b"
		"855");
	sha256_hex(SPAN("abc"), hex);
	ck_assert_str_eq(hex,
		"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f2001"
		"5ad");
}
END_TEST

START_TEST(pieces_hash_like_the_whole)
{
	char whole[SHA256_HEX], pieces[SHA256_HEX];
	sha256_hex(SPAN("abc"), whole);
	struct sha256 *h = sha256_new();
	sha256_bytes(h, SPAN("a"));
	sha256_bytes(h, SPAN("bc"));
	sha256_end(h, pieces);
	ck_assert_str_eq(whole, pieces);
}
END_TEST

static void
fields(const char *a, const char *b, char hex[SHA256_HEX])
{
	struct sha256 *h = sha256_new();
	sha256_field(h, span_of(a));
	sha256_field(h, span_of(b));
	sha256_end(h, hex);
}

START_TEST(fields_do_not_run_into_each_other)
{
	char a[SHA256_HEX], b[SHA256_HEX];
	fields("ab", "c", a);
	fields("a", "bc", b);
	ck_assert_str_ne(a, b);
	fields("abc", "", b);
	ck_assert_str_ne(a, b);
}
END_TEST

START_TEST(the_fast_hash_stays_what_stores_hold)
{
	/* Positions are stored with it: another value would lose them. */
	ck_assert_uint_eq(hash64(SPAN("")), 0xcbf29ce484222325u);
	ck_assert_uint_eq(hash64(SPAN("a")), 0xaf63dc4c8601ec8cu);
	ck_assert_uint_eq(hash64(SPAN("foobar")), 0x85944171f73967e8u);
}
END_TEST

CHECK_MAIN("hash", sha256_gives_the_standards_digests,
	pieces_hash_like_the_whole, fields_do_not_run_into_each_other,
	the_fast_hash_stays_what_stores_hold)
