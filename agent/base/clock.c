#include "config.h"
#include "base/clock.h"

#include <stdio.h>
#include <time.h>

static usec
clock_read(clockid_t id)
{
	struct timespec ts;
	clock_gettime(id, &ts);
	return (usec)ts.tv_sec * USEC_SECOND + (usec)ts.tv_nsec / 1000;
}

usec
clock_wall(void)
{
	return clock_read(CLOCK_REALTIME);
}

usec
clock_mono(void)
{
	return clock_read(CLOCK_MONOTONIC);
}

usec
clock_cpu(void *arg)
{
	(void)arg;
	return clock_read(CLOCK_THREAD_CPUTIME_ID);
}

usec
clock_boot(void)
{
	return clock_read(CLOCK_BOOTTIME);
}

static usec
system_wall(void *arg)
{
	(void)arg;
	return clock_wall();
}

static usec
system_steady(void *arg)
{
	(void)arg;
	return clock_boot();
}

const struct clock clock_system = { system_wall, system_steady, NULL };

/* Days since 1970 of a proleptic Gregorian date, by the algorithm
 * days_from_civil of https://howardhinnant.github.io/date_algorithms.html.
 * Eyes call it for every line of a log; timegm() would take the time zone's
 * lock each time. */
static int64_t
days_of(int64_t y, unsigned m, unsigned d)
{
	y -= m <= 2;
	int64_t era = (y >= 0 ? y : y - 399) / 400;
	int64_t yoe = y - era * 400;
	int64_t doy = (153 * ((int64_t)m + (m > 2 ? -3 : 9)) + 2) / 5 + d - 1;
	return era * 146097 + yoe * 365 + yoe / 4 - yoe / 100 + doy - 719468;
}

/* Takes exactly `count` decimal digits off the front of s. */
static bool
digits(struct span *s, size_t count, unsigned *ret)
{
	if (s->len < count)
		return false;
	unsigned value = 0;
	for (size_t i = 0; i < count; i++) {
		if (s->data[i] < '0' || s->data[i] > '9')
			return false;
		value = value * 10 + (unsigned)(s->data[i] - '0');
	}
	*s = span_from(*s, count);
	*ret = value;
	return true;
}

/* Takes one of the characters `any` off the front of s. */
static bool
letter(struct span *s, const char *any)
{
	if (!s->len)
		return false;
	while (*any && *any != s->data[0])
		any++;
	if (!*any)
		return false;
	*s = span_from(*s, 1);
	return true;
}

/* Takes an optional `.123` off the front of s and adds it to *ns. Docker cuts
 * trailing zeros, so there may be any number of digits. */
static bool
fraction(struct span *s, int64_t *ns)
{
	if (!letter(s, "."))
		return true;
	size_t n = 0;
	int64_t value = 0;
	for (; n < s->len && s->data[n] >= '0' && s->data[n] <= '9'; n++)
		if (n < 9)
			value = value * 10 + (s->data[n] - '0');
	for (size_t i = n; i < 9; i++)
		value *= 10;
	*s = span_from(*s, n);
	*ns += value;
	return n > 0;
}

/* Takes `Z` or `+02:00` off the front of s. A time east of Greenwich is that
 * much earlier in UTC. */
static bool
offset(struct span *s, int64_t *ns)
{
	if (letter(s, "Zz"))
		return true;
	bool east = s->len && s->data[0] == '+';
	unsigned h, m;
	if (!letter(s, "+-") || !digits(s, 2, &h) || !letter(s, ":") ||
		!digits(s, 2, &m) || h > 23 || m > 59)
		return false;
	int64_t away = (int64_t)(h * 60 + m) * 60 * 1000000000;
	*ns += east ? -away : away;
	return true;
}

bool
clock_parse(struct span s, int64_t *ret_ns)
{
	unsigned y, mo, d, h, mi, sec;
	if (!digits(&s, 4, &y) || !letter(&s, "-") || !digits(&s, 2, &mo) ||
		!letter(&s, "-") || !digits(&s, 2, &d) || !letter(&s, "Tt ") ||
		!digits(&s, 2, &h) || !letter(&s, ":") || !digits(&s, 2, &mi) ||
		!letter(&s, ":") || !digits(&s, 2, &sec))
		return false;
	/* A signed 64-bit count of nanoseconds since 1970 ends in 2262. Second
	 * 60 is a leap second. */
	if (y < 1970 || y > 2200 || mo < 1 || mo > 12 || d < 1 || d > 31 ||
		h > 23 || mi > 59 || sec > 60)
		return false;
	int64_t ns = (days_of(y, mo, d) * 86400 + h * 3600 + mi * 60 + sec) *
		1000000000;
	if (!fraction(&s, &ns) || !offset(&s, &ns) || s.len)
		return false;
	*ret_ns = ns;
	return true;
}

