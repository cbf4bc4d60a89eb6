/* Slack's JSON, and that of chats which speak like it: {"text": ...} with
 * `& < >` escaped, mentions and backticks neutralised, URLs defanged. */
#pragma once

#include "head/store/store.h"

/* The body of one notice. Owned. */
char *slack_encode(const struct outgoing *o);
