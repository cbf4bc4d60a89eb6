/* Checks a configuration against the machine: files that are missing, URLs that
 * logmend cannot use, approvers that are no users. load_settings() has checked
 * the text alone. `check-config` fails with these problems, `run` warns of
 * them, both with the same sentences. */
#pragma once

#include "config/settings.h"

struct config_check {
	const struct settings *settings;
	void (*tell)(const char *text); /* gets `FILE:LINE: KEY: sentence`, or
					   `FILE: sentence` of a default */
	unsigned problems;              /* so far */
};

/* Counts and tells one problem of a key in the section that begins in line
 * `section`. */
void config_check_problem(struct config_check *c, unsigned section,
	const char *key, const char *text);
/* The line of section [agent]; 1 if there is none. */
unsigned config_check_agent(const struct settings *s);
/* Makes every check but those of the rules, which need the rules loaded. */
void config_check_run(struct config_check *c);
