#include "config.h"
#include "head/notices/try-webhook.h"

#include <errno.h>
#include <limits.h>
#include <string.h>
#include <systemd/sd-event.h>
#include <unistd.h>

#include "head/notices/encode.h"
#include "head/roles/notify-process.h"
#include "head/store/store.h"

/* By then the sender has answered, or was killed (head/roles/notify-process.h),
 * but for one that the kernel cannot end. Nobody waits for that one. */
#define ASK_TIME (NOTIFY_TIME + 10 * USEC_SECOND)

struct trial {
	sd_event *loop;
	enum notify_frame type;
	struct webhook_answer answer;
	struct why lacks; /* why there is no sender; "": there is one */
};

static void
on_answer(const struct webhook_answer *answer, void *arg)
{
	struct trial *t = arg;
	t->answer = *answer;
	(void)sd_event_exit(t->loop, 0);
}

static void
on_ready(void *arg)
{
	(void)arg;
}

/* Nobody waits here for another one. What was given to it has its answer. */
static void
on_gone(void *arg, const char *text)
{
	struct trial *t = arg;
	(void)because(&t->lacks, 0, "%s", text);
	(void)sd_event_exit(t->loop, 0);
}

static int
on_overdue(sd_event_source *s, uint64_t now, void *arg)
{
	struct trial *t = arg;
	char time[CLOCK_TEXT];
	(void)s;
	(void)now;
	(void)because(&t->lacks, 0,
		"the sender of notices did not answer within %s: %s",
		duration_text(ASK_TIME, time),
		t->type == NOTIFY_POST ? "whether it was sent is not known"
				       : "the URL could not be judged");
	return sd_event_exit(t->loop, 0);
}

/* Behind all else: an answer that came is read first. */
static int
watch_time(struct trial *t)
{
	sd_event_source *timer = NULL;
	int r = sd_event_add_time_relative(
		t->loop, &timer, CLOCK_MONOTONIC, ASK_TIME, 0, on_overdue, t);
	if (r >= 0)
		r = sd_event_source_set_priority(timer, SD_EVENT_PRIORITY_IDLE);
	if (r >= 0)
		r = sd_event_source_set_floating(timer, true);
	sd_event_source_unref(timer);
	return r;
}

static char *
test_text(const struct notify *n)
{
	char host[HOST_NAME_MAX + 1] = "";
	(void)gethostname(host, sizeof(host) - 1);
	return xprintf("logmend on %s: a test of [notify %s]. Notices about "
		       "incidents will come here.",
		host, n->name);
}

static char *
body_of(const struct notify *n, const char *given)
{
	own(str) char *text = given ? xstrdup(given) : test_text(n);
	const struct outgoing o = { .notify = n->name, .text = text };
	return encode_notice(n->kind, &o);
}

static int
send_and_wait(
	struct trial *t, const struct webhook_order *order, struct why *why)
{
	const struct notify_process_calls calls = { on_ready, on_gone, t };
	own(notify_process) struct notify_process *p =
		notify_process_new(t->loop, &calls);
	if (!p || watch_time(t) < 0)
		return because(why, -ENOMEM, "no timer for a sender");
	notify_process_send(p, order, on_answer, t);
	int r = sd_event_loop(t->loop);
	return r < 0 ? because(why, r, "the event loop: %s", strerror(-r)) : 0;
}

static int
ask(const struct webhook_order *order, struct webhook_answer *ret,
	struct why *why)
{
	struct trial t = { .type = order->type,
		.answer = { .end = WEBHOOK_ENDS } };
	int r = sd_event_new(&t.loop);
	if (r < 0)
		return because(why, r, "no event loop: %s", strerror(-r));
	r = send_and_wait(&t, order, why);
	sd_event_unref(t.loop);
	if (r < 0)
		return r;
	if (t.answer.end == WEBHOOK_ENDS)
		return because(why, -EIO, "%s", t.lacks.text);
	*ret = t.answer;
	return t.answer.end == WEBHOOK_SENT
		? 0
		: because(why, -EIO, "%s", t.answer.text);
}

int
try_webhook(const struct notify *n, const char *text,
	struct webhook_answer *ret, struct why *why)
{
	own(str) char *body = body_of(n, text);
	const struct webhook_order order = { .type = NOTIFY_POST,
		.url_file = n->url_file,
		.private = n->private,
		.headers = encode_headers(n->kind),
		.body = body };
	*ret = (struct webhook_answer){ 0 };
	return ask(&order, ret, why);
}

int
try_webhook_url(const struct notify *n, struct why *why)
{
	struct webhook_answer answer;
	const struct webhook_order order = { .type = NOTIFY_CHECK,
		.url_file = n->url_file,
		.private = n->private };
	return ask(&order, &answer, why);
}
