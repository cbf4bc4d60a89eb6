/* Which receivers took a message that no store keeps, and when each is to get
 * the next one. A daemon that is started meanwhile goes on from a text of it.
 */
#pragma once

#include "base/buf.h"
#include "base/clock.h"

struct told_receiver {
	struct told_receiver *next;
	void *arg; /* the list's */
	char *name;
	usec taken;     /* when it took the last message; 0: never */
	usec due;       /* not tried before; 0: at once */
	unsigned tries; /* since then, that failed */
	bool told;      /* of what lasts */
	bool under_way;
};

/* Times are steady. A receiver that is told is told again of what lasts after
 * `again`, and of the next one `anew` after that. */
struct told_receivers {
	struct told_receiver *first;
	void *arg; /* borrowed */
	usec again, anew;
};

void told_receivers_free(struct told_receivers *l);
/* Adds it, or finds it; borrowed. It stays where it is, as an answer may come
 * late. */
struct told_receiver *
told_receivers_of(struct told_receivers *l, const char *name);
void told_receiver_took(
	const struct told_receivers *l, struct told_receiver *r, usec now);
/* It took nothing, and is tried again after `wait`. */
void told_receiver_refused(struct told_receiver *r, usec now, usec wait);
bool told_receivers_await(const struct told_receivers *l);
/* What lasted is over. */
void told_receivers_rest(struct told_receivers *l);

/* Adds a line for each that took a message, whether it was told and when by the
 * wall clock, to a text of at most `most` bytes: what does not fit is left out.
 */
void told_receivers_write(const struct told_receivers *l, struct buf *to,
	size_t most, usec now, usec wall);
/* One such line; what is none is left out. */
void told_receivers_read(
	struct told_receivers *l, struct span line, usec now, usec wall);
