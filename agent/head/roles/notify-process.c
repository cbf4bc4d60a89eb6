#include "config.h"
#include "head/roles/notify-process.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/io/spawn.h"
#include "head/roles/next-start.h"
#include "head/roles/notify-order.h"

/* Before another is started. */
#define PAUSE_LEAST USEC_SECOND
#define PAUSE_MOST (30 * USEC_SECOND)
/* Why one could not be started may pass at any moment. */
#define PAUSE_UNSTARTED (5 * USEC_SECOND)
struct notify_process {
	sd_event *loop;
	struct notify_process_calls calls;
	struct process *process;
	bool ready;
	usec ready_by; /* monotonic; 0: it is ready, or there is none */
	bool late;     /* that is the second one */
	bool broken; /* it sent a frame that it never sends: no other counts */
	struct next_start *next;
	sd_event_source *overdue; /* the timer of the next deadline */
	uint64_t last_id;
	struct notify_order *posts; /* in the order of sending */
	char *trouble; /* why there is none; NULL: nothing is wrong */
	char *killed;  /* why it was killed; NULL: it was not */
};

/* Frees it and then calls `done`, which may send the next one. */
static void
post_finish(struct notify_order *o, const struct webhook_answer *answer)
{
	struct notify_order **at = &o->process->posts;
	while (*at != o)
		at = &(*at)->next;
	*at = o->next;
	webhook_done *done = o->done;
	void *arg = o->arg;
	notify_order_free(o);
	done(answer, arg);
}

static struct notify_order *
find_post(const struct notify_process *p, uint64_t id)
{
	for (struct notify_order *o = p->posts; o; o = o->next)
		if (o->what.id == id && o->deadline)
			return o;
	return NULL;
}

static void
kill_it(struct notify_process *p, const char *why)
{
	if (!p->process || p->killed)
		return;
	p->killed = xstrdup(why);
	p->ready = false; /* what comes from now on waits for the next one */
	process_kill(p->process);
}

/* Without a timer nobody would notice a sender that hangs: the loop ends, and
 * the service manager starts head again. */
static void
watch_deadlines(struct notify_process *p)
{
	usec next = p->ready_by ? p->ready_by : USEC_NEVER;
	for (const struct notify_order *o = p->posts; o; o = o->next)
		if (o->deadline)
			next = MIN(next, o->deadline);
	int r = sd_event_source_set_time(p->overdue, next);
	if (r >= 0)
		r = sd_event_source_set_enabled(p->overdue,
			next == USEC_NEVER ? SD_EVENT_OFF : SD_EVENT_ONESHOT);
	if (r < 0)
		(void)sd_event_exit(p->loop, r);
}

static int
on_overdue(sd_event_source *s, uint64_t now, void *arg)
{
	struct notify_process *p = arg;
	bool unready = notify_order_over(&p->ready_by, &p->late, now),
	     hangs = false;
	(void)s;
	for (struct notify_order *o = p->posts; o; o = o->next)
		hangs |= notify_order_over(&o->deadline, &o->late, now);
	/* on_gone() answers what it leaves. */
	if (unready)
		kill_it(p, "it was not ready in time");
	else if (hangs)
		kill_it(p, "it did not answer in time");
	else
		watch_deadlines(p);
	return 0;
}

static void
refuse(struct notify_order *o, const struct why *why)
{
	const char *not_sent = o->type == NOTIFY_POST ? "not sent: " : "";
	struct webhook_answer a = webhook_answer_of(
		WEBHOOK_REFUSED, "%s%.240s", not_sent, why->text);
	post_finish(o, &a);
}

static void
give(struct notify_order *o)
{
	struct notify_process *p = o->process;
	own(frame) struct frame f = FRAME(0);
	struct why why;
	int r = notify_order_frame(o, &f, &why);
	if (r >= 0)
		process_send(p->process, &f);
	notify_frames_wipe(&f);
	if (r < 0) {
		refuse(o, &why);
		return;
	}
	o->deadline = clock_mono() + NOTIFY_TIME;
	watch_deadlines(p);
}

static int
on_begin(sd_event_source *source, void *arg)
{
	struct notify_order *o = arg;
	(void)source;
	o->begin = sd_event_source_disable_unref(o->begin);
	if (o->process->ready)
		give(o);
	return 0;
}

/* What the loop has not seen yet is given by on_begin(). A post that is refused
 * is freed, and its owner may add others, so the list is begun anew. */
static void
give_all(struct notify_process *p)
{
	bool any = true;
	while (any && p->ready) {
		struct notify_order *o = p->posts;
		while (o && (o->deadline || o->begin))
			o = o->next;
		any = o != NULL;
		if (o)
			give(o);
	}
}

static int
take_ready(struct notify_process *p, struct frame *f, struct why *why)
{
	int r = frame_end(f, why);
	if (r < 0 || p->ready)
		return because(why, -EBADMSG, "it was ready twice");
	/* It is killed already: nothing must be given to it any more. */
	if (p->killed)
		return 0;
	p->ready = true;
	p->ready_by = 0;
	watch_deadlines(p);
	next_start_up(p->next, clock_mono());
	free(take(p->trouble));
	p->calls.on_ready(p->calls.arg);
	give_all(p);
	return 0;
}

static int
take_answer(struct notify_process *p, struct frame *f, struct why *why)
{
	struct webhook_answer a;
	uint64_t id = 0;
	int r = notify_frames_get_answer(f, &id, &a, why);
	struct notify_order *o = r < 0 ? NULL : find_post(p, id);
	if (r < 0)
		return r;
	if (!o)
		return because(why, -EBADMSG, "it answered what nobody asked");
	post_finish(o, &a);
	watch_deadlines(p);
	return 0;
}

