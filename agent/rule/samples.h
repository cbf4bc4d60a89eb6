/* The samples of a rule file: [match RULE N] and [no-match RULE N]. */
#pragma once

#include "config/ini.h"
#include "rule/rule.h"

/* Adds the section's sample to the rule it names among `n` rules. */
int samples_add(struct rule *rules, size_t n, const struct ini *conf,
	const struct ini_section *section, struct why *why);
void samples_free(struct sample *samples, size_t n);
