/* An incident as JSON: the keys that DESIGN section 9 fixes. */
#pragma once

#include "head/store/store.h"

struct json_t;

/* One line of `incidents`. New reference. */
struct json_t *incident_json_brief(const struct incident *i);
/* What `show ID --plan --json` prints. New reference. */
struct json_t *
incident_json_plan(const struct incident *i, const char *listing);
/* What `show ID --json` prints: the incident with everything that the store
 * keeps about it; and what `show ID` tells people beyond that: sentences,
 * waiting, the first record. New references. */
int incident_json(struct store *s, const struct incident *i,
	struct json_t **ret, struct json_t **ret_more, struct why *why);
