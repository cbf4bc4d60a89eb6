/* The sources that are read, and whose turn it is: each in turn, a batch at a
 * time, no more than EYES_WINDOW of them unacknowledged. */
#pragma once

#include "eyes/reader.h"
#include "wire/source.h"

struct reading {
	uint32_t id;
	struct source source;
	struct reader *reader;
	unsigned under_way; /* batches that are not acknowledged */
	usec due;           /* when it is read again; USEC_NEVER: when woken */
	usec read_at;       /* when it was read last */
	usec grew_at;       /* when something new was there last */
	uint64_t offset;    /* how far it was read then */
	bool finish;        /* nothing will be added */
	bool over;          /* its last batch is sent */
};

struct readings {
	struct reading *list;
	size_t n, next; /* the one that is asked first */
};

void readings_free(struct readings *all);
/* Borrowed until one is added or dropped; NULL: there is none. */
struct reading *readings_find(struct readings *all, uint32_t id);
/* The caller opens its reader. */
struct reading *
readings_add(struct readings *all, const struct source *source, usec now);
void readings_drop(struct readings *all, struct reading *r);

/* The inotify watch of a log has an event. */
void readings_wake(struct readings *all, int watch, usec now);
void readings_wake_all(struct readings *all, usec now);
/* The next source, in turn, that may be read now; NULL if none. */
struct reading *readings_next(struct readings *all, usec now);
/* When the next one may be read; USEC_NEVER if all wait for something. */
usec readings_due(const struct readings *all);

/* Nothing is left to read in it: it waits for an event, or until the record
 * that is open at its end counts as complete. */
void reading_rests(struct reading *r, usec now);
/* How the reader shall take the end of what is there. */
enum reader_end reading_end(const struct reading *r, usec now);
