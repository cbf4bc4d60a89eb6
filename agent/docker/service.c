#include "config.h"
#include "docker/service.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "docker/engine-text.h"
#include "wire/docker/docker-frames.h"

#define LABEL "logmend."
#define KEY_MOST 64u
#define VALUE_MOST 160u /* as written */

void
engine_service_free(struct engine_service *s)
{
	if (!s)
		return;
	free(s->id);
	free(s->name);
	free(s->image);
	free(s->update_state);
	strings_free(s->labels);
	free(s);
}

/* `KEY=VALUE`, in which the first = ends the key; of a value that is too long
 * only that it is. Owned. */
static char *
label_text(const char *key, const char *value)
{
	own(str) char *name = xstrndup(key, strnlen(key, KEY_MOST));
	bool fits = strlen(key) <= KEY_MOST && strlen(value) <= VALUE_MOST;
	for (char *p = name; (p = strchr(p, '='));)
		*p = '?';
	own(str) char *pair =
		xprintf("%s%s%s", name, fits ? "=" : "", fits ? value : "");
	return escape_str(span_of(pair), ENGINE_TEXT, ESCAPE_LINE);
}

/* Labels are the deployer's: any of them, of any length, may be there. */
static char **
read_labels(const json_t *labels, bool *ret_cut)
{
	char **list = NULL;
	const char *key;
	json_t *value;
	json_object_foreach ((json_t *)labels, key, value) {
		const char *s = json_string_value(value);
		if (!s || strncmp(key, LABEL, sizeof(LABEL) - 1) != 0)
			continue;
		own(str) char *text = label_text(key, s);
		if (strings_count(list) < LABELS_MOST)
			strings_add(&list, text);
		else
			*ret_cut = true;
	}
	return list;
}

/* A job (`ReplicatedJob`) has an end of its own, and a global service no
 * number.
 */
static bool
is_scaled_to_none(const json_t *mode)
{
	const json_t *n = json_object_get(
		json_object_get(mode, "Replicated"), "Replicas");
	return json_is_integer(n) && json_integer_value(n) == 0;
}

int
engine_service_read(
	const json_t *json, struct engine_service **ret, struct why *why)
{
	own(engine_service) struct engine_service *s = xcalloc(1, sizeof(*s));
	const json_t *spec = json_object_get(json, "Spec");
	const json_t *update = json_object_get(json, "UpdateStatus");
	const json_t *task = json_object_get(spec, "TaskTemplate");
	s->id = engine_plain(json, "ID");
	s->name = engine_plain(spec, "Name");
	if (!s->id || !s->name)
		return because(why, -EBADMSG,
			"Docker describes a service without id or name");
	s->image =
		engine_shown(json_object_get(task, "ContainerSpec"), "Image");
	s->created = engine_time(json_object_get(json, "CreatedAt"));
	s->updated = engine_time(json_object_get(json, "UpdatedAt"));
	s->update_state = engine_shown(update, "State");
	s->update_ended = engine_time(json_object_get(update, "CompletedAt"));
	s->none_wanted = is_scaled_to_none(json_object_get(spec, "Mode"));
	s->labels =
		read_labels(json_object_get(spec, "Labels"), &s->labels_cut);
	*ret = take(s);
	return 0;
}

void
engine_task_free(struct engine_task *t)
{
	if (!t)
		return;
	free(t->id);
	free(t->container);
	free(t->state);
	free(t->desired);
	free(t->error);
	free(t->node);
	free(t->service);
	free(t->image);
	free(t);
}

