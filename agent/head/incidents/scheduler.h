/* When something is to be done for an incident: looks, decisions, rehearsals,
 * attempts, verification, each begun when it is due. The store is the only
 * memory: whatever is not done yet is found there again after a restart. */
#pragma once

#include <systemd/sd-event.h>

#include "head/incidents/incidents.h"

struct scheduler;

/* Takes a copy of what the incidents share, whose fields are borrowed; its
 * hands are the scheduler's own. `loop` is theirs. It wants to be run at once.
 */
int scheduler_new(sd_event *loop, const struct incidents *incidents,
	struct scheduler **ret, struct why *why);
/* Hands that mend live on. */
void scheduler_free(struct scheduler *c);
OWN(scheduler, struct scheduler *, scheduler_free);

/* Counts a fault, inside the transaction of its batch; scheduler_wake() after
 * the commit. */
int scheduler_fault(struct scheduler *c, const struct app *app,
	const char *rule, const struct fault *f, usec now, struct why *why);
/* Whether an incident of the app is open that has this class, which names no
 * object, and was opened by this rule; false also if the store cannot tell. */
bool scheduler_is_open(struct scheduler *c, const struct app *app,
	enum fault_class class, const char *rule);
/* The reason of that incident is over: takes the step, EVENT_GONE or
 * EVENT_CLOSE, of which nobody hears, if there is one. -EAGAIN: it is not
 * reported yet. */
int scheduler_over(struct scheduler *c, const struct app *app,
	enum fault_class class, enum incident_event event, const char *text,
	struct why *why);
/* The time on the wall in *ret_now, after the store has followed it where it
 * was set. Asked before anything is decided by it, outside of a transaction.
 * Negative: decide nothing. */
int scheduler_clock(struct scheduler *c, usec *ret_now, struct why *why);
/* Does what is due; asks to be woken for what is due next. */
void scheduler_run(struct scheduler *c);
/* Something changed in the store: asks to be run soon. */
void scheduler_wake(struct scheduler *c);
/* A line about one of its notices in the timeline of an incident. */
int scheduler_moment(struct scheduler *c, uint64_t incident, const char *text,
	usec now, struct why *why);
/* Hands that are at work now. */
size_t scheduler_busy(const struct scheduler *c);
