#include "config.h"
#include "hands/container/container-address.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/escape.h"
#include "hands/container/docker-app.h"

/* The bridge through which containers of an overlay network reach the host, and
 * it them. */
#define GATEWAY "docker_gwbridge"
#define NAME_SHOWN 200

struct search {
	const struct docker_app *containers;
	const char *host;
	char **networks; /* ids, of the app's */
	char **services; /* that have the name, or it as an alias */
	char **ids;      /* of the containers that have it and run */
	bool known;      /* a container has it, running or not */
};

bool
container_address_is_own(const char *host)
{
	return strcmp(host, "localhost") == 0 || strcmp(host, "::1") == 0 ||
		strncmp(host, "127.", 4) == 0 || host[0] == '/' ||
		host[0] == '@';
}

static bool
has(char *const *list, const char *s)
{
	for (; list && *list; list++)
		if (strcmp(*list, s) == 0)
			return true;
	return false;
}

static const json_t *
networks_of(const json_t *container)
{
	return json_at(container, "NetworkSettings", "Networks", NULL);
}

static const char *
id_of_network(const json_t *network)
{
	const char *id =
		json_string_value(json_object_get(network, "NetworkID"));
	return id ? id : "";
}

/* Docker resolves no names on these. */
static bool
is_nameless(const char *network)
{
	static const char *const all[] = { "bridge", "host", "ingress", "none",
		NULL };
	return has((char *const *)all, network);
}

static const json_t *
attachments_of(const json_t *spec)
{
	const json_t *all = json_at(spec, "TaskTemplate", "Networks", NULL);
	return all ? all : json_object_get(spec, "Networks");
}

/* The networks of the app's containers, and those that its service names for
 * the next one. Without them any container of the host could take the name. */
static void
add_networks(struct search *s)
{
	const struct docker_app *c = s->containers;
	const char *name;
	json_t *one;
	size_t i;
	for (size_t k = 0; k < c->n; k++) {
		json_t *all = (json_t *)networks_of(c->list[k]);
		json_object_foreach (all, name, one)
			if (*id_of_network(one) && !is_nameless(name))
				strings_add(&s->networks, id_of_network(one));
	}
	json_array_foreach (attachments_of(c->service), i, one) {
		const char *id =
			json_string_value(json_object_get(one, "Target"));
		if (id)
			strings_add(&s->networks, id);
	}
}

/* Whether the host's name is among them, behind the prefix. */
static bool
is_among(const struct search *s, const json_t *names, struct span prefix)
{
	json_t *one;
	size_t i;
	json_array_foreach (names, i, one) {
		const char *name = json_string_value(one);
		if (name && span_starts(span_of(name), prefix) &&
			strcmp(name + prefix.len, s->host) == 0)
			return true;
	}
	return false;
}

static bool
has_alias(const struct search *s, const json_t *attachment)
{
	return is_among(s, json_object_get(attachment, "Aliases"), SPAN(""));
}

/* CapRover gives each app the name `srv-captain--APP` as an alias, where it is
 * not the service's own. */
static void
add_service(struct search *s, const json_t *spec)
{
	const char *name = json_string_value(json_object_get(spec, "Name"));
	bool same = name && strcmp(name, s->host) == 0, is = false;
	json_t *one;
	size_t i;
	json_array_foreach (attachments_of(spec), i, one) {
		const char *id =
			json_string_value(json_object_get(one, "Target"));
		is |= id && has(s->networks, id) &&
			(same ||
				is_among(s, json_object_get(one, "Aliases"),
					SPAN("")));
	}
	if (name && is)
		strings_add(&s->services, name);
}

static bool
has_name(const struct search *s, const json_t *container)
{
	return is_among(s, json_object_get(container, "Names"), SPAN("/"));
}

/* Without a swarm it is the container's own name. */
static bool
is_named(const struct search *s, const json_t *container)
{
	const char *service = docker_app_container_service(container);
	return *service
		? has(s->services, service)
		: is_among(s, json_object_get(container, "Names"), SPAN("/"));
}

/* The network that the container shares with the app; NULL: none. */
static const json_t *
shared_network(const struct search *s, const json_t *container)
{
	json_t *all = (json_t *)networks_of(container), *one;
	const char *name;
	json_object_foreach (all, name, one)
		if (has(s->networks, id_of_network(one)))
			return one;
	return NULL;
}

/* Adds an address that is one, without the length of its network. */
static void
add_address(char ***to, const char *text)
{
	char bare[INET_ADDRSTRLEN];
	struct in_addr binary;
	snprintf(bare, sizeof(bare), "%.*s", (int)strcspn(text, "/"), text);
	if (inet_pton(AF_INET, bare, &binary) == 1)
		strings_add(to, bare);
}

