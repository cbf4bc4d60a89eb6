#include "config.h"
#include "docker/news.h"

#include <errno.h>
#include <string.h>

#include "base/io/log.h"
#include "docker/engine.h"
#include "wire/docker/docker-frames.h"

/* A daemon that stops gives its containers so long to end, mostly. */
#define LOST_TIME (60 * USEC_SECOND)

/* Docker gives a container 10 s to end unless it is told another time, and
 * kills it then, which is a signal again; of those to whom Swarm gives longer
 * it knows that it wished for the end. What came longer before, a container
 * survived. */
#define SIGNAL_TIME (60 * USEC_SECOND)
/* The exit code of what SIGKILL ended. */
#define KILLED 137

/* For the description of one container, and of all of a list together: whatever
 * takes longer must not keep the others from being watched. Behind one that
 * took too long the others of the list have less. */
#define INSPECT_TIME (5 * USEC_SECOND)
#define INSPECT_TIME_LESS USEC_SECOND
#define INSPECT_TIME_ALL (20 * USEC_SECOND)
/* Before one is asked for again that Docker could not describe: doubles. */
#define AGAIN_LEAST (30 * USEC_SECOND)
#define AGAIN_MOST USEC_HOUR

/* The same trouble is said once in so long. */
#define SAID_TIME (10 * USEC_MINUTE)

int
news_send(struct news *n, const struct frame *f)
{
	int r = frame_send(n->link, f);
	if (r == -EPIPE || r == -ECONNRESET)
		return -ESHUTDOWN;
	if (r < 0)
		n->unsent = r;
	return r;
}

/* Whether this is to be said to a person now. */
bool
news_is_due(usec *said)
{
	usec now = clock_mono();
	if (*said && now - *said < SAID_TIME)
		return false;
	*said = now;
	return true;
}

/* Whether it ended when Docker itself was ended: a daemon that stops ends its
 * containers, and its own stream of events with them; one that is killed ends
 * them when it is started again. Where the link alone was cut, some container
 * lives on. */
static bool
ended_with_docker(const struct news *n, usec finished)
{
	return n->lost && !n->survived && finished + LOST_TIME >= n->lost &&
		finished <= MIN(n->found, n->lost + LOST_TIME);
}

/* Whether what came at that time (0: never) may have ended it. A clock that was
 * set back may date it behind the end. */
static bool
came_shortly_before(usec at, usec end)
{
	return at && end <= at + SIGNAL_TIME;
}

/* Docker says of a container that a process of it was ended for want of memory,
 * and not when: where that was long ago, only a kill tells of another one. */
static bool
wanted_memory(const struct known_container *k, const struct engine_container *c,
	usec end)
{
	return came_shortly_before(k->out_of_memory, end) ||
		(c->out_of_memory &&
			(!k->out_of_memory || c->exit_code == KILLED));
}

/* Whether somebody asked for the end of a container. Signals are known, if they
 * came while the role was there, or shortly before; else Swarm knows, but of
 * what ended just now: it wishes for an end before it brings that about, and
 * hears of any other a moment later. Of one that was found dead nobody is woken
 * where Swarm does not say (`unsure`), or where the machine ended with it. */
static bool
was_asked(struct news *n, const struct known_container *k,
	const struct engine_container *c, usec end, bool seen, bool *ret_unsure)
{
	usec boot = clock_wall() - clock_boot();
	if (ended_with_docker(n, c->finished) || (!seen && c->finished < boot))
		return true;
	/* Swarm ends a container that is unhealthy, too: nobody wished for that
	 * end. */
	if (came_shortly_before(k->killed, end))
		return !k->unhealthy;
	enum swarm_wish wish = swarm_wish(&n->swarm, n->engine, c->task);
	*ret_unsure = !seen && wish == WISH_UNKNOWN;
	return seen ? wish == WISH_END && !k->unhealthy
		    : wish == WISH_END || wish == WISH_UNKNOWN;
}

/* `seen`: when it was seen happening, which the event and so the signals before
 * it are dated by; 0: a list holds it. */
