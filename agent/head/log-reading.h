/* The part of head that reads: sources, eyes, and who watches both. All of it
 * hangs on the settings and the rules, so with others of them it is ended and
 * started again, at the stored positions, as after a restart of the daemon. */
#pragma once

#include <systemd/sd-event.h>

#include "head/sources/resume.h"

struct json_t;
struct loaded;
struct outbox;
struct log_reading;
struct scheduler;
struct sources;
struct store;

/* What was read since the daemon was started. */
struct log_reading_figures {
	uint64_t batches, faults, bytes, broken, undecided;
	bool announced; /* what is read was told */
};

/* All borrowed, and outlive the reading. */
struct log_reading_parts {
	sd_event *loop;
	const struct loaded *loaded;
	struct store *store;
	struct scheduler *scheduler;
	struct outbox *outbox;
	struct log_reading_figures *figures;
};

/* Finds and opens logs, first of all those that are left (NULL: none), and
 * starts eyes. *ret is owned. */
int log_reading_start(const struct log_reading_parts *parts,
	const struct left_files *left, struct log_reading **ret,
	struct why *why);
/* Ends it; its files are added to the list, open. */
void log_reading_leave(struct log_reading *r, struct left_files *ret);
void log_reading_free(struct log_reading *r);
OWN(log_reading, struct log_reading *, log_reading_free);

/* Borrowed. */
struct sources *log_reading_sources(const struct log_reading *r);
/* Adds what only it knows to the status. */
void log_reading_status(const struct log_reading *r, struct json_t *status,
	usec started, size_t hands);
