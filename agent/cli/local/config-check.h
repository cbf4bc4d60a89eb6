/* Checks a configuration against the machine: files that are missing, URLs that
 * logmend cannot use, approvers that are no users. load_settings() has checked
 * the text alone. `check-config` fails with these problems, `run` warns of
 * them, both with the same sentences, but for what only Docker or a sender
 * knows. */
#pragma once

#include <stdbool.h>

#include "config/settings.h"

struct rules;

struct config_check {
	const struct settings *settings;
	/* Gets `FILE:LINE: KEY: sentence`, or `FILE: sentence` of a default.
	 * What is no problem is a warning. */
	void (*tell)(void *arg, bool problem, const char *text);
	void *arg;
	/* Whether Docker is asked what is inside containers, which may take as
	 * long as its time limit. The daemon must not: dockerd is started
	 * behind it, and waits for it. */
	bool ask_docker;
	/* Whether a sender is started that judges the URLs of receivers. The
	 * daemon must not wait for one either, and has them judged while it
	 * runs (head/notices/judge-urls.h). */
	bool ask_sender;
	unsigned problems; /* so far */
};

/* Counts and tells one problem of a key in the section that begins in line
 * `section`. */
void config_check_problem(struct config_check *c, unsigned section,
	const char *key, const char *text);
/* The line of section [agent]; 1 if there is none. */
unsigned config_check_agent(const struct settings *s);
/* Makes every check but those of the rules, which need the rules loaded. */
void config_check_run(struct config_check *c);
/* Those of the rules: that there are any, and that the apps' packs and
 * `rules.off` name some. */
void config_check_rules(struct config_check *c, const struct rules *rules);
