/* Names of more than 63 bytes: PostgreSQL cuts them without an error, so that
 * another name is made than the script says. */
#pragma once

#include "base/buf.h"

struct long_name {
	size_t at; /* its first byte in the text */
	char *cut; /* owned: what PostgreSQL makes of it */
};

struct long_names {
	struct long_name *list; /* in the order of the text */
	size_t n;
};

/* Of a text that PostgreSQL's grammar knows. Runs in the throw-away child
 * only. */
void long_names_find(struct long_names *to, const char *text);
/* The first of these bytes of the text, or NULL. */
const struct long_name *
long_names_in(const struct long_names *l, size_t from, size_t len);
void long_names_free(struct long_names *l);
static inline void
long_names_let_go(struct long_names *l)
{
	long_names_free(l);
}
