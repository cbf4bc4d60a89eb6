/* A schema-only copy of a database with the migrator's own rows, and dropped
 * again. Production is only read. */
#pragma once

#include "hands/session.h"
#include "hands/teller.h"
#include "hands/url.h"

struct copy_how {
	const struct url *from;   /* the database */
	const struct url *server; /* where the copy is made */
	const char *pg_dump;      /* absolute path, or NULL */
	usec deadline;
};

struct copy {
	struct url url; /* of the copy; database is "" until it exists */
	struct url server;
	usec deadline;
	/* Named like the copy, as long as that is wanted: a copy that has no
	 * such session was left behind. */
	struct session *keeper;
};

/* Negative: no copy could be made, and why; nothing is left of it. */
int copy_make(const struct copy_how *how, struct teller *t, struct copy *ret,
	struct why *why);
/* Drops the database. Negative: it is still there, and why. */
int copy_drop(struct copy *c, struct why *why);
void copy_free(struct copy *c);
static inline void
copy_let_go(struct copy *c)
{
	copy_free(c);
}
