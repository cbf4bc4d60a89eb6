/* Which database this really is, as the server itself tells. */
#pragma once

#include "hands/session.h"

struct site {
	char *system;   /* the cluster's identifier, else when it began */
	char *database; /* its oid */
	char *schema;   /* where unqualified statements would create things */
	char *user;
	bool backslashes; /* in strings they mean something: not as we parse */
	bool read_only;   /* a standby, or set so */
	bool may_create_databases;
	bool may_create; /* in `schema` */
	int version;
};

/* `given` is the schema of the URL, NULL for the server's default. */
int site_read(struct session *s, const char *given, struct site *ret,
	struct why *why);
void site_free(struct site *t);
static inline void
site_let_go(struct site *t)
{
	site_free(t);
}
bool site_same(const struct site *a, const struct site *b);