static char *
put_digits(char *to, uint64_t value, size_t count)
{
	for (size_t i = count; i > 0; i--, value /= 10)
		to[i - 1] = (char)('0' + value % 10);
	return to + count;
}

/* The date of a day since 1970, as `2026-11-23`; the inverse of days_of(), by
 * civil_from_days of the same page. */
static char *
put_date(char *to, int64_t days)
{
	days += 719468;
	int64_t era = (days >= 0 ? days : days - 146096) / 146097;
	int64_t doe = days - era * 146097;
	int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
	int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
	int64_t mp = (5 * doy + 2) / 153;
	int64_t month = mp < 10 ? mp + 3 : mp - 9;
	int64_t year = yoe + era * 400 + (month <= 2);
	to = put_digits(to, (uint64_t)year, 4);
	*to++ = '-';
	to = put_digits(to, (uint64_t)month, 2);
	*to++ = '-';
	return put_digits(to, (uint64_t)(doy - (153 * mp + 2) / 5 + 1), 2);
}

/* The years of 64 bits of nanoseconds have four digits. */
const char *
clock_text_ns(int64_t ns, char text[CLOCK_TEXT])
{
	static const char between[] = "T::";
	int64_t sec = ns / 1000000000, rest = ns % 1000000000;
	int64_t days = (sec >= 0 ? sec : sec - 86399) / 86400;
	uint64_t of_day = (uint64_t)(sec - days * 86400);
	uint64_t parts[] = { of_day / 3600, of_day / 60 % 60, of_day % 60 };
	char *to = put_date(text, days);
	for (size_t i = 0; i < ELEMENTS(parts); i++) {
		*to++ = between[i];
		to = put_digits(to, parts[i], 2);
	}
	if (rest > 0) {
		*to++ = '.';
		to = put_digits(to, (uint64_t)rest, 9);
		while (to[-1] == '0')
			to--;
	}
	*to++ = 'Z';
	*to = '\0';
	return text;
}

const char *
clock_text(usec when, char text[CLOCK_TEXT])
{
	return clock_text_ns((int64_t)(when / USEC_SECOND) * 1000000000, text);
}

static const struct unit {
	const char *name;
	usec length;
} units[] = {
	{ "d", USEC_DAY },
	{ "h", USEC_HOUR },
	{ "m", USEC_MINUTE },
	{ "s", USEC_SECOND },
	{ "ms", 1000 },
};

/* The unit behind the number at the start of the text, whose digits are *n;
 * NULL if it is no duration. */
static const struct unit *
unit_of(struct span text, size_t *n)
{
	*n = 0;
	while (*n < text.len && text.data[*n] >= '0' && text.data[*n] <= '9')
		++*n;
	for (size_t i = 0; *n && i < ELEMENTS(units); i++)
		if (span_is(span_from(text, *n), units[i].name))
			return &units[i];
	return NULL;
}

bool
duration_parse(struct span text, usec *ret)
{
	size_t n;
	uint64_t count;
	const struct unit *unit = unit_of(text, &n);
	if (!unit || !span_u64(span_first(text, n), &count) ||
		count > DURATION_MAX / unit->length)
		return false;
	*ret = count * unit->length;
	return true;
}

bool
duration_is_too_long(struct span text)
{
	size_t n;
	usec length;
	return unit_of(text, &n) && !duration_parse(text, &length);
}

const char *
duration_text(usec length, char text[CLOCK_TEXT])
{
	size_t i = 0;
	while (i + 1 < ELEMENTS(units) && length < units[i].length)
		i++;
	usec rest = length % units[i].length;
	size_t len = (size_t)snprintf(text, CLOCK_TEXT, "%llu%s",
		(unsigned long long)(length / units[i].length), units[i].name);
	if (i + 1 < ELEMENTS(units) - 1 && rest >= units[i + 1].length)
		snprintf(text + len, CLOCK_TEXT - len, " %llu%s",
			(unsigned long long)(rest / units[i + 1].length),
			units[i + 1].name);
	return text;
}
