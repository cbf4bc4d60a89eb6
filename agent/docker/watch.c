#include "config.h"
#include "docker/watch.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "base/io/log.h"
#include "docker/container.h"
#include "docker/event.h"
#include "docker/known.h"
#include "docker/news.h"
#include "docker/service.h"
#include "docker/watch/listing.h"
#include "docker/watch/node-tasks.h"
#include "docker/watch/told-labels.h"
#include "wire/docker/docker-frames.h"

/* What happened before the role began is asked for so far back, as a container
 * may be unhealthy for long. Docker remembers 256 events, and none of before
 * its own start. */
#define PAST_TIME (24 * USEC_HOUR)
/* For what Swarm knows of tasks, which may be silent. */
#define TASKS_TIME (5 * USEC_SECOND)

struct watch {
	struct news news; /* the stream of events has an engine of its own */
	char *told;       /* what head believes of the link; NULL: nothing */
	bool spoke;
	usec said_long; /* a person was told of an event that is too long */
	char *const *services; /* that matter; NULL: none does */
	struct told_labels *labels;
	struct lister *lister;
};

struct watch *
watch_new(int link, char *const *services, usec lost)
{
	struct watch *w = xcalloc(1, sizeof(*w));
	w->news.link = link;
	w->news.lost = lost;
	w->services = services;
	w->labels = told_labels_new(services);
	w->lister = lister_new(services);
	w->news.known = known_new();
	return w;
}

void
watch_free(struct watch *w)
{
	if (!w)
		return;
	engine_close(w->news.engine);
	node_tasks_free(&w->news.tasks);
	known_free(w->news.known);
	told_labels_free(w->labels);
	lister_free(w->lister);
	free(w->told);
	free(w);
}

bool
watch_spoke(const struct watch *w)
{
	return w->spoke;
}

/* Tells head whether Docker answers, if that is news. */
static int
tell_link(struct watch *w, bool speaks, const char *text)
{
	if (w->told && strcmp(w->told, text) == 0)
		return 0;
	own(frame) struct frame f = FRAME(0);
	docker_frames_link(&f, speaks, text);
	free(w->told);
	w->told = xstrdup(text);
	return news_send(&w->news, &f);
}

/* Signals that end a container. Those that make it read its configuration
 * again, write its logs anew or the like are no wish for its end. */
static bool
ends_it(int signal)
{
	return signal != SIGHUP && signal != SIGUSR1 && signal != SIGUSR2 &&
		signal != SIGWINCH && signal != SIGSTOP && signal != SIGCONT;
}

static bool
matters(const struct watch *w, const struct engine_event *e)
{
	return e->service && engine_is_one_of(e->service, w->services);
}

static int
take_event(struct watch *w, const struct engine_event *e)
{
	struct why why;
	struct known_container *k;
	switch (e->kind) {
	case ENGINE_KILL:
		k = known_put(w->news.known, e->id, true);
		if (ends_it(e->signal))
			k->killed = engine_event_at(e);
		return 0;
	case ENGINE_OOM:
		k = known_put(w->news.known, e->id, true);
		k->out_of_memory = engine_event_at(e);
		return 0;
	case ENGINE_DESTROY:
		return news_gone(&w->news, e->id);
	case ENGINE_CREATE:
		return news_of_event(&w->news, e, true);
	case ENGINE_SERVICE:
		return told_labels_ask_for(
			w->labels, &w->news, e->service, &why);
	default:
		break;
	}
	int r = news_look(&w->news, e->id, NULL, e, &why);
	return r == -ESRCH ? news_of_event(&w->news, e, true) : r;
}

/* The list knows of its container, too, but later. */
static void
tell_long(struct watch *w)
{
	log_at(news_is_due(&w->said_long) ? LOG_LEVEL_WARN : LOG_LEVEL_DEBUG,
		"an event of a container is longer than any may be, and was "
		"left out: what happened to it is found within two minutes; "
		"the labels of a container stand in its events: shorten those "
		"of the one that `docker events` shows");
}

