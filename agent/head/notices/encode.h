/* Writes a notice in the form that the receiver of a `[notify]` section
 * expects. */
#pragma once

#include "config/settings.h"
#include "head/store/store.h"

/* The body of the request. Owned; never NULL. */
char *encode_notice(enum notify_kind kind, const struct outgoing *o);
/* The headers of the request that has it, for all notices of this kind; ends
 * with NULL, static. */
const char *const *encode_headers(enum notify_kind kind);
