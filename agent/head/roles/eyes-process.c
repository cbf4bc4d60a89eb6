#include "config.h"
#include "head/roles/eyes-process.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/escape.h"
#include "base/log.h"
#include "wire/batch.h"

/* Eyes that die at once are not started again in a storm. */
#define PAUSE_LEAST (100 * (USEC_SECOND / 1000))
#define PAUSE_MOST (30 * USEC_SECOND)
#define TROUBLE_MAX 1024u

struct eyes_process {
	sd_event *loop;
	const struct rules *rules;
	int watches;
	struct eyes_process_calls calls;
	struct process *link;
	bool ready;
	usec pause;
	usec since; /* ready since, monotonic */
	sd_event_source *again;
};

static int start(struct eyes_process *r, struct why *why);

static void
tell(struct eyes_process *r, enum eyes_frame type, uint32_t source)
{
	if (!r->ready)
		return;
	own(frame) struct frame f = FRAME((uint16_t)type);
	frame_put_u32(&f, source);
	process_send(r->link, &f);
}

static void
take_ready(struct eyes_process *r, struct frame *f)
{
	uint32_t n = frame_get_u32(f);
	if (frame_end(f, NULL) < 0 || n != rules_count(r->rules)) {
		process_kill(
			r->link); /* they load something else than we did */
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
	uint32_t source = frame_get_u32(f);
	own(str) char *text = frame_get_str(f, TROUBLE_MAX);
	if (frame_end(f, NULL) < 0 || !text) {
		process_kill(r->link);
		return;
	}
	own(str) char *shown =
		escape_str(span_of(text), TROUBLE_MAX, ESCAPE_LINE);
	r->calls.on_trouble(r->calls.arg, source, shown);
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
	if (start(r, &why) < 0)
		return sd_event_exit(r->loop, -EIO);
	return 0;
}

static void
on_gone(void *arg, int status)
{
	struct eyes_process *r = arg;
	bool lasted = r->ready && clock_mono() - r->since > USEC_MINUTE;
	r->pause = lasted || !r->pause ? PAUSE_LEAST
				       : MIN(2 * r->pause, PAUSE_MOST);
	process_free(take(r->link));
	r->ready = false;
	r->calls.on_gone(r->calls.arg, status);
	if (sd_event_add_time(r->loop, &r->again, CLOCK_MONOTONIC,
		    clock_mono() + r->pause, 0, on_again, r) < 0)
		(void)sd_event_exit(r->loop, -ENOMEM);
}

static int
send_rules(struct eyes_process *r, struct why *why)
{
	for (size_t i = 0; i < rules_files(r->rules); i++) {
		const char *name = rules_file(r->rules, i);
		own(fd) int fd = open(name, O_RDONLY | O_CLOEXEC);
		if (fd < 0)
			return because(why, -errno, "%s: cannot be opened: %s",
				name, strerror(errno));
		own(frame) struct frame f = FRAME(EYES_RULES);
		frame_put_str(&f, name);
		f.fds[f.n_fds++] = fd;
		process_send(r->link, &f);
	}
	return 0;
}

static int
start(struct eyes_process *r, struct why *why)
{
	int e = process_start(
		r->loop, ROLE_EYES, NULL, on_frame, on_gone, r, &r->link, why);
	if (e < 0)
		return e;
	e = send_rules(r, why);
	if (e < 0)
		return e;
	own(frame) struct frame watches = FRAME(EYES_WATCHES);
	watches.fds[watches.n_fds++] = r->watches;
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
	own(frame) struct frame f = FRAME(EYES_SOURCE);
	source_put(&f, s);
	f.fds[f.n_fds++] = fd;
	process_send(r->link, &f);
}

void
eyes_process_more(struct eyes_process *r, const struct more *m, int fd)
{
	if (!r->ready)
		return;
	own(frame) struct frame f = FRAME(EYES_MORE);
	more_put(&f, m);
	f.fds[f.n_fds++] = fd;
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
