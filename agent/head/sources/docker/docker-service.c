#include "config.h"
#include "head/sources/docker/docker-service.h"

#include <errno.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "base/span.h"
#include "head/sources/docker-config.h"
#include "head/sources/docker/container-root.h"

#define SERVICE_LABEL "com.docker.swarm.service.name"
#define URL_NAME "DATABASE_URL"

static void
secret_free(char *s)
{
	if (s)
		explicit_bzero(s, strlen(s));
	free(s);
}

static void
service_clear(struct docker_service *s)
{
	free(s->name);
	free(s->id);
	free(s->container);
	free(s->created);
	free(s->image);
	free(s->workdir);
	free(s->driver);
	free(s->max_size);
	free(s->max_file);
	free(s->log_mode);
	secret_free(s->database_url);
	free(s->other_url);
	for (size_t i = 0; i < s->n_urls; i++) {
		free(s->urls[i].name);
		secret_free(s->urls[i].value);
	}
	free(s->urls);
	strings_free(s->roots);
}

void
docker_services_free(struct docker_services *s)
{
	for (size_t i = 0; i < s->n; i++)
		service_clear(&s->list[i]);
	free(s->list);
	strings_free(s->troubles);
	*s = (struct docker_services){ 0 };
}

/* The text of a key; NULL if it is none or empty. Owned. */
static char *
text_of(const json_t *object, const char *key)
{
	const char *s = json_string_value(json_object_get(object, key));
	return s && *s ? xstrdup(s) : NULL;
}

const char *
docker_service_url(const struct docker_service *s, const char *name)
{
	for (size_t i = s->n_urls; name && i > 0; i--)
		if (strcmp(s->urls[i - 1].name, name) == 0)
			return s->urls[i - 1].value;
	return NULL;
}

static void
add_url(struct docker_service *s, struct span name, const char *value)
{
	s->urls = xrealloc(s->urls, s->n_urls + 1, sizeof(*s->urls));
	s->urls[s->n_urls++] =
		(struct docker_url){ xstrndup(name.data, name.len),
			xstrdup(value) };
}

/* Of two that are equal Docker's daemon itself keeps the last. */
static void
read_environment(struct docker_service *s, const json_t *list)
{
	size_t i;
	json_t *one;
	json_array_foreach (list, i, one) {
		const char *text = json_string_value(one);
		const char *value = text ? strchr(text, '=') : NULL;
		if (!value)
			continue;
		struct span name = { text, (size_t)(value++ - text) };
		bool is_url = strncmp(value, "postgres://", 11) == 0 ||
			strncmp(value, "postgresql://", 13) == 0;
		if (is_url)
			add_url(s, name, value);
		if (span_is(name, URL_NAME)) {
			secret_free(s->database_url);
			s->database_url = xstrdup(value);
		} else if (is_url && !s->other_url) {
			s->other_url = xstrndup(name.data, name.len);
		}
	}
}

/* Files that cannot be read leave what they hold unknown. */
static void
read_log_settings(struct docker_service *s, const char *root)
{
	json_t *json = NULL;
	if (docker_container_load(root, s->id, "hostconfig.json", &json, NULL) <
		0)
		return;
	const json_t *log = json_object_get(json, "LogConfig");
	const json_t *options = json_object_get(log, "Config");
	s->driver = docker_name(json_object_get(log, "Type"));
	s->max_size = text_of(options, "max-size");
	s->max_file = text_of(options, "max-file");
	s->log_mode = text_of(options, "mode");
	json_decref(json);
}

static void
find_roots(struct docker_service *s, const char *root, const char *driver)
{
	own(strings) char **list = container_roots(root, driver, s->id);
	for (char **p = list; p && *p; p++) {
		own(str) char *path = xprintf("%s/%s", root, *p);
		strings_add(&s->roots, path);
	}
}

/* A label with letters that no service has is none of a service. */
static int
read_one(const char *root, const char *id, struct docker_service *s,
	struct why *why)
{
	json_t *json = NULL;
	int r = docker_container_load(root, id, "config.v2.json", &json, why);
	if (r < 0)
		return r;
	const json_t *config = json_object_get(json, "Config");
	char *name = docker_name(json_object_get(
		json_object_get(config, "Labels"), SERVICE_LABEL));
	char *image = text_of(config, "Image");
	char *workdir = text_of(config, "WorkingDir");
	*s = (struct docker_service){
		.name = name ? name : xstrdup(""),
		.id = xstrdup(id),
		.container = docker_name(json_object_get(json, "Name")),
		.created = docker_time(json_object_get(json, "Created")),
		.image = image ? image : xstrdup(""),
		.workdir = workdir ? workdir : xstrdup("/"),
		.running = json_is_true(json_object_get(
			json_object_get(json, "State"), "Running")),
		.containers = 1,
	};
	read_environment(s, json_object_get(config, "Env"));
	read_log_settings(s, root);
	own(str) char *driver = docker_name(json_object_get(json, "Driver"));
	find_roots(s, root, driver);
	json_decref(json);
	return 0;
}

/* Whether a container is newer than another of its service: as discovery has
 * it, of two that were made at once the one with the later id, which is read
 * later. */
static bool
is_newer(const struct docker_service *s, const struct docker_service *than)
{
	return strcmp(s->created, than->created) >= 0;
}

/* Containers of no service have nothing in common, and stay apart. */
static void
add(struct docker_services *all, struct docker_service *s)
{
	for (size_t i = 0; i < all->n && *s->name; i++) {
		struct docker_service *old = &all->list[i];
		if (strcmp(old->name, s->name) != 0)
			continue;
		size_t containers = old->containers + 1;
		if (is_newer(s, old)) {
			struct docker_service swap = *old;
			*old = *s;
			*s = swap;
		}
		old->containers = containers;
		service_clear(s);
		return;
	}
	all->list = xrealloc(all->list, all->n + 1, sizeof(*all->list));
	all->list[all->n++] = *s;
}

static int
by_name(const void *a, const void *b)
{
	const struct docker_service *x = a, *y = b;
	int r = strcmp(x->name, y->name);
	return r ? r : strcmp(x->id, y->id);
}

struct services_reading {
	const char *root;
	struct docker_services *to;
};

static void
on_container(void *arg, const char *id)
{
	const struct services_reading *reading = arg;
	struct docker_service s;
	struct why trouble;
	int r = read_one(reading->root, id, &s, &trouble);
	if (r == 0)
		add(reading->to, &s);
	else if (r != -ENOENT)
		strings_add(&reading->to->troubles, trouble.text);
}

int
docker_services_read(
	const char *root, struct docker_services *ret, struct why *why)
{
	struct services_reading reading = { root, ret };
	*ret = (struct docker_services){ 0 };
	int r = docker_containers_each(
		root, on_container, &reading, &ret->left, why);
	if (r < 0)
		return r;
	if (ret->n)
		qsort(ret->list, ret->n, sizeof(*ret->list), by_name);
	return 0;
}
