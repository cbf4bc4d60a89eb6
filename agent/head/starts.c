#include "config.h"
#include "head/starts.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/io/log.h"
#include "head/failure.h"
#include "head/incidents/scheduler.h"
#include "head/loaded.h"
#include "head/notices/outbox.h"
#include "head/notices/own-notice.h"

/* The times of the last starts behind a bad end, and `clean` behind a good
 * one. */
#define KEY "starts"
#define CLEAN "clean"
#define NAME "starts"

struct starts {
	struct starts_parts parts;
	sd_event_source *settled, *lasted;
};

/* Those of the last hour, and this one; how many there are. */
static unsigned
recent(const char *old, usec now, struct buf *to)
{
	struct span rest = span_of(old), one;
	unsigned n = 1;
	while (span_cut(&rest, ' ', &one)) {
		usec then;
		if (!span_u64(one, &then) || then > now ||
			now - then > STARTS_LENGTH || n > 2 * STARTS_MOST)
			continue;
		buf_printf(to, "%llu ", (unsigned long long)then);
		n++;
	}
	buf_printf(to, "%llu", (unsigned long long)now);
	return n;
}

static char *
text_of(const char *what, unsigned n)
{
	char host[HOST_NAME_MAX + 1] = "";
	(void)gethostname(host, HOST_NAME_MAX);
	return n ? xprintf("logmend on %s was started %u times within an hour: "
			   "%s",
			   host, n, what)
		 : xprintf("logmend on %s %s", host, what);
}

/* 1: something was queued; 0: not. */
static int
note(const struct starts_parts *p, usec now, struct why *why)
{
	own(str) char *old = NULL;
	own(buf) struct buf times = { 0 };
	int r = store_value_get(p->store, KEY, &old, why);
	if (r < 0 && r != -ENOENT)
		return r;
	bool clean = !old || strcmp(old, CLEAN) == 0;
	unsigned n = clean ? 0 : recent(old, now, &times);
	/* The first start, and one behind a good end, begins an empty list. */
	r = store_value_put(p->store, KEY, clean ? "" : buf_str(&times), why);
	if (r < 0 || n < STARTS_MOST)
		return r;
	own(str) char *text = text_of("it ends again and again, see its log "
				      "(journalctl -u 'logmend*')",
		n);
	const struct own_notice told = { NAME, text, NULL };
	return own_notice_begin(
		p->store, (*p->loaded)->settings, &told, now, why);
}

static int
over(const struct starts_parts *p, usec now, struct why *why)
{
	own(str) char *text =
		text_of("runs for an hour now without a bad end", 0);
	const struct own_notice told = { NAME, text, NULL };
	return own_notice_end(
		p->store, (*p->loaded)->settings, &told, now, why);
}

static void
act(const struct starts_parts *p, int r, const struct why *why)
{
	if (r > 0)
		outbox_kick(p->outbox);
	if (r < 0)
		log_warn("%s", why->text);
}

/* Looks whether something is over: 1, and somebody is to be told; 0; or a
 * negative errno. */
typedef int over_fn(const struct starts_parts *p, usec now, struct why *why);

static int
settled(const struct starts_parts *p, usec now, struct why *why)
{
	const struct settings *settings = (*p->loaded)->settings;
	int r = failure_over(p->store, settings, now, why);
	int prepared = r < 0 ? 0 : failure_prepare(settings, why);
	return prepared < 0 ? prepared : r;
}

static void
look(const struct starts_parts *p, over_fn *is_over)
{
	struct why why = { "" };
	usec now;
	int r = scheduler_clock(p->scheduler, &now, &why);
	if (r >= 0)
		r = is_over(p, now, &why);
	act(p, r, &why);
}

static int
on_settled(sd_event_source *source, uint64_t when, void *arg)
{
	const struct starts *s = arg;
	(void)source;
	(void)when;
	look(&s->parts, settled);
	return 0;
}

static int
on_lasted(sd_event_source *source, uint64_t when, void *arg)
{
	const struct starts *s = arg;
	(void)source;
	(void)when;
	look(&s->parts, over);
	return 0;
}

int
starts_watch(
	const struct starts_parts *parts, struct starts **ret, struct why *why)
{
	own(starts) struct starts *s = xcalloc(1, sizeof(*s));
	s->parts = *parts;
	usec now;
	int r = scheduler_clock(parts->scheduler, &now, why);
	if (r >= 0)
		r = note(parts, now, why);
	if (r < 0)
		return r;
	r = sd_event_add_time_relative(parts->loop, &s->settled,
		CLOCK_MONOTONIC, FAILURE_SETTLED, 0, on_settled, s);
	if (r >= 0)
		r = sd_event_add_time_relative(parts->loop, &s->lasted,
			CLOCK_MONOTONIC, STARTS_LENGTH, 0, on_lasted, s);
	if (r < 0)
		return because(why, r, "no timer: %s", strerror(-r));
	*ret = take(s);
	return 0;
}

void
starts_free(struct starts *s)
{
	if (!s)
		return;
	sd_event_source_disable_unref(s->settled);
	sd_event_source_disable_unref(s->lasted);
	free(s);
}

int
starts_end(struct store *store, struct why *why)
{
	return store_value_put(store, KEY, CLEAN, why);
}
