/* What head asks a launcher for: the process that a unit of systemd runs for
 * each connection to its socket, and that starts one role with the rights of
 * that unit (agent/launch). */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/io/frame.h"

/* Which program a process runs. The frames between roles carry no version, so
 * both ends of a role's socket must be the same one. */
struct program {
	uint64_t device, inode, size, changed;
};

int program_find(struct program *ret, struct why *why);
bool program_same(const struct program *a, const struct program *b);

struct launch {
	struct program program; /* head's */
	char *config;           /* as role_start() takes it */
	bool debug;             /* the role talks, as head does */
	usec outlive;           /* 0: the role ends with head. Else it does not,
				   and is ended so long after its start */
	int sock;               /* the role's end */
};

#define LAUNCH                        \
	{                             \
		.sock = -1 /* none */ \
	}

/* Frees what launch_get() made. */
void launch_free(struct launch *l);
static inline void
launch_let_go(struct launch *l)
{
	launch_free(l);
}
/* Lends the frame the socket. */
void launch_put(struct frame *f, const struct launch *l);
int launch_get(struct frame *f, struct launch *ret, struct why *why);
