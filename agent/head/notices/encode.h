/* Writes a notice in the form that the receiver of a `[notify]` section
 * expects. */
#pragma once

#include "config/settings.h"
#include "head/store/store.h"

/* The body of the request. Owned; never NULL. */
char *encode_notice(enum notify_kind kind, const struct outgoing *o);
