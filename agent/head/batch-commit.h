/* What eyes read is stored: the new position and the faults in one transaction,
 * so that no line is lost and none counts twice (promise 1). */
#pragma once

#include "head/incidents/scheduler.h"
#include "head/sources/followed-log.h"
#include "head/store/store.h"
#include "rule/rule.h"
#include "wire/batch.h"

/* All borrowed. */
struct batch_commit {
	struct scheduler *scheduler;
	struct store *store;
	const struct rules *rules;
};

/* *ret_faults: how many were counted, without the history that the app's
 * `start` leaves out. Negative: nothing is stored, and eyes are to bring the
 * batch again; -ESTALE: the stored position is not where the batch begins. */
int batch_commit(const struct batch_commit *to, const struct followed_log *t,
	const struct batch *b, uint64_t *ret_faults, struct why *why);
