/* POSTs to webhooks, in the background of an event loop. https only (http to
 * loopback); the check is of the address that libcurl connects to, not of the
 * name; no redirect and no proxy, which would both lead around that check; ten
 * seconds. No text quotes the URL. */
#pragma once

#include <systemd/sd-event.h>

#include "base/own.h"
#include "base/why.h"
#include "wire/notify/notify-frames.h"

struct webhooks;

typedef void (*webhook_done)(
	uint64_t id, const struct webhook_answer *answer, void *arg);

#define WEBHOOK_ANSWER_MAX 4096u

/* *ret is owned; the loop must outlive it. */
int webhooks_new(sd_event *event, struct webhooks **ret, struct why *why);
/* Cancels the POSTs that are under way; their callbacks are not called. */
void webhooks_free(struct webhooks *w);
OWN(webhooks, struct webhooks *, webhooks_free);

/* Sends what the request holds, which is copied. Calls `done` with its id
 * exactly once, from the loop and never before this returns, also for a bad
 * URL. */
void webhook_send(struct webhooks *w, const struct webhook_request *q,
	webhook_done done, void *arg);
