#include "config.h"
#include "head/notices/outbox.h"

#include <errno.h>
#include <jansson.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "head/notices/encode.h"
#include "head/notices/notice.h"
#include "head/notices/own-notice.h"
#include "head/notices/store-trouble.h"
#include "head/policy/limits.h"
#include "head/roles/notify-process.h"

/* How soon a store that failed is tried again. */
#define STORE_RETRY (30 * USEC_SECOND)

/* One notice under way. */
struct delivery {
	struct outbox *outbox;
	struct delivery *next;
	struct outgoing what;
};

struct outbox {
	sd_event_source *timer;
	const struct clock *clock;
	struct store *store;
	const struct settings *settings;
	struct notify_process *sender;
	usec lacking; /* wall: since when there is no sender; 0: there is */
	struct delivery *deliveries;
	struct store_trouble *store_trouble;
	struct outbox_calls calls;
};

static usec
wall(const struct outbox *o)
{
	return o->clock->wall(o->clock->arg);
}

static void
arm(struct outbox *o, usec delay)
{
	/* The wall clock may jump: not later than this in any case. */
	delay = MIN(delay, OUTBOX_BACKOFF_MOST);
	(void)sd_event_source_set_time_relative(o->timer, delay);
	(void)sd_event_source_set_enabled(o->timer, SD_EVENT_ONESHOT);
}

static void
delivery_free(struct delivery *d)
{
	outgoing_free(&d->what);
	free(d);
}

static const struct notify *
find_notify(const struct outbox *o, const char *name)
{
	for (size_t i = 0; i < o->settings->n_notifies; i++)
		if (strcmp(o->settings->notifies[i].name, name) == 0)
			return &o->settings->notifies[i];
	return NULL;
}

/* The row is marked and the timeline told in one transaction. */
static int
give_up(struct outbox *o, const struct outgoing *what, const char *error,
	usec now, struct why *why)
{
	own(str) char *text = xprintf(
		"%s for %s was given up: %s", what->kind, what->notify, error);
	int r = store_begin(o->store, why);
	if (r < 0)
		return r;
	r = store_outbox_give_up(o->store, what->id, error, why);
	if (r == 0 && what->incident)
		r = o->calls.on_given_up(
			o->calls.arg, what->incident, text, now, why);
	if (r < 0) {
		store_rollback(o->store);
		return r;
	}
	r = store_commit(o->store, why);
	if (r == 0)
		o->calls.on_trouble(o->calls.arg, what->incident, text);
	return r;
}

/* The receiver may ask for more patience, but not for more than an hour. */
static usec
next_try(const struct outgoing *what, const struct webhook_answer *a, usec now)
{
	usec wait = limits_backoff(
		OUTBOX_BACKOFF_FIRST, OUTBOX_BACKOFF_MOST, what->tries);
	return now + MIN(MAX(wait, a->retry_after), OUTBOX_BACKOFF_MOST);
}

/* Each try that failed is told, with the next one: a notice that waits for days
 * must not wait in silence. */
static int
try_later(struct outbox *o, const struct outgoing *what,
	const struct webhook_answer *a, usec now, struct why *why)
{
	usec due = next_try(what, a, now);
	char wait[CLOCK_TEXT];
	int r = store_outbox_later(o->store, what->id, due, a->text, why);
	if (r < 0)
		return r;
	own(str) char *text = xprintf(
		"the %s notice for [notify %s] could not be sent: %s; the next "
		"try is in %s",
		what->kind, what->notify, a->text,
		duration_text(due - now, wait));
	o->calls.on_trouble(o->calls.arg, what->incident, text);
	return 0;
}

/* Whoever cannot be reached cannot be told so: the others are. */
static void
tell_stuck(struct outbox *o, const struct outgoing *what, const char *error,
	usec now)
{
	char since[CLOCK_TEXT];
	struct why why;
	own(str) char *name = xprintf("send:%s", what->notify);
	own(str) char *text = xprintf(
		"logmend: nothing could be sent to [notify %s] since %s: %s",
		what->notify, clock_text(what->queued, since), error);
	const struct own_notice n = { name, text, what->notify };
	if (own_notice_begin(o->store, o->settings, &n, now, &why) < 0)
		o->calls.on_trouble(o->calls.arg, 0, why.text);
}

