/* POSTs to webhooks, in the background of an event loop. https only (http to
 * loopback); the check is of the address that libcurl connects to, not of the
 * name; no redirect and no proxy, which would both lead around that check; ten
 * seconds. The URL is read from its file for each POST, so that a new one
 * counts at once, and no text quotes it. */
#pragma once

#include <systemd/sd-event.h>

#include "base/clock.h"
#include "base/own.h"
#include "base/why.h"

struct webhooks;

enum webhook_end {
	WEBHOOK_SENT,    /* 2xx */
	WEBHOOK_RETRY,   /* 429, 408, 5xx, no answer: later may help */
	WEBHOOK_REFUSED, /* any other answer, a bad URL or address: a person
			    must change something */
};

struct webhook_answer {
	enum webhook_end end;
	unsigned status;  /* HTTP; 0: there was none */
	usec retry_after; /* a length, what Retry-After asks for; 0: nothing */
	char text[256];   /* what happened, a sentence without the URL */
};

typedef void (*webhook_done)(const struct webhook_answer *answer, void *arg);

#define WEBHOOK_TIME (10 * USEC_SECOND)
#define WEBHOOK_ANSWER_MAX 4096u
#define WEBHOOK_BODY_MAX 32768u

/* *ret is owned; the loop must outlive it. */
int webhooks_new(sd_event *event, struct webhooks **ret, struct why *why);
/* Cancels the POSTs that are under way; their callbacks are not called. */
void webhooks_free(struct webhooks *w);
OWN(webhooks, struct webhooks *, webhooks_free);

/* Sends `body`, which is copied. Calls `done` exactly once, from the loop and
 * never before this returns, also for a missing or bad URL file. */
void webhook_send(struct webhooks *w, const char *url_file, bool private,
	const char *body, webhook_done done, void *arg);
