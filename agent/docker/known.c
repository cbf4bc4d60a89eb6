#include "config.h"
#include "docker/known.h"

#include <stdlib.h>
#include <string.h>

struct known {
	struct known_container *first;
};

struct known *
known_new(void)
{
	return xcalloc(1, sizeof(struct known));
}

static void
container_free(struct known_container *c)
{
	free(c->id);
	free(c);
}

void
known_free(struct known *k)
{
	if (!k)
		return;
	for (struct known_container *c = k->first, *next; c; c = next) {
		next = c->next;
		container_free(c);
	}
	free(k);
}

static struct known_container **
find(struct known *k, const char *id)
{
	struct known_container **at = &k->first;
	while (*at && strcmp((*at)->id, id) != 0)
		at = &(*at)->next;
	return at;
}

struct known_container *
known_put(struct known *k, const char *id, bool running)
{
	struct known_container **at = find(k, id);
	if (!*at) {
		*at = xcalloc(1, sizeof(**at));
		(*at)->id = xstrdup(id);
	} else if (running && !(*at)->running) {
		(*at)->killed = (*at)->out_of_memory = 0;
		(*at)->unhealthy = false;
	}
	(*at)->running = running;
	(*at)->missed = false;
	return *at;
}

struct known_container *
known_find(struct known *k, const char *id)
{
	return *find(k, id);
}

void
known_forget(struct known *k, const char *id)
{
	struct known_container **at = find(k, id);
	struct known_container *c = *at;
	if (!c)
		return;
	*at = c->next;
	container_free(c);
}

void
known_untell(struct known *k)
{
	for (struct known_container *c = k->first; c; c = c->next)
		c->told = false;
}

void
known_unlist(struct known *k)
{
	for (struct known_container *c = k->first; c; c = c->next)
		c->listed = false;
}

const char *
known_unlisted(const struct known *k)
{
	for (const struct known_container *c = k->first; c; c = c->next)
		if (!c->listed)
			return c->id;
	return NULL;
}
