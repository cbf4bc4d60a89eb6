/* Where a webhook leads and whether it may: https anywhere but into private
 * networks, unless those are allowed; http to this host alone. */
#pragma once

#include <stdbool.h>
#include <sys/socket.h>

#include "base/own.h"
#include "base/why.h"

struct webhook_url {
	char *url; /* a secret: it stands in no text */
	bool plain, private;
};

/* Reads the URL from its file: 0, or a negative errno and a sentence without
 * the URL. Whether it may be reached is asked of webhook_url_allows(). */
int webhook_url_read(const char *url_file, bool private,
	struct webhook_url *ret, struct why *why);
/* Wipes and frees the URL; the rest still holds. */
void webhook_url_forget(struct webhook_url *e);
static inline void
webhook_url_let_go(struct webhook_url *e)
{
	webhook_url_forget(e);
}

/* Whether an address may be connected to; fills `why` if not. */
bool webhook_url_allows(const struct webhook_url *e,
	const struct sockaddr *address, struct why *why);
/* Reads it, and tells what would be refused of its host too. Only the name of
 * an http URL is looked up, which takes its time: nothing for a loop. */
int webhook_url_check(const char *url_file, bool private, struct why *why);
