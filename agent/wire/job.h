/* A job for hands: ids, typed values and a plan's hash, never a command or a
 * statement. Hands read configuration, URL and scripts themselves, so nothing
 * that head was told by a log can become something that hands execute. */
#pragma once

#include "base/clock.h"
#include "wire/fault.h"
#include "wire/result.h"

enum job_kind {
	JOB_TARGET,   /* which host, port, database, schema: see the result */
	JOB_LOOK,     /* probe, cause, plan; changes nothing */
	JOB_REHEARSE, /* the plan on a copy */
	JOB_MEND,     /* re-derive, compare the hash, apply, probe again */
	JOB_RECOVER,  /* find out what became of the attempt `key` */
	JOB_MISSING,  /* list what the database lacks; changes nothing */
	JOB_DEPLOYED, /* whether the deployed image has the proposal; the same
		       */
	JOBS
};

#define KEY_TEXT 37 /* a UUID with its NUL */

struct job {
	enum job_kind kind;
	char *app; /* owned */
	enum fault_class class;
	struct object object;
	uint64_t incident;          /* 0: none (diagnose) */
	uint32_t attempt;           /* its number within the incident, from 1 */
	char key[KEY_TEXT];         /* MEND, RECOVER: the attempt's UUID */
	char plan_hash[SHA256_HEX]; /* REHEARSE, MEND: what was approved */
	usec time;                  /* a length: how long it may take */
	bool approved;              /* MEND: by a person, not by mode act */
	struct proposal proposal;   /* DEPLOYED: what is looked for */
	char *migrations; /* that a label of the app's service names, owned;
			     NULL: none does. Hands judge it by the file */
};

/* A static string. */
const char *job_kind_name(enum job_kind k);
/* Frees what it owns. */
void job_free(struct job *j);
static inline void
job_let_go(struct job *j)
{
	job_free(j);
}
/* Writes the job into a frame: FRAME(HANDS_JOB). */
void job_put(struct frame *to, const struct job *j);
/* Reads a job and checks that the frame ends. 0 or -EBADMSG; free *ret in any
 * case. */
int job_get(struct frame *from, struct job *ret, struct why *why);
