/* What can be told about a rule without a log. */
#pragma once

#include "rule/rule.h"

/* Checks the patterns, and finds the literal if the rule gives none. A mistake
 * is told with file, line and rule. */
int lint_rule(struct rule *rule, struct why *why);
