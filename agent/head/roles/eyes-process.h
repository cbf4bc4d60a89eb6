/* Eyes, as head sees them: started, given the rules, started again when they
 * die. */
#pragma once

#include "head/roles/process.h"
#include "rule/rule.h"
#include "wire/source.h"

struct eyes_process;

struct eyes_process_calls {
	/* New eyes are ready and know no source yet. */
	void (*on_ready)(void *arg);
	/* Freed after the call. */
	void (*on_batch)(void *arg, struct batch *b);
	/* Eyes gave up this source; the sentence is escaped. */
	void (*on_trouble)(void *arg, uint32_t source, const char *text);
	/* They ended, as waitpid() says; `why` says why they were killed, or
	 * "". New ones are started by themselves. */
	void (*on_gone)(void *arg, int status, const char *why);
	/* They could not be started again; that is tried once more later. */
	void (*on_unstarted)(void *arg, const char *why);
	void *arg;
};

/* `watches` is the inotify instance eyes read from; borrowed, as all the rest.
 */
int eyes_process_start(sd_event *loop, const struct rules *rules, int watches,
	const struct eyes_process_calls *calls, struct eyes_process **ret,
	struct why *why);
void eyes_process_free(struct eyes_process *r);

bool eyes_process_is_ready(const struct eyes_process *r);
pid_t eyes_process_pid(const struct eyes_process *r); /* 0: none right now */
/* Nothing is sent, and nothing lost, while no eyes are ready: on_ready follows.
 */
void eyes_process_add(struct eyes_process *r, const struct source *s, int fd);
/* Its next file. */
void eyes_process_more(struct eyes_process *r, const struct more *m, int fd);
void eyes_process_finish(struct eyes_process *r, uint32_t source);
void eyes_process_drop(struct eyes_process *r, uint32_t source);
void eyes_process_ack(struct eyes_process *r, uint32_t source);