/* A bridge of one host reaches the host by itself. */
static int
add_bridged(const struct search *s, const json_t *network, char ***to,
	struct why *why)
{
	json_t *whole = NULL;
	const char *at =
		json_string_value(json_object_get(network, "IPAddress"));
	int r = docker_app_inspect(
		s->containers, "networks", id_of_network(network), &whole, why);
	if (r < 0)
		return r;
	const char *driver =
		json_string_value(json_object_get(whole, "Driver"));
	if (at && driver && strcmp(driver, "bridge") == 0)
		add_address(to, at);
	json_decref(whole);
	return 0;
}

static int
add_container(struct search *s, const json_t *gateway, const json_t *container,
	char ***to, struct why *why)
{
	const json_t *network = shared_network(s, container);
	if (!network || !is_named(s, container))
		return 0;
	const char *at = json_string_value(json_at(gateway, "Containers",
		docker_app_container_id(container), "IPv4Address", NULL));
	s->known = true;
	if (!docker_app_container_runs(container))
		return 0;
	strings_add(&s->ids, docker_app_container_id(container));
	if (!at)
		return add_bridged(s, network, to, why);
	add_address(to, at);
	return 0;
}

/* The list comes from Docker with the newest first. */
static int
find(struct search *s, char ***to, struct why *why)
{
	json_t *gateway = NULL, *one;
	size_t i;
	int r = docker_app_inspect(
		s->containers, "networks", GATEWAY, &gateway, why);
	if (r == -ESRCH)
		r = 0;
	json_array_foreach (s->containers->all, i, one)
		if (r == 0)
			r = add_container(s, gateway, one, to, why);
	json_decref(gateway);
	return r;
}

/* Whether the app's networks may know the name, though Docker knows no such app
 * now: any network of this host does. */
static bool
may_be_known(const struct search *s)
{
	if (s->containers->n || s->containers->service)
		return false;
	json_t *one;
	size_t i;
	json_array_foreach (s->containers->all, i, one)
		if (has_name(s, one))
			return true;
	json_array_foreach (s->containers->services, i, one) {
		const json_t *spec = json_object_get(one, "Spec");
		const char *name =
			json_string_value(json_object_get(spec, "Name"));
		json_t *attachment;
		size_t k;
		if (name && strcmp(name, s->host) == 0)
			return true;
		json_array_foreach (attachments_of(spec), k, attachment)
			if (has_alias(s, attachment))
				return true;
	}
	return false;
}

static int
nothing(const struct search *s, const struct app *app, struct why *why)
{
	own(str) char *shown =
		escape_str(span_of(s->host), NAME_SHOWN, ESCAPE_LINE);
	if (!s->networks) {
		int r = may_be_known(s) ? -EHOSTUNREACH : 1;
		(void)because(why, -ENOENT,
			"%s cannot be looked for in Docker's networks: app %s "
			"has no container and no service there (`service` "
			"names another one)",
			shown, app->name);
		return r;
	}
	if (s->services || s->known)
		return because(why, -EHOSTUNREACH,
			"%s is a name of Docker's network, and none of its "
			"containers runs on this node within reach: `docker "
			"service ps %s` tells where they are",
			shown, s->services ? s->services[0] : shown);
	(void)because(why, -ENOENT,
		"no container and no service on the networks of app %s is "
		"called %s",
		app->name, shown);
	return 1;
}

static void
search_let_go(struct search *s)
{
	strings_free(s->networks);
	strings_free(s->services);
	strings_free(s->ids);
}

/* Finds the addresses, and in `s` whose they are. */
static int
look(struct search *s, const struct app *app, char ***to, struct why *why)
{
	json_t *one;
	size_t i;
	add_networks(s);
	json_array_foreach (s->containers->services, i, one)
		add_service(s, json_object_get(one, "Spec"));
	int r = find(s, to, why);
	if (r == 0 && !*to)
		r = nothing(s, app, why);
	return r;
}

int
container_address(const struct app *app, const char *host, usec deadline,
	char ***ret, struct why *why)
{
	own(docker_app) struct docker_app c = { 0 };
	own(search) struct search s = { .containers = &c, .host = host };
	own(strings) char **list = NULL;
	int r = docker_app_find(app, deadline, &c, why);
	if (r == 0)
		r = look(&s, app, &list, why);
	if (r == 0)
		*ret = take(list);
	return r;
}

int
container_address_id(const struct app *app, const char *host, usec deadline,
	char **ret, struct why *why)
{
	own(docker_app) struct docker_app c = { 0 };
	own(search) struct search s = { .containers = &c, .host = host };
	own(strings) char **list = NULL;
	int r = docker_app_find(app, deadline, &c, why);
	if (r == 0)
		r = look(&s, app, &list, why);
	if (r != 0)
		return r < 0 ? r : -ENOENT;
	if (strings_count(s.ids) != 1) {
		own(str) char *shown =
			escape_str(span_of(host), NAME_SHOWN, ESCAPE_LINE);
		return because(why, -EHOSTUNREACH,
			"%zu containers are called %s, so nobody can tell in "
			"which of them the database is",
			strings_count(s.ids), shown);
	}
	*ret = xstrdup(s.ids[0]);
	return 0;
}