/* A frame that is broken ends the role: whatever sent it is no longer our
 * code. */
static void
on_frame(void *arg, struct frame *f)
{
	struct notify_process *p = arg;
	struct why why = { "it sent a frame of no kind" };
	int r = -EBADMSG;
	if (p->broken)
		return;
	if (f->type == NOTIFY_READY)
		r = take_ready(p, f, &why);
	else if (f->type == NOTIFY_ANSWER)
		r = take_answer(p, f, &why);
	p->broken = r < 0;
	if (r < 0)
		kill_it(p, why.text);
}

/* Whether what it had was sent nobody knows: its owner tries it again. */
static void
answer_for_it(struct notify_process *p, const char *said)
{
	struct notify_order *o = p->posts;
	while (o && !o->deadline)
		o = o->next;
	if (!o)
		return;
	struct webhook_answer a = webhook_answer_of(WEBHOOK_RETRY, "%s%.200s",
		o->type == NOTIFY_POST ? "whether it was sent is not known: "
				       : "the URL could not be judged: ",
		said);
	post_finish(o, &a);
	answer_for_it(p, said);
}

static void
be_without(struct notify_process *p, const char *said, usec most)
{
	free(p->trouble);
	p->trouble = xstrdup(said);
	p->calls.on_gone(p->calls.arg, said);
	next_start_plan(p->next, most);
}

/* One that ended by itself before it was ready has said why in the log. */
static char *
end_text(const struct notify_process *p, int status, const char *reason)
{
	char text[64];
	if (status == PROCESS_UNSTARTED)
		return xprintf("the sender of notices could not be started: %s",
			reason);
	(void)spawn_status_text(status, text);
	return next_start_is_up(p->next) || *reason
		? xprintf("the sender of notices ended (%s%s%s)", text,
			  *reason ? ": " : "", reason)
		: xprintf("the sender of notices ended at its start (%s), "
			  "which the log of logmend explains",
			  text);
}

static void
on_gone(void *arg, int status, const char *why)
{
	struct notify_process *p = arg;
	own(str) char *killed = take(p->killed);
	own(str) char *said = end_text(p, status, killed ? killed : why);
	p->ready = p->broken = false;
	p->ready_by = 0;
	process_free(take(p->process));
	answer_for_it(p, said);
	watch_deadlines(p);
	be_without(p, said,
		status == PROCESS_UNSTARTED ? PAUSE_UNSTARTED : PAUSE_MOST);
}

static void
start(void *arg)
{
	const struct process_what what = { .role = ROLE_NOTIFY };
	struct notify_process *p = arg;
	struct why why;
	if (process_start(p->loop, &what, on_frame, on_gone, p, &p->process,
		    &why) >= 0) {
		p->ready_by = clock_mono() + NOTIFY_TIME;
		p->late = false;
		watch_deadlines(p);
		return;
	}
	own(str) char *said = xprintf(
		"the sender of notices could not be started: %s", why.text);
	be_without(p, said, PAUSE_UNSTARTED);
}

struct notify_process *
notify_process_new(sd_event *loop, const struct notify_process_calls *calls)
{
	own(notify_process) struct notify_process *p = xcalloc(1, sizeof(*p));
	p->loop = sd_event_ref(loop);
	p->calls = *calls;
	p->next = next_start_new(loop, PAUSE_LEAST, start, p);
	int r = sd_event_add_time(loop, &p->overdue, CLOCK_MONOTONIC,
		USEC_NEVER, 0, on_overdue, p);
	/* Behind all else: where head itself was held up, the answers that came
	 * meanwhile are read first. */
	if (r >= 0)
		r = sd_event_source_set_priority(
			p->overdue, SD_EVENT_PRIORITY_IDLE);
	if (r >= 0)
		r = sd_event_source_set_enabled(p->overdue, SD_EVENT_OFF);
	return r < 0 ? NULL : take(p);
}

void
notify_process_begin(struct notify_process *p)
{
	if (!p->process && !next_start_is_planned(p->next))
		start(p);
}

void
notify_process_send(struct notify_process *p, const struct webhook_order *w,
	webhook_done *done, void *arg)
{
	struct notify_order *o = notify_order_new(w, ++p->last_id);
	o->process = p;
	o->done = done;
	o->arg = arg;
	struct notify_order **at = &p->posts;
	while (*at)
		at = &(*at)->next;
	*at = o;
	/* The loop calls on_begin(): `done` must not be called before this
	 * returns, even when the URL's file is missing. */
	if (sd_event_add_defer(p->loop, &o->begin, on_begin, o) < 0)
		abort(); /* it fails only without memory or after a fork */
	notify_process_begin(p);
}

pid_t
notify_process_pid(const struct notify_process *p)
{
	return p->ready ? process_pid(p->process) : 0;
}

const char *
notify_process_trouble(const struct notify_process *p)
{
	return p->trouble;
}

void
notify_process_free(struct notify_process *p)
{
	if (!p)
		return;
	while (p->posts) {
		struct notify_order *o = p->posts;
		p->posts = o->next;
		notify_order_free(o);
	}
	if (p->process)
		process_kill(p->process);
	process_free(p->process);
	next_start_free(p->next);
	sd_event_source_disable_unref(p->overdue);
	sd_event_unref(p->loop);
	free(p->trouble);
	free(p->killed);
	free(p);
}
