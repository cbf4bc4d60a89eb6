/* What the daemon was told by files: settings, rules and the credentials that
 * the settings lead to. It is in force as a whole, and replaced as a whole or
 * not at all. */
#pragma once

#include "base/clock.h"
#include "config/settings.h"

struct rules;
struct credentials;

struct loaded {
	struct settings *settings;
	struct rules *rules;
	struct credentials *credentials;
	usec at;       /* wall clock: when it was loaded */
	uint64_t text; /* hash64() of the configuration file then */
};

/* Reads and checks the configuration `file` and all that it names. *ret is
 * owned. Negative: every mistake that was found is in the list (own.h), which
 * is owned; exit_code_of_file() knows the errno. */
int loaded_new(const char *file, struct loaded **ret, char ***mistakes);
void loaded_free(struct loaded *l);
OWN(loaded, struct loaded *, loaded_free);

/* Whether `l` may take the place of `old` without a restart: 0, or -EBUSY and
 * one more mistake for each key that may not change meanwhile. */
int loaded_may_replace(
	const struct loaded *l, const struct loaded *old, char ***mistakes);
/* Whether the configuration file holds something else by now. */
bool loaded_changed(const struct loaded *l);
