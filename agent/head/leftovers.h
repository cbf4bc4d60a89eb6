/* The positions an earlier head stored: each belongs to one file, and is
 * claimed by whoever finds that file again. */
#pragma once

#include "head/store.h"

struct leftovers;

int
leftovers_load(struct store *store, struct leftovers **ret, struct why *why);
void leftovers_free(struct leftovers *l);
OWN(leftovers, struct leftovers *, leftovers_free);

/* The position of the file behind fd, which nobody else gets any more; NULL if
 * there is none. Borrowed. */
const struct place *leftovers_claim(struct leftovers *l, int fd);
/* Whether the file behind fd is this one's. */
bool leftover_is(const struct place *p, int fd);
/* Whether any log of the app was ever read. */
bool leftovers_know(const struct leftovers *l, const char *app);
/* The next one that nobody claimed, now claimed; NULL: no more. */
const struct place *leftovers_next(struct leftovers *l);
