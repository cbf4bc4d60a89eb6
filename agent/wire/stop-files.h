/* The files with which a person keeps attempts from starting and from
 * committing: the freeze file of the configuration, and the file `paused`
 * beside the store, which head keeps for `logmend pause`. Both head and hands
 * ask for them, so they hold although one of the two is gone. */
#pragma once

#include <stdbool.h>

#include "base/clock.h"
#include "base/why.h"

/* Whether the freeze file is there. What cannot be told counts as there: a
 * folder that cannot be read may hide one. */
bool stop_files_frozen(const char *freeze_file);
/* The same as a sentence, with who made the file, owned; NULL: it is not there.
 */
char *stop_files_freeze(const char *freeze_file);

/* Makes the file `paused` durable, with who paused and when; `store` is the
 * path of the store's file. A file that is there stays as it is. */
int
stop_files_pause(const char *store, const char *who, usec now, struct why *why);
/* Removes it; 0 where there is none. */
int stop_files_resume(const char *store, struct why *why);
/* Why nothing may commit, in a sentence with who paused, owned; NULL: there is
 * no pause. */
char *stop_files_paused(const char *store);
