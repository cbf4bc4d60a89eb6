#include "config.h"
#include "head/roles/eyes-process.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "wire/batch.h"
#include "wire/eyes-frames.h"

#define PAUSE_LEAST (100 * (USEC_SECOND / 1000))
#define PAUSE_MOST (30 * USEC_SECOND)

struct eyes_process {
	sd_event *loop;
	const struct rules *rules;
	int watches;
	struct eyes_process_calls calls;
	struct process *link;
	bool ready;
	usec pause;
	usec since; /* ready since, monotonic; 0: never yet */
	sd_event_source *again;
};

static int start(struct eyes_process *r, struct why *why);
static void start_later(struct eyes_process *r);

static void
tell(struct eyes_process *r, enum eyes_frame type, uint32_t source)
{
	if (!r->ready)
		return;
	own(frame) struct frame f = FRAME(0);
	eyes_frames_id(&f, type, source);
	process_send(r->link, &f);
}

static void
take_ready(struct eyes_process *r, struct frame *f)
{
	if (eyes_frames_ready(f, rules_count(r->rules), NULL) < 0) {
		process_kill(r->link);
		return;
	}
	r->ready = true;
	r->since = clock_mono();
	r->calls.on_ready(r->calls.arg);
}

static void
take_batch(struct eyes_process *r, struct frame *f)
{
	own(batch) struct batch b = { 0 };
	struct why why;
	if (batch_get(f, (uint32_t)rules_count(r->rules), &b, &why) < 0) {
		log_debug("%s", why.text);
		process_kill(r->link);
		return;
	}
	r->calls.on_batch(r->calls.arg, &b);
}

static void
take_trouble(struct eyes_process *r, struct frame *f)
{
	uint32_t source;
	own(str) char *text = NULL;
	if (eyes_frames_trouble(f, &source, &text, NULL) < 0) {
		process_kill(r->link);
		return;
	}
	r->calls.on_trouble(r->calls.arg, source, text);
}

static void
on_frame(void *arg, struct frame *f)
{
	struct eyes_process *r = arg;
	switch (f->type) {
	case EYES_READY:
		take_ready(r, f);
		break;
	case EYES_BATCH:
		take_batch(r, f);
		break;
	case EYES_TROUBLE:
		take_trouble(r, f);
		break;
	default:
		process_kill(r->link); /* no eyes of ours speak so */
	}
}

static int
on_again(sd_event_source *s, uint64_t now, void *arg)
{
	struct eyes_process *r = arg;
	(void)s;
	(void)now;
	struct why why;
	r->again = sd_event_source_disable_unref(r->again);
	if (start(r, &why) >= 0)
		return 0;
	r->calls.on_unstarted(r->calls.arg, why.text);
	if (!r->link)
		start_later(r);
	return 0;
}

/* Eyes that die at once, or cannot be started, come back ever more slowly. */
static void
start_later(struct eyes_process *r)
{
	bool lasted = r->since && clock_mono() - r->since > USEC_MINUTE;
	r->pause = lasted || !r->pause ? PAUSE_LEAST
				       : MIN(2 * r->pause, PAUSE_MOST);
	r->since = 0;
	if (sd_event_add_time(r->loop, &r->again, CLOCK_MONOTONIC,
		    clock_mono() + r->pause, 0, on_again, r) < 0)
		(void)sd_event_exit(r->loop, -ENOMEM);
}

static void
on_gone(void *arg, int status, const char *why)
{
	struct eyes_process *r = arg;
	r->ready = false;
	r->calls.on_gone(r->calls.arg, status, why);
	process_free(take(r->link));
	start_later(r);
}

static int
send_rules(struct eyes_process *r, struct why *why)
{
	int e = 0;
	for (size_t i = 0; e >= 0 && i < rules_files(r->rules); i++) {
		own(frame) struct frame f = FRAME(0);
		e = eyes_frames_rules(&f, rules_file(r->rules, i), why);
		if (e >= 0)
			process_send(r->link, &f);
	}
	return e;
}

static int
start(struct eyes_process *r, struct why *why)
{
	int e = process_start(
		r->loop, ROLE_EYES, NULL, on_frame, on_gone, r, &r->link, why);
	if (e < 0)
		return e;
	e = send_rules(r, why);
	if (e < 0) {
		process_kill(r->link);
		return e;
	}
	own(frame) struct frame watches = FRAME(EYES_WATCHES);
	frame_lend_fd(&watches, r->watches);
	process_send(r->link, &watches);
	own(frame) struct frame begin = FRAME(EYES_BEGIN);
	process_send(r->link, &begin);
	return 0;
}

int
eyes_process_start(sd_event *loop, const struct rules *rules, int watches,
	const struct eyes_process_calls *calls, struct eyes_process **ret,
	struct why *why)
{
	struct eyes_process *r = xcalloc(1, sizeof(*r));
	r->loop = loop;
	r->rules = rules;
	r->watches = watches;
	r->calls = *calls;
	int e = start(r, why);
	if (e < 0) {
		eyes_process_free(r);
		return e;
	}
	*ret = r;
	return 0;
}

void
eyes_process_free(struct eyes_process *r)
{
	if (!r)
		return;
	if (r->link)
		process_kill(r->link);
	process_free(r->link);
	sd_event_source_disable_unref(r->again);
	free(r);
}

bool
eyes_process_is_ready(const struct eyes_process *r)
{
	return r->ready;
}

pid_t
eyes_process_pid(const struct eyes_process *r)
{
	return r->link ? process_pid(r->link) : 0;
}

void
eyes_process_add(struct eyes_process *r, const struct source *s, int fd)
{
	if (!r->ready)
		return;
	own(frame) struct frame f = FRAME(0);
	eyes_frames_source(&f, s, fd);
	process_send(r->link, &f);
}

void
eyes_process_more(struct eyes_process *r, const struct more *m, int fd)
{
	if (!r->ready)
		return;
	own(frame) struct frame f = FRAME(0);
	eyes_frames_more(&f, m, fd);
	process_send(r->link, &f);
}

void
eyes_process_finish(struct eyes_process *r, uint32_t source)
{
	tell(r, EYES_FINISH, source);
}

void
eyes_process_drop(struct eyes_process *r, uint32_t source)
{
	tell(r, EYES_DROP, source);
}

void
eyes_process_ack(struct eyes_process *r, uint32_t source)
{
	tell(r, EYES_ACK, source);
}
