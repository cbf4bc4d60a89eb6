/* Reads what gzip packed as if it were a plain file: a place that was passed
 * can be read again, because a copy of the inflater is kept every 8 MiB. */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/own.h"
#include "base/span.h"
#include "base/why.h"

struct gunzip;
/* `fd` is borrowed. `first` are the bytes that were read from a pipe already,
 * since it cannot go back. */
int gunzip_open(int fd, bool pipe, struct span first, struct gunzip **ret,
	struct why *why);
void gunzip_close(struct gunzip *g);
OWN(gunzip, struct gunzip *, gunzip_close);

/* Reads up to `len` unpacked bytes at `offset`: their number, 0 at the end, or
 * a negative errno: -EPIPE when the packed data ends too early, -EBADMSG when
 * it is broken, -ESPIPE for a pipe that would have to go back. Going back some
 * megabytes is cheap; from further back the file is unpacked from its start. */
ssize_t gunzip_read(struct gunzip *g, uint64_t offset, char *to, size_t len,
	struct why *why);
