/* The connection to mend through: whether it leads to the database that was
 * looked at, what stands before the server, and as which role. */
#pragma once

#include "hands/postgres/pooler.h"
#include "hands/postgres/server-identity.h"
#include "hands/postgres/session.h"

struct mend_target {
	char *role;         /* NULL: it was not asked */
	bool may_create;    /* the role, in the schema to mend */
	enum pooler pooler; /* what stands before the server */
	bool backslashes;   /* strings are not read there as they were judged */
	char *problem;      /* why nothing can be done through it; or NULL */
	/* The application is another role, which may not use what this one
	 * makes. */
	bool shuts_out;
};

void mend_target_free(struct mend_target *t);
static inline void
mend_target_let_go(struct mend_target *t)
{
	mend_target_free(t);
}

/* Asks through the session of the look, which was opened as `how` says: where
 * the application's own URL is the one to mend through. */
void mend_target_same(struct session *look, const struct url *url,
	const struct session_how *how, const struct server_identity *target,
	struct mend_target *ret);
/* Finds out, for a role that is another one than the application's, which is
 * that of the session, whether the application may use what it makes in the
 * schema. Negative: it could not be asked. */
int mend_target_find_access(struct session *look, const char *schema,
	struct mend_target *t, struct why *why);
/* Opens the URL of `migrate-url-file`, which must lead to `target`. */
void mend_target_other(const struct url *url, const struct session_how *how,
	const struct server_identity *target, struct mend_target *ret);
