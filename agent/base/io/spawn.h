/* Starts child processes: a full path and an argv, never a shell; an
 * environment that the caller gives as a whole; a session of their own, so that
 * one kill() reaches everything they started; default signals; and no
 * descriptor but those that the caller names. */
#pragma once

#include <sys/types.h>

#include "base/clock.h"
#include "base/why.h"

#define SPAWN_FDS 13u

struct spawn {
	const char *const *argv; /* ends with NULL */
	const char *path;        /* absolute; NULL: argv[0] is */
	const char *const *env;  /* NAME=value; NULL: PATH and LANG=C only */
	const char *in;          /* written to standard input; NULL: nothing */
	size_t in_len;
	const int *fds;   /* become 3, 4, ... in the child */
	size_t n_fds;     /* at most SPAWN_FDS */
	bool keep_stderr; /* the child shares our standard error */
	bool ours;        /* it is logmend, and keeps our limit on open files */
	bool dies_with_us; /* the kernel kills it when this process ends */
};

/* Whether a process could not be started for want of something that others may
 * give back at any moment: processes, memory, open files. */
bool spawn_may_pass(int r);
/* How long to wait before it is tried again, after so many failures in a row:
 * from a second up to ten. */
usec spawn_pause(unsigned failures);

/* Starts the child and returns. A program that cannot be executed is an error
 * of this call, with a sentence in `why`. The caller reaps *ret. `in` must be
 * NULL. */
int spawn_start(const struct spawn *s, pid_t *ret, struct why *why);

struct spawn_result {
	int status; /* as waitpid() gives it */
	struct buf out, err;
	bool cut; /* the child wrote more than max_out */
};

/* Runs the child to its end, which is reached when it is reaped and its output
 * has ended. Kills its whole session at `deadline` (clock_mono(); -ETIMEDOUT)
 * and when it writes more than max_out bytes to either stream (-EFBIG, and
 * `cut` is set). Where a start fails for what may pass, it is tried again for
 * some seconds. *ret must be zeroed; free it in any case. The call blocks:
 * head's loop must not use it. */
int spawn_run(const struct spawn *s, usec deadline, size_t max_out,
	struct spawn_result *ret, struct why *why);
void spawn_result_free(struct spawn_result *r);
static inline void
spawn_result_let_go(struct spawn_result *r)
{
	spawn_result_free(r);
}
/* "exit status 1", "killed by signal 9 (Killed)". */
const char *spawn_status_text(int status, char text[64]);
