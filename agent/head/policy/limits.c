#include "config.h"
#include "head/policy/limits.h"

#include <stdarg.h>
#include <stdio.h>

#include "wire/stop-files.h"

static struct limits_answer
forbid(usec until, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

static struct limits_answer
forbid(usec until, const char *fmt, ...)
{
	struct limits_answer a = { .until = until };
	va_list args;
	va_start(args, fmt);
	vsnprintf(a.text, sizeof(a.text), fmt, args);
	va_end(args);
	return a;
}

static const struct limits_answer allowed = { .allowed = true };

usec
limits_backoff(usec first, usec most, unsigned times)
{
	usec wait = first;
	for (unsigned i = 0; i < times && wait < most; i++)
		wait *= 2;
	return MIN(wait, most);
}

bool
limits_frozen(const char *freeze_file)
{
	return stop_files_frozen(freeze_file);
}

/* What a person set, and what must never happen twice at once (promise 4). */
static struct limits_answer
check_stop(const struct limits *l)
{
	usec again = l->now + LIMITS_STOP_RETRY;
	if (l->paused)
		return forbid(again,
			"paused: no attempt starts before `logmend resume`");
	if (l->frozen)
		return forbid(again,
			"frozen: no attempt starts while %.160s exists",
			l->frozen);
	if (l->awaited)
		return forbid(again, "%s", LIMITS_LABELS_AWAITED);
	for (size_t i = 0; i < l->n_past; i++)
		if (!l->past[i].ended)
			return forbid(again,
				"another attempt on this database is under "
				"way");
	return allowed;
}

/* At most so many attempts within any window of this length. A window that
 * would end later than one length from now is a clock that was set back: then
 * one length is waited, not more. */
static struct limits_answer
check_rate(const struct limits *l, usec window, unsigned most, const char *name)
{
	if (most == 0)
		return forbid(l->now + window,
			"the policy allows no attempt a%s %s",
			*name == 'h' ? "n" : "", name);
	if (l->n_past < most)
		return allowed;
	/* There is room again once the most-th newest is old enough. */
	usec room = l->past[most - 1].started + window;
	if (room <= l->now)
		return allowed;
	return forbid(MIN(room, l->now + window),
		"the limit of %u attempts a%s %s on this database is reached",
		most, *name == 'h' ? "n" : "", name);
}

/* The least time between two attempts, counted from the end of the last one and
 * doubled for each that failed in a row: what failed twice will not work the
 * third time because it is tried sooner. */
static struct limits_answer
check_cooldown(const struct limits *l)
{
	if (!l->n_past)
		return allowed;
	unsigned failed = 0;
	while (failed < l->n_past && l->past[failed].failed)
		failed++;
	usec least = l->policy->cooldown;
	usec cooldown =
		limits_backoff(least, MAX(least, LIMITS_COOLDOWN_MOST), failed);
	usec over = l->past[0].ended + cooldown;
	if (over <= l->now)
		return allowed;
	char text[CLOCK_TEXT];
	return forbid(MIN(over, l->now + cooldown),
		"the cooldown of %s after the last attempt on this database is "
		"not over%s",
		duration_text(cooldown, text),
		failed ? " (doubled for each one that failed)" : "");
}

struct limits_answer
limits_check(const struct limits *l)
{
	struct limits_answer a = check_stop(l);
	if (a.allowed)
		a = check_rate(l, USEC_HOUR, l->policy->attempts.hour, "hour");
	if (a.allowed)
		a = check_rate(l, USEC_DAY, l->policy->attempts.day, "day");
	if (a.allowed)
		a = check_cooldown(l);
	if (!a.allowed)
		return a;
	/* The reason of a decision to act names the limits that it passed. */
	unsigned hour = 0, day = 0;
	for (size_t i = 0; i < l->n_past; i++) {
		hour += l->past[i].started + USEC_HOUR > l->now;
		day += l->past[i].started + USEC_DAY > l->now;
	}
	char text[CLOCK_TEXT];
	snprintf(a.text, sizeof(a.text),
		"attempts on this database: %u of %u within the hour, %u of %u "
		"within the day; cooldown %s is over; not paused, not frozen",
		hour, l->policy->attempts.hour, day, l->policy->attempts.day,
		duration_text(l->policy->cooldown, text));
	return a;
}

struct limits_answer
limits_look(const usec *starts, size_t n, usec now)
{
	unsigned recent = 0;
	usec room = now + USEC_HOUR;
	for (size_t i = 0; i < n; i++)
		if (starts[i] + USEC_HOUR > now) {
			recent++;
			room = MIN(room, starts[i] + USEC_HOUR);
		}
	if (recent < LIMITS_LOOKS_HOUR)
		return allowed;
	return forbid(room, "this app was diagnosed %u times within the hour",
		recent);
}

bool
limits_hourly_notice(usec last, usec now)
{
	/* The future: the clock was set back, and nobody was told since. */
	return last == 0 || last > now || last + USEC_HOUR <= now;
}
