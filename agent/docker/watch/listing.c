#include "config.h"
#include "docker/watch/listing.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/io/log.h"
#include "docker/news.h"

/* Each is asked for one by one; what is beyond is left out. */
#define CONTAINERS_MOST 2000u
/* Of a service whose list is too long: those that were made last. */
#define NEWEST 100u

struct lister {
	char *const *services; /* that matter; NULL: none does */
	usec said;             /* a person was told of what is left out */
};

void
listing_free(struct listing *l)
{
	engine_listed_free(l->all, l->n);
	*l = (struct listing){ 0 };
}

struct lister *
lister_new(char *const *services)
{
	struct lister *w = xcalloc(1, sizeof(*w));
	w->services = services;
	return w;
}

void
lister_free(struct lister *w)
{
	free(w);
}

static void
tell_left(struct lister *w, const char *what)
{
	log_at(news_is_due(&w->said) ? LOG_LEVEL_WARN : LOG_LEVEL_DEBUG,
		"%s: of what happens to the others only events tell; `docker "
		"container prune` removes those that ended",
		what);
}

static int
add_listed(struct lister *w, struct engine *e, const struct engine_which *which,
	struct listing *to, struct why *why)
{
	struct engine_listed *more = NULL;
	size_t n = 0, left = 0;
	int r = engine_containers(e, which, &more, &n, &left, why);
	if (r < 0)
		return r;
	to->all = xrealloc(to->all, to->n + n + 1, sizeof(*to->all));
	if (n)
		memcpy(to->all + to->n, more, n * sizeof(*more));
	to->n += n;
	free(more);
	own(str) char *text = xprintf("%zu containers of the configured apps "
				      "are more than %u",
		to->n + left, CONTAINERS_MOST);
	if (left)
		tell_left(w, text);
	to->partly |= left > 0;
	return 0;
}

/* The list of one service. */
static int
add_service(struct lister *w, struct engine *e, const char *service,
	struct listing *to, struct why *why)
{
	struct engine_which which = { .service = service,
		.most = CONTAINERS_MOST - MIN(to->n, CONTAINERS_MOST) };
	int r = add_listed(w, e, &which, to, why);
	if (r != -EFBIG)
		return r;
	own(str) char *text = xprintf("Docker's list of the containers of "
				      "service %s is longer than it may be, "
				      "and only the %u newest are looked at",
		service, NEWEST);
	which.newest = NEWEST;
	to->partly = true;
	r = add_listed(w, e, &which, to, why);
	tell_left(w, r == -EFBIG ? why->text : text);
	return r == -EFBIG ? 0 : r;
}

/* Where the list of all is longer than an answer may be, each service that
 * matters has one of its own. */
int
listing_read(struct lister *w, struct engine *e, struct listing *ret,
	struct why *why)
{
	const struct engine_which all = { .services = w->services,
		.most = CONTAINERS_MOST };
	/* A configuration without an app. */
	if (!w->services)
		return 0;
	int r = add_listed(w, e, &all, ret, why);
	if (r != -EFBIG)
		return r;
	r = 0;
	for (char *const *s = w->services; r == 0 && *s; s++)
		r = add_service(w, e, *s, ret, why);
	return r;
}
