/* What is read of each configured app, or why nothing is: an app that nobody
 * reads would be silent for ever. */
#pragma once

#include "config/settings.h"

struct discovery;
struct followed_logs;
struct json_t;

enum app_trouble {
	APP_IS_READ,
	APP_UNLISTED, /* no container at all can be found */
	APP_ABSENT,   /* no container belongs to it */
	APP_DRIVER,   /* its newest container has no log that can be read */
	APP_UNOPENED, /* the log of its newest container is not open */
	APP_SILENT,   /* nothing was logged for its `silence` */
};

/* Bytes of an app's logs that wait, in logs of which none was read at the last
 * tick: how many, since when (wall clock), and for how many ticks at the most.
 * Zeroed: none. */
struct unread {
	uint64_t bytes;
	usec since;
	unsigned ticks;
};

struct app_reading {
	const struct app *app;
	enum app_trouble trouble;
	size_t containers;
	size_t logs;    /* followed; some may be of containers that are gone */
	bool heard_now; /* a line was read since head started */
	usec last_read; /* wall clock: when a line was read last; 0: never */
	usec heard;     /* monotonic: the same, or since head follows its log */
	struct unread unread;
	/* See struct discovered; borrowed from discovery. */
	const char *driver, *service;
	const char *error;
};

/* Fills an array with one entry for each app of the settings. `logs` NULL: no
 * log is followed, as in a command that only looks; then a log that could be
 * read counts as read. */
void app_readings(const struct settings *settings, const struct discovery *d,
	const struct followed_logs *logs, struct app_reading *ret);
/* "2 logs of 2 containers", or the trouble: "no container belongs to it; there
 * are: shop-web, shop-api ...". One line, escaped; owned. */
char *app_reading_text(const struct app_reading *a, const struct discovery *d);
/* [{app, mode, mode_text, labels_awaited, lowered, label_troubles, containers,
 * logs, scaled_to_none, last_read, trouble, unread: {bytes, since}}]; the last
 * three only where there is something to say. `lowered` and `label_troubles`
 * are sentences about labels (config/labels.h). New reference. */
struct json_t *app_readings_json(const struct settings *settings,
	const struct discovery *d, const struct followed_logs *logs);
