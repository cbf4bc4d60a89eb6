/* Which rules a command works with. */
#pragma once

#include "cli/command.h"
#include "rule/rule.h"

/* The rules of `folder`, or if it is NULL the configured ones: those of -c, of
 * the default file where there is one, else the installed packs. */
int load_rules(const struct invocation *in, const char *folder,
	struct rules **ret, struct why *why);
