/* The bytes of a log: of a file, of a pipe, or of either compressed by gzip.
 * The files of a rotated log read one behind the other, as if they were one. An
 * offset counts from where head began to count; `base` is the offset of a
 * file's first byte. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/own.h"
#include "base/why.h"

struct input;
/* Takes the descriptor. Whether the data is compressed is told by its first two
 * bytes, not by a name. */
int input_open(int fd, uint64_t base, struct input **ret, struct why *why);
void input_close(struct input *in);
OWN(input, struct input *, input_close);

/* Takes the descriptor of a further file, which begins at `base`: nothing is
 * added to those before it any more. -EINVAL if it cannot go on there. */
int input_add(struct input *in, int fd, uint64_t base, struct why *why);
/* Closes the files that end at or before `offset`; nothing before it is read
 * again. */
void input_forget(struct input *in, uint64_t offset);
/* Where the file begins that holds the byte before `offset`; `offset` itself if
 * none is open that does. */
uint64_t input_base(const struct input *in, uint64_t offset);

/* Reads up to `len` bytes at `offset`, which must go on where the last call
 * ended if it is a pipe: their number, 0 at the end, or a negative errno:
 * -ENODATA when a file ends before the one that follows it begins. A pipe
 * blocks until something comes. */
ssize_t input_read(struct input *in, uint64_t offset, char *to, size_t len,
	struct why *why);
/* Whether bytes can be read again. */
bool input_can_seek(const struct input *in);
/* Whether that costs no more than the first time. */
bool input_can_jump(const struct input *in);
