/* All logs that are followed, each told to eyes and known to the store. What is
 * found on disk becomes one of them, or a further file of one (sources.h); what
 * is done here is the same for all. */
#pragma once

#include "head/places.h"

struct stat;

struct tails {
	struct tail *first;
	struct places places;
	struct reader *reader; /* NULL before the first eyes are ready */
	int appends;           /* the inotify instance eyes read from */
};

/* Closes every log; those in the service manager's store stay there. */
void tails_free(struct tails *s);
/* Tells people one sentence. */
void tails_note(const struct tails *s, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/* The one that has this file; NULL: none. */
struct tail *tails_of_file(const struct tails *s, const struct stat *st);
/* The one that a container writes to. */
struct tail *tails_of_container(const struct tails *s, const char *container);
/* The one that eyes know by this number. */
struct tail *tails_find(const struct tails *s, uint32_t id);

/* Takes in a log whose place is stored. */
void tails_insert(struct tails *s, struct tail *t);
/* Everything of it is read: forgets and closes it. */
void tails_drop(struct tails *s, struct tail *t);
/* Adds the files of the list, oldest first; takes them in any case. */
int tails_grow(
	struct tails *s, struct tail *t, struct logfile *list, struct why *why);
/* Lets go of files that are read. */
void tails_shift(struct tails *s, struct tail *t);
/* Nothing will be added to it any more. */
void tails_finish(struct tails *s, struct tail *t);
/* Eyes forget what they know of it and go on at the stored position. */
void tails_again(struct tails *s, struct tail *t);
/* What was read of this file is no longer what stands there: reads it again
 * from its beginning. */
void tails_anew(struct tails *s, struct tail *t, struct logfile *broken);
/* These eyes are new: tells them everything. */
void tails_tell(struct tails *s, struct reader *reader);
/* Eyes could not go on, and told why. A rotated file that cannot be read to its
 * end will not get better, and holds up what came after it: then it is passed
 * over, with a gap. Whether it was. */
bool tails_pass(struct tails *s, struct tail *t, const char *text);
