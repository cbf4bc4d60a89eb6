#include "config.h"
#include "head/head.h"

#include <errno.h>
#include <jansson.h>
#include <signal.h>
#include <stdlib.h>
#include <systemd/sd-daemon.h>
#include <systemd/sd-event.h>

#include "base/io/descriptors.h"
#include "base/io/log.h"
#include "base/io/spawn.h"
#include "config/credentials.h"
#include "head/app-rules.h"
#include "head/batch-commit.h"
#include "head/control/control.h"
#include "head/control/requests.h"
#include "head/incidents/scheduler.h"
#include "head/notices/outbox.h"
#include "head/policy/freeze.h"
#include "head/policy/limits.h"
#include "head/roles/eyes-process.h"
#include "head/sources/sources.h"
#include "head/status.h"
#include "head/store/store.h"
#include "head/watch/containers.h"
#include "head/watchdog.h"
#include "rule/rule.h"
#include "wire/batch.h"
#include "wire/exit-code.h"

struct head {
	const struct settings *settings;
	sd_event *loop;
	struct rules *rules;
	struct store *store;
	struct outbox *outbox;
	struct scheduler *scheduler;
	sd_event_source *due; /* when the scheduler is to be run */
	struct sources *sources;
	struct eyes_process *reader;
	struct watchdog *watchdog;
	struct containers *containers;
	struct control *control;
	struct freeze *freeze;
	struct credentials *credentials;
	struct requests requests;
	uint64_t batches, faults, bytes, broken, undecided;
	usec started;
	bool announced;
};

static void
log_about(enum log_level level, uint64_t incident, const char *text)
{
	if (incident)
		log_at(level, "incident %llu: %s", (unsigned long long)incident,
			text);
	else
		log_at(level, "%s", text);
}

static void
note(uint64_t incident, const char *text)
{
	log_about(LOG_LEVEL_INFO, incident, text);
}

static void
on_note(void *arg, const char *text)
{
	(void)arg;
	log_warn("%s", text);
}

static int
on_given_up(void *arg, uint64_t incident, const char *text, usec now,
	struct why *why)
{
	const struct head *h = arg;
	return scheduler_moment(h->scheduler, incident, text, now, why);
}

static void
on_trouble(void *arg, uint64_t incident, const char *text)
{
	(void)arg;
	log_about(LOG_LEVEL_WARN, incident, text);
}

static int
on_due(sd_event_source *s, uint64_t when, void *arg)
{
	const struct head *h = arg;
	(void)s;
	(void)when;
	scheduler_run(h->scheduler);
	return 0;
}

static void
on_wake(void *arg, usec wait)
{
	const struct head *h = arg;
	(void)sd_event_source_set_time_relative(h->due, wait);
	(void)sd_event_source_set_enabled(h->due, SD_EVENT_ONESHOT);
}

/* --- from eyes ------------------------------------------------------------ */

static void
on_ready(void *arg)
{
	struct head *h = arg;
	sources_tell(h->sources, h->reader);
	if (h->announced)
		return;
	h->announced = true;
	(void)sd_notify(0, "READY=1");
	size_t logs = sources_count(h->sources);
	log_info("reading %zu log%s of %zu app%s by %zu rules", logs,
		logs == 1 ? "" : "s", h->settings->n_apps,
		h->settings->n_apps == 1 ? "" : "s", rules_count(h->rules));
}

static void
on_batch(void *arg, struct batch *b)
{
	struct head *h = arg;
	struct why why;
	struct followed_log *t =
		sources_tail(h->sources, b->source, b->generation);
	if (!t || !sources_check(h->sources, t))
		return; /* of a source that was started anew in the meantime */
	if (b->n_faults)
		credentials_refresh(h->credentials);
	/* Here a fault enters head, and nothing of it was stored yet. Eyes
	 * looked too, at more of the text, but they know no credentials. */
	batch_redact(b);
	const struct batch_commit to = { h->scheduler, h->store, h->rules };
	uint64_t faults = 0;
	int r = batch_commit(&to, t, b, &faults, &why);
	if (r < 0) {
		/* Not acknowledged, so eyes will bring it again. */
		if (r != -ESTALE)
			log_error("a batch cannot be stored: %s", why.text);
		sources_restart(h->sources, t, r != -ESTALE);
		return;
	}
	h->batches++;
	h->faults += faults;
	h->bytes += b->bytes;
	h->broken += b->broken;
	h->undecided += b->undecided;
	sources_stored(h->sources, t, b);
	if (b->n_faults) {
		scheduler_wake(h->scheduler);
		outbox_kick(h->outbox);
	}
}

