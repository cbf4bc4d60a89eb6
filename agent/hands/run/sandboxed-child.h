/* A throw-away child of hands for what may block, or die of its input: it gets
 * a socket and nothing else, and ends with us at the latest. */
#pragma once

#include <sys/types.h>

#include "base/clock.h"
#include "base/io/frame.h"

struct sandboxed_child {
	pid_t pid;
	int sock;
};

/* Forks, for some seconds where there is no process, memory or descriptor left
 * for it. 0: `ret` is the child; 1: we are the child, every other descriptor is
 * closed, ret->sock leads to the parent; or a negative errno. */
int sandboxed_child_fork(struct sandboxed_child *ret, struct why *why);
/* The next frame: 1, 0 when the child is gone, -ETIMEDOUT, or another error. */
int sandboxed_child_recv(
	const struct sandboxed_child *h, usec deadline, struct frame *f);
/* Ends it, whatever it does: it holds nothing of value. */
void sandboxed_child_end(struct sandboxed_child *h);
