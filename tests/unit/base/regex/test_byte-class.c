#include "config.h"
#include "base/regex/byte-class.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include "base/own.h"
#include "support/check_main.h"

/* Each byte alone, against PCRE2 itself. */
static void
compare(const char *pattern, bool caseless)
{
	int error;
	PCRE2_SIZE at;
	struct byte_class class;
	bool no_bytes = false;
	const char *behind =
		byte_class_parse(pattern, caseless, &class, &no_bytes);
	ck_assert_ptr_nonnull(behind);
	ck_assert_str_eq(behind, "");
	ck_assert(!no_bytes);
	pcre2_code *code =
		pcre2_compile((PCRE2_SPTR)pattern, PCRE2_ZERO_TERMINATED,
			PCRE2_ANCHORED | PCRE2_ENDANCHORED |
				(caseless ? PCRE2_CASELESS : 0),
			&error, &at, NULL);
	pcre2_match_data *data = pcre2_match_data_create(1, NULL);
	unsigned n = 0;
	for (unsigned byte = 0; byte < 256; byte++) {
		unsigned char c = (unsigned char)byte;
		bool matches = pcre2_match(code, &c, 1, 0, 0, data, NULL) >= 0;
		if (byte_class_has(&class, byte) != matches)
			ck_abort_msg("%s: byte %u", pattern, byte);
		n += matches;
	}
	ck_assert_uint_eq(byte_class_count(&class), n);
	for (unsigned byte = byte_class_next(&class, 0); byte < 256;
		byte = byte_class_next(&class, byte + 1), n--)
		ck_assert(byte_class_has(&class, byte));
	ck_assert_uint_eq(n, 0);
	pcre2_match_data_free(data);
	pcre2_code_free(code);
}

START_TEST(classes_hold_the_bytes_that_pcre2_takes)
{
	static const char *const patterns[] = { "a", "Z", "-", "]", "}", ".",
		"\\.", "\\x20", "\\xe2", "\\n", "\\t", "\\d", "\\D", "\\w",
		"\\W", "\\s", "\\S", "[a]", "[a-f]", "[^a-f]", "[A-Fx_]",
		"[\\w.-]", "[^\\s\"'`]", "[-a]", "[a-]", "[\\]]", "[[{(]",
		"[\\x00-\\xff]", "[^\\n]", "[\\x20\\t]", "[\\d-]", "[\\W\\d]",
		"[+/=]", "[a\\-c]", "\\\\", "\\/" };
	for (size_t i = 0; i < ELEMENTS(patterns); i++) {
		compare(patterns[i], false);
		compare(patterns[i], true);
	}
}
END_TEST

START_TEST(an_assertion_takes_no_byte)
{
	static const char *const patterns[] = { "\\b", "\\B", "\\A", "\\z",
		"\\Z" };
	for (size_t i = 0; i < ELEMENTS(patterns); i++) {
		struct byte_class class;
		bool no_bytes = false;
		ck_assert_ptr_nonnull(
			byte_class_parse(patterns[i], true, &class, &no_bytes));
		ck_assert(no_bytes);
	}
}
END_TEST

CHECK_MAIN("byte-class", classes_hold_the_bytes_that_pcre2_takes,
	an_assertion_takes_no_byte)
