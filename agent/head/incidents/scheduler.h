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
/* A container of the app began to run: its image may have what was proposed. */
void scheduler_started(struct scheduler *c, const struct app *app);
/* Other settings are in force, and the old ones go. Hands that mend go on;
 * what others are finding out is found out again. What waits is due. */
void scheduler_reload(struct scheduler *c, const struct settings *settings);
/* What its incidents share, for whoever changes one from outside; borrowed. */
struct incidents *scheduler_incidents(struct scheduler *c);
/* Hands that are at work now. */
size_t scheduler_busy(const struct scheduler *c);
