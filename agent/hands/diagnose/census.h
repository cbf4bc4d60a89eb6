/* Which of the objects that scripts create exist already. Only census_take()
 * makes one, so that whoever is given one (the guard) knows that it was taken.
 */
#pragma once

#include "hands/migrator/unit.h"

#define CENSUS_OBJECTS 5000u

/* Who answers whether an object exists; of what is only used, see the kinds of
 * struct made. `schema` stands in for an object that names none. Negative: it
 * cannot be told. */
struct census_catalog {
	int (*exists)(void *arg, const char *schema, const struct made *m,
		bool *ret, struct why *why);
	void *arg;
};

/* What was counted of one unit. */
struct census_count {
	unsigned made;      /* objects that must not exist for it to run */
	unsigned conflicts; /* of these: exist */
	const struct made *conflict; /* the first of these; borrowed */
};

struct census;

/* The units in the order in which they would run, so that what one drops the
 * next may create. Borrows units and scripts. */
int census_take(const struct census_catalog *catalog, const char *schema,
	const struct unit_script *list, size_t n, struct census **ret,
	struct why *why);
void census_free(struct census *c);
OWN(census, struct census *, census_free);

/* How many units it counted; 0 for NULL. */
size_t census_size(const struct census *c);
/* Its units, census_size() of them. */
const struct unit_script *census_units(const struct census *c);
const struct census_count *census_count(const struct census *c, size_t unit);
/* Where objects are that name no schema. */
const char *census_schema(const struct census *c);
/* Whether the object existed when this statement's turn would come. */
bool census_exists(
	const struct census *c, size_t unit, size_t statement, size_t object);
/* The first of what the statement uses that is not, or may not be, the server's
 * own, nor an enumeration; NULL if there is none. Borrowed. */
const struct made *
census_stranger(const struct census *c, size_t unit, size_t statement);
