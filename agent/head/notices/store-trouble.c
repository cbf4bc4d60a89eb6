#include "config.h"
#include "head/notices/store-trouble.h"

#include <errno.h>
#include <jansson.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/io/log.h"
#include "head/notices/kept-text.h"
#include "head/notices/outbox.h"
#include "head/notices/told-receivers.h"
#include "head/policy/limits.h"

/* What is written to see whether there is room: more than the free rest of a
 * page, as a fault with its notice needs. It is removed at once. */
#define PROBE_KEY "store-trouble-probe"
#define PROBE_SIZE 16384u
/* Who was told (head/notices/kept-text.h), for a daemon that is started
 * meanwhile. */
#define NAME "store-trouble"

struct store_trouble {
	sd_event_source *timer;
	const struct clock *clock;
	struct store *store;
	const struct settings *settings;
	struct store_trouble_calls calls;
	struct told_receivers receivers;
	uint64_t failed, done; /* at the last look */
	int error;
	usec since, begun; /* wall and steady; since is 0: there is none */
	usec well, healed; /* the same, since when no write failed; or 0 */
	bool said;         /* the log has it */
};

static usec
wall(const struct store_trouble *t)
{
	return t->clock->wall(t->clock->arg);
}

static usec
steady(const struct store_trouble *t)
{
	return t->clock->steady(t->clock->arg);
}

static const char *
reason(int error)
{
	switch (error) {
	case EBUSY:
		return "another process has it locked";
	case EBADMSG:
		return "the file is damaged";
	default:
		return strerror(error);
	}
}

/* `folder` is the store's. */
static char *
advice(int error, const char *folder)
{
	switch (error) {
	case ENOSPC:
	case EDQUOT:
		return xprintf("free space there (df -h %s and df -i %s show "
			       "how much there is)",
			folder, folder);
	case EROFS:
		return xprintf("look why it is read-only (dmesg, findmnt -T "
			       "%s), and mount it writable again (mount -o "
			       "remount,rw)",
			folder);
	case EBUSY:
		return xprintf("end that process (fuser -v %s/*)", folder);
	default:
		return xprintf("look at the disk (dmesg, df -h %s) and at the "
			       "log of the daemon (journalctl -u 'logmend*')",
			folder);
	}
}

static const char *
host_name(char to[HOST_NAME_MAX + 1])
{
	memset(to, 0, HOST_NAME_MAX + 1);
	(void)gethostname(to, HOST_NAME_MAX);
	return to;
}

static char *
begin_text(const struct store_trouble *t)
{
	char host[HOST_NAME_MAX + 1], since[CLOCK_TEXT];
	const char *path = t->settings->store;
	const char *slash = strrchr(path, '/');
	own(str) char *folder =
		xprintf("%.*s", slash && slash > path ? (int)(slash - path) : 1,
			slash ? path : ".");
	own(str) char *what = advice(t->error, folder);
	return xprintf("logmend on %s cannot write its store %s since %s: %s. "
		       "Nothing is mended meanwhile; faults are read again "
		       "later, and none is lost while the logs exist. What to "
		       "do: %s",
		host_name(host), path, clock_text(t->since, since),
		reason(t->error), what);
}

static char *
end_text(const struct store_trouble *t)
{
	char host[HOST_NAME_MAX + 1], since[CLOCK_TEXT], well[CLOCK_TEXT];
	return xprintf("logmend on %s: its store %s can be written again, "
		       "since %s. It could not since %s",
		host_name(host), t->settings->store, clock_text(t->well, well),
		clock_text(t->since, since));
}

/* --- over a restart ------------------------------------------------------- */

/* The first line says since when, and the error. */
static void
keep(const struct store_trouble *t)
{
	own(buf) struct buf text = { 0 };
	struct why why;
	buf_printf(&text, "%llu %d", (unsigned long long)t->since, t->error);
	told_receivers_write(
		&t->receivers, &text, KEPT_TEXT_MOST, steady(t), wall(t));
	if (kept_text_put(t->settings, NAME, buf_span(&text), &why) < 0)
		log_debug("%s", why.text);
}

static void
remember_trouble(struct store_trouble *t, struct span line)
{
	struct span word;
	uint64_t since, error;
	if (!span_cut(&line, ' ', &word) || !span_u64(word, &since) ||
		!span_u64(line, &error) || error > INT_MAX)
		return;
	t->since = MIN(since, wall(t));
	t->error = (int)error;
	t->begun = steady(t);
}

/* What an earlier daemon told. */
static void
remember(struct store_trouble *t)
{
	own(buf) struct buf text = { 0 };
	struct why why;
	if (kept_text_reserve(t->settings, NAME, &why) < 0)
		log_debug("%s", why.text);
	kept_text_get(t->settings, NAME, &text);
	struct span rest = buf_span(&text), line;
	if (span_cut(&rest, '\n', &line))
		remember_trouble(t, line);
	while (span_cut(&rest, '\n', &line))
		told_receivers_read(&t->receivers, line, steady(t), wall(t));
}

/* --- the beginning -------------------------------------------------------- */

/* Who did not take it is tried again, at longer and longer distances. */
static void
on_answer(const struct webhook_answer *a, void *arg)
{
	struct told_receiver *r = arg;
	const struct store_trouble *t = r->arg;
	r->under_way = false;
	if (a->end == WEBHOOK_SENT) {
		told_receiver_took(&t->receivers, r, steady(t));
		keep(t);
		return;
	}
	usec wait = limits_backoff(
		OUTBOX_BACKOFF_FIRST, OUTBOX_BACKOFF_MOST, r->tries);
	told_receiver_refused(r, steady(t),
		MIN(MAX(wait, a->retry_after), OUTBOX_BACKOFF_MOST));
	own(str) char *text = xprintf("[notify %s] could not be told that the "
				      "store cannot be written: %s",
		r->name, a->text);
	t->calls.say(t->calls.arg, text);
}

