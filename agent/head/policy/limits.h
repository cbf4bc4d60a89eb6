/* How often, how soon, and whether at all: pure functions over values. Times
 * that lie in the future (a clock that was set back) count as recent. */
#pragma once

#include <stdbool.h>

#include "config/settings.h"

struct limits_answer {
	bool allowed;
	usec until;     /* if not allowed: when it is worth asking again */
	char text[256]; /* why not, or which limits were passed: a sentence */
};

/* A past attempt on the database in question, of whatever incident. */
struct past_attempt {
	usec started;
	usec ended;  /* 0: still under way, which forbids another one */
	bool failed; /* it ended otherwise than applied and verified */
};

/* What limits_check() looks at. */
struct limits {
	usec now;
	const struct policy *policy;
	/* Newest first, back to the last one that did not fail at least, as
	 * each failure in a row doubles the cooldown. */
	const struct past_attempt *past;
	size_t n_past;
	bool paused;
	const char *frozen; /* the freeze file that exists; NULL: none */
	bool awaited;       /* Docker did not tell the service's labels yet */
};

/* The cooldown after attempts that failed is doubled, at most to this. */
#define LIMITS_COOLDOWN_MOST (6 * USEC_HOUR)
/* Nobody can say when a pause or a freeze ends: asked again this often. */
#define LIMITS_STOP_RETRY (30 * USEC_SECOND)

#define LIMITS_LABELS_AWAITED                                                 \
	"Docker has not told yet what labels the app's service has, and one " \
	"may forbid it: `logmend doctor` says what keeps it from answering"

/* Whether an attempt may start now: pause, freeze file, labels that are not
 * known yet, an attempt under way, attempts an hour and a day, cooldown, in
 * this order. */
struct limits_answer limits_check(const struct limits *l);

/* Whether the freeze file is there. What cannot be told counts as there. */
bool limits_frozen(const char *freeze_file);

/* first, doubled `times` times, at most `most`. */
usec limits_backoff(usec first, usec most, unsigned times);

/* Probes of ended incidents, and of a not-confirmed one seen again. */
#define LIMITS_RECHECK_FIRST (5 * USEC_MINUTE)
#define LIMITS_RECHECK_MOST (6 * USEC_HOUR)
static inline usec
limits_recheck(unsigned times)
{
	return limits_backoff(LIMITS_RECHECK_FIRST, LIMITS_RECHECK_MOST, times);
}

/* A question that nobody answered is asked again when its fault is seen, so
 * often at most. A clock that was set back keeps nobody from being asked. */
#define LIMITS_ASK_AGAIN (6 * USEC_HOUR)
static inline bool
limits_ask_again(usec asked, usec now)
{
	return asked > now || asked + LIMITS_ASK_AGAIN <= now;
}

/* Open incidents per app and class; the rest go into one roll-up incident. */
#define LIMITS_OPEN 20u
static inline bool
limits_open(size_t n_open)
{
	return n_open < LIMITS_OPEN;
}

/* Diagnoses per app and hour. `starts` are at least the last hour's. */
#define LIMITS_LOOKS_HOUR 12u
struct limits_answer limits_look(const usec *starts, size_t n, usec now);

/* Notices that a log line alone may bring about, per app: one an hour, the rest
 * is counted. `last` is the last one's time, 0 for none; one in the future is
 * none. */
bool limits_hourly_notice(usec last, usec now);
