/* What `init` decided, and what is left to the person. */
#pragma once

#include "cli/init/settings-text.h"
#include "cli/output/advice.h"

/* What was decided of each service: notes. */
void to_do_decided(struct advices *a, const struct settings_text_how *h);
/* What only a person can provide, each with its commands. `file` is the
 * configuration. Whether it or a file that it names is to be edited. */
bool to_do_left(
	struct advices *a, const struct settings_text_how *h, const char *file);
/* The commands that come then. `usual`: the configuration has its usual place.
 * What a person edits is checked. */
char **to_do_next(const char *file, bool usual, bool edited);
