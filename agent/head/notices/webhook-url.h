/* The URL of a webhook, and what it may lead to: https to any public address,
 * and to private ones if the section allows them; http to this host alone. */
#pragma once

#include <stdbool.h>
#include <sys/socket.h>

#include "base/own.h"
#include "base/why.h"

struct webhook_url {
	char *url;    /* owned; a secret, which no message may quote */
	bool plain;   /* http */
	bool private; /* private addresses are allowed */
};

/* Reads the URL from its file: 0, or a negative errno and a sentence without
 * the URL. Does not judge the host: only its address tells, see
 * webhook_url_allows(). */
int webhook_url_read(const char *url_file, bool private,
	struct webhook_url *ret, struct why *why);
/* Wipes and frees the URL; the other fields stay. */
void webhook_url_forget(struct webhook_url *e);
static inline void
webhook_url_let_go(struct webhook_url *e)
{
	webhook_url_forget(e);
}

/* Whether logmend may connect to this address; fills `why` if not. */
bool webhook_url_allows(const struct webhook_url *e,
	const struct sockaddr *address, struct why *why);
/* For a check of the configuration: reads the URL, and judges the host too as
 * far as that works without a connection. Looks up the name of an http URL,
 * which may take seconds: not for a loop. 0, or a negative errno and a
 * sentence. */
int webhook_url_check(const char *url_file, bool private, struct why *why);
