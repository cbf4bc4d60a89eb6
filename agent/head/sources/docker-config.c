#include "config.h"
#include "head/sources/docker-config.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/escape.h"
#include "base/io/descriptors.h"
#include "base/io/file.h"
#include "base/json.h"
#include "config/credentials.h"

#define CONFIG_MAX (1u << 20)
#define SERVICE_LABEL "com.docker.swarm.service.name"

void
docker_container_release(struct docker_container *c)
{
	free(c->id);
	free(c->name);
	free(c->service);
	free(c->log_path);
	free(c->driver);
	free(c->created);
	free(c->image);
	free(c->image_id);
}

void
docker_container_free(struct docker_container *c)
{
	if (!c)
		return;
	docker_container_release(c);
	free(c);
}

bool
docker_container_is_id(const char *name)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz"
				      "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				      "0123456789_-";
	size_t len = strlen(name);
	return len > 0 && len <= 128 && strspn(name, letters) == len;
}

char *
docker_containers_folder(const char *docker_root)
{
	return xprintf("%s/containers", docker_root);
}

int
docker_open_below(
	const char *root, const char *path, int flags, struct why *why)
{
	own(fd) int dir = open(root, O_PATH | O_DIRECTORY | O_CLOEXEC);
	int fd = dir < 0 ? -errno : file_open_beneath(dir, path, flags);
	if (fd < 0)
		return because(why, fd, "%s/%s: cannot be opened: %s", root,
			path,
			descriptors_lack(fd) ? descriptors_error(fd)
					     : file_beneath_error(fd));
	return fd;
}

int
docker_container_load(const char *root, const char *id, const char *name,
	json_t **ret, struct why *why)
{
	own(buf) struct buf text = { 0 };
	own(str) char *below = xprintf("containers/%s/%s", id, name);
	own(str) char *path = xprintf("%s/%s", root, below);
	own(fd) int fd = docker_open_below(
		root, below, O_RDONLY | O_NONBLOCK | O_NOCTTY, why);
	if (fd < 0)
		return fd;
	int r = file_read_fd(fd, path, CONFIG_MAX, &text, why);
	if (r < 0)
		return r;
	json_replace_nul(text.data, text.len);
	json_t *json = json_loadb(text.data, text.len, 0, NULL);
	explicit_bzero(text.data, text.len); /* Env holds passwords */
	if (!json)
		return because(why, -EBADMSG, "%s: is not valid JSON", path);
	*ret = json;
	return 0;
}

char *
docker_name(const json_t *json)
{
	const char *s = json_string_value(json);
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz"
				      "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				      "0123456789._-/";
	size_t len = s ? strlen(s) : 0;
	return len && len <= 255 && strspn(s, letters) == len ? xstrdup(s)
							      : NULL;
}

char *
docker_time(const json_t *json)
{
	const char *s = json_string_value(json);
	size_t len = s ? strlen(s) : 0;
	bool is = len && len <= 40 && strspn(s, "0123456789-:.TZ") == len;
	return xstrdup(is ? s : "");
}

/* The path of the log. LogPath counts only if it lies under the Docker root:
 * the root may be a copy, or be mounted somewhere else than Docker has it.
 * Where it does not, the log has the place that Docker's json-file driver gives
 * it. */
static char *
log_path(const char *root, const char *id, const json_t *config)
{
	const char *said =
		json_string_value(json_object_get(config, "LogPath"));
	size_t len = strlen(root);
	if (said && strncmp(said, root, len) == 0 && said[len] == '/' &&
		!strstr(said, "/../") && strlen(said) < PATH_MAX)
		return xstrdup(said);
	return xprintf("%s/containers/%s/%s-json.log", root, id, id);
}

/* The container's log driver, from the file beside; NULL if that cannot be
 * told. */
static char *
driver_of(const char *root, const char *id)
{
	json_t *json = NULL;
	if (docker_container_load(root, id, "hostconfig.json", &json, NULL) < 0)
		return NULL;
	char *driver = docker_name(
		json_object_get(json_object_get(json, "LogConfig"), "Type"));
	json_decref(json);
	return driver;
}

