/* What is left to a person behind a mend that wrote a migration of its own. */
#pragma once

#include "config/settings.h"
#include "wire/result.h"

/* The unit that an attempt made below the app's `proposals`, and applied.
 * Owned. */
struct proposal to_commit_proposal(const struct app *app, const char *name,
	const char checksum[SHA256_HEX]);
/* What was proposed is in the database and on this host from now on, and
 * nowhere else: the app's sources and the next image must have it, too. The end
 * of a sentence that says so, with the folder, its owner and its mode; empty
 * where nothing was proposed. Owned. */
char *to_commit(const struct app *app, const struct proposal *p);
