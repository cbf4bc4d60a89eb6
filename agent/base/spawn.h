/* Children: a full path and an argv, an environment that is given whole, a
 * session of their own, default signals, and no descriptor that was not named.
 * Never a shell. */
#pragma once

#include <sys/types.h>

#include "base/clock.h"
#include "base/why.h"

#define SPAWN_FDS 13u

struct spawn {
	const char *const *argv; /* ends with NULL */
	const char *path;        /* absolute; NULL: argv[0] is */
	const char *const *env;  /* NAME=value; NULL: PATH and LANG=C only */
	const char *in;          /* fed to standard input; NULL: /dev/null */
	size_t in_len;
	const int *fds;   /* become 3, 4, ... in the child */
	size_t n_fds;     /* at most SPAWN_FDS */
	bool keep_stderr; /* the child writes where we do */
	bool ours;        /* it is logmend, and keeps our limit on open files */
};

/* Starts it; a child that cannot be executed is an error here, in a sentence.
 * The caller reaps. `in` must be NULL. */
int spawn_start(const struct spawn *s, pid_t *ret, struct why *why);

struct spawn_result {
	int status; /* as waitpid() gives it */
	struct buf out, err;
	bool cut; /* more came than max_out */
};

/* Runs it to its end: over when it is reaped and its output has ended. Killed
 * with its whole session at `deadline` (clock_mono(); -ETIMEDOUT) and when it
 * writes more than max_out to either stream (cut is set, -EFBIG). */
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
