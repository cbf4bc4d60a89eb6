/* Eyes for a command: started, fed and listened to as head does it, for one log
 * after the other. */
#pragma once

#include "rule/rule.h"

struct eyes_client;
/* Starts eyes with these rules, which must outlive it. */
int eyes_client_open(
	const struct rules *rules, struct eyes_client **ret, struct why *why);
void eyes_client_close(struct eyes_client *s);
OWN(eyes_client, struct eyes_client *, eyes_client_close);

struct eyes_client_totals {
	uint64_t bytes;
	uint64_t broken; /* lines that were not what the format says */
	uint64_t faults;
};

/* Takes a fault; ordered by line. */
typedef void eyes_client_on_fault(const struct fault *fault, void *user);

/* Reads the log to its end; `source` says with which rules. A negative errno if
 * it could not be read to the end: then eyes may have to be opened again
 * (-ECONNRESET). What was found until then was handed over. */
int eyes_client_read(struct eyes_client *s, struct source *source, int fd,
	eyes_client_on_fault *on_fault, void *user,
	struct eyes_client_totals *totals, struct why *why);
