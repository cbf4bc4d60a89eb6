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

usec clock_wall(void);
usec clock_mono(void);
/* Runs on while the machine sleeps; nobody sets it. */
usec clock_boot(void);

/* Where the files that decide take the time from: clock_system, or one that a
 * test sets. */
struct clock {
	usec (*wall)(void *arg);
	usec (*steady)(void *arg); /* clock_boot()'s */
	void *arg;
};
extern const struct clock clock_system;

/* RFC 3339 as Docker writes it: `2026-11-22T12:25:44.52255286Z`, any offset,
 * up to nine decimals; nanoseconds since 1970. false if it is not one. */
bool clock_parse(struct span text, int64_t *ret_ns);
#define CLOCK_TEXT 40
/* RFC 3339 in UTC; decimals without trailing zeros, as Docker writes them. */
const char *clock_text_ns(int64_t ns, char text[CLOCK_TEXT]);
/* In UTC with whole seconds, for people. */
const char *clock_text(usec when, char text[CLOCK_TEXT]);

/* `500ms`, `2s`, `10m`, `6h`, `1d`; false if it is not one. */
bool duration_parse(struct span text, usec *ret);
/* The shortest of those forms that is exact, else rounded to two units. */
const char *duration_text(usec length, char text[CLOCK_TEXT]);
