/* The bytes of a log: a file, a pipe, or either compressed by gzip; and, when a
 * log was rotated, its files one behind the other, as if they were one. An
 * offset counts from wherever head began to count, so that a file that goes on
 * where another ended has a `base`, the offset of its first byte. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/own.h"
#include "base/why.h"

struct input;
/* Takes the descriptor. Compressed data is told by its first two bytes. */
int input_open(int fd, uint64_t base, struct input **ret, struct why *why);
void input_close(struct input *in);
OWN(input, struct input *, input_close);

/* Takes the descriptor of a further file: nothing is added to those before it
 * any more. -EINVAL: it cannot go on there. */
int input_add(struct input *in, int fd, uint64_t base, struct why *why);
/* Files that end at or before `offset` are not read again. */
void input_forget(struct input *in, uint64_t offset);
/* Where the file begins that holds the byte before `offset`; `offset` itself if
 * none is left that does. */
uint64_t input_base(const struct input *in, uint64_t offset);

/* Up to `len` bytes at `offset`, which only a file may jump to: their number, 0
 * at the end, or a negative errno: -ENODATA when a file ends before the one
 * that follows it begins. A pipe blocks until something comes. */
ssize_t input_read(struct input *in, uint64_t offset, char *to, size_t len,
	struct why *why);
/* Whether bytes can be read again. */
bool input_can_seek(const struct input *in);
/* Whether that costs no more than the first time. */
bool input_can_jump(const struct input *in);
