#include "config.h"
#include "hands/container/network/container-namespace.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include "base/escape.h"
#include "config/caprover.h"
#include "hands/container/network/container-name.h"
#include "hands/container/network/container-rights.h"
#include "hands/container/docker-app.h"

#define CANDIDATES 8 /* that are asked about, of each network */
#define SHOWN 200
/* What libnetwork takes of a network's id for the name of the namespace:
 * https://github.com/moby/moby/blob/v20.10.24/vendor/github.com/docker/libnetwork/osl/namespace_linux.go
 */
#define LB_ID 9

struct namespace_search {
	const struct app *app;
	const struct docker_app *docker;
	const char *host;
	char **ids;         /* of the containers that have the host's name */
	char **networks;    /* ids */
	char **joined;      /* containers, by id or name, among whose processes
			       others are */
	bool joins_unknown; /* one runs among those of nobody knows whom */
};

/* The service's name, else the container's own. */
static const char *
name_of(const json_t *container)
{
	const char *service = docker_app_container_service(container);
	const char *own = json_text(
		json_array_get(json_object_get(container, "Names"), 0));
	return *service ? service : *own == '/' ? own + 1 : own;
}

/* Whether Swarm made it. Its name says so, too: a label may be its image's. */
static bool
is_swarms(const json_t *container)
{
	const char *service = docker_app_container_service(container);
	own(str) char *begin = xprintf("/%s.", service);
	const char *name = json_text(
		json_array_get(json_object_get(container, "Names"), 0));
	return *service && strncmp(name, begin, strlen(begin)) == 0;
}

/* Whether it is one of CapRover's own, of the host's owner. */
static bool
is_captains(const json_t *container)
{
	const char *service = docker_app_container_service(container);
	return strncmp(service, "captain-", 8) == 0 && is_swarms(container);
}

/* The smaller, the likelier it is to stay. */
static int
rank(const json_t *container)
{
	const char *service = docker_app_container_service(container);
	return !is_captains(container)                  ? 2
		: strcmp(service, "captain-nginx") == 0 ? 0
							: 1;
}

static int
by_stay(const void *a, const void *b)
{
	const json_t *x = *(const json_t *const *)a;
	const json_t *y = *(const json_t *const *)b;
	json_int_t of_x = json_integer_value(json_object_get(x, "Created"));
	json_int_t of_y = json_integer_value(json_object_get(y, "Created"));
	int r = rank(x) - rank(y);
	return r ? r : of_x < of_y ? -1 : of_x > of_y;
}

static const char *
address_in(const json_t *container, const char *network)
{
	return json_text(json_object_get(
		container_name_in(container, network), "IPAddress"));
}

/* Whether the container with the host's name is of this service. */
static bool
is_database(const struct namespace_search *s, const json_t *container)
{
	const char *service = docker_app_container_service(container);
	json_t *one;
	size_t i;
	if (strings_have(s->ids, docker_app_container_id(container)))
		return true;
	json_array_foreach (s->docker->all, i, one)
		if (*service &&
			strings_have(s->ids, docker_app_container_id(one)) &&
			strcmp(docker_app_container_service(one), service) == 0)
			return true;
	return false;
}

static bool
is_joined(const struct namespace_search *s, const json_t *container)
{
	bool joined = s->joins_unknown;
	for (char **j = s->joined; j && *j; j++)
		joined |= container_rights_is_called(container, *j);
	return joined;
}

static bool
may_serve(const struct namespace_search *s, const json_t *container,
	const char *network)
{
	return docker_app_container_runs(container) &&
		*docker_app_container_id(container) &&
		*address_in(container, network) &&
		!container_rights_shared(s->docker->all, container) &&
		!is_joined(s, container) &&
		!caprover_is_service(
			s->app, docker_app_container_service(container)) &&
		!is_database(s, container);
}

static const char *
key_of(const json_t *whole)
{
	return json_text(json_at(whole, "NetworkSettings", "SandboxKey", NULL));
}

static bool
is_same_run(const json_t *a, const json_t *b)
{
	const char *since = json_text(json_at(b, "State", "StartedAt", NULL));
	return json_is_true(json_at(b, "State", "Running", NULL)) &&
		strcmp(key_of(a), key_of(b)) == 0 &&
		strcmp(json_text(json_at(a, "State", "StartedAt", NULL)),
			since) == 0;
}

static int
inspect(const struct namespace_search *s, const char *id, json_t **ret,
	struct why *why)
{
	int r = docker_app_inspect(s->docker, "containers", id, ret, why);
	return r == -ESRCH ? -ENOENT : r; /* removed since the list was made */
}

