#include "config.h"
#include "head/log-reading.h"

#include <errno.h>
#include <jansson.h>
#include <stdlib.h>

#include "base/io/log.h"
#include "base/io/spawn.h"
#include "config/credentials.h"
#include "head/batch-commit.h"
#include "head/incidents/scheduler.h"
#include "head/loaded.h"
#include "head/notices/outbox.h"
#include "head/roles/eyes-process.h"
#include "head/sources/sources.h"
#include "head/status.h"
#include "head/watchdog.h"
#include "rule/rule.h"
#include "wire/batch.h"

struct log_reading {
	struct log_reading_parts parts;
	struct sources *sources;
	struct eyes_process *eyes;
	struct watchdog *watchdog;
};

static void
on_note(void *arg, const char *text)
{
	(void)arg;
	log_warn("%s", text);
}

/* --- from eyes ------------------------------------------------------------ */

static void
on_ready(void *arg)
{
	struct log_reading *r = arg;
	const struct settings *settings = r->parts.loaded->settings;
	sources_tell(r->sources, r->eyes);
	if (r->parts.figures->announced)
		return;
	r->parts.figures->announced = true;
	size_t logs = sources_count(r->sources);
	log_info("reading %zu log%s of %zu app%s by %zu rules", logs,
		logs == 1 ? "" : "s", settings->n_apps,
		settings->n_apps == 1 ? "" : "s",
		rules_count(r->parts.loaded->rules));
}

static void
count(struct log_reading_figures *f, const struct batch *b, uint64_t faults)
{
	f->batches++;
	f->faults += faults;
	f->bytes += b->bytes;
	f->broken += b->broken;
	f->undecided += b->undecided;
}

static void
on_batch(void *arg, struct batch *b)
{
	struct log_reading *r = arg;
	const struct log_reading_parts *p = &r->parts;
	struct why why;
	struct followed_log *t =
		sources_tail(r->sources, b->source, b->generation);
	if (!t || !sources_check(r->sources, t))
		return; /* of a source that was started anew in the meantime */
	if (b->n_faults)
		credentials_refresh(p->loaded->credentials);
	/* Here a fault enters head, and nothing of it was stored yet. */
	batch_redact(b);
	const struct batch_commit to = { p->scheduler, p->store,
		p->loaded->rules };
	uint64_t faults = 0;
	int e = batch_commit(&to, t, b, &faults, &why);
	if (e < 0) {
		/* Not acknowledged, so eyes will bring it again. */
		if (e != -ESTALE)
			log_error("a batch cannot be stored: %s", why.text);
		sources_restart(r->sources, t, e != -ESTALE);
		return;
	}
	count(p->figures, b, faults);
	sources_stored(r->sources, t, b);
	if (b->n_faults) {
		scheduler_wake(p->scheduler);
		outbox_kick(p->outbox);
	}
}

static void
on_trouble(void *arg, uint32_t source, bool broken, const char *text)
{
	struct log_reading *r = arg;
	sources_trouble(r->sources, source, broken, text);
}

static void
on_gone(void *arg, int status, const char *why)
{
	char text[64];
	(void)arg;
	log_warn("eyes ended (%s%s%s) and are started again: reading goes on "
		 "at the stored positions",
		spawn_status_text(status, text), *why ? ": " : "", why);
}

static void
on_unstarted(void *arg, const char *why)
{
	(void)arg;
	log_error("eyes cannot be started, so no log is read: %s; that is "
		  "tried again",
		why);
}

/* --- making and freeing ----------------------------------------------------
 */

static int
start(struct log_reading *r, const struct left_files *left, struct why *why)
{
	const struct log_reading_parts *p = &r->parts;
	const struct settings *settings = p->loaded->settings;
	int e = sources_new(p->loop, settings, p->loaded->rules, p->store, left,
		on_note, r, &r->sources, why);
	struct eyes_process_calls calls = { on_ready, on_batch, on_trouble,
		on_gone, on_unstarted, r };
	if (e >= 0)
		e = eyes_process_start(p->loop, p->loaded->rules,
			sources_watches(r->sources), &calls, &r->eyes, why);
	const struct watched watched = { settings, r->sources, r->eyes,
		p->scheduler, p->store };
	if (e >= 0)
		e = watchdog_start(p->loop, &watched, &r->watchdog, why);
	return e;
}

int
log_reading_start(const struct log_reading_parts *parts,
	const struct left_files *left, struct log_reading **ret,
	struct why *why)
{
	own(log_reading) struct log_reading *r = xcalloc(1, sizeof(*r));
	r->parts = *parts;
	int e = start(r, left, why);
	if (e >= 0)
		*ret = take(r);
	return e;
}

void
log_reading_leave(struct log_reading *r, struct left_files *ret)
{
	if (!r)
		return;
	watchdog_free(take(r->watchdog));
	eyes_process_free(take(r->eyes));
	sources_leave(take(r->sources), ret);
	free(r);
}

void
log_reading_free(struct log_reading *r)
{
	struct left_files left = { 0 };
	log_reading_leave(r, &left);
	left_files_close(&left);
}

struct sources *
log_reading_sources(const struct log_reading *r)
{
	return r->sources;
}

void
log_reading_status(
	const struct log_reading *r, json_t *status, usec started, size_t hands)
{
	const struct log_reading_figures *f = r->parts.figures;
	const struct loaded *l = r->parts.loaded;
	const struct status_figures figures = {
		.started = started,
		.loaded = l->at,
		.eyes = eyes_process_pid(r->eyes),
		.hands = hands,
		.batches = f->batches,
		.bytes = f->bytes,
		.faults = f->faults,
		.broken = f->broken,
		.undecided = f->undecided,
		.left = sources_left(r->sources),
	};
	status_fill(status, &figures, sources_json(r->sources),
		sources_readings_json(r->sources));
	status_changes(status, l->rules, l->settings->rules,
		loaded_changed(l) ? l->settings->file : NULL);
}
