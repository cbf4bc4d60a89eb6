/* Finds out which network a job has to enter, without the right to enter one:
 * what it reads (the job, Docker's answers, the database's URL) is others'. */
#pragma once

#include "base/clock.h"
#include "base/io/frame.h"
#include "hands/steps/reach.h"

struct scout {
	const char *config;      /* the path of the configuration */
	const struct frame *job; /* as it came from head */
	usec begun; /* clock_mono() when the time of the job began */
};

/* A reach_scout for a struct scout, in a process of its own. Where it cannot
 * tell it names nothing, and the job itself says what is wrong. */
void scout_way(const void *scout, struct reach_way *ret);
