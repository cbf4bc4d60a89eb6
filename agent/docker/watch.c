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
#include "docker/service.h"
#include "wire/docker/docker-frames.h"

/* Each is asked for one by one; what is beyond is left out. */
#define CONTAINERS_MOST 2000u

/* A daemon that stops gives its containers so long to end, mostly. */
#define LOST_TIME (60 * USEC_SECOND)

struct watch {
	int link;
	struct engine *engine; /* the stream of events has one of its own */
	struct known *known;   /* containers that head was told of */
	char *told;    /* what head believes of the link; NULL: nothing */
	int64_t since; /* what came before it was told: nanoseconds */
	bool spoke;
	usec lost; /* Docker was lost then, by clock_wall(); 0: it was not */
};

struct watch *
watch_new(int link)
{
	struct watch *w = xcalloc(1, sizeof(*w));
	w->link = link;
	w->known = known_new();
	return w;
}

void
watch_free(struct watch *w)
{
	if (!w)
		return;
	engine_close(w->engine);
	known_free(w->known);
	free(w->told);
	free(w);
}

bool
watch_spoke(const struct watch *w)
{
	return w->spoke;
}

static int
send_frame(const struct watch *w, const struct frame *f)
{
	int r = frame_send(w->link, f);
	return r == -EPIPE || r == -ECONNRESET ? -ESHUTDOWN : r;
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
	return send_frame(w, &f);
}

/* When the container's service was changed last. Only a manager of the swarm
 * knows. */
static usec
deployed(struct watch *w, const char *service)
{
	own(engine_service) struct engine_service *s = NULL;
	return engine_service_get(w->engine, service, &s, NULL) == 0
		? s->updated
		: 0;
}

/* Whether it ended when the machine did, or when Docker itself was ended: a
 * daemon that stops ends its containers, and its own stream of events with
 * them. */
static bool
ended_with_docker(const struct watch *w, usec finished)
{
	usec boot = clock_wall() - clock_boot();
	return finished < boot || (w->lost && finished + LOST_TIME >= w->lost);
}

/* Whether somebody asked for the end of a container that was found dead, and
 * whose signals nobody saw: Swarm says `failed` of a task that ended by itself.
 * Where it does not say, nobody is woken. */
static bool
was_asked(struct watch *w, const struct engine_container *c)
{
	own(engine_task) struct engine_task *t = NULL;
	if (ended_with_docker(w, c->finished) || !c->task ||
		engine_task_get(w->engine, c->task, &t, NULL) < 0)
		return true;
	return strcmp(t->state, "failed") != 0;
}

static int
send_news(struct watch *w, struct known_container *k,
	const struct engine_container *c, const struct engine_event *e)
{
	struct container_news news = { .id = c->id,
		.name = c->name,
		.service = c->service,
		.image = c->image,
		.image_id = c->image_id,
		.running = c->running,
		.exit_code = c->exit_code,
		.out_of_memory = c->out_of_memory || k->out_of_memory,
		/* Also of one that died of it. */
		.health = k->unhealthy ? HEALTH_BAD : c->health,
		.created = c->created,
		.started = c->started,
		.finished = c->finished,
		.listed = !e };
	if (c->health == HEALTH_GOOD)
		k->unhealthy = false;
	if (c->running || !c->finished)
		k->deployed = deployed(w, c->service);
	else
		/* Swarm ends a container that is unhealthy, too: nobody wished
		 * for that end. */
		news.asked = e || k->killed ? k->killed && !k->unhealthy
					    : was_asked(w, c);
	news.deployed = k->deployed;
	own(frame) struct frame f = FRAME(0);
	docker_frames_news(&f, &news);
	return send_frame(w, &f);
}

/* Whether a call failed because nobody speaks to us any more; else it failed
 * for the one thing that was asked for. */
static bool
is_lost(int r)
{
	return r == -ESHUTDOWN || r == -ENOENT || r == -EACCES ||
		r == -ECONNREFUSED || r == -ETIMEDOUT;
}

/* Looks at a container to which something happened, or that a list holds.
 * -ESRCH: it is gone. What Docker cannot tell of it, or nobody can read, is
 * left out: it must not keep the others from being watched. */
static int
look(struct watch *w, const char *id, const struct engine_event *e,
	struct why *why)
{
	own(engine_container) struct engine_container *c = NULL;
	int r = engine_container_get(w->engine, id, &c, why);
	if (r < 0 && !is_lost(r) && r != -ESRCH) {
		log_debug("%s", why->text);
		(void)known_put(w->known, id, false);
		return 0;
	}
	if (r < 0)
		return r;
	if (!c->service)
		return 0;
	struct known_container *k = known_put(w->known, c->id, c->running);
	if (c->health == HEALTH_BAD)
		k->unhealthy = true;
	return send_news(w, k, c, e);
}

/* A container that cannot be asked for: it was removed before that, or it is
 * being started, when Docker answers nobody about it. What the event itself
 * tells has to do. */