static void
on_eyes_trouble(void *arg, uint32_t source, const char *text)
{
	struct head *h = arg;
	sources_trouble(h->sources, source, text);
}

static void
on_eyes_gone(void *arg, int status, const char *why)
{
	char text[64];
	(void)arg;
	log_warn("eyes ended (%s%s%s) and are started again: reading goes on "
		 "at the stored positions",
		spawn_status_text(status, text), *why ? ": " : "", why);
}

static void
on_eyes_unstarted(void *arg, const char *why)
{
	(void)arg;
	log_error("eyes cannot be started, so no log is read: %s; that is "
		  "tried again",
		why);
}

/* --- from people ---------------------------------------------------------- */

static void
fill_status(json_t *status, void *arg)
{
	struct head *h = arg;
	const struct status_figures figures = {
		.started = h->started,
		.eyes = eyes_process_pid(h->reader),
		.hands = scheduler_busy(h->scheduler),
		.batches = h->batches,
		.bytes = h->bytes,
		.faults = h->faults,
		.broken = h->broken,
		.undecided = h->undecided,
		.left = sources_left(h->sources),
	};
	status_fill(status, &figures, sources_json(h->sources),
		sources_readings_json(h->sources));
	status_rules(status, h->rules, h->settings->rules);
	json_object_set_new(status, "docker", containers_json(h->containers));
}

static void
on_changed(uint64_t id, void *arg)
{
	struct head *h = arg;
	(void)id; /* the store has it */
	scheduler_wake(h->scheduler);
	outbox_kick(h->outbox);
}

static void
on_paused(bool paused, void *arg)
{
	struct head *h = arg;
	(void)paused; /* asked of the store before each attempt */
	scheduler_wake(h->scheduler);
}

static void
on_freeze(void *arg)
{
	struct head *h = arg;
	struct why why;
	/* Without the file, incidents that waited are due now; each attempt
	 * asks for it anyway. */
	if (!limits_frozen(h->settings->freeze_file) &&
		store_waits_end(h->store, &why) < 0)
		log_warn("%s", why.text);
	scheduler_wake(h->scheduler);
}

static json_t *
on_request(const json_t *request, uid_t uid, void *arg)
{
	struct head *h = arg;
	struct why why;
	usec now;
	/* A store that cannot follow the clock cannot store what the user asks
	 * for either, and says so. */
	(void)scheduler_clock(h->scheduler, &now, &why);
	return requests_answer(&h->requests, request, uid, now);
}

/* --- the loop ------------------------------------------------------------- */

static int
on_signal(sd_event_source *s, const struct signalfd_siginfo *si, void *arg)
{
	(void)arg;
	if (si->ssi_signo == SIGHUP) {
		log_warn("reload is not built yet: restart logmend to read the "
			 "configuration again");
		return 0;
	}
	return sd_event_exit(sd_event_source_get_event(s), 0);
}

/* What could not be made durable cannot be promised: the service manager starts
 * us again, and what is really on the disk is read. */
static int
on_post(sd_event_source *s, void *arg)
{
	struct head *h = arg;
	struct why why;
	if (!h->store || !store_broken(h->store))
		return 0;
	/* A broken store refuses every call: this one fetches its sentence. */
	if (store_begin(h->store, &why) < 0)
		log_error("%s", why.text);
	return sd_event_exit(sd_event_source_get_event(s), -EIO);
}

