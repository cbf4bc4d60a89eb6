/* Sends one message that says it is a test, and waits for the answer: what a
 * person asks for before the first notice is needed. */
#pragma once

#include "config/settings.h"
#include "head/notices/webhook.h"

/* 0: the receiver took it, *ret says with which status. Negative: it was not
 * sent or not taken, and `why` has the sentence, without the URL. */
int try_webhook(
	const struct notify *n, struct webhook_answer *ret, struct why *why);
