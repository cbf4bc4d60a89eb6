#include "config.h"
#include "head/notices/try-webhook.h"

#include <errno.h>
#include <limits.h>
#include <string.h>
#include <systemd/sd-event.h>
#include <unistd.h>

#include "head/notices/encode.h"
#include "head/store/store.h"

struct trial {
	sd_event *loop;
	struct webhook_answer answer;
};

static void
on_answer(const struct webhook_answer *answer, void *arg)
{
	struct trial *t = arg;
	t->answer = *answer;
	(void)sd_event_exit(t->loop, 0);
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
send_and_wait(struct trial *t, const struct notify *n, const char *text,
	struct why *why)
{
	own(webhooks) struct webhooks *w = NULL;
	own(str) char *body = body_of(n, text);
	int r = webhooks_new(t->loop, &w, why);
	if (r < 0)
		return r;
	webhook_send(w, n->url_file, n->private, body, on_answer, t);
	r = sd_event_loop(t->loop);
	return r < 0 ? because(why, r, "the event loop: %s", strerror(-r)) : 0;
}

int
try_webhook(const struct notify *n, const char *text,
	struct webhook_answer *ret, struct why *why)
{
	struct trial t = { 0 };
	int r = sd_event_new(&t.loop);
	if (r < 0)
		return because(why, r, "no event loop: %s", strerror(-r));
	r = send_and_wait(&t, n, text, why);
	sd_event_unref(t.loop);
	*ret = t.answer;
	if (r < 0)
		return r;
	return t.answer.end == WEBHOOK_SENT
		? 0
		: because(why, -EIO, "%s", t.answer.text);
}
