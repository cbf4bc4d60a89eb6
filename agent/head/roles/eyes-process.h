/* Eyes, as head sees them. Starts them, gives them the rules, and starts new
 * ones when they die: they parse hostile text and may be killed at any time.
 * New eyes know no source; head tells them all of them again, from their stored
 * positions, so nothing is lost and nothing counts twice. */
#pragma once

#include "head/roles/process.h"
#include "rule/rule.h"
#include "wire/source.h"

struct eyes_process;

struct eyes_process_calls {
	/* New eyes are ready and know no source yet. */
	void (*on_ready)(void *arg);
	/* Eyes read so far. The batch is freed after the call. */
	void (*on_batch)(void *arg, struct batch *b);
	/* Eyes gave up this source; the sentence is escaped. */
	void (*on_trouble)(
		void *arg, uint32_t source, bool broken, const char *text);
	/* They ended, as waitpid() says; `why` says why they were killed, or
	 * "". New ones are started without a call. */
	void (*on_gone)(void *arg, int status, const char *why);
	/* New ones could not be started; this tries again later. */
	void (*on_unstarted)(void *arg, const char *why);
	void *arg;
};

/* Starts eyes; *ret is owned. `watches` is the inotify instance that eyes read
 * from. All arguments but `calls` are borrowed and outlive *ret. */
int eyes_process_start(sd_event *loop, const struct rules *rules, int watches,
	const struct eyes_process_calls *calls, struct eyes_process **ret,
	struct why *why);
/* Kills the eyes and frees all. */
void eyes_process_free(struct eyes_process *r);

bool eyes_process_is_ready(const struct eyes_process *r);
pid_t eyes_process_pid(const struct eyes_process *r); /* 0: none right now */
/* Frames that came from any eyes so far: whether they still move. */
uint64_t eyes_process_heard(const struct eyes_process *r);
/* Kills those that are there now; on_gone says why. */
void eyes_process_kill(struct eyes_process *r, const char *why);
/* These send one frame each; wire/role.h says what it means. While no eyes are
 * ready they send nothing, and nothing is lost: on_ready follows, and head then
 * tells everything. Descriptors stay the caller's. */
void eyes_process_add(struct eyes_process *r, const struct source *s, int fd);
void eyes_process_more(struct eyes_process *r, const struct more *m, int fd);
void eyes_process_finish(struct eyes_process *r, uint32_t source);
void eyes_process_drop(struct eyes_process *r, uint32_t source);
void eyes_process_ack(struct eyes_process *r, uint32_t source);
