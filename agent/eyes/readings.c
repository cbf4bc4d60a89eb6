#include "config.h"
#include "eyes/readings.h"

#include <stdlib.h>

#include "wire/role.h"

/* An app that writes line by line wakes eyes at every line: a source is read
 * once in this time at the most. */
#define DAMPING (50 * USEC_SECOND / 1000)

void
readings_free(struct readings *all)
{
	while (all->n)
		readings_drop(all, &all->list[0]);
	free(all->list);
}

struct reading *
readings_find(struct readings *all, uint32_t id)
{
	for (size_t i = 0; i < all->n; i++)
		if (all->list[i].id == id)
			return &all->list[i];
	return NULL;
}

struct reading *
readings_add(struct readings *all, const struct source *source, usec now)
{
	all->list = xrealloc(all->list, all->n + 1, sizeof(*all->list));
	struct reading *r = &all->list[all->n++];
	*r = (struct reading){
		.id = source->id,
		.source = *source,
		.due = now,
		.finish = !source->follow,
	};
	return r;
}

void
readings_drop(struct readings *all, struct reading *r)
{
	reader_close(r->reader);
	*r = all->list[--all->n];
}

static void
wake(struct reading *r, usec now)
{
	usec earliest = r->read_at + DAMPING;
	usec due = MAX(now, earliest);
	r->due = MIN(r->due, due);
}

void
readings_wake(struct readings *all, int watch, usec now)
{
	for (size_t i = 0; i < all->n; i++)
		if (all->list[i].source.watch == watch)
			wake(&all->list[i], now);
}

void
readings_wake_all(struct readings *all, usec now)
{
	for (size_t i = 0; i < all->n; i++)
		wake(&all->list[i], now);
}

/* Whether head would take a further batch of the source. */
static bool
may_send(const struct reading *r)
{
	return r->under_way < EYES_WINDOW && !r->over;
}

struct reading *
readings_next(struct readings *all, usec now)
{
	for (size_t i = 0; i < all->n; i++) {
		struct reading *r = &all->list[(all->next + i) % all->n];
		if (r->due <= now && may_send(r)) {
			all->next = (all->next + i + 1) % all->n;
			return r;
		}
	}
	return NULL;
}

usec
readings_due(const struct readings *all)
{
	usec due = USEC_NEVER;
	for (size_t i = 0; i < all->n; i++)
		if (may_send(&all->list[i]))
			due = MIN(due, all->list[i].due);
	return due;
}

void
reading_rests(struct reading *r, usec now)
{
	r->read_at = now;
	r->due = MAX(reader_due(r->reader), now + DAMPING);
}