/* What was asked for before the role began: an earlier one may have known it.
 */
static int
on_past(void *arg, const struct engine_event *e)
{
	struct watch *w = arg;
	if (e->at_ns >= w->news.since)
		return -ECANCELED;
	if (!matters(w, e))
		return 0;
	switch (e->kind) {
	case ENGINE_KILL:
	case ENGINE_OOM:
		return take_event(w, e);
	case ENGINE_HEALTH:
		known_put(w->news.known, e->id, true)->unhealthy =
			e->health == HEALTH_BAD;
		return 0;
	case ENGINE_START:
	case ENGINE_DIE:
		if (known_find(w->news.known, e->id))
			(void)known_put(
				w->news.known, e->id, e->kind == ENGINE_START);
		return 0;
	default:
		return 0;
	}
}

/* An event whose container could not be asked for comes again. */
static int
on_event(void *arg, const struct engine_event *e)
{
	struct watch *w = arg;
	if (e->kind == ENGINE_TOO_LONG) {
		tell_long(w);
		return 0;
	}
	int r = matters(w, e) ? take_event(w, e) : 0;
	if (r >= 0)
		w->news.since = MAX(w->news.since, e->at_ns + 1);
	return r;
}

/* Looks at a container of a list that head does not know, or not so. */
static int
compare(struct watch *w, const struct engine_listed *l, struct why *why)
{
	struct known_container *k = known_find(w->news.known, l->id);
	int r = 0;
	bool again = k && k->again && k->again <= clock_mono();
	if (k && k->told && k->running && !l->running && !k->missed)
		k->missed = true;
	else if (!k || !k->told || again || k->running != l->running)
		r = news_look(&w->news, l->id, l, NULL, why);
	k = known_find(w->news.known, l->id);
	if (k)
		k->listed = true;
	return r == -ESRCH ? 0 : r;
}

/* What runs comes first: whether something outlived a loss of Docker says how
 * the others ended. */
static int
compare_all(struct watch *w, const struct engine_listed *all, size_t n,
	struct why *why)
{
	int r = 0;
	known_unlist(w->news.known);
	w->news.waited = 0;
	for (size_t i = 0; r == 0 && i < 2 * n; i++)
		if (all[i % n].running == (i < n))
			r = compare(w, &all[i % n], why);
	return r;
}

static int
tell_gone(struct watch *w)
{
	const char *gone;
	int r = 0;
	while (r == 0 && (gone = known_unlisted(w->news.known))) {
		own(str) char *id = xstrdup(gone);
		/* Of what it was not told head knows nothing. */
		if (known_find(w->news.known, id)->told)
			r = news_gone(&w->news, id);
		else
			known_forget(w->news.known, id);
	}
	return r;
}

/* After the first list: what is not in it is gone. */
static int
tell_tasks(struct watch *w)
{
	int r = 0;
	if (!w->news.tasks.n)
		return 0;
	engine_set_deadline(w->news.engine, clock_mono() + TASKS_TIME);
	for (char *const *s = w->services; s && *s; s++) {
		own(engine_service) struct engine_service *service = NULL;
		if (engine_service_get(w->news.engine, *s, &service, NULL) == 0)
			r = news_of_tasks(&w->news, *s, service->id);
		if (r < 0)
			break;
	}
	engine_set_deadline(w->news.engine, USEC_NEVER);
	node_tasks_free(&w->news.tasks);
	return r;
}

/* Tells head what it does not know of what is there, and what is gone. */
static int
list(struct watch *w, struct why *why)
{
	own(listing) struct listing l = { 0 };
	int r = told_labels_ask(w->labels, &w->news, why);
	if (r == 0)
		r = listing_read(w->lister, w->news.engine, &l, why);
	if (r == 0)
		r = compare_all(w, l.all, l.n, why);
	if (r == 0 && !l.partly)
		r = tell_gone(w);
	own(frame) struct frame f = FRAME(DOCKER_LISTED);
	if (r == 0)
		r = news_send(&w->news, &f);
	return r < 0 ? r : tell_tasks(w);
}

