/* The native remedy: does over libpq what `prisma migrate deploy` would do, and
 * writes the same rows, so that the CLI agrees afterwards. */
#pragma once

#include "hands/prisma/migrations.h"
#include "hands/postgres/session.h"
#include "hands/run/progress.h"
#include "wire/job.h"

struct prisma_run {
	struct migration *const *list; /* in order */
	size_t n;
	bool makes_history; /* _prisma_migrations does not exist */
	bool atomic;        /* all scripts fit in one transaction */
	const char *schema; /* of the history */
	const char *key;    /* the attempt's */
	const char *place;  /* for steps: " on the copy"; "" in production */
};

enum prisma_end {
	PRISMA_APPLIED,     /* committed */
	PRISMA_ROLLED_BACK, /* failed; nothing of it is there */
	PRISMA_PARTLY,      /* failed; some of it is or may be there */
	PRISMA_LOST,        /* the connection went: nobody knows yet */
};

/* Takes Prisma's advisory lock, waiting at most 10 s. -EBUSY: held. */
int prisma_lock(struct session *s, usec deadline, struct why *why);
/* Runs it all; `why` says what failed. */
enum prisma_end prisma_apply(struct session *s, const struct prisma_run *run,
	struct progress *t, struct why *why);
/* The id of the row that this attempt writes for that migration. */
void prisma_row_id(const char *key, const char *name, char ret[KEY_TEXT]);
