/* A program in a container that runs, started by the Engine's API: an argv,
 * which a shell there executes as it is. Docker ends no such program by itself,
 * also not where nobody listens to it any more. */
#pragma once

#include "base/buf.h"
#include "docker/engine.h"

#define EXEC_ERRORS (64u << 10) /* bytes of standard error that are kept */

struct exec_program {
	const char *const
		*argv; /* ends with NULL; argv[0] is looked up there */
	/* NAME=value, added to the container's, ends with NULL. Whoever may
	 * inspect the container's processes reads both. */
	const char *const *env;
	struct span in; /* for its standard input, where nobody else looks */
	size_t most;    /* bytes of standard output */
};

struct exec_result {
	struct buf out, err;
	int status; /* its exit status; 128 and more: a signal ended it */
};
void exec_result_free(struct exec_result *r);
static inline void
exec_result_let_go(struct exec_result *r)
{
	exec_result_free(r);
}

/* Runs it to its end. What does not end by the deadline (-ETIMEDOUT), writes
 * too much (-EFBIG) or is cut off is killed, alone: a program that starts
 * others must not be run in a database's container. `why` says where it could
 * not be killed. Else as engine_get(). Free *ret in any case, which must be
 * zeroed. */
int
exec_run(struct engine *e, const char *container, const struct exec_program *p,
	usec deadline, struct exec_result *ret, struct why *why);
