/* A file that is whole, on the disk and with its owner before it has its name,
 * and that replaces none. */
#pragma once

#include <sys/types.h>

#include "base/span.h"
#include "base/why.h"

struct new_file {
	mode_t mode;
	uid_t owner; /* (uid_t)-1 and (gid_t)-1: this process' */
	gid_t group;
};

/* -EEXIST: something has the name already; it is left as it is. */
int new_file_write(const char *path, const struct new_file *how,
	struct span content, struct why *why);
