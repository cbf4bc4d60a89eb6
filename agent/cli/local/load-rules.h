/* Loads the rules that a command works with. */
#pragma once

#include "cli/command.h"
#include "rule/rule.h"

/* Loads the rules of `folder`; if it is NULL those of the configuration that
 * -c names, else of the default configuration if it exists, else the shipped
 * ones. *ret is owned. -ENOENT if there are none: a scan without rules would
 * find every log healthy. */
int load_rules(const struct invocation *in, const char *folder,
	struct rules **ret, struct why *why);
