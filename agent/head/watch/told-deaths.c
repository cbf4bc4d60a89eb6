#include "config.h"
#include "head/watch/told-deaths.h"

#include <stdlib.h>
#include <string.h>

#include "head/watch/docker-start.h"

/* The event of a death and Docker's description of it differ by less. */
#define SAME_TIME (2 * USEC_SECOND)

void
told_deaths_free(struct told_deaths *t)
{
	free(t->list);
	*t = (struct told_deaths){ 0 };
}

void
told_deaths_copy(struct told_deaths *to, const struct told_deaths *from)
{
	*to = *from;
	to->list = xcalloc(from->room + 1, sizeof(*to->list));
	if (from->n)
		memcpy(to->list, from->list, from->n * sizeof(*to->list));
}

/* Which replica: Swarm names a container SERVICE.SLOT.TASK. */
static void
slot_of(const char *name, char slot[TOLD_DEATH_SLOT])
{
	const char *dot = strrchr(name, '.');
	size_t len = dot ? (size_t)(dot - name) : strlen(name);
	snprintf(slot, TOLD_DEATH_SLOT, "%.*s",
		(int)MIN(len, TOLD_DEATH_SLOT - 1), name);
}

/* Swarm starts none again, and notices a moment after the end. One that was
 * started again may die again; where only an event is
 * known of it, that tells no start. Where the clock was set back it may have
 * been started behind its end. */
static bool
is_same(const struct told_death *one, const struct container_news *n)
{
	return one->at && strcmp(one->id, n->id) == 0 &&
		(n->gone ? true
				: n->started
				? n->started <= MAX(one->at, one->started)
				: n->finished <= one->at + SAME_TIME);
}

bool
told_deaths_have(const struct told_deaths *t, const struct container_news *n)
{
	usec slack = n->gone ? DOCKER_START_NOTICES : 0;
	if (n->listed && n->finished <= t->mark + slack)
		return true;
	for (size_t i = 0; i < t->n; i++)
		if (is_same(&t->list[i], n))
			return true;
	return false;
}

/* What is not kept any more is told of by no list. */
static struct told_death *
forget_oldest(struct told_deaths *t)
{
	struct told_death *oldest = &t->list[0];
	for (size_t i = 1; i < t->n; i++)
		if (t->list[i].at < oldest->at)
			oldest = &t->list[i];
	t->mark = MAX(t->mark, oldest->at);
	return oldest;
}

static struct told_death *
room_for_one(struct told_deaths *t)
{
	if (t->n == TOLD_DEATHS_KEPT)
		return forget_oldest(t);
	if (t->n == t->room) {
		t->room = MIN(MAX(2 * t->room, 16u), TOLD_DEATHS_KEPT);
		t->list = xrealloc(t->list, t->room, sizeof(*t->list));
	}
	return &t->list[t->n++];
}

/* A clock that was set back may date a death in the future: it must not hide
 * those until then. */
struct told_death *
told_deaths_keep(
	struct told_deaths *t, const struct container_news *n, usec now)
{
	struct told_death *new = room_for_one(t);
	*new = (struct told_death){ .at = MIN(n->finished, now),
		.started = n->started };
	slot_of(n->name, new->slot);
	snprintf(new->id, TOLD_DEATH_ID, "%s", n->id);
	return new;
}

static int
by_time(const void *a, const void *b)
{
	usec x = *(const usec *)a, y = *(const usec *)b;
	return x < y ? -1 : x > y;
}

/* Those of its replica that may be in one loop with it, the first one first;
 * *ret_times has room for all. */
static size_t
times_around(const struct told_deaths *t, const struct told_death *of,
	usec *ret_times)
{
	size_t n = 0;
	for (size_t i = 0; i < t->n; i++) {
		const struct told_death *one = &t->list[i];
		usec apart = MAX(one->at, of->at) - MIN(one->at, of->at);
		if (one->at && apart <= DEATHS_LOOP_TIME &&
			strcmp(one->slot, of->slot) == 0)
			ret_times[n++] = one->at;
	}
	if (n)
		qsort(ret_times, n, sizeof(*ret_times), by_time);
	return n;
}

struct deaths_counted
told_deaths_count(const struct told_deaths *t, const struct told_death *of)
{
	usec *times = xcalloc(t->n + 1, sizeof(*times));
	size_t n = times_around(t, of, times);
	struct deaths_counted most = { 0 };
	for (size_t first = 0, end = 0; first < n; first++) {
		while (end < n && times[end] - times[first] <= DEATHS_LOOP_TIME)
			end++;
		if (times[first] > of->at || end - first <= most.times)
			continue;
		most.times = end - first;
		most.time = times[end - 1] - times[first];
		most.newest = times[end - 1] <= of->at;
	}
	free(times);
	return most;
}
