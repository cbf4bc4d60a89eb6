/* Where a path in a container leads: over links of its image, which may be
 * anybody's, and never out of the container. */
#pragma once

#include <sys/types.h>

#include "hands/container/docker-app.h"

struct container_path {
	char *real;  /* without any link in it; "" is the root */
	mode_t kind; /* S_IFDIR, S_IFREG, or 0 for anything else */
	/* The links that led there, as a list: whoever changes one of them
	 * leads elsewhere. NULL: none. */
	char **links;
};

/* -ESRCH: there is nothing; -ELOOP: it leads over too many links. Free *ret in
 * any case. */
int container_path_find(const struct docker_app *c, const char *id,
	const char *path, struct container_path *ret, struct why *why);
void container_path_free(struct container_path *p);
static inline void
container_path_let_go(struct container_path *p)
{
	container_path_free(p);
}