static int
open_loop(struct head *h, struct why *why)
{
	sigset_t set;
	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGHUP);
	int r = sigprocmask(SIG_BLOCK, &set, NULL) < 0 ? -errno : 0;
	if (r >= 0)
		r = sd_event_new(&h->loop);
	if (r >= 0)
		r = sd_event_set_watchdog(h->loop, true);
	if (r >= 0)
		r = sd_event_add_post(h->loop, NULL, on_post, h);
	if (r >= 0)
		r = sd_event_add_time_relative(
			h->loop, &h->due, CLOCK_MONOTONIC, 0, 0, on_due, h);
	if (r >= 0)
		r = sd_event_source_set_enabled(h->due, SD_EVENT_OFF);
	static const int signals[] = { SIGTERM, SIGINT, SIGHUP };
	for (size_t i = 0; r >= 0 && i < ELEMENTS(signals); i++)
		r = sd_event_add_signal(
			h->loop, NULL, signals[i], on_signal, h);
	return r < 0 ? because(why, r, "no event loop: %s", strerror(-r)) : 0;
}

static int
open_parts(struct head *h, struct why *why)
{
	struct incidents incidents = { .settings = h->settings,
		.clock = &clock_system,
		.store = h->store,
		.note = note,
		.wake = on_wake,
		.changed = containers_on_opened,
		.containers = &h->containers,
		.arg = h };
	const struct outbox_calls told = { on_given_up, on_trouble, h };
	int r = outbox_start(h->loop, &clock_system, h->store, h->settings,
		&told, &h->outbox, why);
	incidents.outbox = h->outbox;
	if (r >= 0)
		r = scheduler_new(h->loop, &incidents, &h->scheduler, why);
	if (r >= 0)
		r = sources_new(h->loop, h->settings, h->rules, h->store,
			on_note, h, &h->sources, why);
	struct eyes_process_calls calls = { on_ready, on_batch, on_eyes_trouble,
		on_eyes_gone, on_eyes_unstarted, h };
	if (r >= 0)
		r = eyes_process_start(h->loop, h->rules,
			sources_watches(h->sources), &calls, &h->reader, why);
	const struct watched watched = { h->settings, h->sources, h->reader,
		h->scheduler, h->store };
	if (r >= 0)
		r = watchdog_start(h->loop, &watched, &h->watchdog, why);
	if (r >= 0)
		r = containers_start(h->loop, h->settings, h->scheduler,
			h->store, h->sources, &h->containers, why);
	if (r >= 0)
		h->freeze = freeze_watch(
			h->loop, h->settings->freeze_file, on_freeze, h);
	h->requests = (struct requests){ h->settings, h->store, fill_status,
		on_changed, on_paused, h };
	if (r >= 0)
		r = control_start(h->loop, h->settings->socket, on_request, h,
			&h->control, why);
	return r;
}

static void
close_parts(struct head *h)
{
	control_free(h->control);
	freeze_free(h->freeze);
	containers_free(h->containers);
	watchdog_free(h->watchdog);
	eyes_process_free(h->reader);
	sources_free(h->sources);
	scheduler_free(h->scheduler);
	outbox_free(h->outbox);
	sd_event_source_disable_unref(h->due);
	sd_event_unref(h->loop);
	store_close(h->store);
	rules_free(h->rules);
	credentials_free(h->credentials);
}

static int
fail(struct head *h, int code, const struct why *why)
{
	log_error("%s", why->text);
	close_parts(h);
	return code;
}

int
head_run(const struct settings *settings)
{
	struct head h = { .settings = settings, .started = clock_wall() };
	struct why why;
	descriptors_raise();
	h.credentials = credentials_new(settings);
	int r = rules_load(settings->rules, &h.rules, &why);
	if (r >= 0)
		r = app_rules_check(settings, h.rules, &why);
	if (r < 0)
		return fail(&h, exit_code_of_file(r), &why);
	if (store_open(settings->store, &h.store, &why) < 0 ||
		open_loop(&h, &why) < 0 || open_parts(&h, &why) < 0)
		return fail(&h, EXIT_UNABLE, &why);
	r = sd_event_loop(h.loop);
	(void)sd_notify(0, "STOPPING=1");
	if (r < 0)
		log_error("the event loop ended: %s", strerror(-r));
	close_parts(&h);
	return r < 0 ? EXIT_UNABLE : EXIT_DONE;
}
