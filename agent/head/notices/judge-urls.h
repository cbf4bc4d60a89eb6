/* Judges the URLs of all receivers by a sender of their own (the role
 * `notify`), while the daemon goes on: what a sender waits for holds up neither
 * its start nor a reload, and no notice. */
#pragma once

#include <systemd/sd-event.h>

#include "config/settings.h"

struct judge_urls;

/* Warns in the log of each URL that notices could not be sent to, and of each
 * that could not be judged, in the words of try_webhook_url(): of a file that
 * cannot be read at once, of others from the loop. The settings are not needed
 * any more once it returns. Owned; NULL: nobody is asked. The loop must outlive
 * it. */
struct judge_urls *judge_urls(sd_event *loop, const struct settings *settings);
/* What was not told yet never is. */
void judge_urls_free(struct judge_urls *j);
OWN(judge_urls, struct judge_urls *, judge_urls_free);
