/* A file that holds a log, or the part of one that was written before a
 * rotation: its descriptor, and which file it is. */
#pragma once

#include "base/clock.h"
#include "head/positions.h"

struct logfile {
	struct logfile *next; /* newer */
	char *key;            /* identity_text(): how the store knows it */
	struct identity identity;
	int fd;
	uint64_t base; /* offset of its first byte in the log */
	bool packed;   /* by gzip: a rotated copy */
	bool stored;   /* with its base */
	uint64_t seen; /* its size, when it was looked at last */
};

/* A descriptor for a log: a regular file, no symbolic link is followed. */
int logfile_open(const char *path, struct why *why);
/* Takes the descriptor over in any case. */
int logfile_new(int fd, struct logfile **ret, struct why *why);
void logfile_free(struct logfile *l);
/* Every file of the list. */
void logfiles_free(struct logfile *list);
OWN(logfile, struct logfile *, logfile_free);

/* Identity and key are taken anew: its head is another one, or longer. */
int logfile_identify(struct logfile *l, struct why *why);
/* Bytes of the log in it. */
int logfile_size(const struct logfile *l, uint64_t *ret, struct why *why);
/* When it was written to last, by the wall clock; 0: that cannot be told. */
usec logfile_written(const struct logfile *l);
/* Whether both hold the same part of a log, be one compressed and the other
 * not. */
bool logfile_is_copy(const struct logfile *a, const struct logfile *b);

/* Gives a copy of the descriptor to the service manager's store, if there is
 * one, so that a restart does not lose a file without a name. `container` is
 * part of its name there. */
void logfile_keep(const struct logfile *l, const char *container);
void logfile_unkeep(const struct logfile *l, const char *container);
/* The container in the name that a descriptor has there; owned. */
char *logfile_container(const char *kept_name);

/* Whether this name now stands for another file. */
bool logfile_is_replaced(const struct logfile *l, const char *path);
/* Whether it is smaller than when this was asked last. */
bool logfile_has_shrunk(struct logfile *l);
