/* Statements that do nothing: CREATE TABLE IF NOT EXISTS of a table that is
 * there. What they would record as done is true only where the table is the one
 * that they describe. */
#pragma once

#include "hands/diagnose/census.h"

struct hollow {
	const struct made
		*table;          /* the first such table; NULL: there is none */
	const struct unit *unit; /* which creates it */
	const struct made *lacks; /* a column of it that is not there, and that
				   * no other statement adds; NULL */
};

/* Looks at all units, in their order; one with a table that lacks a column goes
 * before others. All of *ret is borrowed from the scripts. Negative: the
 * catalog could not be asked. */
int hollow_find(const struct census_catalog *catalog, const char *schema,
	const struct unit_script *list, size_t n, struct hollow *ret,
	struct why *why);
