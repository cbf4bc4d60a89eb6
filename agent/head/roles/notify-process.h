/* The sender (the role `notify`), as head sees it. Starts it, gives it what is
 * to be sent, and starts another when it dies. What is under way then may have
 * arrived or not; what was not given to it waits for the next one. */
#pragma once

#include "head/roles/process.h"
#include "wire/notify/notify-frames.h"

struct notify_process;

struct notify_process_calls {
	/* It takes notices from now on. */
	void (*on_ready)(void *arg);
	/* It ended, or could not be started; another is started. The text is a
	 * sentence. */
	void (*on_gone)(void *arg, const char *text);
	void *arg;
};

typedef void webhook_done(const struct webhook_answer *answer, void *arg);

/* An answer that has not come by then never comes: the sender hangs, and is
 * killed. It has a deadline of its own, WEBHOOK_TIME. So is one that is not
 * ready so long after its start. */
#define NOTIFY_TIME (2 * WEBHOOK_TIME)

/* Starts nothing yet. Owned; the loop must outlive it. */
struct notify_process *
notify_process_new(sd_event *loop, const struct notify_process_calls *calls);
/* Kills it and frees all; what is under way is not answered. */
void notify_process_free(struct notify_process *p);
OWN(notify_process, struct notify_process *, notify_process_free);
/* Starts it, now or, where that fails, later; nothing where it is there. */
void notify_process_begin(struct notify_process *p);

/* Sends a body with these headers to the URL in a file, which is read once the
 * sender is there, so that a new one counts at once; with NOTIFY_CHECK, asks
 * whether it may be sent to the URL, and `body` is NULL. All is copied. Calls
 * `done` exactly once, from the loop and never before this returns, also for a
 * file that is missing or holds no URL. */
struct webhook_order {
	enum notify_frame type; /* NOTIFY_POST or NOTIFY_CHECK */
	const char *url_file;
	bool private;
	const char *const *headers; /* NULL: none */
	const char *body;
};
void notify_process_send(struct notify_process *p,
	const struct webhook_order *o, webhook_done *done, void *arg);

/* 0: there is none right now, or it is not ready. */
pid_t notify_process_pid(const struct notify_process *p);
/* Why there is none; NULL: there is one, or none was needed yet. */
const char *notify_process_trouble(const struct notify_process *p);
