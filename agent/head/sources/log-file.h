/* A file that holds a log, or the part of one that was written before a
 * rotation: its descriptor, and which file it is. */
#pragma once

#include "base/clock.h"
#include "head/sources/file-identity.h"

struct log_file {
	struct log_file *next; /* newer */
	char *key; /* file_identity_text(): how the store knows it */
	struct file_identity identity;
	int fd;
	uint64_t base; /* offset of its first byte in the log */
	bool packed;   /* by gzip: a rotated copy */
	bool stored;   /* with its base */
	uint64_t seen; /* its size, when it was looked at last */
};

/* A descriptor for a log: a regular file, no symbolic link is followed. */
int log_file_open(const char *path, struct why *why);
/* Takes the descriptor over in any case. */
int log_file_new(int fd, struct log_file **ret, struct why *why);
void log_file_free(struct log_file *l);
/* Every file of the list. */
void log_files_free(struct log_file *list);
OWN(log_file, struct log_file *, log_file_free);

/* Identity and key are taken anew: its head is another one, or longer. */
int log_file_identify(struct log_file *l, struct why *why);
/* Bytes of the log in it. */
int log_file_size(const struct log_file *l, uint64_t *ret, struct why *why);
/* When it was written to last, by the wall clock; 0: that cannot be told. */
usec log_file_written(const struct log_file *l);
/* Whether both hold the same part of a log, be one compressed and the other
 * not. */
bool log_file_is_copy(const struct log_file *a, const struct log_file *b);

/* Gives a copy of the descriptor to the service manager's store, if there is
 * one, so that a restart does not lose a file without a name. `container` is
 * part of its name there. */
void log_file_keep(const struct log_file *l, const char *container);
void log_file_unkeep(const struct log_file *l, const char *container);
/* The container in the name that a descriptor has there; owned. */
char *log_file_container(const char *kept_name);

/* Whether this name now stands for another file. */
bool log_file_is_replaced(const struct log_file *l, const char *path);
/* Whether it is smaller than when this was asked last. */
bool log_file_has_shrunk(struct log_file *l);
