/* Where a webhook leads and whether it may: https anywhere but into private
 * networks, unless those are allowed; http to this host alone. */
#pragma once

#include <stdbool.h>
#include <sys/socket.h>

#include "base/own.h"
#include "base/why.h"

struct endpoint {
	char *url; /* a secret: it stands in no text */
	bool plain, private;
};

/* Reads the URL from its file: 0, or a negative errno and a sentence without
 * the URL. Whether it may be reached is asked of endpoint_allows(). */
int endpoint_read(const char *url_file, bool private, struct endpoint *ret,
	struct why *why);
/* Wipes and frees the URL; the rest still holds. */
void endpoint_forget(struct endpoint *e);
static inline void
endpoint_let_go(struct endpoint *e)
{
	endpoint_forget(e);
}

/* Whether an address may be connected to; fills `why` if not. */
bool endpoint_allows(const struct endpoint *e, const struct sockaddr *address,
	struct why *why);
/* Reads it, and tells what would be refused of its host too. Only the name of
 * an http URL is looked up, which takes its time: nothing for a loop. */
int endpoint_check(const char *url_file, bool private, struct why *why);
