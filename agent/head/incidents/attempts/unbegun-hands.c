#include "config.h"
#include "head/incidents/attempts/unbegun-hands.h"

#include <errno.h>

#include "base/io/spawn.h"
#include "head/incidents/incidents.h"
#include "head/incidents/run-memory.h"
#include "head/incidents/transition.h"
#include "head/model/incident.h"
#include "head/policy/overdue.h"
#include "wire/attempt-file.h"
#include "wire/result.h"

enum attempts_next
unbegun_hands_stop(struct incidents *d, const struct attempt *a,
	const char *reason, struct why *why)
{
	int r = attempt_file_withdraw(d->settings->store, a->key, reason, why);
	if (r == -EEXIST)
		return ATTEMPTS_WAIT; /* see what they do */
	/* The file could not be made, for example on a full disk. If this run
	 * began the attempt, only its own hands had the job, and they are gone;
	 * else hands of an earlier head may have it. */
	return r < 0 && !run_memory_began(&d->memory, a->key) ? ATTEMPTS_TROUBLE
							      : ATTEMPTS_START;
}

/* So often hands are sent again that ended before they began. */
#define AGAIN_MOST 3u

/* They never come to it: what an attempt that failed is. */
static enum attempts_next
never_begun(struct incidents *d, struct incident *i, const char *said, usec now,
	struct why *why)
{
	own(str) char *text =
		xprintf("hands ended %u times before they began, so nothing "
			"was changed%s%s",
			AGAIN_MOST + 1, said ? "; the last time: " : "",
			said ? said : "");
	struct result failed = { .outcome = OUTCOME_NOT_APPLIED,
		.fault = ANSWER_UNKNOWN,
		.history = ANSWER_UNKNOWN,
		.text = text };
	return attempts_adopt(d, i, &failed, now, why) < 0 ? ATTEMPTS_TROUBLE
							   : ATTEMPTS_DONE;
}

/* What hands left is put out of the way before they are sent again. */
enum attempts_next
unbegun_hands_again(struct incidents *d, struct incident *i, struct attempt *a,
	bool has_file, const char *said, usec now, struct why *why)
{
	struct attempt_memory *known = run_memory_attempt(&d->memory, a->key);
	char length[CLOCK_TEXT];
	if (known->unbegun >= AGAIN_MOST) {
		enum attempts_next next = has_file
			? ATTEMPTS_START
			: unbegun_hands_stop(d, a, "hands never began", why);
		return next == ATTEMPTS_START
			? never_begun(d, i, said, now, why)
			: next;
	}
	if (has_file &&
		attempt_file_set_aside(d->settings->store, a->key, why) < 0)
		return ATTEMPTS_TROUBLE;
	known->overdue = (struct overdue){ 0 };
	usec pause = spawn_pause(++known->unbegun);
	own(str) char *text = xprintf(
		"hands ended before they began, and nothing was "
		"changed: they are sent again in %s (%u of %u)",
		duration_text(pause, length), known->unbegun, AGAIN_MOST);
	incidents_hold(d, i->id, now + pause);
	(void)transition_say(d, i, "step", text, now);
	return ATTEMPTS_WAIT;
}

int
unbegun_hands_recovered(struct incidents *d, struct incident *i,
	const struct result *r, usec now, struct why *why)
{
	struct attempt a = { 0 };
	own(result) struct result said = { 0 };
	enum attempt_file_state state = ATTEMPT_FILE_RUNNING;
	int e = attempts_under_way(d, i, &a, why);
	if (e >= 0)
		e = attempt_file_read(
			d->settings->store, a.key, &state, &said, why);
	bool gone = state == ATTEMPT_FILE_LOST || state == ATTEMPT_FILE_UNBEGUN;
	if (e >= 0 && gone &&
		unbegun_hands_again(d, i, &a, true, r->text, now, why) ==
			ATTEMPTS_TROUBLE)
		e = -EIO;
	attempt_clear(&a);
	return e;
}
