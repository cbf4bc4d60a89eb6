#include "config.h"
#include "head/watch/deaths.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "config/settings.h"
#include "head/incidents/scheduler.h"
#include "head/store/store.h"

struct app_deaths {
	char *app;
	struct told_deaths told;
	usec last; /* by clock_boot(): the last death or illness, or when head
		      started */
	bool open[CLASSES]; /* an incident of the class is */
	bool asked;         /* the store was, for what an earlier head left */
};

struct deaths {
	struct own_faults own;
	struct app_deaths *apps; /* one for each app */
	size_t n;
};

static const enum fault_class ours[] = { CLASS_CONTAINER_DIED,
	CLASS_OUT_OF_MEMORY, CLASS_CRASH_LOOP, CLASS_UNHEALTHY };

struct deaths *
deaths_new(const struct own_faults *own, usec steady)
{
	struct deaths *d = xcalloc(1, sizeof(*d));
	d->own = *own;
	d->n = own->settings->n_apps;
	d->apps = xcalloc(d->n + 1, sizeof(*d->apps));
	for (size_t i = 0; i < d->n; i++) {
		d->apps[i].app = xstrdup(own->settings->apps[i].name);
		d->apps[i].last = steady;
	}
	return d;
}

void
deaths_free(struct deaths *d)
{
	if (!d)
		return;
	for (size_t i = 0; i < d->n; i++) {
		told_deaths_free(&d->apps[i].told);
		free(d->apps[i].app);
	}
	free(d->apps);
	free(d);
}

/* What was kept of this app; NULL: nothing. */
static const struct app_deaths *
find(const struct deaths *kept, const char *app)
{
	for (size_t i = 0; i < kept->n; i++)
		if (strcmp(kept->apps[i].app, app) == 0)
			return &kept->apps[i];
	return NULL;
}

int
deaths_begin(struct deaths *d, usec now, struct why *why)
{
	int r = 0;
	for (size_t i = 0; i < d->n && r >= 0; i++)
		if (!d->apps[i].told.n)
			r = own_faults_told(&d->own, &d->own.settings->apps[i],
				now, &d->apps[i].told.mark, why);
	return r;
}

void
deaths_remember(struct deaths *d, const struct deaths *kept)
{
	for (size_t i = 0; i < d->n; i++) {
		struct app_deaths *a = &d->apps[i];
		const struct app_deaths *old = find(kept, a->app);
		if (!old)
			continue;
		a->last = old->last;
		told_deaths_copy(&a->told, &old->told);
	}
}

static struct app_deaths *
deaths_of(struct deaths *d, const struct app *app)
{
	return &d->apps[app - d->own.settings->apps];
}

/* `exit code 137 (SIGKILL)`: a shell and Docker add 128 to a signal. */
static void
add_exit(struct buf *to, const struct container_news *n)
{
	int signal = n->exit_code - 128;
	const char *name =
		signal > 0 && signal < 65 ? sigabbrev_np(signal) : NULL;
	buf_printf(to, "exit code %d", n->exit_code);
	if (name)
		buf_printf(to, " (SIG%s)", name);
}

static char *
death_text(const struct container_news *n)
{
	char text[CLOCK_TEXT];
	struct buf b = { 0 };
	buf_printf(&b, "container %s ", n->name);
	if (n->out_of_memory)
		buf_add_str(&b,
			"was ended by the kernel, as it needed more memory "
			"than it may have, with ");
	else
		buf_add_str(&b, "ended, and nobody asked for it, with ");
	add_exit(&b, n);
	if (n->started && n->finished > n->started)
		buf_printf(&b, ", %s after its start",
			duration_text(n->finished - n->started, text));
	if (n->image)
		buf_printf(&b, "; its image is %s", n->image);
	return buf_take_str(&b);
}

static char *
loop_text(const struct container_news *n, const struct deaths_counted *c)
{
	char text[CLOCK_TEXT];
	own(str) char *last = death_text(n);
	return xprintf(
		"containers of service %s end again and again: %zu times "
		"within %s; %s: %s",
		n->service, c->times, duration_text(c->time, text),
		c->newest ? "the last" : "one of them", last);
}

static int
tell(struct deaths *d, const struct app *app, enum fault_class class,
	const char *text, usec at, struct why *why)
{
	int r = own_faults_container(&d->own, app, class, text, at, why);
	if (r >= 0)
		deaths_of(d, app)->open[class] = true;
	return r;
}

/* Once it is a crash loop, that tells of each death. The first one's incident
 * is closed, of which nobody need hear. */
