/* The list of the containers that matter. Docker's answer is bounded in size: a
 * list that is longer is asked for service by service, and what is left out
 * even so is said. */
#pragma once

#include "docker/container.h"

struct lister;
/* `services` is a list (own.h) of those that matter, borrowed; NULL: none does.
 * Owned. */
struct lister *lister_new(char *const *services);
void lister_free(struct lister *w);

struct listing {
	struct engine_listed *all;
	size_t n;
	bool partly; /* what is not in it may be there all the same */
};

void listing_free(struct listing *l);
static inline void
listing_let_go(struct listing *l)
{
	listing_free(l);
}
/* Free *ret, which is zeroed before, in any case. Fails as engine_get() does.
 */
int listing_read(struct lister *w, struct engine *e, struct listing *ret,
	struct why *why);
