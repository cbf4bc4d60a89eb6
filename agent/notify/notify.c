#include "config.h"
#include "notify/notify.h"

#include <errno.h>
#include <string.h>
#include <systemd/sd-event.h>

#include "base/io/log.h"
#include "base/redact.h"
#include "notify/notify-sandbox.h"
#include "notify/webhook-url.h"
#include "notify/webhook.h"
#include "wire/notify/notify-frames.h"

struct sender {
	sd_event *loop;
	struct webhooks *webhooks;
};

/* A frame that is lost would leave head waiting for an answer that never comes,
 * so it ends the process, and head starts another. Head that is gone needs no
 * word. */
static void
send_frame(const struct sender *s, const struct frame *f)
{
	int r = frame_send(ROLE_SOCKET, f);
	if (r >= 0)
		return;
	if (r != -EPIPE && r != -ECONNRESET)
		log_error("an answer could not be sent to head: %s",
			strerror(-r));
	(void)sd_event_exit(s->loop, r == -EPIPE || r == -ECONNRESET ? 0 : r);
}

static void
on_answer(uint64_t id, const struct webhook_answer *answer, void *arg)
{
	own(frame) struct frame f = FRAME(0);
	notify_frames_answer(&f, id, answer);
	send_frame(arg, &f);
}

static void
check(struct sender *s, const struct webhook_request *q)
{
	struct why why = { "" };
	int r = webhook_url_check(q, &why);
	struct webhook_answer a = r < 0
		? webhook_answer_of(WEBHOOK_REFUSED, "%.255s", why.text)
		: webhook_answer_of(WEBHOOK_SENT, "it may be sent to");
	on_answer(q->id, &a, s);
}

static int
take_request(struct sender *s, struct frame *f, struct why *why)
{
	own(webhook_request) struct webhook_request q = { 0 };
	bool post = f->type == NOTIFY_POST;
	int r = notify_frames_get_request(f, &q, why);
	notify_frames_wipe(f);
	if (r < 0)
		return r;
	if (post)
		webhook_send(s->webhooks, &q, on_answer, s);
	else
		check(s, &q);
	return 0;
}

/* A frame that is broken ends the role: it and head are the same program. */
static int
on_frame(sd_event_source *source, int fd, uint32_t events, void *arg)
{
	struct sender *s = arg;
	own(frame) struct frame f = FRAME(0);
	struct why why;
	(void)source;
	(void)events;
	int r = frame_recv(fd, &f);
	if (r == 0 || r == -ECONNRESET)
		return sd_event_exit(s->loop, 0);
	if (r == -EAGAIN)
		return 0;
	if (r < 0)
		(void)because(&why, r,
			"a frame could not be received from head: %s",
			strerror(-r));
	else
		r = take_request(s, &f, &why);
	if (r >= 0)
		return 0;
	log_error("%s", why.text);
	return sd_event_exit(s->loop, r);
}

/* What needs files and rights comes first; then the filter holds, and only then
 * head hears that it may give something to send. */
static int
prepare(struct sender *s, struct why *why)
{
	int r = notify_sandbox_prepare(why);
	if (r < 0)
		return r;
	r = sd_event_new(&s->loop);
	if (r >= 0)
		r = sd_event_add_io(
			s->loop, NULL, ROLE_SOCKET, EPOLLIN, on_frame, s);
	if (r < 0)
		return because(why, r, "no event loop: %s", strerror(-r));
	r = webhooks_new(s->loop, &s->webhooks, why);
	if (r < 0)
		return r;
	redact_interpret(); /* for lines of the own log */
	r = notify_sandbox_enter(why);
	if (r < 0)
		return r;
	own(frame) struct frame ready = FRAME(NOTIFY_READY);
	send_frame(s, &ready);
	return 0;
}

int
notify_main(void)
{
	struct sender s = { 0 };
	struct why why;
	int r = prepare(&s, &why);
	if (r < 0)
		log_error("%s", why.text);
	else
		r = sd_event_loop(s.loop);
	webhooks_free(s.webhooks);
	sd_event_unref(s.loop);
	return r < 0;
}
