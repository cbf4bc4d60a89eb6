#include "config.h"
#include "head/roles/notify-order.h"

#include <stdlib.h>
#include <string.h>

#include "base/io/file.h"
#include "wire/notify/notify-frames.h"

/* For an answer whose time is over: where the whole machine stood still, its
 * sender did too, and answers a moment later. */
#define GRACE (2 * USEC_SECOND)

struct notify_order *
notify_order_new(const struct webhook_order *w, uint64_t id)
{
	struct notify_order *o = xcalloc(1, sizeof(*o));
	o->type = w->type;
	o->what = (struct webhook_request){ .id = id,
		.url_file = xstrdup(w->url_file),
		.private = w->private,
		.body = xstrdup(w->body) };
	for (const char *const *h = w->headers; h && *h; h++)
		strings_add(&o->what.headers, *h);
	return o;
}

void
notify_order_free(struct notify_order *o)
{
	sd_event_source_disable_unref(o->begin);
	webhook_request_free(&o->what);
	free(o);
}

int
notify_order_frame(struct notify_order *o, struct frame *f, struct why *why)
{
	int r = file_read_secret(o->what.url_file, &o->what.url, why);
	if (r >= 0)
		r = notify_frames_request(f, o->type, &o->what, why);
	if (o->what.url)
		explicit_bzero(o->what.url, strlen(o->what.url));
	free(o->what.url);
	o->what.url = NULL;
	return r;
}

bool
notify_order_over(usec *deadline, bool *late, usec now)
{
	if (!*deadline || *deadline > now)
		return false;
	bool over = *late;
	*late = true;
	*deadline = clock_mono() + GRACE;
	return over;
}
