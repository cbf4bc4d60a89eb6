/* Hands that do what a test says: linked before head/roles/job-queue.c and
 * wire/attempt-file.c, they take their place. Like real ones they keep the file
 * of an attempt, and those that mend or recover outlive the head that sent
 * them. */
#pragma once

#include "head/policy/overdue.h"
#include "head/roles/job-queue.h"
#include "wire/attempt-file.h"

struct fake_job {
	struct fake_job *next;
	struct job_queue *queue; /* NULL: whoever sent it is gone */
	enum job_purpose purpose;
	const struct app *app;
	uint64_t incident; /* 0: none */
	enum fault_class class;
	struct object object;
	char key[KEY_TEXT]; /* of the attempt, or empty */
	char plan_hash[SHA256_HEX];
	bool stale;    /* by settings that are gone: nobody wants its report */
	char *stopped; /* what head said with which they are to stop, or NULL */
	usec most;     /* how long head waits for them */
	struct overdue overdue;
	/* For whoever plays them. */
	bool immortal; /* no signal ends them, until fake_hands_end() */
	usec due;
	int phase;
	bool commits;
};

/* Called when hands are sent. */
typedef void fake_hands_sent(void *arg, struct fake_job *job);
void fake_hands_watch(fake_hands_sent *sent, void *arg);
/* The k-th that is at work, the first one sent first; NULL behind the last. */
struct fake_job *fake_hands_at(size_t k);
/* They say what they do. */
void fake_hands_step(struct fake_job *job, const char *text);
/* They end, with this report; the job is gone. */
void fake_hands_end(struct fake_job *job, struct report *report);
/* Called for hands that get SIGKILL and are not immortal, by a head that sent
 * them or by a later one: they are to end. */
typedef void fake_hands_killed(void *arg, struct fake_job *job);
void fake_hands_on_kill(fake_hands_killed *killed, void *arg);
/* The next ones cannot be started, with this error; 0: they can again. */
void fake_hands_refuse(int error);

/* The file of an attempt; -EEXIST where one is made that is there. */
int fake_file_make(const char *key);
void fake_file_end(const char *key, enum attempt_file_state state,
	const struct result *result);
/* Its hands are at the first change. */
void fake_file_begins(const char *key);
/* The last signal that was sent to whoever has the file; 0: none. */
int fake_file_signal(const char *key);
/* Files cannot be read or made, with this error; 0: they can again. */
void fake_file_break(int error);

/* Everything: jobs, files, and what was set. */
void fake_hands_forget(void);
