/* The last 4 MiB of a log in one piece: a ring that is mapped twice, one behind
 * the other, so that no run of bytes is broken. All sources share one. */
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

/* Empties the window for `owner`; the next byte that is added is the one at
 * `offset`. */
void window_reset(struct window *w, const void *owner, uint64_t offset);
/* Who emptied the window last. */
const void *window_owner(const struct window *w);
uint64_t window_begin(const struct window *w);
uint64_t window_end(const struct window *w);
/* The bytes from `from` up to `to`, which must lie in the window; borrowed
 * until bytes are added. */
struct span window_span(const struct window *w, uint64_t from, uint64_t to);
/* Where the next `len` bytes go, at most half the window; the oldest bytes make
 * room for them. */
char *window_room(struct window *w, size_t len);
/* Tells that `len` bytes were put where window_room() said. */
void window_add(struct window *w, size_t len);
