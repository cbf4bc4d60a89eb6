/* Slack's JSON, {"text": ...}, which other chats understand too. A notice
 * quotes logs, and whoever can write a log line must not be able to call
 * everybody in a channel, end a code block, or place a link: so `& < >` are
 * escaped, mentions and backticks made harmless, URLs defanged.
 * https://api.slack.com/reference/surfaces/formatting */
#pragma once

#include "head/store/store.h"

/* The body of one notice. Owned; never NULL. */
char *slack_encode(const struct outgoing *o);
