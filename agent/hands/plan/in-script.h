/* A statement where it stands in a run, and what of the run decides about it,
 * without a database. */
#pragma once

#include "base/clock.h"
#include "hands/diagnose/census.h"
#include "hands/sql/rules/part.h"

struct in_script {
	size_t unit, statement;
	size_t n; /* of its unit's statements */
	const struct statement *s;
};

/* Whether the run itself creates the table before the statement's turn, and did
 * not put rows into it but those that it wrote out. */
bool in_script_is_new(const struct census *run, const struct in_script *at,
	const char *schema, const char *table);
/* Whether the run creates it and then puts rows into it that nobody counted. */
bool in_script_is_filled(const struct census *run, const struct in_script *at,
	const char *schema, const char *table);
/* Whether an earlier statement adds the constraint that this part validates. */
bool in_script_adds_unchecked(const struct census *run,
	const struct in_script *at, const struct guard_part *validates);
/* Whether an earlier statement of the run locks a table that was there before
 * so that others wait: the lock is held until the run ends. */
bool in_script_is_locked(const struct census *run, const struct in_script *at);
/* Of a new value of an enumeration: that the rest of the script cannot use it
 * (auto), that it does (fails). */
enum verdict in_script_uses_label(const struct census *run,
	const struct in_script *at, const struct guard_part *label);
/* Whether a later unit may use a value that this run adds, so that they cannot
 * share a transaction. */
bool in_script_labels_are_used_later(const struct census *run);
/* Whether the run, which does not fit into one transaction, is one that may run
 * by itself all the same: what stands outside of one is an index that is built
 * CONCURRENTLY, alone in its script. */
bool in_script_runs_apart(const struct census *run);
/* Whether SET gives this time-out, lock_timeout or statement_timeout, a value
 * that is at most the given one of its kind. */
bool in_script_is_short(const struct guard_part *set, usec lock_timeout,
	usec statement_timeout);
