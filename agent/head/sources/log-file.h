/* One file of a log: the current one, or a part that was written before a
 * rotation. Has its descriptor and its identity. */
#pragma once

#include <sys/stat.h>

#include "base/clock.h"
#include "head/sources/file-identity.h"

struct log_file {
	struct log_file *next; /* newer */
	char *key; /* file_identity_text(): how the store knows it */
	struct file_identity identity;
	int fd;
	uint64_t base;      /* offset of its first byte in the log */
	bool compressed;    /* by gzip: a rotated copy */
	bool stored;        /* the store has it, with its base */
	uint64_t last_size; /* in the last log_file_has_shrunk() */
};

/* Names the folder below which all logs of this process lie: Docker's root;
 * borrowed. The folder itself may be reached over symbolic links, which are its
 * owner's; below it none is followed, because others may write there. Without
 * it the folder of each log counts. */
void log_file_root(const char *docker_root);
/* Opens a log: a regular file below that folder. Returns the descriptor, owned,
 * or a negative errno: -ELOOP for a link, -EXDEV for one elsewhere, -EMFILE if
 * it would take one of those that head needs for other things
 * (DESCRIPTORS_RESERVE). */
int log_file_open(const char *path, struct why *why);
/* Whether a file that gave this negative errno may be opened or read at the
 * next try. */
bool log_file_may_pass(int r);
/* What lies at the path, found in the same way: 0 or a negative errno. */
int log_file_stat(const char *path, struct stat *ret);
/* Makes a log_file of an open file and takes the descriptor in any case. *ret
 * is owned. */
int log_file_new(int fd, struct log_file **ret, struct why *why);
/* Closes the descriptor and frees it. */
void log_file_free(struct log_file *l);
/* The same for every file of the list. */
void log_files_free(struct log_file *list);
OWN(log_file, struct log_file *, log_file_free);

/* Takes identity and key anew, after the head of the file has changed or grown.
 */
int log_file_identify(struct log_file *l, struct why *why);
/* How many bytes of the log it holds, uncompressed. 0 or a negative errno. */
int log_file_size(const struct log_file *l, uint64_t *ret, struct why *why);
/* When it was written to last, wall clock; 0: that cannot be told. */
usec log_file_last_write(const struct log_file *l);
/* When it lost its last name; 0: it has one. And when it was made; 0: its file
 * system does not know. Nanoseconds of the kernel's clock for files. */
int64_t log_file_unlinked(const struct log_file *l);
int64_t log_file_born(const struct log_file *l);
/* Whether both have the same content: they are the same file, or one is the
 * compressed copy of the other. 1, 0, or a negative errno where that cannot be
 * told now. */
int log_file_is_copy(
	const struct log_file *a, const struct log_file *b, struct why *why);

/* Puts a duplicate of the descriptor into the service manager's fd store, under
 * a name that begins with the container, and removes it. systemd gives what it
 * stores to the next head, also after a crash, so a file without a name
 * survives a restart: https://systemd.io/FILE_DESCRIPTOR_STORE/ Without a
 * service manager both do nothing. */
void log_file_fdstore_add(const struct log_file *l, const char *container);
void log_file_fdstore_remove(const struct log_file *l, const char *container);
/* The name that it has there; owned. */
char *log_file_fdstore_name(const struct log_file *l, const char *container);
/* The container in the name of a stored descriptor; owned. */
char *log_file_fdstore_container(const char *fdstore_name);

/* Whether it is smaller than in the last call. */
bool log_file_has_shrunk(struct log_file *l);
