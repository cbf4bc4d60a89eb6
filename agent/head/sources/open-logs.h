/* Logs are opened: as soon as they appear, with the rotated copies that nobody
 * read yet, and held from then on. */
#pragma once

#include "head/sources/discovery.h"
#include "head/sources/followed-logs.h"
#include "head/sources/resume.h"

/* All borrowed. */
struct open_logs {
	const struct rules *rules;
	struct followed_logs *logs;
	struct discovery *discovery;
	struct resume *resume; /* while starting, else NULL */
	/* logs that the last look could not open for want of descriptors, and
	 * how many of them people know about */
	size_t shut_out, shut_out_told;
};

/* Opens the container's log if it is not held yet: a new one, or the file that
 * now has the name of one that was rotated. For discovery, with a struct
 * open_logs. */
void open_logs_current(void *arg, struct container_folder *f);
/* The same for every container there is. An app that is not read because of the
 * logs of others is told once, and once more when there are more of them. */
void open_logs_all(struct open_logs *o);
