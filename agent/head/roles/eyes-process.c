#include "config.h"
#include "head/roles/eyes-process.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "base/clock.h"
#include "base/io/log.h"
#include "base/io/spawn.h"
#include "head/roles/next-start.h"
#include "wire/batch.h"
#include "wire/eyes-frames.h"

/* The pause before new eyes. */
#define PAUSE_LEAST (100 * (USEC_SECOND / 1000))
#define PAUSE_MOST (30 * USEC_SECOND)
/* What could not be started tires nobody, and the reason may pass at any
 * moment.
 */
#define PAUSE_UNSTARTED (5 * USEC_SECOND)

struct eyes_process {
	sd_event *loop;
	const struct rules *rules;
	int watches;
	struct eyes_process_calls calls;
	struct process *process;
	bool ready;     /* they have the rules and entered their sandbox */
	bool starved;   /* they could not be given their rules */
	uint64_t heard; /* frames */
	char *killed;   /* why eyes_process_kill() was called; NULL: not */
	struct next_start *next; /* they are up once they are ready */
};

static void
tell(struct eyes_process *r, enum eyes_frame type, uint32_t source)
{
	if (!r->ready)
		return;
	own(frame) struct frame f = FRAME(0);
	eyes_frames_id(&f, type, source);
	process_send(r->process, &f);
}

/* Eyes that loaded other rules than head are killed: faults name rules by
 * number, and head gave them the very bytes that it loaded itself. */
static void
take_ready(struct eyes_process *r, struct frame *f)
{
	if (eyes_frames_ready(f, rules_count(r->rules), NULL) < 0) {
		process_kill(r->process);
		return;
	}
	r->ready = true;
	next_start_up(r->next, clock_mono());
	r->calls.on_ready(r->calls.arg);
}

/* A batch that is broken ends the eyes: whatever sent it is no longer our
 * code. */
static void
take_batch(struct eyes_process *r, struct frame *f)
{
	own(batch) struct batch b = { 0 };
	struct why why;
	if (batch_get(f, (uint32_t)rules_count(r->rules), &b, &why) < 0) {
		log_debug("%s", why.text);
		process_kill(r->process);
		return;
	}
	r->calls.on_batch(r->calls.arg, &b);
}

static void
take_trouble(struct eyes_process *r, struct frame *f)
{
	uint32_t source = 0;
	own(str) char *text = NULL;
	bool broken = false;
	if (eyes_frames_trouble(f, &source, &broken, &text, NULL) < 0) {
		process_kill(r->process);
		return;
	}
	r->calls.on_trouble(r->calls.arg, source, broken, text);
}

static void
on_frame(void *arg, struct frame *f)
{
	struct eyes_process *r = arg;
	r->heard++;
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
		/* Our eyes send no such frame, so these are not ours any
		 * more. */
		process_kill(r->process);
	}
}

/* Of those that ended by themselves at their start nobody says that reading
 * goes on: the next ones may end likewise. */
static void
tell_end(struct eyes_process *r, bool ready, int status, const char *why)
{
	char text[64];
	if (status == PROCESS_UNSTARTED) {
		r->calls.on_unstarted(r->calls.arg, why);
		return;
	}
	if (ready || *why || !WIFEXITED(status)) {
		r->calls.on_gone(r->calls.arg, status, why);
		return;
	}
	own(str) char *said = xprintf("they ended at their start (%s)",
		spawn_status_text(status, text));
	r->calls.on_unstarted(r->calls.arg, said);
}

/* Frees the process before it plans a new one. */
static void
on_gone(void *arg, int status, const char *why)
{
	struct eyes_process *r = arg;
	own(str) char *killed = take(r->killed);
	bool ready = r->ready;
	r->ready = false;
	tell_end(r, ready, status, killed ? killed : why);
	process_free(take(r->process));
	bool never = r->starved || status == PROCESS_UNSTARTED;
	next_start_plan(r->next, never ? PAUSE_UNSTARTED : PAUSE_MOST);
}

/* Eyes get the bytes that head loaded, and never the files: those may have
 * changed, or be gone, since head started. */
static int
send_rules(struct eyes_process *r, struct why *why)
{
	int e = 0;
	for (size_t i = 0; e >= 0 && i < rules_files(r->rules); i++) {
		own(frame) struct frame f = FRAME(0);
		e = eyes_frames_rules(&f, rules_file(r->rules, i),
			rules_text(r->rules, i), why);
		if (e >= 0)
			process_send(r->process, &f);
	}
	return e;
}

/* Sends everything without waiting for eyes to read it; EYES_READY comes to
 * on_frame(). */
static int
start(struct eyes_process *r, struct why *why)
{
	const struct process_what what = { .role = ROLE_EYES };
	int e = process_start(
		r->loop, &what, on_frame, on_gone, r, &r->process, why);
	if (e < 0)
		return e;
	e = send_rules(r, why);
	r->starved = spawn_may_pass(e);
	if (e < 0) {
		process_kill(r->process);
		return e;
	}
	own(frame) struct frame watches = FRAME(EYES_WATCHES);
	frame_lend_fd(&watches, r->watches);
	process_send(r->process, &watches);
	own(frame) struct frame begin = FRAME(EYES_BEGIN);
	process_send(r->process, &begin);
	return 0;
}

/* A process that was started and could not be given its rules was killed, and
 * on_gone() plans the next one; only one that never started needs a plan here.
 */
static void
start_again(void *arg)
{
	struct eyes_process *r = arg;
	struct why why;
	if (start(r, &why) >= 0)
		return;
	r->calls.on_unstarted(r->calls.arg, why.text);
	if (!r->process)
		next_start_plan(r->next, PAUSE_UNSTARTED);
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
	r->next = next_start_new(loop, PAUSE_LEAST, start_again, r);
	int e = start(r, why);
	/* Too few open files is the service's own limit, and stays so. */
	if (spawn_may_pass(e) && e != -EMFILE && !r->process) {
		calls->on_unstarted(calls->arg, why->text);
		next_start_plan(r->next, PAUSE_UNSTARTED);
		e = 0;
	}
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
	if (r->process)
		process_kill(r->process);
	process_free(r->process);
	next_start_free(r->next);
	free(r->killed);
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
	return r->process ? process_pid(r->process) : 0;
}

uint64_t
eyes_process_heard(const struct eyes_process *r)
{
	return r->heard;
}

void
eyes_process_kill(struct eyes_process *r, const char *why)
{
	if (!r->process || r->killed)
		return;
	r->killed = xstrdup(why);
	process_kill(r->process);
}

void
eyes_process_add(struct eyes_process *r, const struct source *s, int fd)
{
	if (!r->ready)
		return;
	own(frame) struct frame f = FRAME(0);
	eyes_frames_source(&f, s, fd);
	process_send(r->process, &f);
}

void
eyes_process_more(struct eyes_process *r, const struct more *m, int fd)
{
	if (!r->ready)
		return;
	own(frame) struct frame f = FRAME(0);
	eyes_frames_more(&f, m, fd);
	process_send(r->process, &f);
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
