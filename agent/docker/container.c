#include "config.h"
#include "docker/container.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "docker/engine-text.h"

#define SERVICE_LABEL "com.docker.swarm.service.name"
#define TASK_LABEL "com.docker.swarm.task.id"

void
engine_container_free(struct engine_container *c)
{
	if (!c)
		return;
	char *const texts[] = { c->id, c->name, c->service, c->task, c->image,
		c->image_id, c->workdir, c->log_driver, c->merged };
	for (size_t i = 0; i < ELEMENTS(texts); i++)
		free(texts[i]);
	for (size_t i = 0; i < c->n_networks; i++) {
		free(c->networks[i].name);
		free(c->networks[i].address);
	}
	free(c->networks);
	strings_free(c->env);
	free(c);
}

enum container_health
container_health_of(const char *word)
{
	static const char *const words[HEALTHS] = {
		[HEALTH_NONE] = "none",
		[HEALTH_STARTING] = "starting",
		[HEALTH_GOOD] = "healthy",
		[HEALTH_BAD] = "unhealthy",
	};
	for (int h = 0; word && h < HEALTHS; h++)
		if (strcmp(words[h], word) == 0)
			return (enum container_health)h;
	return HEALTH_NONE;
}

/* Keeps the names, and wipes the values where they are. */
static char **
env_names(json_t *env)
{
	char **names = NULL;
	size_t i;
	json_t *one;
	json_array_foreach (env, i, one) {
		/* jansson gives out its own memory, which nobody reads any
		 * more. */
		char *text = (char *)json_string_value(one);
		char *value = text ? strchr(text, '=') : NULL;
		size_t len = value ? (size_t)(value - text)
			: text     ? strlen(text)
				   : 0;
		own(str) char *name = escape_str(
			(struct span){ text, len }, ENGINE_TEXT, ESCAPE_LINE);
		if (len && i < CONTAINER_LIST)
			strings_add(&names, name);
		if (value)
			explicit_bzero(value, strlen(value));
	}
	return names;
}

/* An address may be empty in Docker's answer. */
static void
read_networks(const json_t *networks, struct engine_container *c)
{
	size_t n = MIN(json_object_size(networks), CONTAINER_LIST);
	const char *name;
	json_t *one;
	c->networks = xcalloc(n, sizeof(*c->networks));
	json_object_foreach ((json_t *)networks, name, one) {
		if (c->n_networks == n)
			break;
		struct container_network *to = &c->networks[c->n_networks++];
		to->name = escape_str(span_of(name), ENGINE_TEXT, ESCAPE_LINE);
		to->address = engine_plain(one, "IPAddress");
		if (!to->address)
			to->address = engine_plain(one, "GlobalIPv6Address");
	}
}

static void
read_state(const json_t *state, struct engine_container *c)
{
	const json_t *health = json_object_get(state, "Health");
	json_int_t pid = json_integer_value(json_object_get(state, "Pid"));
	c->running = json_is_true(json_object_get(state, "Running"));
	c->pid = c->running && pid > 0 && pid < INT32_MAX ? (unsigned)pid : 0;
	c->exit_code =
		(int)json_integer_value(json_object_get(state, "ExitCode"));
	c->out_of_memory = json_is_true(json_object_get(state, "OOMKilled"));
	c->health = container_health_of(
		json_string_value(json_object_get(health, "Status")));
	c->started = engine_time(json_object_get(state, "StartedAt"));
	c->finished = engine_time(json_object_get(state, "FinishedAt"));
}

static void
read_texts(const json_t *json, struct engine_container *c)
{
	const json_t *config = json_object_get(json, "Config");
	const json_t *labels = json_object_get(config, "Labels");
	const json_t *host = json_object_get(json, "HostConfig");
	const json_t *graph = json_object_get(json, "GraphDriver");
	const char *name = json_string_value(json_object_get(json, "Name"));
	c->name = escape_str(span_of(name && *name == '/' ? name + 1 : name),
		ENGINE_TEXT, ESCAPE_LINE);
	c->service = engine_plain(labels, SERVICE_LABEL);
	c->task = engine_plain(labels, TASK_LABEL);
	c->image = engine_shown(config, "Image");
	c->image_id = engine_shown(json, "Image");
	c->workdir = engine_shown(config, "WorkingDir");
	c->log_driver =
		engine_shown(json_object_get(host, "LogConfig"), "Type");
	c->merged = engine_shown(json_object_get(graph, "Data"), "MergedDir");
}

