/* A folder for what came out of a container, which nobody but root reads and
 * which does not outlive the process that made it: what a killed one left is
 * removed by the next. */
#pragma once

#include "base/why.h"

struct private_folder {
	char *path; /* NULL: none */
	int lock;
};

/* Makes one in the folder `inside` beside the store, and the store's folder if
 * only that is missing; removes those whose makers are gone. */
int private_folder_make(
	const char *store, struct private_folder *ret, struct why *why);
/* With all that is in it. */
void private_folder_remove(struct private_folder *f);
