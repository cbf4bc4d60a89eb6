/* A log file that is held: its descriptor, which file it is, and how far it was
 * read. */
#pragma once

#include "head/positions.h"
#include "wire/settings.h"
#include "wire/source.h"

struct json_t;

struct logfile {
	struct logfile *next;
	struct source source; /* what eyes are told; .from is as stored */
	const struct app *app;
	char *container;
	char *path; /* its name, when it was opened */
	char *key;  /* identity_text(): how the store knows it */
	struct identity identity;
	int fd;
	int64_t since_ns; /* older faults are history that `start` leaves out */
	uint64_t seen;    /* its size, when it was looked at last */
	bool finishing;   /* nothing will be added any more */
	usec resume;      /* monotonic; eyes get it then; 0: they have it */
};

/* A descriptor for a log: a regular file, no symbolic link is followed. */
int logfile_open(const char *path, struct why *why);
/* Takes the descriptor over in any case. */
int logfile_new(const struct app *app, const char *container, const char *path,
	int fd, struct logfile **ret, struct why *why);
void logfile_free(struct logfile *l);
OWN(logfile, struct logfile *, logfile_free);

/* Its head is another one now: identity and key are taken anew. */
int logfile_identify(struct logfile *l, struct why *why);
/* Gives a copy of the descriptor to the service manager's store, if there is
 * one, so that a restart does not lose a file without a name. */
void logfile_keep(const struct logfile *l);
void logfile_unkeep(const struct logfile *l);
/* Whether its name now stands for another file. */
bool logfile_is_replaced(const struct logfile *l);
/* Whether it has its name still. */
bool logfile_has_name(const struct logfile *l);
/* Whether it is smaller than when this was asked last. */
bool logfile_has_shrunk(struct logfile *l);
/* {app, container, path, read, size, unlinked}; NULL if it cannot be told. */
struct json_t *logfile_json(const struct logfile *l);
