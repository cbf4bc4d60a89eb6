/* The course of incidents: looks, decisions, rehearsals, attempts,
 * verification, each begun when it is due. The store is the only memory:
 * whatever is not done yet is found there again after a restart. */
#pragma once

#include <systemd/sd-event.h>

#include "head/desk.h"

struct course;

/* Takes a copy of the desk, whose fields are borrowed; its hands are the
 * course's own. */
int course_new(sd_event *loop, const struct desk *desk, struct course **ret,
	struct why *why);
/* Hands that mend live on. */
void course_free(struct course *c);
OWN(course, struct course *, course_free);

/* Counts a fault, inside the transaction of its batch; course_wake() after the
 * commit. */
int course_fault(struct course *c, const struct app *app, const char *rule,
	const struct fault *f, usec now, struct why *why);
/* The time on the wall in *ret_now, after the store has followed it where it
 * was set. Asked before anything is decided by it, outside of a transaction.
 * Negative: decide nothing. */
int course_clock(struct course *c, usec *ret_now, struct why *why);
/* Something changed in the store: looks what is due, soon. */
void course_wake(struct course *c);
/* Hands that are at work now. */
size_t course_busy(const struct course *c);
