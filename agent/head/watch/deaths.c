#include "config.h"
#include "head/watch/deaths.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "config/settings.h"
#include "head/incidents/scheduler.h"
#include "head/store/store.h"

#define KEPT 32u
#define SLOT 128u

/* One death: when, and of which replica. */
struct death {
	usec at;
	char slot[SLOT];
};

struct app_deaths {
	struct death kept[KEPT]; /* a ring */
	size_t n;
	usec last; /* by clock_boot(): the last death or illness, or when head
		      started */
	bool open[CLASSES]; /* an incident of the class is */
	bool asked;         /* the store was, for what an earlier head left */
};

struct deaths {
	struct own_faults own;
	struct app_deaths *apps; /* one for each app */
};

static const enum fault_class ours[] = { CLASS_CONTAINER_DIED,
	CLASS_OUT_OF_MEMORY, CLASS_CRASH_LOOP, CLASS_UNHEALTHY };

struct deaths *
deaths_new(const struct own_faults *own, usec steady)
{
	struct deaths *d = xcalloc(1, sizeof(*d));
	d->own = *own;
	d->apps = xcalloc(own->settings->n_apps + 1, sizeof(*d->apps));
	for (size_t i = 0; i < own->settings->n_apps; i++)
		d->apps[i].last = steady;
	return d;
}

int
deaths_begin(struct deaths *d, usec now, struct why *why)
{
	const struct settings *settings = d->own.settings;
	int r = 0;
	for (size_t i = 0; i < settings->n_apps && r >= 0; i++) {
		usec told;
		r = own_faults_told(
			&d->own, &settings->apps[i], now, &told, why);
	}
	return r;
}

void
deaths_free(struct deaths *d)
{
	if (!d)
		return;
	free(d->apps);
	free(d);
}

static struct app_deaths *
deaths_of(struct deaths *d, const struct app *app)
{
	return &d->apps[app - d->own.settings->apps];
}

/* Which replica: Swarm names a container SERVICE.SLOT.TASK. */
static void
slot_of(const char *name, char slot[SLOT])
{
	const char *dot = strrchr(name, '.');
	size_t len = dot ? (size_t)(dot - name) : strlen(name);
	snprintf(slot, SLOT, "%.*s", (int)MIN(len, SLOT - 1), name);
}

/* Notes the death; returns how many its replica had within the time. */
static size_t
count(struct app_deaths *a, const struct container_news *n, usec *ret_first)
{
	struct death *new = &a->kept[a->n++ % KEPT];
	size_t sum = 0;
	new->at = n->finished;
	slot_of(n->name, new->slot);
	*ret_first = n->finished;
	for (size_t i = 0; i < MIN(a->n, KEPT); i++) {
		const struct death *one = &a->kept[i];
		if (strcmp(one->slot, new->slot) != 0 ||
			one->at + DEATHS_LOOP_TIME < new->at)
			continue;
		*ret_first = MIN(*ret_first, one->at);
		sum++;
	}
	return sum;
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
loop_text(const struct container_news *n, size_t times, usec first)
{
	char text[CLOCK_TEXT];
	own(str) char *last = death_text(n);
	return xprintf(
		"containers of service %s end again and again: %zu times "
		"within %s; the last: %s",
		n->service, times,
		duration_text(
			n->finished > first ? n->finished - first : 0, text),
		last);
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
	const struct container_news *n, size_t times, usec first,
	struct why *why)
{
	struct app_deaths *a = deaths_of(d, app);
	own(str) char *text = loop_text(n, times, first);
	int r = tell(d, app, CLASS_CRASH_LOOP, text, n->finished, why);
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

int
deaths_take(struct deaths *d, const struct app *app,
	const struct container_news *n, usec now, usec steady, struct why *why)
{
	struct app_deaths *a = deaths_of(d, app);
	usec told = 0, first = 0;
	/* Of what a list shows, an earlier head told what is older. */
	int r = own_faults_told(&d->own, app, now, &told, why);
	if (r < 0 || (n->listed && n->finished <= told))
		return r;
	a->last = steady;
	size_t times = count(a, n, &first);
	bool loop = times >= DEATHS_LOOP || a->open[CLASS_CRASH_LOOP];
	own(str) char *text = death_text(n);
	if (n->out_of_memory)
		r = tell(d, app, CLASS_OUT_OF_MEMORY, text, n->finished, why);
	if (r >= 0 && loop)
		return tell_loop(d, app, n, times, first, why);
	/* Of one that Swarm ended for its health people know already. */
	if (r < 0 || n->out_of_memory || !n->exit_code ||
		n->health == HEALTH_BAD)
		return r;
	return tell(d, app, CLASS_CONTAINER_DIED, text, n->finished, why);
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
over(const struct app_deaths *a, enum fault_class class,
	const struct deaths_alive *alive, usec steady)
{
	usec quiet = steady > a->last ? steady - a->last : 0;
	bool lives = alive->running > 0;
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

/* What an earlier head left open. */
static void
look_back(struct deaths *d, const struct app *app, struct app_deaths *a)
{
	for (size_t i = 0; i < ELEMENTS(ours) && !a->asked; i++)
		a->open[ours[i]] |= own_faults_is_open(
			&d->own, app, ours[i], OWN_FAULTS_DOCKER);
	a->asked = true;
}

int
deaths_tick(struct deaths *d, const struct app *app,
	const struct deaths_alive *alive, usec steady, struct why *why)
{
	struct app_deaths *a = deaths_of(d, app);
	look_back(d, app, a);
	for (size_t i = 0; i < ELEMENTS(ours); i++) {
		enum fault_class class = ours[i];
		const char *text =
			a->open[class] ? over(a, class, alive, steady) : NULL;
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
