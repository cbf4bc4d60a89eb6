#include "config.h"
#include "head/model/ranking.h"

#include <stdlib.h>
#include <string.h>

#include "wire/fault.h"

struct remembered {
	uint64_t hash; /* of its fingerprint; 0: the place is free */
	int64_t at;
};

/* Twice as many places as are used, so that a free one is near. */
#define PLACES (2 * RANKING_REMEMBERS)

struct ranked_app {
	struct ranked_app *next;
	char *name;
	struct missing_list missing;
	struct object place; /* host and port of the database */
	bool pressed;
	struct remembered *remembered; /* PLACES; NULL: nothing is */
	size_t n_remembered;
};

struct ranking {
	struct ranked_app *apps;
};

struct ranking *
ranking_new(void)
{
	return xcalloc(1, sizeof(struct ranking));
}

void
ranking_free(struct ranking *r)
{
	if (!r)
		return;
	for (struct ranked_app *a = r->apps, *next; a; a = next) {
		next = a->next;
		missing_free(&a->missing);
		object_free(&a->place);
		free(a->remembered);
		free(a->name);
		free(a);
	}
	free(r);
}

static struct ranked_app *
find(const struct ranking *r, const char *app)
{
	struct ranked_app *a = r ? r->apps : NULL;
	while (a && strcmp(a->name, app) != 0)
		a = a->next;
	return a;
}

/* One for each configured app at the most. */
static struct ranked_app *
find_or_add(struct ranking *r, const char *app)
{
	struct ranked_app *a = find(r, app);
	if (a || !r)
		return a;
	a = xcalloc(1, sizeof(*a));
	a->name = xstrdup(app);
	a->next = r->apps;
	r->apps = a;
	return a;
}

void
ranking_set(struct ranking *r, const char *app, struct missing_list *list)
{
	struct ranked_app *a = find_or_add(r, app);
	missing_free(&a->missing);
	a->missing = *list;
	*list = (struct missing_list){ 0 };
}

void
ranking_place(
	struct ranking *r, const char *app, const char *host, const char *port)
{
	struct ranked_app *a = find_or_add(r, app);
	if (!a)
		return;
	object_set(&a->place, OBJECT_HOST, span_of(host));
	object_set(&a->place, OBJECT_PORT, span_of(port));
}

enum rank
ranking_of(const struct ranking *r, const char *app, enum fault_class class,
	const struct object *o)
{
	const struct ranked_app *a = find(r, app);
	enum rank best = RANK_STRANGER;
	if (!a || !object_known(o) || !object_identified(class, o))
		return best;
	if (class == CLASS_DB_UNREACHABLE && object_agrees(&a->place, o) &&
		object_known(&a->place))
		return RANK_KNOWN;
	for (size_t i = 0; i < a->missing.n; i++) {
		const struct missing *m = &a->missing.list[i];
		if (m->class == class && object_agrees(&m->object, o))
			best = MAX(
				best, m->awaited ? RANK_AWAITED : RANK_KNOWN);
	}
	return best;
}

void
ranking_press(struct ranking *r, const char *app)
{
	struct ranked_app *a = find_or_add(r, app);
	if (a)
		a->pressed = true;
}

bool
ranking_pressed(const struct ranking *r, const char *app)
{
	const struct ranked_app *a = find(r, app);
	return a && a->pressed;
}

void
ranking_relieve(struct ranking *r, const char *app)
{
	struct ranked_app *a = find(r, app);
	if (!a)
		return;
	a->pressed = false;
	free(take(a->remembered));
	a->n_remembered = 0;
}

struct missing_list
ranking_missing(const struct ranking *r, const char *app)
{
	const struct ranked_app *a = find(r, app);
	return a ? a->missing : (struct missing_list){ 0 };
}

/* The place that has it, or the free one where it would be. A fingerprint is a
 * SHA-256, of which nobody can choose the first eight bytes of many. */
static struct remembered *
place_of(struct remembered *places, const char *fingerprint, uint64_t *ret)
{
	uint64_t hash = hash64(span_of(fingerprint)) | 1;
	size_t at = (size_t)(hash >> 1) % PLACES;
	while (places[at].hash && places[at].hash != hash)
		at = (at + 1) % PLACES;
	*ret = hash;
	return &places[at];
}

void
ranking_remember(
	struct ranking *r, const char *app, const char *fingerprint, int64_t at)
{
	struct ranked_app *a = find_or_add(r, app);
	uint64_t hash;
	if (!a)
		return;
	if (!a->remembered)
		a->remembered = xcalloc(PLACES, sizeof(*a->remembered));
	struct remembered *m = place_of(a->remembered, fingerprint, &hash);
	if (!m->hash && a->n_remembered == RANKING_REMEMBERS)
		return;
	a->n_remembered += m->hash == 0;
	*m = (struct remembered){ hash, at };
}

bool
ranking_recalls(const struct ranking *r, const char *app,
	const char *fingerprint, int64_t *ret_at)
{
	const struct ranked_app *a = find(r, app);
	uint64_t hash;
	if (!a || !a->remembered)
		return false;
	const struct remembered *m =
		place_of(a->remembered, fingerprint, &hash);
	*ret_at = m->at;
	return m->hash != 0;
}
