/* Takes secrets out of a record's text. So far only faults that wait for their
 * app's target pass through it (store_unplaced_add()). It knows passwords
 * inside URLs, `password=...` and the like, bearer tokens. It finds what is
 * written in a usual form, and promises no more than that. */
#pragma once

#include "base/span.h"

/* Returns the text with `***` for each secret, and a blank for each NUL, so
 * that C sees all of it. Owned. */
char *redact(struct span text);
