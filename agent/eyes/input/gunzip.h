/* What gzip packed, read as if it were not: a place that was passed is found
 * again. */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/own.h"
#include "base/span.h"
#include "base/why.h"

struct gunzip;
/* The descriptor is borrowed. A pipe, which cannot jump, has given its `first`
 * bytes already. */
int gunzip_open(int fd, bool pipe, struct span first, struct gunzip **ret,
	struct why *why);
void gunzip_close(struct gunzip *g);
OWN(gunzip, struct gunzip *, gunzip_close);

/* Up to `len` unpacked bytes at `offset`: their number, 0 at the end, or a
 * negative errno: -EPIPE when the packed data ends too early, -EBADMSG when it
 * is broken, -ESPIPE for a pipe that would have to jump. Going back some
 * megabytes is cheap, further back begins at the head of the file. */
ssize_t gunzip_read(struct gunzip *g, uint64_t offset, char *to, size_t len,
	struct why *why);
