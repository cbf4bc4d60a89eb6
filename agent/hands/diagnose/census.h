/* Which of the objects that pending scripts create exist already. */
#pragma once

#include "hands/prisma/migrations.h"
#include "hands/postgres/session.h"

#define CENSUS_OBJECTS 5000u

/* Fills `exists` of every object of the scripts, and made, conflicts and
 * conflict of the migrations; in the order in which they would run, so that
 * what one drops the next may create. */
int census_take(struct session *s, const char *schema,
	struct migration *const *list, size_t n, struct why *why);
