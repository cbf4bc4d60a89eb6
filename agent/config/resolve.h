/* Sections name each other: an app its policy, remedies and notices. */
#pragma once

#include "config/settings.h"

/* Turns those names into pointers. -EINVAL: one leads nowhere, or to what could
 * never work: adds a sentence for each to the list (own.h), which names file,
 * line, app and key. */
int resolve_names(struct settings *c, char ***mistakes);
