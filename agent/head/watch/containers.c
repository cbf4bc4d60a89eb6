#include "config.h"
#include "head/watch/containers.h"

#include <errno.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/io/log.h"
#include "config/caprover.h"
#include "config/settings.h"
#include "head/watch/seen-containers.h"
#include "head/watch/seen-labels.h"
#include "head/watch/deaths.h"
#include "head/watch/docker-loss.h"
#include "head/watch/docker-start.h"
#include "head/watch/what-changed.h"
#include "head/incidents/scheduler.h"
#include "head/roles/docker-process.h"
#include "head/sources/docker-config.h"
#include "head/store/store.h"

struct containers {
	struct own_faults own;
	struct containers_parts parts;
	const struct settings *settings;
	char **services; /* that matter */
	sd_event_source *timer;
	struct docker_process *process; /* NULL: the socket is not used */
	struct deaths *deaths;
	struct seen_containers known;
	struct docker_start start;
	bool speaks, listed; /* Docker does, and told all since it does */
	char *text;          /* the version of the API, or why nobody speaks */
};

static void
set_text(struct containers *c, bool speaks, const char *text)
{
	c->speaks = speaks;
	free(c->text);
	c->text = xstrdup(text);
}

/* --- from the role -------------------------------------------------------- */

static void
keep_loss(struct containers *c)
{
	usec now = clock_wall();
	docker_process_lost(c->process, now);
	docker_loss_keep(c->own.store, now);
}

/* At the default place Docker may be missing, and the service's unit may hide
 * it: then nobody asked for it, and it is no trouble. */
static void
tell_link(struct containers *c, bool speaks, const char *text)
{
	bool wished = c->settings->docker_socket != NULL;
	set_text(c, speaks, text);
	own(str) char *said = speaks
		? xprintf("containers are found through %s, version %s of "
			  "Docker's API",
			  settings_docker_socket(c->settings), text)
		: xprintf("containers are found by Docker's own files, and "
			  "nobody tells of their deaths: %s",
			  text);
	log_at(!speaks && wished ? LOG_LEVEL_WARN : LOG_LEVEL_INFO, "%s", said);
	c->listed = false;
	seen_containers_untell(&c->known);
}

static void
on_link(void *arg, bool speaks, const char *text)
{
	struct containers *c = arg;
	if (c->speaks && !speaks)
		keep_loss(c);
	if (speaks)
		docker_start_find(
			&c->start, settings_docker_socket(c->settings));
	tell_link(c, speaks, text);
}

static void
on_listed(void *arg)
{
	struct containers *c = arg;
	if (!c->listed)
		seen_containers_listed(&c->known);
	c->listed = true;
	own(str) char *text = docker_start_text(&c->start);
	if (text)
		log_info("%s", text);
}

static void
on_gone(void *arg, const char *why)
{
	struct containers *c = arg;
	tell_link(c, false, why);
}

static void
on_removed(void *arg, const char *id)
{
	struct containers *c = arg;
	seen_containers_gone(&c->known, id);
}

/* That somebody asked for an end is remembered: Docker forgets signals, and a
 * later head would tell of a death. */
static int
take_end(struct containers *c, const struct app *app,
	const struct container_news *n, usec now, struct why *why)
{
	if ((n->asked && n->unsure) ||
		(n->gone && !docker_start_knows(&c->start, n)))
		return 0;
	if (n->gone)
		return deaths_take(c->deaths, app, n, now, clock_boot(), why);
	if (deaths_is_news(c->deaths, app, n) &&
		(n->asked || docker_start_ended(&c->start, n)))
		return deaths_pass(c->deaths, app, n, now, why);
	if (n->asked)
		return 0;
	return deaths_take(c->deaths, app, n, now, clock_boot(), why);
}

/* More than one app may watch a service. */
static void
tell_started(const struct containers *c, const char *service)
{
	for (size_t i = 0; i < c->settings->n_apps; i++) {
		const struct app *app = &c->settings->apps[i];
		if (caprover_is_service(app, service))
			scheduler_started(c->own.scheduler, app);
	}
}

