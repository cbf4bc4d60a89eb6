/* What of a large database a copy leaves out: a rehearsal of statements that
 * touch three tables needs no two thousand. */
#pragma once

#include "hands/diagnose/census.h"
#include "hands/postgres/session.h"

/* With fewer tables and sequences than this the copy is whole. */
#define COPY_WHOLE 300u

/* The relations that the copy does not need, as patterns for pg_dump's
 * --exclude-table; owned. NULL: the copy is whole, because the database is not
 * large, or because statements of the run may touch anything. Kept are the
 * tables that the run works on or refers to, all that these refer to and
 * inherit from, their partitions, and `history`: *ret_kept of them, where not
 * all are. Negative: the database could not be asked. */
int copy_extent_find(struct session *from, const struct census *run,
	const char *schema, const char *history, char ***ret, size_t *ret_kept,
	struct why *why);
