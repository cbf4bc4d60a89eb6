/* What can be said about a rule without a log. */
#pragma once

#include "rule/rule.h"

/* Checks the patterns and finds the literal if the rule gives none. `why`
 * names file, line and rule. */
int lint_rule(struct rule *rule, struct why *why);
