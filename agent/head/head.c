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
#include "config/load-settings.h"
#include "head/control/control.h"
#include "head/control/requests.h"
#include "head/events.h"
#include "head/incidents/scheduler.h"
#include "head/loaded.h"
#include "head/notices/judge-urls.h"
#include "head/notices/outbox.h"
#include "head/policy/freeze.h"
#include "head/policy/limits.h"
#include "head/log-reading.h"
#include "head/reload.h"
#include "head/sources/resume.h"
#include "head/store/store.h"
#include "head/starts.h"
#include "head/watch/containers.h"
#include "head/watch/seen-labels.h"
#include "rule/rule.h"
#include "wire/exit-code.h"

struct head {
	struct loaded *loaded;
	head_check_fn *check;
	sd_event *loop;
	struct store *store;
	struct outbox *outbox;
	struct judge_urls *judging;
	struct scheduler *scheduler;
	sd_event_source *due; /* when the scheduler is to be run */
	struct starts *starts;
	struct log_reading *reading;
	struct log_reading_figures figures;
	struct containers *containers;
	struct seen_labels *labels;
	struct control *control;
	struct freeze *freeze;
	struct requests requests;
	usec started;
};

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
	events_warn(incident, text);
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

/* --- from people ---------------------------------------------------------- */

static void
fill_status(json_t *status, void *arg)
{
	const struct head *h = arg;
	log_reading_status(
		h->reading, status, h->started, scheduler_busy(h->scheduler));
	json_object_set_new(status, "docker", containers_json(h->containers));
	outbox_status(h->outbox, status);
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
	if (!limits_frozen(h->loaded->settings->freeze_file) &&
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

static void
on_labels(void *arg, const struct app *app, bool told_else, bool first)
{
	const struct head *h = arg;
	reload_labels(h->scheduler, app, told_else, first);
}

/* --- other settings ------------------------------------------------------- */

static int open_reading(struct head *h, const struct left_files *left,
	const struct deaths *kept, struct why *why);

/* Everybody who borrowed the settings borrows the new ones. `was` is what is in
 * force until now. */
static int
put_in_force(struct head *h, struct loaded *l, struct why *why)
{
	struct left_files left = { 0 };
	struct loaded *was = h->loaded;
	freeze_free(take(h->freeze));
	own(deaths) struct deaths *kept = containers_leave(take(h->containers));
	log_reading_leave(take(h->reading), &left);
	h->loaded = l;
	h->requests.settings = l->settings;
	outbox_reload(h->outbox, l->settings);
	scheduler_reload(h->scheduler, l->settings);
	int r = open_reading(h, &left, kept, why);
	if (r < 0) {
		struct why again;
		containers_free(take(h->containers));
		log_reading_leave(take(h->reading), &left);
		h->loaded = was;
		h->requests.settings = was->settings;
		outbox_reload(h->outbox, was->settings);
		scheduler_reload(h->scheduler, was->settings);
		/* Without both the service manager starts another head. */
		if (open_reading(h, &left, kept, &again) < 0)
			(void)sd_event_exit(h->loop, -EIO);
	}
	left_files_close(&left);
	return r;
}

/* All or nothing: what is wrong is found before anything changes. */
static int
load_anew(struct head *h, char ***mistakes)
{
	own(loaded) struct loaded *l = NULL;
	struct why why;
	int r = loaded_new(h->loaded->settings->file, &l, mistakes);
	if (r >= 0)
		r = loaded_may_replace(l, h->loaded, mistakes);
	if (r < 0)
		return r;
	h->check(l->settings);
	struct loaded *was = h->loaded;
	r = put_in_force(h, l, &why);
	if (r < 0) {
		strings_add(mistakes, why.text);
		return r;
	}
	l = was;
	judge_urls_free(h->judging);
	h->judging = judge_urls(h->loop, h->loaded->settings);
	reload_decide_anew(h->scheduler, h->loaded->settings, true);
	return 0;
}

/* The service manager is told of both ends, whoever asked (sd_notify(3)). */
static int
on_reload(const char *who, char ***mistakes, void *arg)
{
	struct head *h = arg;
	(void)sd_notifyf(0, "RELOADING=1\nMONOTONIC_USEC=%llu",
		(unsigned long long)clock_mono());
	int r = load_anew(h, mistakes);
	for (char **m = *mistakes; r < 0 && m && *m; m++)
		log_error("%s", *m);
	size_t apps = h->loaded->settings->n_apps;
	own(str) char *text = r < 0
		? xprintf("the configuration is not loaded anew, as %s asked: "
			  "the settings and rules of before stay in force",
			  who)
		: xprintf("the configuration was loaded anew, as %s asked: %zu "
			  "app%s, %zu rules",
			  who, apps, apps == 1 ? "" : "s",
			  rules_count(h->loaded->rules));
	events_tell(NULL, r < 0 ? "not-loaded" : "loaded", text);
	(void)sd_notify(0, "READY=1");
	return r;
}

/* --- the loop ------------------------------------------------------------- */

static int
on_signal(sd_event_source *s, const struct signalfd_siginfo *si, void *arg)
{
	own(strings) char **mistakes = NULL;
	if (si->ssi_signo == SIGHUP) {
		(void)on_reload("a SIGHUP", &mistakes, arg);
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
open_reading(struct head *h, const struct left_files *left,
	const struct deaths *kept, struct why *why)
{
	const struct log_reading_parts parts = { h->loop, h->loaded, h->store,
		h->scheduler, h->outbox, &h->figures };
	int r = log_reading_start(&parts, left, &h->reading, why);
	const struct containers_parts watched = { h->loop, h->loaded->settings,
		h->scheduler, h->store,
		r >= 0 ? log_reading_sources(h->reading) : NULL, h->labels,
		on_labels, h };
	if (r >= 0)
		r = containers_start(&watched, kept, &h->containers, why);
	if (r >= 0)
		h->freeze = freeze_watch(h->loop,
			h->loaded->settings->freeze_file, on_freeze, h);
	return r;
}

static int
open_parts(struct head *h, struct why *why)
{
	const struct settings *settings = h->loaded->settings;
	struct incidents incidents = { .settings = settings,
		.clock = &clock_system,
		.store = h->store,
		.note = events_note,
		.tell = events_tell,
		.wake = on_wake,
		.changed = containers_on_opened,
		.containers = &h->containers,
		.arg = h };
	const struct outbox_calls told = { on_given_up, on_trouble, h };
	int r = outbox_start(h->loop, &clock_system, h->store, settings, &told,
		&h->outbox, why);
	incidents.outbox = h->outbox;
	if (r >= 0)
		r = scheduler_new(h->loop, &incidents, &h->scheduler, why);
	const struct starts_parts starts = { h->loop, h->store, h->scheduler,
		h->outbox, &h->loaded };
	if (r >= 0)
		r = starts_watch(&starts, &h->starts, why);
	if (r >= 0)
		r = open_reading(h, NULL, NULL, why);
	h->requests = (struct requests){ settings, h->store, fill_status,
		on_changed, on_paused, on_reload, events_tell, h };
	if (r >= 0)
		r = control_start(h->loop, settings->socket, on_request, h,
			&h->control, why);
	if (r >= 0)
		h->judging = judge_urls(h->loop, settings);
	/* Whoever wrote other settings may have restarted the daemon. */
	if (r >= 0)
		reload_decide_anew(h->scheduler, settings, false);
	return r;
}

static void
close_parts(struct head *h)
{
	judge_urls_free(h->judging);
	control_free(h->control);
	freeze_free(h->freeze);
	containers_free(h->containers);
	seen_labels_free(h->labels);
	log_reading_free(h->reading);
	starts_free(h->starts);
	scheduler_free(h->scheduler);
	outbox_free(h->outbox);
	sd_event_source_disable_unref(h->due);
	sd_event_unref(h->loop);
	store_close(h->store);
	loaded_free(h->loaded);
}

static int
fail(struct head *h, int code, const struct why *why)
{
	log_error("%s", why->text);
	close_parts(h);
	return code;
}

int
head_run(const char *config, head_check_fn *check)
{
	struct head h = { .check = check,
		.started = clock_wall(),
		.labels = seen_labels_new() };
	struct why why;
	own(strings) char **mistakes = NULL;
	descriptors_raise();
	int r = loaded_new(config, &h.loaded, &mistakes);
	if (r < 0) {
		(void)load_settings_why(mistakes, r, &why);
		return fail(&h, exit_code_of_file(r), &why);
	}
	check(h.loaded->settings);
	if (store_open(h.loaded->settings->store, &h.store, &why) < 0 ||
		open_loop(&h, &why) < 0 || open_parts(&h, &why) < 0)
		return fail(&h, EXIT_UNABLE, &why);
	/* Docker is started behind the daemon, and waits for this, but not for
	 * eyes. */
	(void)sd_notify(0, "READY=1");
	r = sd_event_loop(h.loop);
	(void)sd_notify(0, "STOPPING=1");
	if (r < 0)
		log_error("the event loop ended: %s", strerror(-r));
	else if (starts_end(h.store, &why) < 0)
		log_warn("%s", why.text);
	close_parts(&h);
	return r < 0 ? EXIT_UNABLE : EXIT_DONE;
}