static void
on_news(void *arg, const struct container_news *n)
{
	struct containers *c = arg;
	struct why why;
	const struct app *app = caprover_find_app(c->settings, n->service);
	usec now = 0;
	if (!app)
		return;
	const struct seen_container *old =
		seen_containers_find(&c->known, n->id);
	bool ended = !n->running && n->finished;
	bool ill = n->running && n->health == HEALTH_BAD &&
		!(old && old->health == HEALTH_BAD);
	bool began = n->running && !(old && old->c.running);
	if (!n->gone)
		(void)seen_containers_put(&c->known, app, n);
	docker_start_lives(&c->start, n);
	if (began)
		tell_started(c, n->service);
	int r = ended || ill ? scheduler_clock(c->own.scheduler, &now, &why)
			     : 0;
	if (r >= 0 && ended)
		r = take_end(c, app, n, now, &why);
	if (r >= 0 && ill)
		r = deaths_unhealthy(
			c->deaths, app, n, now, clock_boot(), &why);
	if (r < 0)
		log_warn("app %s: %s", app->name, why.text);
}

/* Whether Docker will tell labels: a socket that nobody named, and that is not
 * there, tells none. */
static bool
asks(const struct containers *c)
{
	return settings_docker_socket(c->settings) &&
		(c->process || c->settings->docker_socket);
}

static void
on_labels(void *arg, const struct service_labels *l)
{
	struct containers *c = arg;
	const struct containers_parts *p = &c->parts;
	seen_labels_put(p->labels, l);
	for (size_t i = 0; i < p->settings->n_apps; i++) {
		struct app *app = &p->settings->apps[i];
		bool awaited = app->labels_awaited;
		if (!caprover_is_service(app, l->service))
			continue;
		bool told_else =
			seen_labels_apply(p->labels, p->settings, app, asks(c));
		bool heard = awaited && !app->labels_awaited;
		if (told_else || heard)
			p->on_labels(p->arg, app, told_else, awaited);
	}
}

/* What was known before a reload stays known, unless Docker is off now. */
static void
apply_labels(struct containers *c)
{
	const struct containers_parts *p = &c->parts;
	for (size_t i = 0; i < p->settings->n_apps; i++)
		(void)seen_labels_apply(
			p->labels, p->settings, &p->settings->apps[i], asks(c));
}

/* --- when to look ----------------------------------------------------------
 */

/* Whether there is anything to ask at the default place. systemd puts a socket
 * without any rights in the place of one that the unit hides. */
static bool
is_there(const char *socket)
{
	struct stat st;
	return stat(socket, &st) == 0 && S_ISSOCK(st.st_mode) &&
		(st.st_mode & 0777);
}

static void
begin(struct containers *c)
{
	const char *socket = settings_docker_socket(c->settings);
	static const struct docker_process_calls calls = {
		.on_link = on_link,
		.on_news = on_news,
		.on_labels = on_labels,
		.on_removed = on_removed,
		.on_listed = on_listed,
		.on_gone = on_gone,
	};
	struct docker_process_calls ours = calls;
	if (c->process || !socket ||
		(!c->settings->docker_socket && !is_there(socket)))
		return;
	ours.arg = c;
	c->process = docker_process_start(c->parts.loop, socket, c->services,
		docker_loss(c->own.store), &ours);
}

static void
tick_apps(struct containers *c)
{
	struct why why;
	usec steady = clock_boot();
	for (size_t i = 0; i < c->settings->n_apps; i++) {
		const struct app *app = &c->settings->apps[i];
		struct deaths_alive alive =
			seen_containers_alive(&c->known, app);
		if (deaths_tick(c->deaths, app, &alive, steady, &why) < 0)
			log_warn("app %s: %s", app->name, why.text);
	}
}

