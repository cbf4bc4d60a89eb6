/* The URL of a webhook, and what it may lead to: https to any public address,
 * and to private ones if the section allows them; http to this host alone. */
#pragma once

#include <stdbool.h>
#include <sys/socket.h>

#include "base/own.h"
#include "base/why.h"
#include "wire/notify/notify-frames.h"

struct webhook_url {
	char *url;    /* owned; a secret, which no message may quote */
	bool plain;   /* http */
	bool private; /* private addresses are allowed */
};

/* Takes a copy of the request's URL: 0, or a negative errno and a sentence
 * without the URL. Does not judge the host: only its address tells, see
 * webhook_url_allows(). */
int webhook_url_parse(const struct webhook_request *q, struct webhook_url *ret,
	struct why *why);
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
/* For a check of the configuration: judges the host too as far as that works
 * without a connection. Looks up the name of an http URL, which may take
 * seconds. 0, or a negative errno and a sentence. */
int webhook_url_check(const struct webhook_request *q, struct why *why);
