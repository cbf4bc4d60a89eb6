/* Sends one message without a daemon, or judges a URL, by a sender of its own
 * (the role `notify`), and waits for the answer: what a receiver or a name
 * server says is parsed by no process of root, whoever asks. */
#pragma once

#include "config/settings.h"
#include "wire/notify/notify-frames.h"

/* 0: the receiver took it, *ret says with which status. Negative: it was not
 * sent or not taken, and `why` has the sentence, without the URL. `text` is
 * what to say; NULL: that this is a test, for a person who asks for it before
 * the first notice is needed. */
int try_webhook(const struct notify *n, const char *text,
	struct webhook_answer *ret, struct why *why);
/* Whether notices could be sent to its URL: 0, or a negative errno and the
 * sentence, without the URL. Connects to nobody; looks the name of an http URL
 * up. */
int try_webhook_url(const struct notify *n, struct why *why);
