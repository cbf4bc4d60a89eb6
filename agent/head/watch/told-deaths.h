/* The deaths of one app's containers that were told or passed, and how many of
 * them are a crash loop. Plain memory: how far an earlier head told is in the
 * store. */
#pragma once

#include "base/clock.h"
#include "wire/docker/docker-frames.h"

/* More than any list of Docker's has of containers (docker/watch/listing.c), as
 * such a list comes in no order: what was told of it must not hide the rest. */
#define TOLD_DEATHS_KEPT 2048u
/* So many deaths of one replica within this time are a crash loop, which ends
 * after as long without any. */
#define DEATHS_LOOP 3u
#define DEATHS_LOOP_TIME (10 * USEC_MINUTE)

#define TOLD_DEATH_SLOT 128u
#define TOLD_DEATH_ID 72u

/* When it was, and of which replica and container. */
struct told_death {
	usec at; /* 0: none */
	usec started;
	char slot[TOLD_DEATH_SLOT]; /* "": it was passed, and counts for no
				       loop */
	char id[TOLD_DEATH_ID];
};

struct told_deaths {
	/* Of what a list shows, what died until then is told, or nobody's: by
	 * an earlier head, or too old to be kept here. */
	usec mark;
	struct told_death *list; /* in no order */
	size_t n, room;
};

void told_deaths_free(struct told_deaths *t);
/* `to` is empty. */
void told_deaths_copy(struct told_deaths *to, const struct told_deaths *from);
/* Whether that death was told or passed. */
bool
told_deaths_have(const struct told_deaths *t, const struct container_news *n);
/* Keeps it, and forgets the oldest where there are too many. Borrowed, until
 * the next one is kept. */
struct told_death *told_deaths_keep(
	struct told_deaths *t, const struct container_news *n, usec now);

struct deaths_counted {
	size_t times;
	usec time;   /* from the first to the last of them */
	bool newest; /* none of them came behind it */
};
/* How many deaths the replica of that one had within DEATHS_LOOP_TIME, with it:
 * the most, as a list tells them in no order. */
struct deaths_counted
told_deaths_count(const struct told_deaths *t, const struct told_death *of);
