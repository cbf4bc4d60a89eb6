/* A notice as the receiver of a `[notify]` section wants it. */
#pragma once

#include "config/settings.h"
#include "head/store/store.h"

/* The body of the request. Owned. */
char *encode_notice(enum notify_kind kind, const struct outgoing *o);
