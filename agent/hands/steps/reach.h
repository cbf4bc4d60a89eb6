/* The step before each job of hands: the one place where they have the right to
 * enter another network namespace (CAP_SYS_ADMIN). It parses nothing. A child
 * without that right, the scout, finds out which namespace the job needs, and
 * sends its descriptor; this process enters it, verifies that it has the
 * address that the scout named, and gives up every right that a job does not
 * need. Only then does it read the job.
 *
 * A socket belongs to the namespace in which it was made, and libpq takes none
 * that was made elsewhere, so the whole job is in there; also what it starts,
 * as pg_dump. Files, Docker's socket among them, are in no network namespace.
 */
#pragma once

#include <stdbool.h>

#include "base/why.h"

/* A network namespace that leads to a database. */
struct reach_way {
	int ns;        /* owned; -1: none is needed */
	char *network; /* the id of the network in which it is; owned, as ... */
	char *name;    /* ... the network's name, escaped; */
	char *address; /* its own IPv4 address there; */
	char *whose;   /* whose it is, for `the network of ...`, escaped; */
	char *refusal; /* why there is none, though it is needed: a sentence */
};
#define REACH_WAY        \
	{                \
		.ns = -1 \
	}
void reach_way_free(struct reach_way *w);
static inline void
reach_way_let_go(struct reach_way *w)
{
	reach_way_free(w);
}

/* Where this process is. */
struct reach_place {
	char *network; /* NULL: in the host's own; else in that network, ... */
	char *name;    /* ... of this name, ... */
	char *whose;   /* ... as this one is */
	char *address; /* ... whose address there is this; */
	char *refusal; /* why not where it should be; NULL */
};
const struct reach_place *reach_place(void);
/* Whether the process is in a network that is not there any more: Docker takes
 * its address away when it removes the container. */
bool reach_is_gone(void);

/* Finds the way; called in a child. */
typedef void (*reach_scout)(const void *arg, struct reach_way *ret);
/* The step. What keeps it from a namespace is in reach_place(); an error only
 * where rights cannot be given up. */
int reach_step(reach_scout scout, const void *arg, struct why *why);
