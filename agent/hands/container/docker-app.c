#include "config.h"
#include "hands/container/docker-app.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "config/caprover.h"

#define SERVICE_LABEL "com.docker.swarm.service.name"

const json_t *
json_at(const json_t *from, ...)
{
	va_list keys;
	va_start(keys, from);
	for (const char *key; from && (key = va_arg(keys, const char *));)
		from = json_object_get(from, key);
	va_end(keys);
	return from;
}

const char *
json_text(const json_t *json)
{
	const char *s = json_string_value(json);
	return s ? s : "";
}

const char *
docker_app_container_id(const json_t *container)
{
	return json_text(json_object_get(container, "Id"));
}

const char *
docker_app_container_service(const json_t *container)
{
	return json_text(json_at(container, "Labels", SERVICE_LABEL, NULL));
}

bool
docker_app_container_runs(const json_t *container)
{
	return strcmp(json_text(json_object_get(container, "State")),
		       "running") == 0;
}

static int
newest_first(const void *a, const void *b)
{
	json_int_t x = json_integer_value(
		json_object_get(*(const json_t *const *)a, "Created"));
	json_int_t y = json_integer_value(
		json_object_get(*(const json_t *const *)b, "Created"));
	return x < y ? 1 : x > y ? -1 : 0;
}

static void
pick_containers(const struct app *app, struct docker_app *c)
{
	size_t i;
	json_t *one;
	c->list = xcalloc(json_array_size(c->all), sizeof(*c->list));
	json_array_foreach (c->all, i, one) {
		if (caprover_is_service(app, docker_app_container_service(one)))
			c->list[c->n++] = one;
	}
	if (c->n)
		qsort(c->list, c->n, sizeof(*c->list), newest_first);
}

static void
pick_service(const struct app *app, struct docker_app *c)
{
	size_t i;
	json_t *one;
	json_array_foreach (c->services, i, one) {
		const json_t *spec = json_object_get(one, "Spec");
		if (caprover_is_service(
			    app, json_text(json_object_get(spec, "Name")))) {
			c->service = spec;
			c->update = json_object_get(one, "UpdateStatus");
		}
	}
}

int
docker_app_find(const struct app *app, usec deadline, struct docker_app *ret,
	struct why *why)
{
	*ret = (struct docker_app){ 0 };
	int r = engine_open(app->docker_socket, &ret->engine, why);
	if (r < 0)
		return r;
	engine_set_deadline(ret->engine, deadline);
	r = engine_get(ret->engine, "/containers/json?all=1", &ret->all, why);
	if (r < 0)
		return r;
	pick_containers(app, ret);
	/* A node that manages no swarm has containers all the same. */
	r = engine_get(ret->engine, "/services", &ret->services, why);
	if (r < 0 && r != -EREMOTE)
		return r;
	pick_service(app, ret);
	return 0;
}

void
docker_app_free(struct docker_app *c)
{
	engine_close(c->engine);
	json_decref(c->all);
	json_decref(c->services);
	free(c->list);
	*c = (struct docker_app){ 0 };
}

int
docker_app_inspect(const struct docker_app *c, const char *kind, const char *id,
	json_t **ret, struct why *why)
{
	own(buf) struct buf path = { 0 };
	buf_printf(&path, "/%s/", kind);
	engine_add_part(&path, span_of(id));
	/* A network has no further part. */
	if (strcmp(kind, "containers") == 0)
		buf_add_str(&path, "/json");
	return engine_get(c->engine, buf_str(&path), ret, why);
}