static int
send_news(struct news *n, struct known_container *k,
	const struct engine_container *c, usec seen)
{
	usec end = seen ? seen : c->finished;
	struct container_news news = { .id = c->id,
		.name = c->name,
		.service = c->service,
		.image = c->image,
		.image_id = c->image_id,
		.running = c->running,
		.exit_code = c->exit_code,
		.out_of_memory = wanted_memory(k, c, end),
		/* Also of one that died of it. */
		.health = k->unhealthy ? HEALTH_BAD : c->health,
		.created = c->created,
		.started = c->started,
		.finished = c->finished,
		.listed = !seen };
	k->told = true;
	if (c->health == HEALTH_GOOD)
		k->unhealthy = false;
	if (c->running || !c->finished)
		k->deployed = swarm_deployed(&n->swarm, n->engine, c->service);
	else
		news.asked = was_asked(n, k, c, end, seen, &news.unsure);
	if (!seen && c->finished && !c->running && !news.asked)
		news.noticed = swarm_noticed(&n->swarm, n->engine, c->service,
			c->task, &news.replaced);
	news.together = !seen && c->task &&
		node_tasks_ended_together(&n->tasks, c->task);
	news.deployed = k->deployed;
	own(frame) struct frame f = FRAME(0);
	docker_frames_news(&f, &news);
	return news_send(n, &f);
}

bool
news_is_lost(int r)
{
	return r == -ESHUTDOWN || r == -ENOENT || r == -EACCES ||
		r == -ECONNREFUSED;
}

static int
inspect(struct news *n, const char *id, struct engine_container **ret,
	struct why *why)
{
	usec begin = clock_mono();
	if (n->waited > INSPECT_TIME_ALL)
		return because(why, -ETIMEDOUT,
			"Docker described other containers too slowly");
	engine_set_deadline(n->engine,
		begin + (n->waited ? INSPECT_TIME_LESS : INSPECT_TIME));
	int r = engine_container_get(n->engine, id, ret, why);
	engine_set_deadline(n->engine, USEC_NEVER);
	if (r == -ETIMEDOUT)
		n->waited += clock_mono() - begin;
	return r;
}

/* Docker cannot describe it: it is asked again later. */
static void
postpone(struct news *n, const char *id, bool running, const char *why)
{
	char text[CLOCK_TEXT];
	struct known_container *k = known_find(n->known, id);
	if (!k)
		k = known_put(n->known, id, running);
	k->pause = k->pause ? MIN(2 * k->pause, AGAIN_MOST) : AGAIN_LEAST;
	k->again = clock_mono() + k->pause;
	log_at(news_is_due(&n->said) ? LOG_LEVEL_WARN : LOG_LEVEL_DEBUG,
		"container %.12s: %s; the others are watched, and it is asked "
		"for again in %s: if this goes on, `docker inspect %.12s` "
		"shows the trouble",
		id, why, duration_text(k->pause, text), id);
}

/* A container that cannot be asked for: it was removed before that (`gone`), or
 * it is being started, when Docker answers nobody about it, or Docker cannot
 * describe it. What the event itself tells has to do. */
int
news_of_event(struct news *n, const struct engine_event *e, bool gone)
{
	struct engine_container c = { .id = e->id,
		.name = e->name,
		.service = e->service,
		.task = e->task,
		.image = e->image,
		.exit_code = e->exit_code,
		.health = e->health };
	usec at = engine_event_at(e);
	if (!e->service || !e->name)
		return 0;
	c.running = e->kind == ENGINE_START || e->kind == ENGINE_HEALTH;
	if (e->kind == ENGINE_DIE)
		c.finished = at;
	else if (e->kind == ENGINE_START)
		c.started = at;
	if (gone && c.running)
		return 0;
	struct known_container *k = known_put(n->known, e->id, c.running);
	k->unhealthy |= c.health == HEALTH_BAD;
	return send_news(n, k, &c, at);
}

