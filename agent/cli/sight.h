/* Eyes for a command: started, fed and listened to as head does it, for one log
 * after the other. */
#pragma once

#include "rule/rule.h"

struct sight;
/* Starts eyes with these rules, which must outlive it. */
int sight_open(const struct rules *rules, struct sight **ret, struct why *why);
void sight_close(struct sight *s);
OWN(sight, struct sight *, sight_close);

struct sight_totals {
	uint64_t bytes;
	uint64_t broken; /* lines that were not what the format says */
	uint64_t faults;
};

/* Takes a fault; ordered by line. */
typedef void sight_on_fault(const struct fault *fault, void *user);

/* Reads the log to its end; `source` says with which rules. A negative errno if
 * it could not be read to the end: then eyes may have to be opened again
 * (-ECONNRESET). What was found until then was handed over. */
int sight_read(struct sight *s, struct source *source, int fd,
	sight_on_fault *on_fault, void *user, struct sight_totals *totals,
	struct why *why);
