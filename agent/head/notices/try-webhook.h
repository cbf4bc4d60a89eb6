/* Sends one message without a daemon, and waits for the answer. */
#pragma once

#include "config/settings.h"
#include "head/notices/webhook.h"

/* 0: the receiver took it, *ret says with which status. Negative: it was not
 * sent or not taken, and `why` has the sentence, without the URL. `text` is
 * what to say; NULL: that this is a test, for a person who asks for it before
 * the first notice is needed. */
int try_webhook(const struct notify *n, const char *text,
	struct webhook_answer *ret, struct why *why);