static int
tell_loop(struct deaths *d, const struct app *app,
	const struct container_news *n, const struct told_death *new,
	const struct deaths_counted *c, struct why *why)
{
	struct app_deaths *a = deaths_of(d, app);
	own(str) char *text = loop_text(n, c);
	int r = tell(d, app, CLASS_CRASH_LOOP, text, new->at, why);
	if (r < 0 || !a->open[CLASS_CONTAINER_DIED])
		return r;
	r = own_faults_over(&d->own, app, CLASS_CONTAINER_DIED, EVENT_CLOSE,
		"it happens again and again: the incident of class crash-loop "
		"goes on",
		why);
	if (r >= 0)
		a->open[CLASS_CONTAINER_DIED] = false;
	return r == -EAGAIN ? 0 : r;
}

/* What an earlier head left open. */
static void
look_back(struct deaths *d, const struct app *app, struct app_deaths *a)
{
	for (size_t i = 0; i < ELEMENTS(ours) && !a->asked; i++)
		a->open[ours[i]] |= own_faults_is_open(
			&d->own, app, ours[i], OWN_FAULTS_DOCKER);
	a->asked = true;
}

/* Tells of it what is to be told. */
static int
tell_death(struct deaths *d, const struct app *app,
	const struct container_news *n, const struct told_death *new,
	struct why *why)
{
	struct app_deaths *a = deaths_of(d, app);
	struct deaths_counted c = told_deaths_count(&a->told, new);
	bool loop = c.times >= DEATHS_LOOP || a->open[CLASS_CRASH_LOOP];
	own(str) char *text = death_text(n);
	int r = 0;
	if (n->out_of_memory)
		r = tell(d, app, CLASS_OUT_OF_MEMORY, text, new->at, why);
	if (r >= 0 && loop)
		return tell_loop(d, app, n, new, &c, why);
	/* Of one that Swarm ended for its health people know already. */
	if (r < 0 || n->out_of_memory || !n->exit_code ||
		n->health == HEALTH_BAD)
		return r;
	return tell(d, app, CLASS_CONTAINER_DIED, text, new->at, why);
}

bool
deaths_is_news(const struct deaths *d, const struct app *app,
	const struct container_news *n)
{
	return !told_deaths_have(&d->apps[app - d->own.settings->apps].told, n);
}

int
deaths_pass(struct deaths *d, const struct app *app,
	const struct container_news *n, usec now, struct why *why)
{
	told_deaths_keep(&deaths_of(d, app)->told, n, now)->slot[0] = '\0';
	return own_faults_passed(&d->own, app, MIN(n->finished, now), why);
}

int
deaths_take(struct deaths *d, const struct app *app,
	const struct container_news *n, usec now, usec steady, struct why *why)
{
	struct app_deaths *a = deaths_of(d, app);
	look_back(d, app, a);
	if (told_deaths_have(&a->told, n))
		return 0;
	a->last = steady;
	struct told_death *new = told_deaths_keep(&a->told, n, now);
	int r = tell_death(d, app, n, new, why);
	/* It may be told again. */
	if (r < 0)
		*new = (struct told_death){ 0 };
	return r;
}

int
deaths_unhealthy(struct deaths *d, const struct app *app,
	const struct container_news *n, usec now, usec steady, struct why *why)
{
	char text[CLOCK_TEXT];
	own(str) char *age = n->started && now > n->started
		? xprintf(", %s after its start",
			  duration_text(now - n->started, text))
		: xstrdup("");
	deaths_of(d, app)->last = steady;
	own(str) char *said = xprintf("container %s is unhealthy: its health "
				      "check fails%s",
		n->name, age);
	return tell(d, app, CLASS_UNHEALTHY, said, now, why);
}

/* Whether the incident's reason is over; NULL: it is not. */
static const char *
over(const struct app_deaths *a, enum fault_class class, const struct app *app,
	const struct deaths_alive *alive, usec steady)
{
	usec quiet = steady > a->last ? steady - a->last : 0;
	bool lives = alive->running > 0;
	if (app->scaled_to_none && !lives)
		return "its service is scaled to 0";
	switch (class) {
	case CLASS_UNHEALTHY:
		return alive->well && !alive->unhealthy && quiet >= DEATHS_LIVES
			? "its containers are well again"
			: NULL;
	case CLASS_CRASH_LOOP:
		return lives && quiet >= DEATHS_LOOP_TIME
			? "no container of it ended for ten minutes"
			: NULL;
	default:
		return lives && quiet >= DEATHS_LIVES
			? "a container of it lives on"
			: NULL;
	}
}

int
deaths_tick(struct deaths *d, const struct app *app,
	const struct deaths_alive *alive, usec steady, struct why *why)
{
	struct app_deaths *a = deaths_of(d, app);
	look_back(d, app, a);
	for (size_t i = 0; i < ELEMENTS(ours); i++) {
		enum fault_class class = ours[i];
		const char *text = a->open[class]
			? over(a, class, app, alive, steady)
			: NULL;
		if (!text)
			continue;
		int r = own_faults_over(
			&d->own, app, class, EVENT_GONE, text, why);
		if (r < 0 && r != -EAGAIN)
			return r;
		a->open[class] = r < 0;
	}
	return 0;
}