static void
tell_unstuck(struct outbox *o, const struct outgoing *what, usec now)
{
	struct why why;
	own(str) char *name = xprintf("send:%s", what->notify);
	own(str) char *text = xprintf(
		"logmend: [notify %s] takes notices again", what->notify);
	const struct own_notice n = { name, text, NULL };
	if (own_notice_end(o->store, o->settings, &n, now, &why) < 0)
		o->calls.on_trouble(o->calls.arg, 0, why.text);
}

/* A notice that nobody takes is given up at last, as the ones behind it would
 * never be sent. */
static int
take_answer(struct outbox *o, const struct outgoing *what,
	const struct webhook_answer *a, struct why *why)
{
	usec now = wall(o);
	bool refused =
		a->end == WEBHOOK_REFUSED && what->tries + 1 >= OUTBOX_REFUSALS;
	bool stale =
		a->end == WEBHOOK_RETRY && now > what->queued + OUTBOX_AGE_MOST;
	if (a->end == WEBHOOK_SENT) {
		int r = store_outbox_sent(o->store, what->id, now, why);
		if (r >= 0)
			tell_unstuck(o, what, now);
		return r;
	}
	if (now > what->queued + OUTBOX_STUCK)
		tell_stuck(o, what, a->text, now);
	if (refused || stale)
		return give_up(o, what, a->text, now, why);
	return try_later(o, what, a, now, why);
}

static void
on_answer(const struct webhook_answer *a, void *arg)
{
	struct delivery *d = arg;
	struct outbox *o = d->outbox;
	struct delivery **at = &o->deliveries;
	while (*at != d)
		at = &(*at)->next;
	*at = d->next;
	struct why why;
	int r = take_answer(o, &d->what, a, &why);
	/* Not marked, so it is sent again: at least once. */
	if (r < 0)
		o->calls.on_trouble(o->calls.arg, d->what.incident, why.text);
	arm(o, r < 0 ? STORE_RETRY : 0);
	delivery_free(d);
}

static void
send_to(void *arg, const struct notify *n, const struct outgoing *what,
	webhook_done *done, void *done_arg)
{
	const struct outbox *o = arg;
	own(str) char *body = encode_notice(n->kind, what);
	const struct webhook_order order = { .type = NOTIFY_POST,
		.url_file = n->url_file,
		.private = n->private,
		.headers = encode_headers(n->kind),
		.body = body };
	notify_process_send(o->sender, &order, done, done_arg);
}

static int
send_one(struct outbox *o, struct outgoing *what, struct why *why)
{
	const struct notify *n = find_notify(o, what->notify);
	if (!n)
		return give_up(o, what,
			"the configuration names no such [notify] any more",
			wall(o), why);
	struct delivery *d = xcalloc(1, sizeof(*d));
	d->outbox = o;
	d->what = *what;
	*what = (struct outgoing){ 0 };
	d->next = o->deliveries;
	o->deliveries = d;
	send_to(o, n, &d->what, on_answer, d);
	return 0;
}

/* Sends what is due; the time until the next is due, 0 if nothing waits. */
static int
send_due(struct outbox *o, usec *ret_wait, struct why *why)
{
	*ret_wait = 0;
	for (;;) {
		own(strings) char **busy = NULL;
		for (struct delivery *d = o->deliveries; d; d = d->next)
			strings_add(&busy, d->what.notify);
		own(outgoing) struct outgoing what = { 0 };
		int r = store_outbox_next(o->store, busy, &what, why);
		if (r < 0)
			return r == -ENOENT ? 0 : r;
		usec now = wall(o);
		/* Due in a far future: the clock was set back. */
		if (what.due > now && what.due <= now + OUTBOX_BACKOFF_MOST) {
			*ret_wait = what.due - now;
			return 0;
		}
		r = send_one(o, &what, why);
		if (r < 0)
			return r;
	}
}

static int
on_timer(sd_event_source *source, uint64_t now, void *arg)
{
	(void)source;
	(void)now;
	struct outbox *o = arg;
	struct why why;
	usec wait;
	if (send_due(o, &wait, &why) < 0) {
		o->calls.on_trouble(o->calls.arg, 0, why.text);
		wait = STORE_RETRY;
	}
	if (wait)
		arm(o, wait);
	return 0;
}