static int
tell_event(struct watch *w, const struct engine_event *e)
{
	struct engine_container c = { .id = e->id,
		.name = e->name,
		.service = e->service,
		.image = e->image,
		.exit_code = e->exit_code };
	if (!e->service || !e->name)
		return 0;
	if (e->kind == ENGINE_DIE)
		c.finished = (usec)(e->at_ns / NSEC_USEC);
	else if (e->kind != ENGINE_CREATE)
		return 0;
	return send_news(w, known_put(w->known, e->id, false), &c, e);
}

static int
tell_gone(struct watch *w, const char *id)
{
	own(frame) struct frame f = FRAME(0);
	docker_frames_gone(&f, id);
	known_forget(w->known, id);
	return send_frame(w, &f);
}

/* Signals that end a container. Those that make it read its configuration
 * again, write its logs anew or the like are no wish for its end. */
static bool
ends_it(int signal)
{
	return signal != SIGHUP && signal != SIGUSR1 && signal != SIGUSR2 &&
		signal != SIGWINCH && signal != SIGSTOP && signal != SIGCONT;
}

static int
take_event(struct watch *w, const struct engine_event *e)
{
	struct why why;
	struct known_container *k;
	switch (e->kind) {
	case ENGINE_KILL:
		k = known_put(w->known, e->id, true);
		k->killed |= ends_it(e->signal);
		return 0;
	case ENGINE_OOM:
		k = known_put(w->known, e->id, true);
		k->out_of_memory = true;
		return 0;
	case ENGINE_DESTROY:
		return tell_gone(w, e->id);
	case ENGINE_CREATE:
		return tell_event(w, e);
	default:
		break;
	}
	int r = look(w, e->id, e, &why);
	return r == -ESRCH ? tell_event(w, e) : r;
}

/* An event whose container could not be asked for comes again. */
static int
on_event(void *arg, const struct engine_event *e)
{
	struct watch *w = arg;
	int r = e->service ? take_event(w, e) : 0;
	if (r >= 0)
		w->since = MAX(w->since, e->at_ns + 1);
	return r;
}

/* Looks at a container of a list that head does not know, or not so. Where it
 * died, the event that tells of the signals before that may still come: only
 * the next list counts. */
static int
compare(struct watch *w, const struct engine_listed *l, struct why *why)
{
	struct known_container *k = known_find(w->known, l->id);
	int r = 0;
	if (k && k->running && !l->running && !k->missed)
		k->missed = true;
	else if (!k || k->running != l->running)
		r = look(w, l->id, NULL, why);
	k = known_find(w->known, l->id);
	if (k)
		k->listed = true;
	return r == -ESRCH ? 0 : r;
}

/* Tells head what it does not know of what is there, and what is gone. */
static int
list(struct watch *w, struct why *why)
{
	struct engine_listed *all = NULL;
	size_t n = 0;
	int r = engine_containers(
		w->engine, NULL, CONTAINERS_MOST, &all, &n, why);
	if (r < 0)
		return r;
	known_unlist(w->known);
	for (size_t i = 0; r == 0 && i < n; i++)
		r = compare(w, &all[i], why);
	engine_listed_free(all, n);
	const char *gone;
	while (r == 0 && (gone = known_unlisted(w->known))) {
		own(str) char *id = xstrdup(gone);
		r = tell_gone(w, id);
	}
	own(frame) struct frame f = FRAME(DOCKER_LISTED);
	return r < 0 ? r : send_frame(w, &f);
}

/* Docker without root keeps its containers where logmend does not look, and in
 * namespaces of its own. */
static int
check_root(struct watch *w, const char *socket, struct why *why)
{
	json_t *info = NULL, *one;
	size_t i;
	bool rootless = false;
	int r = engine_get(w->engine, "/info", &info, why);
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
	int r = engine_events(stream, w->since, on_event, w, why);
	if (r == 0 || r == -EBADMSG)
		return because(why, -ECONNRESET,
			"%s: Docker ended the stream of its events", socket);
	return r == -ETIMEDOUT ? 0 : r;
}

/* Follows what happens, until that fails. The list that comes before each
 * stream finds what events did not tell. */
static int
follow(struct watch *w, const char *socket, struct why *why)
{
	own(engine) struct engine *stream = NULL;
	int r = engine_open(socket, &stream, why);
	while (r == 0) {
		if (!w->since)
			w->since = (int64_t)clock_wall() * NSEC_USEC;
		r = list(w, why);
		if (r == 0)
			r = stream_events(w, stream, socket, why);
	}
	return r;
}

int
watch_run(struct watch *w, const char *socket, struct why *why)
{
	engine_close(take(w->engine));
	w->spoke = false;
	int r = engine_open(socket, &w->engine, why);
	if (r == 0)
		r = check_root(w, socket, why);
	if (r == 0) {
		own(str) char *text = xstrdup(engine_version(w->engine));
		w->spoke = true;
		r = tell_link(w, true, text);
	}
	if (r == 0)
		r = follow(w, socket, why);
	if (r == -ESHUTDOWN)
		return r;
	if (w->spoke)
		w->lost = clock_wall();
	return tell_link(w, false, why->text) == -ESHUTDOWN ? -ESHUTDOWN : r;
}