static int
on_tick(sd_event_source *s, uint64_t now, void *arg)
{
	struct containers *c = arg;
	bool asked = asks(c);
	(void)now;
	begin(c);
	if (c->process)
		docker_process_tick(c->process);
	if (!asked && asks(c))
		apply_labels(c);
	if (c->listed)
		tick_apps(c);
	(void)sd_event_source_set_time_relative(s, DOCKER_PROCESS_TICK);
	return sd_event_source_set_enabled(s, SD_EVENT_ONESHOT);
}

static char **
services_of(const struct settings *settings)
{
	char **list = NULL;
	for (size_t i = 0; i < settings->n_apps; i++) {
		own(strings) char **names =
			caprover_services(&settings->apps[i]);
		for (char **name = names; name && *name; name++)
			strings_add(&list, *name);
	}
	return list;
}

int
containers_start(const struct containers_parts *parts,
	const struct deaths *kept, struct containers **ret, struct why *why)
{
	struct containers *c = xcalloc(1, sizeof(*c));
	c->own = (struct own_faults){ parts->settings, parts->scheduler,
		parts->store };
	c->settings = parts->settings;
	c->parts = *parts;
	c->services = services_of(parts->settings);
	c->deaths = deaths_new(&c->own, clock_boot());
	if (kept)
		deaths_remember(c->deaths, kept);
	int r = sd_event_add_time_relative(parts->loop, &c->timer,
		CLOCK_MONOTONIC, DOCKER_PROCESS_TICK, 0, on_tick, c);
	if (r < 0)
		(void)because(
			why, r, "nobody watches containers: %s", strerror(-r));
	else
		r = deaths_begin(c->deaths, clock_wall(), why);
	if (r < 0) {
		containers_free(c);
		return r;
	}
	set_text(c, false,
		settings_docker_socket(c->settings)
			? "Docker's socket is not there, or the service's unit "
			  "hides it (logmend(8), Docker)"
			: "docker-socket is off");
	begin(c);
	if (!settings_docker_socket(c->settings))
		seen_labels_forget(c->parts.labels);
	apply_labels(c);
	if (!c->process)
		log_info("containers are found by Docker's own files, and "
			 "nobody tells of their deaths: %s",
			c->text);
	else
		set_text(c, false,
			"Docker was just asked through its socket, and has "
			"not answered yet");
	*ret = c;
	return 0;
}

void
containers_free(struct containers *c)
{
	if (!c)
		return;
	docker_process_free(c->process);
	sd_event_source_disable_unref(c->timer);
	deaths_free(c->deaths);
	seen_containers_free(&c->known);
	strings_free(c->services);
	free(c->text);
	free(c);
}

struct deaths *
containers_leave(struct containers *c)
{
	struct deaths *kept = c ? take(c->deaths) : NULL;
	containers_free(c);
	return kept;
}

json_t *
containers_json(const struct containers *c)
{
	const char *socket = settings_docker_socket(c->settings);
	return json_pack("{s:s, s:s?, s:s?, s:s?}", "way",
		c->speaks ? "socket" : "files", "socket", socket, "api",
		c->speaks ? c->text : NULL, "trouble",
		c->speaks ? NULL : c->text);
}

/* A line of the log may be quicker than Docker's news of the container that
 * wrote it: what is missing is in the files. */
void
containers_on_opened(struct containers *const *containers,
	const struct app *app, int64_t first_ns, struct finding *ret)
{
	const struct containers *c = *containers;
	/* A log may tell no times. */
	usec first = first_ns > 0 ? (usec)(first_ns / NSEC_USEC) : clock_wall();
	size_t n_files = 0, n;
	struct docker_container **files =
		sources_containers(c->parts.sources, app, &n_files);
	struct docker_container **all =
		seen_containers_list_with(&c->known, app, files, n_files, &n);
	what_changed(all, n, first, ret);
	free(all);
	for (size_t i = 0; i < n_files; i++)
		docker_container_free(files[i]);
	free(files);
}
