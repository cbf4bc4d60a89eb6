/* One POST to a webhook, in the background: https only (http to loopback), the
 * address that is really connected to is checked, no redirect, no proxy, ten
 * seconds. The URL is read from its file at send time and stands in no text. */
#pragma once

#include <systemd/sd-event.h>

#include "base/clock.h"
#include "base/own.h"
#include "base/why.h"

struct webhooks;

enum webhook_end {
	WEBHOOK_SENT,    /* 2xx */
	WEBHOOK_RETRY,   /* 429, 408, 5xx, no answer: later may help */
	WEBHOOK_REFUSED, /* other answers, a bad URL or address: a person must
			    act */
};

struct webhook_answer {
	enum webhook_end end;
	unsigned status;  /* HTTP; 0: there was none */
	usec retry_after; /* the receiver's wish, a length; 0: none */
	char text[256];   /* what happened, a sentence without the URL */
};

typedef void (*webhook_done)(const struct webhook_answer *answer, void *arg);

#define WEBHOOK_TIME (10 * USEC_SECOND)
#define WEBHOOK_ANSWER_MAX 4096u
#define WEBHOOK_BODY_MAX 32768u

int webhooks_new(sd_event *event, struct webhooks **ret, struct why *why);
/* Cancels what is under way; its callbacks are not called. */
void webhooks_free(struct webhooks *w);
OWN(webhooks, struct webhooks *, webhooks_free);

/* `done` is called exactly once, from the loop, never before this returns.
 * `body` is copied. A missing or bad URL file is told through `done` too. */
void webhook_send(struct webhooks *w, const char *url_file, bool private,
	const char *body, webhook_done done, void *arg);
