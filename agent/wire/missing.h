/* What an app's database lacks and its migrations, its history or its schema
 * know: measured by hands, and the reason why head looks at a fault of such an
 * object before it looks at names that anybody may have written into a log. */
#pragma once

#include "wire/fault.h"

/* More are left out; those that are awaited come first. */
#define MISSING_MOST 4096u

struct missing {
	enum fault_class class;
	struct object object;
	/* A pending migration or a stray file would create it, or it is the
	 * migration that failed: a look at its fault may lead to a mend. */
	bool awaited;
};

/* Zeroed: empty. */
struct missing_list {
	struct missing *list; /* owned, with its objects */
	size_t n;
};

void missing_free(struct missing_list *l);
static inline void
missing_let_go(struct missing_list *l)
{
	missing_free(l);
}
/* Adds an entry, whose object is taken; beyond MISSING_MOST it is freed. */
void missing_add(struct missing_list *l, enum fault_class class,
	struct object *object, bool awaited);
/* Writes the entries from `at` on that fit into a frame, HANDS_MISSING. Returns
 * where the next frame begins; l->n: all are out. */
size_t missing_put(struct frame *to, const struct missing_list *l, size_t at);
/* Adds what the frame holds. 0 or -EBADMSG; then the list is as it was or has
 * some of it. */
int missing_get(struct frame *from, struct missing_list *to, struct why *why);
