/* What a configuration that reads well still cannot do: files that are missing,
 * URLs of another kind, names of nobody. `check-config` refuses it, `run` warns
 * of it, both in the same sentences. */
#pragma once

#include "config/settings.h"

/* Where the problems go: `FILE:LINE: KEY: sentence`, each complete. */
struct config_check {
	const struct settings *settings;
	void (*tell)(const char *text);
	unsigned problems; /* so far */
};

/* One problem of the section that begins in this line. */
void config_check_problem(struct config_check *c, unsigned section,
	const char *key, const char *text);
/* The line of section [agent]; 1 without one. */
unsigned config_check_agent(const struct settings *s);
/* All but the rules, which whoever loads them checks. */
void config_check_run(struct config_check *c);
