/* Times. `usec` is microseconds since 1970 (UTC) or a length in microseconds;
 * log times keep Docker's nanoseconds. Functions that decide take `now`. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"

typedef uint64_t usec;

#define USEC_SECOND ((usec)1000000)
#define USEC_MINUTE (60 * USEC_SECOND)
#define USEC_HOUR (60 * USEC_MINUTE)
#define USEC_DAY (24 * USEC_HOUR)
#define USEC_NEVER UINT64_MAX
#define NSEC_USEC 1000
#define NSEC_SECOND (NSEC_USEC * (int64_t)USEC_SECOND)

/* Microseconds since 1970. An administrator or NTP may set this clock, forwards
 * or backwards: it dates what people read, and times no wait. */
usec clock_wall(void);
/* CLOCK_MONOTONIC: nobody can set it, and it stands still while the machine
 * sleeps. For waits and deadlines inside one process. */
usec clock_mono(void);
/* CLOCK_BOOTTIME: nobody can set it, and it goes on while the machine sleeps.
 * Its difference from clock_wall() tells how far somebody set the wall clock.
 * https://man7.org/linux/man-pages/man2/clock_gettime.2.html */
usec clock_boot(void);

/* CPU time that this thread has used, for budgets. The argument is not used. */
usec clock_cpu(void *arg);

/* Where the files that decide take the time from: clock_system, or one that a
 * test sets. */
struct clock {
	usec (*wall)(void *arg);
	usec (*steady)(void *arg); /* clock_boot()'s */
	void *arg;
};
extern const struct clock clock_system;

/* Reads RFC 3339 as Docker writes it, `2026-11-22T12:25:44.52255286Z`, with
 * any offset and any number of decimals, into nanoseconds since 1970. Digits
 * behind the ninth decimal are dropped. Returns false, and leaves *ret_ns
 * alone, if the text is anything else. */
bool clock_parse(struct span text, int64_t *ret_ns);
#define CLOCK_TEXT 40
/* Writes RFC 3339 in UTC; decimals without trailing zeros, as Docker writes
 * them. Returns `text`. */
const char *clock_text_ns(int64_t ns, char text[CLOCK_TEXT]);
/* The same for microseconds, cut to whole seconds, for people. */
const char *clock_text(usec when, char text[CLOCK_TEXT]);

/* Far less than the time since 1970, so that sums and differences with a time
 * of today fit, in nanoseconds too. */
#define DURATION_MAX (10000 * USEC_DAY)
#define DURATION_MAX_TEXT "10000d"

/* Reads a duration: `500ms`, `2s`, `10m`, `6h`, `1d`. Returns false if the
 * text is none, or one beyond DURATION_MAX. */
bool duration_parse(struct span text, usec *ret);
/* Whether it is a duration, and beyond DURATION_MAX. */
bool duration_is_too_long(struct span text);
/* Writes the largest unit that fits and, down to seconds, the next smaller one
 * where something is left: `1h 30m`. Returns `text`. */
const char *duration_text(usec length, char text[CLOCK_TEXT]);
