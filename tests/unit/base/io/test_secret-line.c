#include "config.h"
#include "base/io/secret-line.h"

#include "support/check_main.h"

#define URL "postgres://a:b@db/x"

START_TEST(what_people_put_around_a_url_is_left_out)
{
	static const struct {
		const char *line, *bare, *off;
	} rows[] = {
		{ URL, URL, "" },
		{ " " URL "\r\n", URL, "" },
		{ "\xef\xbb\xbf" URL, URL, "a byte order mark" },
		{ "A_URL=" URL, URL, "`A_URL=`" },
		{ "A_URL = \"" URL "\" ", URL, "`A_URL=`, quotes" },
		{ "export X='" URL "';", URL, "`export`, `X=`, quotes, `;`" },
		{ "X=" URL ";", URL, "`X=`, `;`" },
		{ "secret1=" URL, URL, "`NAME=`" },
		{ "`" URL "`", URL, "quotes" },
		{ "<" URL ">", URL, "quotes" },
		{ "\xe2\x80\x9c" URL "\xe2\x80\x9d", URL, "quotes" },
		/* What may be the URL's own stays. */
		{ URL ";", URL ";", "" },
		{ URL "?a='", URL "?a='", "" },
		{ "\"" URL, "\"" URL, "" },
		{ "exportX" URL, "exportX" URL, "" },
		/* A password is left as it is. */
		{ "a=\"b\"", "a=\"b\"", "" },
		{ "'quoted'", "'quoted'", "" },
		{ "", "", "" },
		{ "=", "=", "" },
		{ "\"", "\"", "" },
	};
	for (size_t i = 0; i < ELEMENTS(rows); i++) {
		own(buf) struct buf off = { 0 };
		struct span bare =
			secret_line_bare(span_of(rows[i].line), &off);
		ck_assert_msg(span_is(bare, rows[i].bare), "%s: " SPAN_FMT,
			rows[i].line, SPAN_ARG(bare));
		ck_assert_str_eq(buf_str(&off), rows[i].off);
	}
}
END_TEST

int
main(void)
{
	const TTest *const tests[] = {
		what_people_put_around_a_url_is_left_out
	};
	return check_main("secret-line", tests, ELEMENTS(tests));
}
