/* Which database this really is, as the server itself tells. */
#pragma once

#include "hands/postgres/session.h"

struct server_identity {
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
int server_identity_read(struct session *s, const char *given,
	struct server_identity *ret, struct why *why);
void server_identity_free(struct server_identity *t);
static inline void
server_identity_let_go(struct server_identity *t)
{
	server_identity_free(t);
}
bool server_identity_same(
	const struct server_identity *a, const struct server_identity *b);