/* Docker is asked before and behind the opening: it was this container's. */
static int
open_checked(const struct namespace_search *s, const char *id,
	const json_t *before, struct why *why)
{
	json_t *after = NULL;
	const char *key = key_of(before);
	if (*key != '/')
		return -ENOENT;
	own(fd) int fd = open(key, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	if (fd < 0)
		return -ENOENT;
	int r = inspect(s, id, &after, why);
	if (r == 0 && !is_same_run(before, after))
		r = -ENOENT;
	json_decref(after);
	return r < 0 ? r : take(fd);
}

static int
open_container(const struct namespace_search *s, const json_t *container,
	const char *network, bool any, struct reach_way *ret, struct why *why)
{
	json_t *whole = NULL;
	const char *id = docker_app_container_id(container);
	int r = inspect(s, id, &whole, why);
	if (r == 0 &&
		(container_rights_change(whole) ||
			(!any && !is_captains(container) &&
				container_rights_listen(whole))))
		r = -ENOENT;
	if (r == 0)
		r = open_checked(s, id, whole, why);
	json_decref(whole);
	if (r < 0)
		return r;
	ret->ns = r;
	ret->address = xstrdup(address_in(container, network));
	ret->whose =
		escape_str(span_of(name_of(container)), SHOWN, ESCAPE_LINE);
	return 0;
}

/* -ENOENT: none of them; `any`: also of those that may read along. */
static int
open_one(const struct namespace_search *s, const char *network, bool any,
	struct reach_way *ret, struct why *why)
{
	const json_t **list =
		xcalloc(json_array_size(s->docker->all), sizeof(*list));
	json_t *one;
	size_t i, n = 0;
	int r = -ENOENT;
	json_array_foreach (s->docker->all, i, one)
		if (may_serve(s, one, network))
			list[n++] = one;
	if (n)
		qsort(list, n, sizeof(*list), by_stay);
	for (i = 0; i < MIN(n, CANDIDATES) && r == -ENOENT; i++)
		r = open_container(s, list[i], network, any, ret, why);
	free(list);
	return r;
}

/* Docker has the address in the list of the network's containers, under a name
 * that is no id. */
static char *
balancer_address(const json_t *network)
{
	own(str) char *key =
		xprintf("lb-%s", json_text(json_object_get(network, "Name")));
	const char *at = json_text(
		json_at(network, "Containers", key, "IPv4Address", NULL));
	return *at ? xstrndup(at, strcspn(at, "/")) : NULL;
}

/* It lies beside the namespaces of all containers. */
static int
open_balancer(const struct namespace_search *s, const char *id,
	const json_t *network, struct reach_way *ret, struct why *why)
{
	json_t *whole = NULL;
	own(str) char *address = balancer_address(network);
	if (!address || strchr(id, '/'))
		return -ENOENT;
	int r = inspect(s, s->ids[0], &whole, why);
	const char *key = key_of(whole), *slash = strrchr(key, '/');
	own(str) char *path = slash
		? xprintf("%.*s/lb_%.*s", (int)(slash - key), key, LB_ID, id)
		: NULL;
	json_decref(whole);
	if (r < 0)
		return r;
	own(fd) int fd =
		path ? open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY) : -1;
	if (fd < 0)
		return -ENOENT;
	ret->ns = take(fd);
	ret->address = take(address);
	ret->whose = xstrdup("Docker's load balancer");
	return 0;
}

static int
open_in(const struct namespace_search *s, const char *id, struct reach_way *ret,
	struct why *why)
{
	json_t *network = NULL;
	int r = docker_app_inspect(s->docker, "networks", id, &network, why);
	if (r == -ESRCH)
		return -ENOENT;
	if (r < 0)
		return r;
	r = open_one(s, id, false, ret, why);
	if (r == -ENOENT)
		r = open_balancer(s, id, network, ret, why);
	if (r == -ENOENT)
		r = open_one(s, id, true, ret, why);
	if (r == 0) {
		ret->network = xstrdup(id);
		ret->name = escape_str(
			span_of(json_text(json_object_get(network, "Name"))),
			SHOWN, ESCAPE_LINE);
	}
	json_decref(network);
	return r;
}

static int
nobody(const struct namespace_search *s, struct why *why)
{
	own(str) char *shown = escape_str(span_of(s->host), SHOWN, ESCAPE_LINE);
	return because(why, -EHOSTUNREACH,
		"nobody's network leads to %s: there runs no other container, "
		"but those of the app and the database, which may be removed "
		"at any time, and those that may change their network, or "
		"share "
		"it or their processes with another container; deploy "
		"captain-nginx, or any "
		"other, on it",
		shown);
}

/* The list does not tell it. Swarm puts no container among the processes of
 * another. */
static int
find_joined(struct namespace_search *s, struct why *why)
{
	json_t *one;
	size_t i;
	int r = 0;
	json_array_foreach (s->docker->all, i, one) {
		json_t *whole = NULL;
		const char *id = docker_app_container_id(one);
		if (is_swarms(one) || !*id)
			continue;
		r = inspect(s, id, &whole, why);
		const char *joined = container_rights_joined(whole);
		if (joined)
			strings_add(&s->joined, joined);
		s->joins_unknown |= joined && docker_app_container_runs(one) &&
			!container_rights_is_known(s->docker->all, joined);
		json_decref(whole);
		if (r < 0 && r != -ENOENT)
			return r;
	}
	return 0;
}

static int
open_way(struct namespace_search *s, struct reach_way *ret, struct why *why)
{
	container_name_holders(s->docker, s->host, &s->ids, &s->networks);
	if (!s->ids)
		return because(why, -ENOENT, "there is no such container");
	int r = find_joined(s, why);
	r = r < 0 ? r : -ENOENT;
	for (char **n = s->networks; n && *n && r == -ENOENT; n++)
		r = open_in(s, *n, ret, why);
	return r == -ENOENT ? nobody(s, why) : r;
}

int
container_namespace_open(const struct app *app, const char *host, usec deadline,
	struct reach_way *ret, struct why *why)
{
	own(docker_app) struct docker_app c = { 0 };
	struct namespace_search s = { .app = app, .docker = &c, .host = host };
	int r = docker_app_find(app, deadline, &c, why);
	if (r == 0)
		r = open_way(&s, ret, why);
	strings_free(s.ids);
	strings_free(s.networks);
	strings_free(s.joined);
	return r;
}
