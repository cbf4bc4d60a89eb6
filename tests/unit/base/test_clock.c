#include "config.h"
#include "base/clock.h"

#include <time.h>

#include "support/check_main.h"

START_TEST(docker_times_are_read_to_the_nanosecond)
{
	static const struct {
		const char *text;
		int64_t ns;
	} cases[] = {
		{ "1970-01-01T00:00:00Z", 0 },
		{ "1970-01-01T00:00:00.000000001Z", 1 },
		{ "2026-11-22T12:25:44.52255286Z", 1795350344522552860 },
		{ "2026-11-22T13:25:44.5+01:00", 1795350344500000000 },
		{ "2026-11-22T07:25:44-05:00", 1795350344000000000 },
		{ "2024-02-29T23:59:59Z", 1709251199000000000 },
		{ "2000-03-01 00:00:00Z", 951868800000000000 },
		{ "2026-11-22t12:25:44.1234567899z", 1795350344123456789 },
	};
	for (size_t i = 0; i < ELEMENTS(cases); i++) {
		int64_t ns = -1;
		ck_assert_msg(clock_parse(span_of(cases[i].text), &ns), "%s",
			cases[i].text);
		ck_assert_int_eq(ns, cases[i].ns);
	}
}
END_TEST

START_TEST(what_is_no_time_is_refused)
{
	static const char *const cases[] = { "", "2026", "2026-11-22",
		"2026-11-22T12:25:44", "2026-11-22T12:25:44.Z",
		"2026-11-22T12:25:44Zx", "2026-13-22T12:25:44Z",
		"2026-00-22T12:25:44Z", "2026-11-22T24:25:44Z",
		"2026-11-22T12:60:44Z", "1969-11-22T12:25:44Z",
		"9999-11-22T12:25:44Z", "2026-11-22T12:25:44+1:00",
		"2026-11-22T12:25:44+24:00", " 2026-11-22T12:25:44Z" };
	for (size_t i = 0; i < ELEMENTS(cases); i++) {
		int64_t ns;
		ck_assert_msg(
			!clock_parse(span_of(cases[i]), &ns), "'%s'", cases[i]);
	}
}
END_TEST

START_TEST(every_day_agrees_with_the_system)
{
	for (time_t day = 0; day < 200 * 365; day += 17) {
		time_t at = day * 86400 + 12345;
		struct tm tm;
		char text[CLOCK_TEXT];
		gmtime_r(&at, &tm);
		strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ", &tm);
		int64_t ns = 0;
		ck_assert(clock_parse(span_of(text), &ns));
		ck_assert_int_eq(ns, (int64_t)at * 1000000000);
		char back[CLOCK_TEXT];
		ck_assert_str_eq(clock_text_ns(ns, back), text);
	}
}
END_TEST

START_TEST(a_time_is_written_as_docker_writes_it)
{
	char text[CLOCK_TEXT];
	ck_assert_str_eq(clock_text_ns(1795350344522552860, text),
		"2026-11-22T12:25:44.52255286Z");
	ck_assert_str_eq(clock_text_ns(1795350344000000001, text),
		"2026-11-22T12:25:44.000000001Z");
	ck_assert_str_eq(
		clock_text((usec)1795350344 * USEC_SECOND + 999999, text),
		"2026-11-22T12:25:44Z");
}
END_TEST

START_TEST(durations_have_a_unit)
{
	static const struct {
		const char *text;
		usec length;
	} cases[] = {
		{ "500ms", 500 * 1000 },
		{ "2s", 2 * USEC_SECOND },
		{ "10m", 10 * USEC_MINUTE },
		{ "6h", 6 * USEC_HOUR },
		{ "1d", USEC_DAY },
		{ "0s", 0 },
	};
	for (size_t i = 0; i < ELEMENTS(cases); i++) {
		usec got = 1;
		ck_assert(duration_parse(span_of(cases[i].text), &got));
		ck_assert_uint_eq(got, cases[i].length);
		char text[CLOCK_TEXT];
		if (got)
			ck_assert_str_eq(
				duration_text(got, text), cases[i].text);
	}
	static const char *const bad[] = { "", "10", "s", "-1s", "1.5s", "1 s",
		"1sec", "1S", "99999999999999s", "1w" };
	usec got;
	for (size_t i = 0; i < ELEMENTS(bad); i++)
		ck_assert_msg(
			!duration_parse(span_of(bad[i]), &got), "'%s'", bad[i]);
}
END_TEST

START_TEST(a_duration_has_a_largest_value)
{
	static const char *const most[] = { "10000d", "240000h", "864000000s",
		"864000000000ms" };
	static const char *const more[] = { "10001d", "240001h", "864000001s",
		"864000000001ms", "999999999999d", "213503982334602d",
		"18446744073709551616s", "99999999999999999999999999d" };
	usec got;
	for (size_t i = 0; i < ELEMENTS(most); i++) {
		ck_assert(duration_parse(span_of(most[i]), &got));
		ck_assert_uint_eq(got, DURATION_MAX);
		ck_assert(!duration_is_too_long(span_of(most[i])));
	}
	for (size_t i = 0; i < ELEMENTS(more); i++) {
		ck_assert(!duration_parse(span_of(more[i]), &got));
		ck_assert(duration_is_too_long(span_of(more[i])));
	}
	ck_assert(!duration_is_too_long(SPAN("99999999999w")));
	ck_assert(!duration_is_too_long(SPAN("d")));
}
END_TEST

START_TEST(a_long_duration_is_told_in_two_units)
{
	char text[CLOCK_TEXT];
	ck_assert_str_eq(duration_text(90 * USEC_SECOND, text), "1m 30s");
	ck_assert_str_eq(
		duration_text(USEC_DAY + 2 * USEC_HOUR + 3 * USEC_MINUTE, text),
		"1d 2h");
	ck_assert_str_eq(duration_text(0, text), "0ms");
}
END_TEST

CHECK_MAIN("clock", docker_times_are_read_to_the_nanosecond,
	what_is_no_time_is_refused, every_day_agrees_with_the_system,
	a_time_is_written_as_docker_writes_it, durations_have_a_unit,
	a_duration_has_a_largest_value, a_long_duration_is_told_in_two_units)
