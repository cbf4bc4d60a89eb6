/* Small files, read and written whole. */
#pragma once

#include <sys/types.h>

#include "base/buf.h"
#include "base/why.h"

/* Adds the whole regular file to `to`. -EFBIG if it is larger than max bytes,
 * -EINVAL if it is not a regular file (a FIFO is not waited for). */
int file_read(const char *path, size_t max, struct buf *to, struct why *why);
int file_read_at(
	int dir, const char *name, size_t max, struct buf *to, struct why *why);
/* One line without its blanks: a URL or a password. -ENODATA if it is empty. */
int file_read_secret(const char *path, char **ret, struct why *why);
/* Creates the folder that `path` lies in, if it is missing: that one alone. */
int dir_make_above(const char *path, mode_t mode, struct why *why);
/* Makes the names in a folder durable. */
int dir_sync(const char *path, struct why *why);
/* Every byte or a negative errno; EINTR is retried. */
int write_all(int fd, struct span s);
