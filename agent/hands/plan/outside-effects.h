/* Statements that act outside the database in which they run: to roles and
 * other databases of the server, to files, programs and other servers. A copy
 * on the same server does not contain them, so they are not tried there. */
#pragma once

#include <stdbool.h>

#include "hands/migrator/unit.h"

/* Why these must not run on a copy, an owned sentence; or NULL. What cannot be
 * parsed or seen through counts when its text names such things. */
char *outside_effects_of(const struct unit_script *list, size_t n);
