/* Gives up rights that the process was started with, for good. */
#pragma once

#include <stdbool.h>
#include <sys/types.h>

#include "base/why.h"

/* Gives up every capability, and the way to get new ones (no_new_privs). The
 * user stays. The bounding set is emptied where CAP_SETPCAP allows it; without
 * new privileges it gives nothing. */
int privileges_drop(struct why *why);
/* The same, bounding set and all, and where root runs the process it goes on as
 * `user` with that user's group and no other; if there is no such user, as the
 * uid and gid `fallback`. Where a user namespace knows neither, root of that
 * namespace stays, without its capabilities. Call it before threads are
 * started. */
int privileges_become(const char *user, uid_t fallback, struct why *why);
/* Gives up every capability but those, in every set, and the way to get new
 * ones (no_new_privs). */
int privileges_only(const int *kept, size_t n, struct why *why);
/* Whether this process may use the capability now. */
bool privileges_has(int capability);
