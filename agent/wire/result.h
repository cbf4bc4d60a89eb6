/* How a job ended: the last frame hands send, and the last line of an attempt
 * file. */
#pragma once

#include "base/frame.h"
#include "wire/finding.h"

enum outcome {
	OUTCOME_DONE, /* TARGET, LOOK: answered; the rest of the result tells */
	OUTCOME_PASSED, /* REHEARSE: the fault is gone on the copy */
	OUTCOME_BROKE,  /* REHEARSE: a statement failed or the fault stayed */
	OUTCOME_IMPOSSIBLE,  /* REHEARSE: no copy could be made */
	OUTCOME_APPLIED,     /* MEND, RECOVER: committed */
	OUTCOME_NOT_APPLIED, /* MEND, RECOVER: failed, and rolled back */
	OUTCOME_STALE,       /* REHEARSE, MEND: today's plan is another one */
	OUTCOME_GONE, /* MEND: the fault is gone already, nothing was done */
	OUTCOME_IN_DOUBT, /* MEND, RECOVER: nobody can tell; a human must look
			   */
	OUTCOME_ERROR,    /* the job could not be done; production untouched */
	OUTCOMES
};

const char *outcome_name(enum outcome o);
int outcome_by_name(struct span name);

#define RESULT_TEXT_MAX 2048u

struct result {
	enum outcome outcome;
	enum cause cause;    /* LOOK */
	enum answer fault;   /* LOOK, MEND, RECOVER: is the fault there now? */
	enum answer history; /* the same: is the migrator's history clean? */
	bool lasting;        /* LOOK: the cause does not pass by itself */
	char *text;          /* a sentence, escaped */
	/* The target, without any secret; NULL where not known. */
	char *host, *port, *database, *schema;
};

void result_free(struct result *r);
static inline void
result_let_go(struct result *r)
{
	result_free(r);
}
void result_put(struct frame *to, const struct result *r);
int result_get(struct frame *from, struct result *ret, struct why *why);