/* The same of a list, which knows no more of a dead one than that it is. */
static int
tell_listed(struct news *n, const struct engine_listed *l)
{
	struct engine_container c = { .id = l->id,
		.name = l->name,
		.service = l->service,
		.image = l->image,
		.running = true };
	struct known_container *k = known_find(n->known, l->id);
	if (k->told || !l->running || !l->name || !l->service)
		return 0;
	return send_news(n, known_put(n->known, l->id, true), &c, 0);
}

/* Whether the event of a death that a list found is still to come: the one that
 * tells of the signals before it. Only what the next list finds, too, came
 * without one. */
static bool
event_comes(const struct news *n, usec finished)
{
	return (int64_t)finished * NSEC_USEC >= n->since &&
		finished <= clock_wall();
}

static int
tell(struct news *n, const struct engine_container *c, usec seen)
{
	struct known_container *k = known_find(n->known, c->id);
	if (!seen && !c->running && (!k || (k->running && !k->missed)) &&
		event_comes(n, c->finished)) {
		k = known_put(n->known, c->id, true);
		k->missed = true;
		return 0;
	}
	k = known_put(n->known, c->id, c->running);
	k->again = k->pause = 0;
	k->unhealthy |= c->health == HEALTH_BAD;
	n->survived |= c->running && c->started && c->started < n->lost;
	return send_news(n, k, c, seen);
}

/* Looks at a container to which something happened, or that a list holds: `e`
 * or `l` is NULL. -ESRCH: it is gone. */
int
news_look(struct news *n, const char *id, const struct engine_listed *l,
	const struct engine_event *e, struct why *why)
{
	own(engine_container) struct engine_container *c = NULL;
	const struct known_container *k = known_find(n->known, id);
	bool postponed = k && k->again > clock_mono();
	int r = postponed ? -EAGAIN : inspect(n, id, &c, why);
	if (r == -ESRCH || news_is_lost(r))
		return r;
	if (r < 0) {
		if (!postponed)
			postpone(n, id, !l || l->running, why->text);
		return l ? tell_listed(n, l) : news_of_event(n, e, false);
	}
	return c->service ? tell(n, c, e ? engine_event_at(e) : 0) : 0;
}

/* When Swarm noticed is sure where it made another one then; other times it
 * writes down anew when Docker is started. */
static int
tell_task(struct news *n, const char *service, const struct engine_task *t)
{
	bool replaced;
	usec at = node_tasks_noticed(&n->tasks, t, &replaced);
	if (!replaced || at < clock_wall() - clock_boot())
		return 0;
	own(str) char *slot = t->slot ? xprintf("%lld", (long long)t->slot)
				      : xstrdup(t->node);
	own(str) char *name = xprintf("%s.%s.%s", service, slot, t->id);
	bool ill = t->error && strstr(t->error, "unhealthy");
	const struct container_news news = { .id = t->container,
		.name = name,
		.service = (char *)service,
		.image = t->image,
		.exit_code = t->exit_code,
		.health = ill ? HEALTH_BAD : HEALTH_NONE,
		.listed = true,
		.gone = true,
		.created = t->created,
		.finished = at,
		.noticed = at,
		.replaced = true,
		.together = node_tasks_ended_together(&n->tasks, t->id) };
	own(frame) struct frame f = FRAME(0);
	docker_frames_news(&f, &news);
	return news_send(n, &f);
}

int
news_of_tasks(struct news *n, const char *service, const char *id)
{
	int r = 0;
	for (size_t i = 0; r == 0 && i < n->tasks.n; i++) {
		const struct engine_task *t = n->tasks.list[i];
		if (t->service && strcmp(t->service, id) == 0 &&
			node_task_died(t) &&
			!known_find(n->known, t->container))
			r = tell_task(n, service, t);
	}
	return r;
}

int
news_gone(struct news *n, const char *id)
{
	own(frame) struct frame f = FRAME(0);
	docker_frames_gone(&f, id);
	known_forget(n->known, id);
	return news_send(n, &f);
}
