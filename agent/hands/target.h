/* Which database this really is, as the server itself tells. */
#pragma once

#include "hands/session.h"

struct target {
	char *system;   /* the cluster's identifier; "" if it may not be read */
	char *database; /* its oid */
	char *schema;   /* where unqualified statements would create things */
	char *user;
	bool read_only; /* a standby, or set so */
	bool may_create_databases;
	int version;
};

/* `given` is the schema of the URL, NULL for the server's default. */
int target_read(struct session *s, const char *given, struct target *ret,
	struct why *why);
void target_free(struct target *t);
static inline void
target_let_go(struct target *t)
{
	target_free(t);
}
bool target_same(const struct target *a, const struct target *b);
