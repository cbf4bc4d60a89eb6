#include "config.h"
#include "head/roles/next-start.h"

#include <errno.h>
#include <stdlib.h>

/* One that lasted so long did not die of its start: the pause is the least
 * again. */
#define LASTS USEC_MINUTE

struct next_start {
	sd_event *loop;
	next_start_fn *start;
	void *arg;
	usec least;
	usec pause;             /* of the last plan; 0: there was none yet */
	usec since;             /* monotonic; 0: it is not up */
	sd_event_source *timer; /* NULL: nothing is planned */
};

struct next_start *
next_start_new(sd_event *loop, usec least, next_start_fn *start, void *arg)
{
	struct next_start *n = xcalloc(1, sizeof(*n));
	n->loop = loop;
	n->start = start;
	n->arg = arg;
	n->least = least;
	return n;
}

void
next_start_free(struct next_start *n)
{
	if (!n)
		return;
	sd_event_source_disable_unref(n->timer);
	free(n);
}

void
next_start_up(struct next_start *n, usec since)
{
	n->since = since;
}

bool
next_start_is_up(const struct next_start *n)
{
	return n->since != 0;
}

static int
on_timer(sd_event_source *s, uint64_t now, void *arg)
{
	struct next_start *n = arg;
	(void)s;
	(void)now;
	n->timer = sd_event_source_disable_unref(n->timer);
	n->start(n->arg);
	return 0;
}

void
next_start_plan(struct next_start *n, usec most)
{
	bool lasted = n->since && clock_mono() - n->since > LASTS;
	n->pause = lasted || !n->pause ? n->least : MIN(2 * n->pause, most);
	n->since = 0;
	n->timer = sd_event_source_disable_unref(n->timer);
	if (sd_event_add_time_relative(n->loop, &n->timer, CLOCK_MONOTONIC,
		    n->pause, 0, on_timer, n) < 0)
		(void)sd_event_exit(n->loop, -ENOMEM);
}

bool
next_start_is_planned(const struct next_start *n)
{
	return n->timer != NULL;
}

usec
next_start_pause(const struct next_start *n)
{
	return n->pause;
}
