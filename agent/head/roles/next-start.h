/* When a role's process that ended is followed by another: after a pause that
 * doubles while they do not last a minute, so that those which die of the same
 * thing cannot take a core. A part of the files that start such roles. */
#pragma once

#include <systemd/sd-event.h>

#include "base/clock.h"

struct next_start;

/* Starts another one, from the loop; it may plan the next start, or free what
 * calls it. */
typedef void next_start_fn(void *arg);

/* Plans nothing yet; `least` is the first pause. Owned; `loop` and `arg` are
 * borrowed and outlive it. */
struct next_start *
next_start_new(sd_event *loop, usec least, next_start_fn *start, void *arg);
/* Cancels what is planned. */
void next_start_free(struct next_start *n);
OWN(next_start, struct next_start *, next_start_free);

/* The process is up since then (clock_mono()), until the next one is planned.
 */
void next_start_up(struct next_start *n, usec since);
bool next_start_is_up(const struct next_start *n);
/* The process ended, or could not be started: calls `start` once, after a pause
 * of at most `most`; what was planned before is dropped. A loop that can make
 * no timer ends with -ENOMEM, for nobody would start anything any more, and the
 * service manager starts head again. */
void next_start_plan(struct next_start *n, usec most);
bool next_start_is_planned(const struct next_start *n);
/* How long the pause is that was planned last; 0: none was. */
usec next_start_pause(const struct next_start *n);