/* Docker without root keeps its containers where logmend does not look, and in
 * namespaces of its own. */
static int
check_root(struct watch *w, const char *socket, struct why *why)
{
	json_t *info = NULL, *one;
	size_t i;
	bool rootless = false;
	int r = engine_get(w->news.engine, "/info", &info, why);
	json_array_foreach (json_object_get(info, "SecurityOptions"), i, one) {
		const char *word = json_string_value(one);
		rootless |= word && strcmp(word, "name=rootless") == 0;
	}
	json_decref(info);
	return rootless
		? because(why, -EPROTO,
			  "%s: this Docker runs without root, which "
			  "logmend does not support: it has no Swarm "
			  "services; set docker-socket in [agent] to the "
			  "Docker of the host, or to off",
			  socket)
		: r;
}

/* One stream of events. Docker ends it, and half of it, when it stops; its end
 * after a minute is ours. */
static int
stream_events(struct watch *w, struct engine *stream, const char *socket,
	struct why *why)
{
	int r = engine_events(stream, w->news.since, on_event, w, why);
	if (r == 0 || r == -EBADMSG)
		return because(why, -ECONNRESET,
			"%s: Docker ended the stream of its events", socket);
	return r == -ETIMEDOUT ? 0 : r;
}

/* The first moment from which events are followed. What Docker does not tell in
 * time of those before is left to Swarm's word. */
static void
begin_events(struct watch *w, struct engine *stream)
{
	const int64_t past = (int64_t)PAST_TIME * NSEC_USEC;
	w->news.since = (int64_t)clock_wall() * NSEC_USEC;
	(void)engine_past_events(
		stream, w->news.since - past, w->news.since, on_past, w, NULL);
}

/* Asks Swarm, while the role begins, what it knows of before: of containers
 * that are gone by now, and which of them ended together. Where it does not
 * say, nobody does. */
static void
ask_tasks(struct watch *w)
{
	struct why why;
	engine_set_deadline(w->news.engine, clock_mono() + TASKS_TIME);
	if (node_tasks_read(w->news.engine, &w->news.tasks, &why) < 0)
		log_debug("%s", why.text);
	engine_set_deadline(w->news.engine, USEC_NEVER);
}

/* Follows what happens, until that fails. The list that comes before each
 * stream finds what events did not tell. */
static int
follow(struct watch *w, const char *socket, struct why *why)
{
	own(engine) struct engine *stream = NULL;
	int r = engine_open(socket, &stream, why);
	if (r == 0 && !w->news.since) {
		begin_events(w, stream);
		ask_tasks(w);
	}
	while (r == 0) {
		r = list(w, why);
		if (r == 0)
			r = stream_events(w, stream, socket, why);
	}
	return r;
}

int
watch_run(struct watch *w, const char *socket, struct why *why)
{
	engine_close(take(w->news.engine));
	w->spoke = false;
	w->news.unsent = 0;
	known_untell(w->news.known);
	told_labels_untell(w->labels);
	int r = engine_open(socket, &w->news.engine, why);
	if (r == 0)
		r = check_root(w, socket, why);
	if (r == 0) {
		own(str) char *text = xstrdup(engine_version(w->news.engine));
		w->spoke = true;
		w->news.found = clock_wall();
		r = tell_link(w, true, text);
	}
	if (r == 0)
		r = follow(w, socket, why);
	if (r == -ESHUTDOWN)
		return r;
	if (w->news.unsent)
		(void)because(why, w->news.unsent,
			"head could not be told of a container: %s",
			strerror(-w->news.unsent));
	if (w->spoke) {
		w->news.lost = clock_wall();
		w->news.survived = false;
	}
	return tell_link(w, false, why->text) == -ESHUTDOWN ? -ESHUTDOWN : r;
}
