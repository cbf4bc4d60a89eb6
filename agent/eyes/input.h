/* The bytes of a log: a file, a pipe, or either compressed by gzip. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/own.h"
#include "base/why.h"

struct input;
/* Takes the descriptor. Compressed data is told by its first two bytes if
 * `gzip_allowed`. */
int input_open(int fd, bool gzip_allowed, struct input **ret, struct why *why);
void input_close(struct input *in);
OWN(input, struct input *, input_close);

/* Up to `len` bytes at `offset`, which only a file may jump to: their number, 0
 * at the end, or a negative errno. A pipe blocks until something comes. */
ssize_t input_read(struct input *in, uint64_t offset, char *to, size_t len,
	struct why *why);
/* Whether bytes can be read again. */
bool input_can_seek(const struct input *in);