static void
tell_receivers(struct store_trouble *t)
{
	own(str) char *text = begin_text(t);
	if (!t->said)
		t->calls.say(t->calls.arg, text);
	t->said = true;
	for (size_t i = 0; i < t->settings->n_notifies; i++) {
		const struct notify *to = &t->settings->notifies[i];
		struct told_receiver *r =
			told_receivers_of(&t->receivers, to->name);
		if (r->under_way || steady(t) < r->due)
			continue;
		struct outgoing o = { .notify = to->name,
			.kind = (char *)"agent",
			.text = text,
			.queued = wall(t) };
		r->under_way = true;
		t->calls.send(t->calls.arg, to, &o, on_answer, r);
	}
}

/* --- the end -------------------------------------------------------------- */

/* How many were queued. */
static int
queue_ends(const struct store_trouble *t, const char *text, struct why *why)
{
	int r = 0, n = 0;
	for (const struct told_receiver *to = t->receivers.first; r >= 0 && to;
		to = to->next) {
		struct outgoing o = { .notify = to->name,
			.kind = (char *)"agent",
			.text = (char *)text,
			.queued = wall(t),
			.due = wall(t) };
		if (!to->told)
			continue;
		r = store_outbox_add(t->store, &o, why);
		n++;
	}
	return r < 0 ? r : n;
}

/* A failure is one of a write: it is seen at the next look. */
static int
tell_end(const struct store_trouble *t, const char *text)
{
	struct why why;
	int r = store_begin(t->store, &why);
	if (r < 0)
		return r;
	int n = queue_ends(t, text, &why);
	if (n <= 0) {
		store_rollback(t->store);
		return n;
	}
	r = store_commit(t->store, &why);
	return r < 0 ? r : n;
}

/* An answer that is still awaited leaves the trouble open: whoever takes the
 * message learns of its end. */
static void
end(struct store_trouble *t)
{
	if (told_receivers_await(&t->receivers))
		return;
	own(str) char *text = end_text(t);
	int n = tell_end(t, text);
	if (n < 0)
		return;
	if (t->said)
		t->calls.say(t->calls.arg, text);
	if (n > 0)
		t->calls.queued(t->calls.arg);
	told_receivers_rest(&t->receivers);
	t->since = t->well = 0;
	t->said = false;
	keep(t);
}

/* --- looking -------------------------------------------------------------- */

/* Where nobody else writes, nobody would see that it works again. */
static void
probe(const struct store_trouble *t)
{
	char text[PROBE_SIZE];
	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	/* The store counts how they end. */
	if (store_value_put(t->store, PROBE_KEY, text, NULL) >= 0)
		(void)store_value_put(t->store, PROBE_KEY, NULL, NULL);
}

static void
take_writes(struct store_trouble *t)
{
	const struct store_writes w = store_writes(t->store);
	if (w.failed != t->failed) {
		t->error = w.error;
		t->well = 0;
		if (!t->since) {
			t->since = wall(t);
			t->begun = steady(t);
		}
	} else if (t->since && !t->well && w.done != t->done) {
		t->well = wall(t);
		t->healed = steady(t);
	}
	t->failed = w.failed;
	t->done = w.done;
}

void
store_trouble_look(struct store_trouble *t)
{
	if (t->since)
		probe(t);
	take_writes(t);
	if (!t->since)
		return;
	if (t->well && steady(t) - t->healed >= STORE_TROUBLE_LASTS)
		end(t);
	else if (!t->well && steady(t) - t->begun >= STORE_TROUBLE_LASTS)
		tell_receivers(t);
}

static int
on_tick(sd_event_source *source, uint64_t now, void *arg)
{
	struct store_trouble *t = arg;
	(void)now;
	store_trouble_look(t);
	(void)sd_event_source_set_time_relative(source, STORE_TROUBLE_TICK);
	return sd_event_source_set_enabled(source, SD_EVENT_ONESHOT);
}

json_t *
store_trouble_json(const struct store_trouble *t)
{
	char since[CLOCK_TEXT];
	return t->since && !t->well
		? json_pack("{s:s, s:s}", "since", clock_text(t->since, since),
			  "why", reason(t->error))
		: json_null();
}

/* --- making and freeing --------------------------------------------------- */

int
store_trouble_new(sd_event *loop, const struct clock *clock,
	struct store *store, const struct settings *settings,
	const struct store_trouble_calls *calls, struct store_trouble **ret)
{
	own(store_trouble) struct store_trouble *t = xcalloc(1, sizeof(*t));
	t->clock = clock;
	t->store = store;
	t->settings = settings;
	t->calls = *calls;
	t->receivers = (struct told_receivers){ .arg = t,
		.again = STORE_TROUBLE_AGAIN,
		.anew = STORE_TROUBLE_ANEW };
	const struct store_writes w = store_writes(store);
	t->failed = w.failed;
	t->done = w.done;
	remember(t);
	int r = sd_event_add_time_relative(loop, &t->timer, CLOCK_MONOTONIC,
		STORE_TROUBLE_TICK, 0, on_tick, t);
	if (r >= 0)
		*ret = take(t);
	return r;
}

void
store_trouble_reload(struct store_trouble *t, const struct settings *settings)
{
	t->settings = settings;
}

void
store_trouble_free(struct store_trouble *t)
{
	if (!t)
		return;
	sd_event_source_disable_unref(t->timer);
	told_receivers_free(&t->receivers);
	free(t);
}
