/* The configuration file becomes settings: sections and keys read, names
 * resolved. */
#pragma once

#include "config/settings.h"

/* Reads and checks a configuration; *ret is owned. -EINVAL and -EEXIST name
 * file, line and key in `why`; -EOPNOTSUPP says that something is not built
 * yet; else the file cannot be read. Checks what the text says, and nothing
 * outside: cli/local/config-check.h does that. */
int load_settings(const char *path, struct settings **ret, struct why *why);
/* The same, with every mistake of the file in a list (own.h), which is owned,
 * and not only the first. */
int
load_settings_all(const char *path, struct settings **ret, char ***mistakes);
/* What can be read of it, whatever is wrong with the rest: the keys that are
 * right, and no name resolved. For where the daemon may be asked, and who is to
 * be told that it does not run. Owned; NULL where there is no such file. */
struct settings *load_settings_in_part(const char *path);
/* The first of the mistakes in `why`, and how many more there are; returns r.
 */
int load_settings_why(char *const *mistakes, int r, struct why *why);
/* The defaults, and no apps: what holds without a file. Owned. */
struct settings *load_settings_default(void);
