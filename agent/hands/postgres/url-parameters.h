/* The parameters behind the `?` of a DATABASE_URL: Prisma's own names, and what
 * becomes of them. */
#pragma once

#include "base/span.h"
#include "hands/postgres/url.h"

/* Reads `name=value&...`; what Prisma ignores is ignored. */
int url_parameters(struct url *u, struct span query, struct why *why);
/* Percent-decoded and owned; NULL when a NUL or no UTF-8 comes out. A broken
 * escape stays as it is, as in the URL standard that Prisma's parser follows.
 */
char *url_decode(struct span s, bool query);
/* Replaces an owned field. */
void url_set(char **field, char *value);