/* Through the very sender that there was not: people learn why notices were
 * late, and the status tells it before. */
static void
tell_lack(struct outbox *o, bool over, const char *why_not)
{
	char host[HOST_NAME_MAX + 1] = "", since[CLOCK_TEXT];
	usec now = wall(o);
	struct why why;
	(void)gethostname(host, HOST_NAME_MAX);
	own(str) char *text = over
		? xprintf("logmend on %s sends notices again", host)
		: xprintf("logmend on %s could send no notice since %s: %s",
			  host, clock_text(o->lacking, since), why_not);
	const struct own_notice n = { "sender", text, NULL };
	int r = over ? own_notice_end(o->store, o->settings, &n, now, &why)
		     : own_notice_begin(o->store, o->settings, &n, now, &why);
	if (r < 0)
		o->calls.on_trouble(o->calls.arg, 0, why.text);
	if (r > 0)
		arm(o, 0);
}

static void
on_ready(void *arg)
{
	struct outbox *o = arg;
	o->lacking = 0;
	tell_lack(o, true, NULL);
}

static void
on_gone(void *arg, const char *text)
{
	struct outbox *o = arg;
	usec now = wall(o);
	own(str) char *said = xprintf("%s; another is started", text);
	o->calls.on_trouble(o->calls.arg, 0, said);
	/* In the future: the clock was set back. */
	if (!o->lacking || o->lacking > now)
		o->lacking = now;
	else if (now - o->lacking >= OUTBOX_LACK)
		tell_lack(o, false, text);
}

static void
on_queued(void *arg)
{
	arm(arg, 0);
}

static void
on_store(void *arg, const char *text)
{
	const struct outbox *o = arg;
	o->calls.on_trouble(o->calls.arg, 0, text);
}

static void
begin_sender(struct outbox *o)
{
	if (o->settings->n_notifies)
		notify_process_begin(o->sender);
}

int
outbox_start(sd_event *event, const struct clock *clock, struct store *store,
	const struct settings *settings, const struct outbox_calls *calls,
	struct outbox **ret, struct why *why)
{
	own(outbox) struct outbox *o = xcalloc(1, sizeof(*o));
	o->clock = clock;
	o->store = store;
	o->settings = settings;
	o->calls = *calls;
	const struct notify_process_calls ours = { on_ready, on_gone, o };
	o->sender = notify_process_new(event, &ours);
	int r = o->sender ? 0 : -ENOMEM;
	if (r >= 0)
		r = sd_event_add_time(
			event, &o->timer, CLOCK_MONOTONIC, 0, 0, on_timer, o);
	const struct store_trouble_calls direct = { send_to, on_queued,
		on_store, o };
	if (r >= 0)
		r = store_trouble_new(event, clock, store, settings, &direct,
			&o->store_trouble);
	if (r < 0)
		return because(
			why, r, "no timer for notices: %s", strerror(-r));
	begin_sender(o);
	*ret = take(o);
	return 0;
}

void
outbox_reload(struct outbox *o, const struct settings *settings)
{
	o->settings = settings;
	store_trouble_reload(o->store_trouble, settings);
	begin_sender(o);
	arm(o, 0);
}

void
outbox_kick(struct outbox *o)
{
	arm(o, 0);
}

void
outbox_free(struct outbox *o)
{
	if (!o)
		return;
	notify_process_free(o->sender);
	store_trouble_free(o->store_trouble);
	while (o->deliveries) {
		struct delivery *d = o->deliveries;
		o->deliveries = d->next;
		delivery_free(d);
	}
	sd_event_source_disable_unref(o->timer);
	free(o);
}

void
outbox_status(const struct outbox *o, json_t *status)
{
	json_object_update_new(status,
		json_pack("{s:{s:I, s:s?}, s:o}", "sender", "pid",
			(json_int_t)notify_process_pid(o->sender), "trouble",
			notify_process_trouble(o->sender), "store_trouble",
			store_trouble_json(o->store_trouble)));
}