int
engine_task_read(const json_t *json, struct engine_task **ret, struct why *why)
{
	own(engine_task) struct engine_task *t = xcalloc(1, sizeof(*t));
	const json_t *status = json_object_get(json, "Status");
	t->id = engine_plain(json, "ID");
	const json_t *container = json_object_get(status, "ContainerStatus");
	const json_t *spec =
		json_object_get(json_object_get(json, "Spec"), "ContainerSpec");
	t->container = engine_plain(container, "ContainerID");
	t->exit_code =
		(int)json_integer_value(json_object_get(container, "ExitCode"));
	t->image = engine_shown(spec, "Image");
	t->service = engine_plain(json, "ServiceID");
	t->state = engine_plain(status, "State");
	t->desired = engine_plain(json, "DesiredState");
	t->error = engine_shown(status, "Err");
	t->node = engine_plain(json, "NodeID");
	t->slot = json_integer_value(json_object_get(json, "Slot"));
	t->created = engine_time(json_object_get(json, "CreatedAt"));
	t->reached = engine_time(json_object_get(status, "Timestamp"));
	if (!t->id || !t->state)
		return because(why, -EBADMSG,
			"Docker describes a task without id or state");
	*ret = take(t);
	return 0;
}

/* Asks for `/KIND/NAME`. */
static int
get(struct engine *e, const char *kind, const char *name, json_t **ret,
	struct why *why)
{
	own(buf) struct buf path = { 0 };
	buf_printf(&path, "/%s/", kind);
	engine_add_part(&path, span_of(name));
	return engine_get(e, buf_str(&path), ret, why);
}

int
engine_service_get(struct engine *e, const char *name,
	struct engine_service **ret, struct why *why)
{
	json_t *json = NULL;
	int r = get(e, "services", name, &json, why);
	if (r == 0)
		r = engine_service_read(json, ret, why);
	json_decref(json);
	return r;
}

int
engine_task_get(struct engine *e, const char *id, struct engine_task **ret,
	struct why *why)
{
	json_t *json = NULL;
	int r = get(e, "tasks", id, &json, why);
	if (r == 0)
		r = engine_task_read(json, ret, why);
	json_decref(json);
	return r;
}

/* One of a list; NULL: it is no task. Owned. */
static struct engine_task *
listed_task(const json_t *list, size_t i)
{
	struct engine_task *t = NULL;
	(void)engine_task_read(json_array_get(list, i), &t, NULL);
	return t;
}

static struct engine_task *
find_task(const json_t *list, const char *id)
{
	for (size_t i = 0; i < json_array_size(list); i++) {
		own(engine_task) struct engine_task *t = listed_task(list, i);
		if (t && strcmp(t->id, id) == 0)
			return take(t);
	}
	return NULL;
}

bool
engine_task_replaces(
	const struct engine_task *next, const struct engine_task *t)
{
	bool same = t->slot
		? next->slot == t->slot
		: next->node && t->node && strcmp(next->node, t->node) == 0;
	same &= !t->service || !next->service ||
		strcmp(t->service, next->service) == 0;
	return same && t->created && next->created > t->created;
}

bool
engine_task_has_ended(const struct engine_task *t)
{
	static const char *const ended[] = { "complete", "failed", "orphaned",
		"rejected", "remove", "shutdown" };
	for (size_t i = 0; i < ELEMENTS(ended); i++)
		if (strcmp(t->state, ended[i]) == 0)
			return true;
	return false;
}

int
engine_task_noticed(struct engine *e, const char *service, const char *id,
	usec *ret, bool *ret_replaced, struct why *why)
{
	own(str) char *path =
		engine_filtered("/tasks", "service", service, NULL);
	json_t *list = NULL;
	int r = engine_get(e, path, &list, why);
	if (r < 0)
		return r;
	own(engine_task) struct engine_task *t = find_task(list, id);
	*ret = t && engine_task_has_ended(t) ? t->reached : 0;
	*ret_replaced = false;
	for (size_t i = 0; t && i < json_array_size(list); i++) {
		own(engine_task) struct engine_task *next =
			listed_task(list, i);
		if (!next || !engine_task_replaces(next, t))
			continue;
		*ret = *ret ? MIN(*ret, next->created) : next->created;
		*ret_replaced = true;
	}
	json_decref(list);
	return 0;
}
