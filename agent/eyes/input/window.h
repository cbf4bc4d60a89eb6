/* The last 4 MiB of a log in one piece: a ring that is mapped twice, one behind
 * the other, so that no run of bytes is ever broken. One for all sources. */
#pragma once

#include <stdint.h>

#include "base/own.h"
#include "base/span.h"
#include "base/why.h"

#define WINDOW_BYTES (4u << 20)

struct window;
int window_new(struct window **ret, struct why *why);
void window_free(struct window *w);
OWN(window, struct window *, window_free);

/* Empties it for `owner`; the next byte is the one at `offset`. */
void window_reset(struct window *w, const void *owner, uint64_t offset);
/* Who emptied it last. */
const void *window_owner(const struct window *w);
uint64_t window_begin(const struct window *w);
uint64_t window_end(const struct window *w);
/* Bytes [from, to), which must lie inside; borrowed until bytes are added. */
struct span window_span(const struct window *w, uint64_t from, uint64_t to);
/* Where the next `len` bytes go (at most half the window); the oldest make room
 * for them. */
char *window_room(struct window *w, size_t len);
/* So many were put there. */
void window_add(struct window *w, size_t len);
