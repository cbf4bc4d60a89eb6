#include "config.h"
#include "head/leftovers.h"

#include <stdlib.h>

#include "head/positions.h"

struct leftovers {
	struct place *places;
	bool *claimed;
	size_t n;
};

int
leftovers_load(struct store *store, struct leftovers **ret, struct why *why)
{
	own(leftovers) struct leftovers *l = xcalloc(1, sizeof(*l));
	int r = store_places(store, &l->places, &l->n, why);
	if (r < 0)
		return r;
	l->claimed = xcalloc(l->n, sizeof(*l->claimed));
	*ret = take(l);
	return 0;
}

void
leftovers_free(struct leftovers *l)
{
	if (!l)
		return;
	places_free(l->places, l->n);
	free(l->claimed);
	free(l);
}

bool
leftover_is(const struct place *p, int fd)
{
	struct identity id;
	return identity_parse(p->key, &id) && identity_holds(&id, fd);
}

const struct place *
leftovers_claim(struct leftovers *l, int fd)
{
	for (size_t i = 0; i < l->n; i++)
		if (!l->claimed[i] && leftover_is(&l->places[i], fd)) {
			l->claimed[i] = true;
			return &l->places[i];
		}
	return NULL;
}

bool
leftovers_know(const struct leftovers *l, const char *app)
{
	for (size_t i = 0; i < l->n; i++)
		if (strcmp(l->places[i].app, app) == 0)
			return true;
	return false;
}

const struct place *
leftovers_next(struct leftovers *l)
{
	for (size_t i = 0; i < l->n; i++)
		if (!l->claimed[i]) {
			l->claimed[i] = true;
			return &l->places[i];
		}
	return NULL;
}
