/* A schema-only copy of a database with the migrator's own rows, and dropped
 * again. Production is only read. */
#pragma once

#include "hands/diagnose/census.h"
#include "hands/migrator/migrator.h"
#include "hands/postgres/session.h"
#include "hands/run/progress.h"
#include "hands/postgres/url.h"

struct scratch_how {
	const struct url *from;          /* the database */
	const struct url *server;        /* where the copy is made */
	const char *pg_dump;             /* absolute path, or NULL */
	const struct census *run;        /* what is rehearsed on it, so that a
					  * large database need not be copied
					  * whole; NULL: it is */
	const struct migrator *migrator; /* whose rows are copied */
	usec deadline;
};

struct scratch {
	struct url url; /* of the copy; database is "" until it exists */
	struct url server;
	usec deadline;
	bool partial; /* the run's tables alone, and what they need */
	/* Named like the copy, as long as that is wanted: a copy that has no
	 * such session was left behind. */
	struct session *marker_session;
};

/* Negative: no copy could be made, and why; nothing is left of it. */
int scratch_make(const struct scratch_how *how, struct progress *t,
	struct scratch *ret, struct why *why);
/* Drops the database. Negative: it is still there, and why. */
int scratch_drop(struct scratch *c, struct why *why);
void scratch_free(struct scratch *c);
static inline void
scratch_let_go(struct scratch *c)
{
	scratch_free(c);
}
