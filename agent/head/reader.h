/* Eyes, as head sees them: started, given the rules, started again when they
 * die. */
#pragma once

#include "head/link.h"
#include "rule/rule.h"
#include "wire/source.h"

struct reader;

struct reader_calls {
	/* New eyes are ready and know no source yet. */
	void (*on_ready)(void *arg);
	/* Freed after the call. */
	void (*on_batch)(void *arg, struct batch *b);
	/* Eyes gave up this source; the sentence is escaped. */
	void (*on_trouble)(void *arg, uint32_t source, const char *text);
	/* They ended, as waitpid() says; new ones are started by themselves. */
	void (*on_gone)(void *arg, int status);
	void *arg;
};

/* `watches` is the inotify instance eyes read from; borrowed, as all the rest.
 */
int reader_start(sd_event *loop, const struct rules *rules, int watches,
	const struct reader_calls *calls, struct reader **ret, struct why *why);
void reader_free(struct reader *r);

bool reader_is_ready(const struct reader *r);
pid_t reader_pid(const struct reader *r); /* 0: none right now */
/* Nothing is sent, and nothing lost, while no eyes are ready: on_ready follows.
 */
void reader_add(struct reader *r, const struct source *s, int fd);
/* Its next file. */
void reader_more(struct reader *r, const struct more *m, int fd);
void reader_finish(struct reader *r, uint32_t source);
void reader_drop(struct reader *r, uint32_t source);
void reader_ack(struct reader *r, uint32_t source);
