#include "config.h"
#include "head/watch/seen-containers.h"

#include <stdlib.h>
#include <string.h>

static void
drop(struct seen_container **at)
{
	struct seen_container *x = *at;
	*at = x->next;
	docker_container_release(&x->c);
	free(x);
}

void
seen_containers_free(struct seen_containers *a)
{
	while (a->first)
		drop(&a->first);
}

struct seen_container *
seen_containers_find(const struct seen_containers *a, const char *id)
{
	for (struct seen_container *x = a->first; x; x = x->next)
		if (strcmp(x->c.id, id) == 0)
			return x;
	return NULL;
}

static void
replace(char **to, const char *text)
{
	if (!text)
		return;
	free(*to);
	*to = xstrdup(text);
}

struct seen_container *
seen_containers_put(struct seen_containers *a, const struct app *app,
	const struct container_news *n)
{
	struct seen_container *x = seen_containers_find(a, n->id);
	if (!x) {
		x = xcalloc(1, sizeof(*x));
		x->next = a->first;
		a->first = x;
	}
	x->app = app;
	x->told = true;
	x->gone = false;
	replace(&x->c.id, n->id);
	replace(&x->c.name, n->name);
	replace(&x->c.service, n->service);
	replace(&x->c.image, n->image);
	replace(&x->c.image_id, n->image_id);
	x->c.running = n->running;
	/* An event of one that is gone by then tells less. */
	x->c.made = n->created ? n->created : x->c.made;
	x->c.started = n->started ? n->started : x->c.started;
	x->c.finished = n->finished ? n->finished : x->c.finished;
	x->c.deployed = n->deployed ? n->deployed : x->c.deployed;
	x->health = n->running ? n->health : HEALTH_NONE;
	return x;
}

void
seen_containers_gone(struct seen_containers *a, const char *id)
{
	struct seen_container *x = seen_containers_find(a, id);
	size_t n = 0;
	if (!x)
		return;
	const struct app *app = x->app;
	x->gone = true;
	x->c.running = false;
	for (struct seen_container **at = &a->first; *at;) {
		bool old = (*at)->app == app && (*at)->gone &&
			++n > APP_CONTAINERS_GONE;
		if (old)
			drop(at);
		else
			at = &(*at)->next;
	}
}

void
seen_containers_untell(struct seen_containers *a)
{
	for (struct seen_container *x = a->first; x; x = x->next)
		x->told = false;
}

static struct seen_container *
first_untold(const struct seen_containers *a)
{
	struct seen_container *x = a->first;
	while (x && (x->told || x->gone))
		x = x->next;
	return x;
}

void
seen_containers_listed(struct seen_containers *a)
{
	struct seen_container *x;
	while ((x = first_untold(a)))
		seen_containers_gone(a, x->c.id);
}

struct deaths_alive
seen_containers_alive(const struct seen_containers *a, const struct app *app)
{
	struct deaths_alive alive = { 0 };
	for (const struct seen_container *x = a->first; x; x = x->next) {
		if (x->app != app || !x->c.running)
			continue;
		alive.running++;
		alive.unhealthy += x->health == HEALTH_BAD;
		alive.well +=
			x->health == HEALTH_GOOD || x->health == HEALTH_NONE;
	}
	return alive;
}

struct docker_container **
seen_containers_list(
	const struct seen_containers *a, const struct app *app, size_t *ret_n)
{
	size_t n = 0;
	for (struct seen_container *x = a->first; x; x = x->next)
		n += x->app == app;
	struct docker_container **list = xcalloc(n + 1, sizeof(*list));
	n = 0;
	for (struct seen_container *x = a->first; x; x = x->next)
		if (x->app == app)
			list[n++] = &x->c;
	*ret_n = n;
	return list;
}

/* Whether the start of a container of the files is known from Docker; else what
 * else is known of it is added. */
static bool
is_known(struct docker_container *const *list, size_t n,
	struct docker_container *file)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(list[i]->id, file->id) == 0) {
			file->deployed = list[i]->deployed;
			return list[i]->started != 0;
		}
	return false;
}

struct docker_container **
seen_containers_list_with(const struct seen_containers *a,
	const struct app *app, struct docker_container *const *files,
	size_t n_files, size_t *ret_n)
{
	size_t n_known = 0, n;
	struct docker_container **known =
		seen_containers_list(a, app, &n_known);
	struct docker_container **all =
		xcalloc(n_known + n_files + 1, sizeof(*all));
	for (n = 0; n < n_known; n++)
		all[n] = known[n];
	for (size_t i = 0; i < n_files; i++)
		if (!is_known(known, n_known, files[i]))
			all[n++] = files[i];
	free(known);
	*ret_n = n;
	return all;
}