int
engine_container_read(
	json_t *json, struct engine_container **ret, struct why *why)
{
	own(engine_container) struct engine_container *c =
		xcalloc(1, sizeof(*c));
	json_t *config = json_object_get(json, "Config");
	c->env = env_names(json_object_get(config, "Env"));
	c->id = engine_plain(json, "Id");
	if (!c->id || !engine_is_id(c->id))
		return because(why, -EBADMSG,
			"Docker describes a container without an id");
	read_texts(json, c);
	read_state(json_object_get(json, "State"), c);
	read_networks(json_object_get(json_object_get(json, "NetworkSettings"),
			      "Networks"),
		c);
	c->created = engine_time(json_object_get(json, "Created"));
	*ret = take(c);
	return 0;
}

int
engine_container_get(struct engine *e, const char *id,
	struct engine_container **ret, struct why *why)
{
	own(buf) struct buf path = { 0 };
	json_t *json = NULL;
	buf_add_str(&path, "/containers/");
	engine_add_part(&path, span_of(id));
	buf_add_str(&path, "/json");
	int r = engine_get(e, buf_str(&path), &json, why);
	if (r < 0)
		return r;
	r = engine_container_read(json, ret, why);
	json_decref(json);
	return r;
}

void
engine_listed_free(struct engine_listed *list, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		free(list[i].id);
		free(list[i].name);
		free(list[i].service);
		free(list[i].image);
	}
	free(list);
}

static bool
is_running(const json_t *state)
{
	const char *word = json_string_value(state);
	return word &&
		(strcmp(word, "running") == 0 || strcmp(word, "paused") == 0 ||
			strcmp(word, "restarting") == 0);
}

/* The name is the one without a second slash: those with one are names that
 * other containers have for it. */
static char *
listed_name(const json_t *names)
{
	size_t i;
	json_t *one;
	json_array_foreach ((json_t *)names, i, one) {
		const char *s = json_string_value(one);
		if (s && *s == '/' && engine_is_id(s + 1))
			return xstrdup(s + 1);
	}
	return NULL;
}

static void
read_listed(const json_t *json, struct engine_listed *ret)
{
	ret->name = listed_name(json_object_get(json, "Names"));
	ret->service =
		engine_plain(json_object_get(json, "Labels"), SERVICE_LABEL);
	ret->image = engine_shown(json, "Image");
	ret->running = is_running(json_object_get(json, "State"));
}

bool
engine_is_one_of(const char *service, char *const *services)
{
	char *const *s = services;
	while (service && s && *s && strcmp(*s, service) != 0)
		s++;
	return service && s && *s;
}

/* Whether the entry is one that was asked for; its id is in *ret_id then,
 * owned. */
static bool
is_asked_for(const json_t *one, const struct engine_which *which, char **ret_id)
{
	own(str) char *service =
		engine_plain(json_object_get(one, "Labels"), SERVICE_LABEL);
	own(str) char *id = engine_plain(one, "Id");
	if (!id || !engine_is_id(id) ||
		(!which->service &&
			!engine_is_one_of(service, which->services)))
		return false;
	*ret_id = take(id);
	return true;
}

static char *
list_path(const struct engine_which *which)
{
	const char *service = which->service;
	own(str) char *label = xprintf("%s%s%s", SERVICE_LABEL,
		service ? "=" : "", service ? service : "");
	own(str) char *path = which->newest
		? xprintf("/containers/json?all=1&limit=%u", which->newest)
		: xstrdup("/containers/json?all=1");
	return engine_filtered(path, "label", label, NULL);
}

int
engine_containers(struct engine *e, const struct engine_which *which,
	struct engine_listed **ret, size_t *ret_n, size_t *ret_left,
	struct why *why)
{
	own(str) char *path = list_path(which);
	json_t *list = NULL, *one;
	size_t i, n = 0, left = 0;
	int r = engine_get(e, path, &list, why);
	if (r < 0)
		return r;
	struct engine_listed *all =
		xcalloc(MIN(which->most, json_array_size(list)), sizeof(*all));
	json_array_foreach (list, i, one) {
		own(str) char *id = NULL;
		if (!is_asked_for(one, which, &id))
			continue;
		if (n == which->most) {
			left++;
			continue;
		}
		all[n].id = take(id);
		read_listed(one, &all[n++]);
	}
	json_decref(list);
	*ret = all;
	*ret_n = n;
	*ret_left = left;
	return 0;
}
