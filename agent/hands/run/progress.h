/* What hands tell while they work: frames to head, whose loss is no error, and
 * lines in the attempt's file. */
#pragma once

#include <stdbool.h>

#include "hands/run/attempt-log.h"
#include "wire/finding.h"
#include "wire/missing.h"
#include "wire/plan.h"
#include "wire/result.h"

struct progress {
	int sock;
	bool gone;                   /* nobody listens any more */
	struct attempt_log *attempt; /* NULL: not an attempt */
	bool unwritten;              /* a line did not get into the file */
	bool unanswered; /* hands end without a result: others find it out */
};

/* A sentence about what goes on; escaped here. */
void progress_step(struct progress *t, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
void progress_finding(struct progress *t, const struct finding *finding);
/* A database's URL that no file has, so that head can take its password out of
 * what it shows. */
void progress_credential(struct progress *t, const char *url);
/* With its listing, in as many frames as it takes. */
void
progress_plan(struct progress *t, const struct plan *plan, struct span listing);
void progress_missing(struct progress *t, const struct missing_list *missing);
/* The last frame. */
void progress_result(struct progress *t, const struct result *r);
