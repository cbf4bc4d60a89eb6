/* Host names to addresses, within a deadline: libpq's own look-up blocks for as
 * long as the resolver likes, so a child does it. */
#pragma once

#include "base/clock.h"
#include "base/why.h"

#define RESOLVE_MAX 8

/* A NULL-terminated list of numeric addresses, owned. Names that are addresses
 * or folders of Unix sockets already are no business of this function. */
int resolve(const char *host, usec deadline, char ***ret, struct why *why);
