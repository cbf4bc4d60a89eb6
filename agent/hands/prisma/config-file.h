/* What prisma.config.ts says about where things are. It is a program, in
 * TypeScript or JavaScript; it is read and never run. */
#pragma once

#include <stdbool.h>

#include "base/span.h"

struct config_file {
	/* As they are written; owned, NULL: it does not name them. */
	char *schema;     /* a file, or a folder of them */
	char *migrations; /* their folder */
	/* One of them is the result of something that only running it would
	 * tell, or the whole is not understood. */
	bool unclear;
};

/* Understands an object that is exported or given to `defineConfig`, and in it
 * paths that are literals or `path.join` and `path.resolve` of literals. */
void config_file_read(struct span text, struct config_file *ret);
void config_file_free(struct config_file *c);
static inline void
config_file_let_go(struct config_file *c)
{
	config_file_free(c);
}
