#include "config.h"

#include "eyes/format/log-prefix.h"
#include "support/check_main.h"

START_TEST(a_prefix_ends_where_the_apps_line_begins)
{
	static const struct {
		const char *prefix, *line;
		enum log_prefix_kind kind;
	} table[] = {
		{ "2026-11-23T03:11:07.482Z stderr F ", "x", LOG_PREFIX_CRI },
		{ "2026-11-23T03:11:07.482+01:00 stdout P ", "x",
			LOG_PREFIX_CRI },
		{ "2026-11-23T03:11:07Z stdout F", "", LOG_PREFIX_CRI },
		{ "2026-11-23T03:11:07.482913+00:00 app[web.1]: ", "x: y",
			LOG_PREFIX_HEROKU },
		{ "2026-11-23T03:11:07Z ", "x [1]: y", LOG_PREFIX_TIMESTAMP },
		{ "2026-11-23T03:11:07Z", "", LOG_PREFIX_TIMESTAMP },
		{ "Nov 23 03:11:07 vm api[812]: ", "x", LOG_PREFIX_SYSLOG },
		{ "Nov  3 03:11:07 vm api[812]:", "", LOG_PREFIX_SYSLOG },
		{ "api-1  | ", "  x", LOG_PREFIX_COMPOSE },
		{ "api-1  |", "", LOG_PREFIX_COMPOSE },
		{ "0|api  | ", "x", LOG_PREFIX_COMPOSE },
		{ "srv-captain--api.1.x2k9q@node1    | ", "x",
			LOG_PREFIX_COMPOSE },
		{ "", "2026-11-23 03:11:07 x", LOG_PREFIX_NONE },
		{ "", "2026-11-23T03:11 x", LOG_PREFIX_NONE },
		{ "", "Nov 23 03:11:07 vm x", LOG_PREFIX_NONE },
		{ "", "nov 23 03:11:07 vm api[812]: x", LOG_PREFIX_NONE },
		{ "", "api-1 |x", LOG_PREFIX_NONE },
		{ "", "api-1| x", LOG_PREFIX_NONE },
		{ "", "a b | x", LOG_PREFIX_NONE },
		{ "", "| x", LOG_PREFIX_NONE },
		{ "", "", LOG_PREFIX_NONE },
	};
	for (size_t i = 0; i < ELEMENTS(table); i++) {
		own(str) char *line =
			xprintf("%s%s", table[i].prefix, table[i].line);
		enum log_prefix_kind kind;
		size_t len = log_prefix_of(span_of(line), &kind);
		ck_assert_msg(
			len == strlen(table[i].prefix) && kind == table[i].kind,
			"'%s': kind %d, %zu bytes", line, kind, len);
	}
}
END_TEST

/* A time with a tail of forty bytes is somebody's text. */
START_TEST(what_is_too_long_for_one_is_none)
{
	enum log_prefix_kind kind;
	ck_assert_uint_eq(
		log_prefix_of(SPAN("2026-11-23T03:11:07.4829135550000000000000"
				   "000000000Z x"),
			&kind),
		0);
	char name[80];
	memset(name, 'a', sizeof(name));
	memcpy(name + 70, " | x", 4);
	ck_assert_uint_eq(log_prefix_of((struct span){ name, 74 }, &kind), 0);
	ck_assert_int_eq(kind, LOG_PREFIX_NONE);
}
END_TEST

CHECK_MAIN("log-prefix", a_prefix_ends_where_the_apps_line_begins,
	what_is_too_long_for_one_is_none)
