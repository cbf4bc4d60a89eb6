/* Whether the rules that the configuration names are there. */
#pragma once

#include "config/settings.h"

struct rules;

/* Every app's packs and rules exist: asked before anything is opened for it,
 * and told in the words of check-config. */
int app_rules_check(const struct settings *settings, const struct rules *rules,
	struct why *why);
