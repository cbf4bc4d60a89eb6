/* Deaths of containers that nobody asked for, as faults of their apps: classes
 * container-died, out-of-memory, crash-loop and unhealthy. They are only
 * reported. Such an incident ends when a container of the app lives on. */
#pragma once

#include "head/watch/own-faults.h"
#include "head/watch/told-deaths.h"
#include "wire/docker/docker-frames.h"

/* A container that ran for so long without another death lives on. */
#define DEATHS_LIVES USEC_MINUTE

struct deaths;
/* What `own` points to is borrowed and outlives *ret, which is owned. `now` and
 * `steady` are what scheduler_clock() and clock_boot() say. */
struct deaths *deaths_new(const struct own_faults *own, usec steady);
/* Deaths of before now are not told where none ever was: what happened before
 * logmend was there is over. */
int deaths_begin(struct deaths *d, usec now, struct why *why);
void deaths_free(struct deaths *d);
OWN(deaths, struct deaths *, deaths_free);
/* Before deaths_begin(): what was counted under another configuration goes on,
 * for the apps that are in both. */
void deaths_remember(struct deaths *d, const struct deaths *kept);

/* A container of the app died and nobody asked for it. Each death is told once,
 * however often, and in whatever order, Docker tells of it: how far an earlier
 * head told is in the store. */
int deaths_take(struct deaths *d, const struct app *app,
	const struct container_news *n, usec now, usec steady, struct why *why);
/* Whether that death was not told yet. */
bool deaths_is_news(const struct deaths *d, const struct app *app,
	const struct container_news *n);
/* One that is not to be told: neither this head, also over a reload, nor a
 * later one looks at it again. */
int deaths_pass(struct deaths *d, const struct app *app,
	const struct container_news *n, usec now, struct why *why);
/* One of its containers is unhealthy since now. */
int deaths_unhealthy(struct deaths *d, const struct app *app,
	const struct container_news *n, usec now, usec steady, struct why *why);

/* How the app's containers are: how many run, how many of those are unhealthy,
 * and whether one is well (healthy, or checked by nobody). */
struct deaths_alive {
	size_t running, unhealthy, well;
};
/* To be called every few seconds: ends what is over. */
int deaths_tick(struct deaths *d, const struct app *app,
	const struct deaths_alive *alive, usec steady, struct why *why);
