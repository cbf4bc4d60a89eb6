/* Units made from SQL texts, and a census of them in a database that has just
 * the objects which a test names. */
#pragma once

#include "hands/diagnose/census.h"
#include "wire/plan.h"
#include "hands/migrator/unit.h"

#define UNITS_MAX 8

struct units {
	struct unit units[UNITS_MAX];
	struct script scripts[UNITS_MAX];
	struct unit_script list[UNITS_MAX]; /* of the two above */
	size_t n;
};

/* Adds a unit whose text is parsed by the real parser. */
void units_add(struct units *u, const char *name, const char *sql);
void units_add_bytes(struct units *u, const char *name, struct span sql);
void units_free(struct units *u);
static inline void
units_let_go(struct units *u)
{
	units_free(u);
}
/* A NULL-terminated list, in made_text()'s words: `table "User"`. */
struct census_catalog units_catalog(const char *const *existing);
/* The guard's word about what was counted, with its default limits and nothing
 * measured, and its first reason (owned; `passed`: there is none). */
enum verdict units_judge(const struct census *c, char **ret_reason);
/* The census of all, in schema public. `existing` NULL: there is nothing. */
struct census *units_census(const struct units *u, const char *const *existing);
