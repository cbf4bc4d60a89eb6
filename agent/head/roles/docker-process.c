#include "config.h"
#include "head/roles/docker-process.h"

#include <errno.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/io/log.h"
#include "base/io/spawn.h"
#include "head/roles/next-start.h"

/* Before another is started. */
#define PAUSE_LEAST USEC_SECOND
#define PAUSE_MOST (30 * USEC_SECOND)

struct docker_process {
	sd_event *loop;
	const char *socket;
	char *const *services;
	struct docker_process_calls calls;
	struct process *process;
	struct next_start *next;
	usec lost;       /* see docker_process_start() */
	bool heard;      /* this one said something */
	unsigned silent; /* ticks until then */
};

static int
take_link(struct docker_process *p, struct frame *f, struct why *why)
{
	bool speaks = false;
	own(str) char *text = NULL;
	int r = docker_frames_get_link(f, &speaks, &text, why);
	if (r == 0)
		p->calls.on_link(p->calls.arg, speaks, text);
	return r;
}

static int
take_news(struct docker_process *p, struct frame *f, struct why *why)
{
	own(container_news) struct container_news n = { 0 };
	int r = docker_frames_get_news(f, &n, why);
	if (r == 0)
		p->calls.on_news(p->calls.arg, &n);
	return r;
}

static int
take_labels(struct docker_process *p, struct frame *f, struct why *why)
{
	own(service_labels) struct service_labels l = { 0 };
	int r = docker_frames_get_labels(f, &l, why);
	if (r == 0)
		p->calls.on_labels(p->calls.arg, &l);
	return r;
}

static int
take_removed(struct docker_process *p, struct frame *f, struct why *why)
{
	own(str) char *id = NULL;
	int r = docker_frames_get_gone(f, &id, why);
	if (r == 0)
		p->calls.on_removed(p->calls.arg, id);
	return r;
}

/* A frame that is broken ends the role: whatever sent it is no longer our
 * code. */
static void
on_frame(void *arg, struct frame *f)
{
	struct docker_process *p = arg;
	struct why why = { "the role sent a frame of no kind" };
	int r = -EBADMSG;
	p->heard = true;
	switch (f->type) {
	case DOCKER_LINK:
		r = take_link(p, f, &why);
		break;
	case DOCKER_NEWS:
		r = take_news(p, f, &why);
		break;
	case DOCKER_GONE:
		r = take_removed(p, f, &why);
		break;
	case DOCKER_LABELS:
		r = take_labels(p, f, &why);
		break;
	case DOCKER_LISTED:
		r = frame_end(f, &why);
		if (r == 0)
			p->calls.on_listed(p->calls.arg);
		break;
	default:
		break;
	}
	if (r == 0)
		return;
	log_debug("%s", why.text);
	process_kill(p->process);
}

static bool
is_hung(const struct docker_process *p)
{
	return p->silent >= DOCKER_PROCESS_FIRST / DOCKER_PROCESS_TICK;
}

static void
on_gone(void *arg, int status, const char *why)
{
	struct docker_process *p = arg;
	char text[64], length[CLOCK_TEXT];
	own(str) char *hung = xprintf(": it said nothing for %s after its "
				      "start, and was killed",
		duration_text(DOCKER_PROCESS_FIRST, length));
	own(str) char *said = status == PROCESS_UNSTARTED
		? xstrdup(why)
		: xprintf("the role docker ended (%s%s%s)%s",
			  spawn_status_text(status, text), *why ? ": " : "",
			  why, is_hung(p) ? hung : "");
	process_free(take(p->process));
	p->calls.on_gone(p->calls.arg, said);
	next_start_plan(p->next, PAUSE_MOST);
}

static void
start(void *arg)
{
	const struct process_what what = { .role = ROLE_DOCKER };
	struct docker_process *p = arg;
	struct why why;
	if (process_start(p->loop, &what, on_frame, on_gone, p, &p->process,
		    &why) < 0) {
		p->calls.on_gone(p->calls.arg, why.text);
		next_start_plan(p->next, PAUSE_MOST);
		return;
	}
	next_start_up(p->next, clock_mono());
	p->heard = false;
	p->silent = 0;
	for (char *const *s = p->services; s && *s; s++) {
		own(frame) struct frame one = FRAME(0);
		docker_frames_service(&one, *s);
		process_send(p->process, &one);
	}
	own(frame) struct frame f = FRAME(0);
	docker_frames_socket(&f, p->socket, p->lost);
	process_send(p->process, &f);
}

struct docker_process *
docker_process_start(sd_event *loop, const char *socket, char *const *services,
	usec lost, const struct docker_process_calls *calls)
{
	struct docker_process *p = xcalloc(1, sizeof(*p));
	p->loop = loop;
	p->socket = socket;
	p->services = services;
	p->lost = lost;
	p->calls = *calls;
	p->next = next_start_new(loop, PAUSE_LEAST, start, p);
	start(p);
	return p;
}

void
docker_process_lost(struct docker_process *p, usec lost)
{
	p->lost = lost;
}

void
docker_process_tick(struct docker_process *p)
{
	if (!p->process || p->heard || is_hung(p))
		return;
	p->silent++;
	if (is_hung(p))
		process_kill(p->process);
}

void
docker_process_free(struct docker_process *p)
{
	if (!p)
		return;
	if (p->process)
		process_kill(p->process);
	process_free(p->process);
	next_start_free(p->next);
	free(p);
}
