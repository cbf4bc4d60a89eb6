#include "config.h"
#include "head/watch/seen-labels.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/io/log.h"
#include "config/caprover.h"
#include "config/labels.h"

struct seen_service {
	struct seen_service *next;
	struct service_labels labels;
};

struct seen_labels {
	struct seen_service *first;
};

struct seen_labels *
seen_labels_new(void)
{
	return xcalloc(1, sizeof(struct seen_labels));
}

void
seen_labels_forget(struct seen_labels *s)
{
	for (struct seen_service *x = s->first, *next; x; x = next) {
		next = x->next;
		service_labels_free(&x->labels);
		free(x);
	}
	s->first = NULL;
}

void
seen_labels_free(struct seen_labels *s)
{
	if (s)
		seen_labels_forget(s);
	free(s);
}

static struct seen_service *
find(const struct seen_labels *s, const char *service)
{
	struct seen_service *x = s->first;
	while (x && strcmp(x->labels.service, service) != 0)
		x = x->next;
	return x;
}

/* A host that manages no swarm any more, or not yet, does not know what labels
 * there are: it raises nothing. */
void
seen_labels_put(struct seen_labels *s, const struct service_labels *l)
{
	struct seen_service *x = find(s, l->service);
	if (x && l->state == LABELS_NO_MANAGER)
		return;
	if (!x) {
		x = xcalloc(1, sizeof(*x));
		x->next = s->first;
		s->first = x;
	}
	service_labels_free(&x->labels);
	x->labels = (struct service_labels){
		.service = xstrdup(l->service),
		.state = l->state,
		.cut = l->cut,
		.none_wanted = l->none_wanted,
	};
	for (char **one = l->labels; one && *one; one++)
		strings_add(&x->labels.labels, *one);
}

/* All that labels change of an app, as a text; owned. */
static char *
text_of(const struct app *a)
{
	own(buf) struct buf text = { 0 };
	own(str) char *mode = labels_mode_text(a);
	const char *folder = labels_migrations(a);
	buf_printf(&text, "%s %s %zu", mode, folder ? folder : "", a->n_notify);
	for (char **l = a->labels ? a->labels->lowered : NULL; l && *l; l++)
		buf_printf(&text, " %s", *l);
	return buf_take_str(&text);
}

/* The sentences of its labels that change nothing; a list, owned. */
static char **
troubles_of(const struct app *a)
{
	char **list = NULL;
	for (size_t i = 0; a->labels && i < a->labels->n_troubles; i++) {
		own(str) char *text =
			label_trouble_text(&a->labels->troubles[i]);
		strings_add(&list, text);
	}
	return list;
}

static void
say_news(const struct app *a, bool told_else, char *const *before)
{
	own(str) char *mode = labels_mode_text(a);
	own(strings) char **now = troubles_of(a);
	if (told_else)
		log_info("app %s: mode %s", a->name, mode);
	for (char **l = a->labels && told_else ? a->labels->lowered : NULL;
		l && *l; l++)
		log_info("app %s: %s", a->name, *l);
	for (char **t = now; t && *t; t++)
		if (!strings_have(before, *t))
			log_warn("app %s: %s", a->name, *t);
}

/* Whether Docker told of a service of the app, and each is scaled to 0. */
static bool
is_scaled_to_none(const struct seen_labels *s, char *const *services)
{
	bool none = false;
	for (char *const *name = services; name && *name; name++) {
		const struct seen_service *x = find(s, *name);
		if (!x || x->labels.state != LABELS_TOLD)
			continue;
		if (!x->labels.none_wanted)
			return false;
		none = true;
	}
	return none;
}

static void
apply_seen(const struct seen_labels *s, struct app *a, bool asks)
{
	own(strings) char **services = caprover_services(a);
	for (char **name = services; name && *name; name++) {
		const struct seen_service *x = find(s, *name);
		a->labels_awaited |= asks && !x;
		if (!x)
			continue;
		labels_apply(a, *name, x->labels.labels);
		if (x->labels.cut)
			labels_too_many(a, *name);
	}
	a->scaled_to_none = is_scaled_to_none(s, services);
}

/* With `docker-socket = off` the file alone holds. */
bool
seen_labels_apply(const struct seen_labels *s, const struct settings *settings,
	struct app *a, bool asks)
{
	own(strings) char **troubles = troubles_of(a);
	own(str) char *before = text_of(a);
	labels_clear(a);
	a->labels_awaited = false;
	a->scaled_to_none = false;
	if (settings_docker_socket(settings))
		apply_seen(s, a, asks);
	own(str) char *after = text_of(a);
	bool told_else = strcmp(before, after) != 0;
	say_news(a, told_else, troubles);
	return told_else;
}
