/* The sources that eyes read, and whose turn it is. They take turns, a batch at
 * a time; a source with EYES_WINDOW unacknowledged batches waits. */
#pragma once

#include "eyes/reader.h"
#include "wire/source.h"

struct reading {
	uint32_t id;
	struct source source;
	struct reader *reader;
	unsigned under_way; /* batches that head has not acknowledged */
	usec due; /* when it is read next; USEC_NEVER: when an event comes */
	usec read_at; /* when it was read to its end last */
	bool finish;  /* nothing will be added to the log */
	bool over;    /* its last batch is sent */
};

struct readings {
	struct reading *list;
	size_t n, next; /* whose turn comes first */
};

void readings_free(struct readings *all);
/* The source with this id, borrowed until one is added or dropped; NULL if
 * there is none. */
struct reading *readings_find(struct readings *all, uint32_t id);
/* Adds a source that may be read at once; the caller opens its reader. */
struct reading *
readings_add(struct readings *all, const struct source *source, usec now);
void readings_drop(struct readings *all, struct reading *r);

/* The log with this inotify watch has an event. */
void readings_wake(struct readings *all, int watch, usec now);
void readings_wake_all(struct readings *all, usec now);
/* The next source, in turn, that may be read now; NULL if there is none. */
struct reading *readings_next(struct readings *all, usec now);
/* When the next source may be read; USEC_NEVER if all of them wait for
 * something else. */
usec readings_due(const struct readings *all);

/* Nothing is left to read in the source: it waits for an event, or for the time
 * when a record that is open at its end counts as complete. */
void reading_rests(struct reading *r, usec now);
