/* Opens logs as soon as they appear, with the rotated copies that nobody read
 * yet, and gives them to followed-logs.c, which holds them from then on. */
#pragma once

#include "head/sources/discovery.h"
#include "head/sources/followed-logs.h"
#include "head/sources/resume.h"

/* All pointers are borrowed. */
struct open_logs {
	const struct rules *rules;
	struct followed_logs *logs;
	struct discovery *discovery;
	struct resume *resume; /* while checkpoints wait, else NULL */
	bool starting;         /* head starts: what is there now is history */
	/* Logs that the last scan could not open because too few descriptors
	 * were left, and how many of them people know about. */
	size_t unopened, unopened_told;
};

/* Opens the container's log if head does not hold it yet: a new log, or the
 * file that has the log's name after a rotation. A callback for discovery, with
 * a struct open_logs as `arg`. */
void open_logs_current(void *arg, struct container_folder *f);
/* Does so for every container there is. Tells people when too few descriptors
 * keep it from opening some, and again when there are more of those. */
void open_logs_all(struct open_logs *o);