/* A text for people: any may stand there. */
static char *
shown_of(const json_t *json)
{
	const char *s = json_string_value(json);
	return s && *s ? escape_str(span_of(s), 255, ESCAPE_LINE) : NULL;
}

/* The same time as a number; Docker writes the year 1 for none. */
static usec
usec_of(const json_t *json)
{
	const char *s = json_string_value(json);
	int64_t ns = 0;
	return s && clock_parse(span_of(s), &ns) && ns > 0
		? (usec)(ns / NSEC_USEC)
		: 0;
}

static void
read_life(const json_t *json, struct docker_container *c)
{
	const json_t *state = json_object_get(json, "State");
	c->image = shown_of(
		json_object_get(json_object_get(json, "Config"), "Image"));
	c->image_id = shown_of(json_object_get(json, "Image"));
	c->running = json_is_true(json_object_get(state, "Running"));
	c->started = usec_of(json_object_get(state, "StartedAt"));
	c->finished = usec_of(json_object_get(state, "FinishedAt"));
	c->made = usec_of(json_object_get(json, "Created"));
}

static void
wipe(const json_t *env)
{
	size_t i;
	json_t *one;
	json_array_foreach (env, i, one)
		if (json_is_string(one))
			explicit_bzero((char *)json_string_value(one),
				json_string_length(one));
}

int
docker_container_read(const struct settings *settings, const char *id,
	struct docker_container **ret, struct why *why)
{
	const char *root = settings->docker_root;
	json_t *json = NULL;
	int r = docker_container_load(root, id, "config.v2.json", &json, why);
	if (r < 0)
		return r;
	const json_t *config = json_object_get(json, "Config");
	const json_t *labels = json_object_get(config, "Labels");
	struct docker_container *c = xcalloc(1, sizeof(*c));
	c->id = xstrdup(id);
	c->name = docker_name(json_object_get(json, "Name"));
	/* Docker puts a slash before it. */
	if (c->name && c->name[0] == '/')
		memmove(c->name, c->name + 1, strlen(c->name));
	c->service = docker_name(json_object_get(labels, SERVICE_LABEL));
	c->log_path = log_path(root, id, json);
	c->driver = driver_of(root, id);
	c->created = docker_time(json_object_get(json, "Created"));
	read_life(json, c);
	credentials_know_environment(
		settings, c->service, json_object_get(config, "Env"));
	wipe(json_object_get(config, "Env"));
	json_decref(json);
	*ret = c;
	return 0;
}

static int
by_id(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

int
docker_containers_list(const char *root, size_t most, char ***ret,
	size_t *ret_left, struct why *why)
{
	own(str) char *folder = docker_containers_folder(root);
	own(fd) int fd = docker_open_below(
		root, "containers", O_RDONLY | O_DIRECTORY, why);
	if (fd < 0)
		return fd;
	DIR *dir = fdopendir(fd);
	if (!dir)
		return because(why, -errno, "%s: cannot be opened: %s", folder,
			strerror(errno));
	(void)take(fd);
	char **ids = NULL;
	size_t n = 0, left = 0;
	for (struct dirent *e; (e = readdir(dir));) {
		if (!docker_container_is_id(e->d_name))
			continue;
		if (n == most) {
			left++;
			continue;
		}
		/* Room for the NULL behind the last one. */
		if ((n & (n + 1)) == 0)
			ids = xrealloc(ids, 2 * (n + 1), sizeof(*ids));
		ids[n++] = xstrdup(e->d_name);
		ids[n] = NULL;
	}
	closedir(dir);
	if (n)
		qsort(ids, n, sizeof(*ids), by_id);
	*ret = ids;
	*ret_left = left;
	return 0;
}

int
docker_containers_each(const char *root,
	void (*on_container)(void *arg, const char *id), void *arg,
	size_t *ret_left, struct why *why)
{
	own(strings) char **ids = NULL;
	int r = docker_containers_list(
		root, DOCKER_CONTAINERS_MOST, &ids, ret_left, why);
	for (char **id = ids; r == 0 && id && *id; id++)
		on_container(arg, *id);
	return r;
}
