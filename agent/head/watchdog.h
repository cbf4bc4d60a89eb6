/* Whether what is logged is read. Bytes that wait for longer than they may,
 * eyes that do not get ready, or do not move although bytes wait (stopped,
 * hanging, deadlocked, with or without CPU time), apps of which nothing is read
 * at all, and gaps, which are bytes that nobody could read any more: an
 * incident of class log-gap each.
 */
#pragma once

#include <systemd/sd-event.h>

#include "head/incidents/scheduler.h"
#include "head/roles/eyes-process.h"
#include "head/sources/sources.h"

/* Eyes that said nothing for so long while bytes waited, or were not ready by
 * then, are killed. */
#define WATCHDOG_EYES (30 * USEC_SECOND)
/* Bytes of an app that wait for so long, and none of them is read meanwhile,
 * are an incident of class log-unread, which ends when reading goes on. */
#define WATCHDOG_UNREAD (60 * USEC_SECOND)

/* An app of which nothing is read for so long (no container, a driver that
 * cannot be read, a log that cannot be opened) is one too. Longer than a deploy
 * takes. Its `silence` has a length of its own. */
#define WATCHDOG_TROUBLE (300 * USEC_SECOND)

struct watchdog;

/* All borrowed, and outlive *ret, which is owned. */
struct watched {
	const struct settings *settings;
	struct sources *sources;
	struct eyes_process *eyes;
	struct scheduler *scheduler;
	struct store *store;
};

int watchdog_start(sd_event *loop, const struct watched *watched,
	struct watchdog **ret, struct why *why);
void watchdog_free(struct watchdog *w);
