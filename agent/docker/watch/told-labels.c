#include "config.h"
#include "docker/watch/told-labels.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/io/log.h"
#include "docker/engine.h"
#include "docker/service.h"
#include "docker/swarm.h"
#include "wire/docker/docker-frames.h"

/* For one service: a swarm without a leader is silent. */
#define ASK_TIME (2 * USEC_SECOND)

struct told_labels {
	char *const *services;
	uint64_t *told; /* a hash of what was told of each; 0: nothing */
	size_t n;
};

struct told_labels *
told_labels_new(char *const *services)
{
	struct told_labels *t = xcalloc(1, sizeof(*t));
	t->services = services;
	t->n = strings_count(services);
	t->told = xcalloc(t->n, sizeof(*t->told));
	return t;
}

void
told_labels_free(struct told_labels *t)
{
	if (!t)
		return;
	free(t->told);
	free(t);
}

void
told_labels_untell(struct told_labels *t)
{
	for (size_t i = 0; i < t->n; i++)
		t->told[i] = 0;
}

static int
tell(struct told_labels *t, struct news *n, size_t at,
	const struct service_labels *l)
{
	own(frame) struct frame f = FRAME(0);
	docker_frames_labels(&f, l);
	uint64_t hash = hash64(buf_span(&f.data)) | 1u;
	if (t->told[at] == hash)
		return 0;
	t->told[at] = hash;
	return news_send(n, &f);
}

static int
ask_one(struct told_labels *t, struct news *n, size_t at, struct why *why)
{
	own(engine_service) struct engine_service *s = NULL;
	struct service_labels l = { .service = t->services[at] };
	engine_set_deadline(n->engine, clock_mono() + ASK_TIME);
	int r = engine_service_get(n->engine, l.service, &s, why);
	engine_set_deadline(n->engine, USEC_NEVER);
	if (r == -ESRCH)
		l.state = LABELS_NO_SERVICE;
	else if (r < 0)
		return r;
	if (s) {
		l.labels = s->labels;
		l.cut = s->labels_cut;
		l.none_wanted = s->none_wanted;
	}
	return tell(t, n, at, &l);
}

/* One that is silent keeps the others from being asked in this round. */
static int
ask_all(struct told_labels *t, struct news *n, struct why *why)
{
	int r = 0;
	for (size_t i = 0; i < t->n && !news_is_lost(r) && r != -ETIMEDOUT;
		i++) {
		r = ask_one(t, n, i, why);
		if (r < 0)
			log_debug("%s", why->text);
	}
	return news_is_lost(r) ? r : 0;
}

int
told_labels_ask(struct told_labels *t, struct news *n, struct why *why)
{
	enum swarm_node node = NODE_UNKNOWN;
	int r = t->n ? swarm_node(n->engine, &node, why) : 0;
	/* What else is known of Docker does not hang on this. */
	if (r < 0 && !news_is_lost(r)) {
		log_debug("%s", why->text);
		return 0;
	}
	if (r == 0 && node == NODE_MANAGER)
		return ask_all(t, n, why);
	for (size_t i = 0; r == 0 && node == NODE_NO_MANAGER && i < t->n; i++)
		r = tell(t, n, i,
			&(struct service_labels){ .service = t->services[i],
				.state = LABELS_NO_MANAGER });
	return r;
}

int
told_labels_ask_for(struct told_labels *t, struct news *n, const char *service,
	struct why *why)
{
	for (size_t i = 0; i < t->n; i++) {
		if (strcmp(t->services[i], service) != 0)
			continue;
		int r = ask_one(t, n, i, why);
		return news_is_lost(r) ? r : 0;
	}
	return 0;
}
