/* What people are reminded to commit: migrations that logmend proposed and
 * applied, and that the deployed image does not have yet, as far as is known.
 */
#pragma once

#include "head/store/store.h"

struct json_t;

/* A list of {incident, app, migration, folder, applied, deployed, text}: of
 * this incident, or of all (0). *ret is a new reference. */
int uncommitted_json(struct store *s, const struct settings *settings,
	uint64_t incident, struct json_t **ret, struct why *why);
