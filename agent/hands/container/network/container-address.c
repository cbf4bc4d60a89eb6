#include "config.h"
#include "hands/container/network/container-address.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/escape.h"
#include "hands/container/network/container-name.h"
#include "hands/container/docker-app.h"
#include "hands/steps/reach.h"

/* The bridge through which containers of an overlay network reach the host, and
 * it them. */
#define GATEWAY "docker_gwbridge"
#define NAME_SHOWN 200

struct address_search {
	struct container_name name;
	char **ids; /* of the containers that have it and run */
	bool known; /* a container has it, running or not */
};

bool
container_address_is_own(const char *host)
{
	return strcmp(host, "localhost") == 0 || strcmp(host, "::1") == 0 ||
		strncmp(host, "127.", 4) == 0 || host[0] == '/' ||
		host[0] == '@';
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
add_bridged(const struct address_search *s, const json_t *network, char ***to,
	struct why *why)
{
	json_t *whole = NULL;
	const char *at =
		json_string_value(json_object_get(network, "IPAddress"));
	int r = docker_app_inspect(s->name.docker, "networks",
		container_name_network(network), &whole, why);
	if (r < 0)
		return r;
	const char *driver =
		json_string_value(json_object_get(whole, "Driver"));
	if (at && driver && strcmp(driver, "bridge") == 0)
		add_address(to, at);
	json_decref(whole);
	return 0;
}

/* In the network that this job entered, if it is one of the app's. */
static void
add_inside(const struct address_search *s, const json_t *container, char ***to)
{
	const char *inside = reach_place()->network;
	const char *at = json_string_value(json_at(
		container_name_in(container, inside), "IPAddress", NULL));
	if (at && strings_have(s->name.networks, inside))
		add_address(to, at);
}

static int
add_container(struct address_search *s, const json_t *gateway,
	const json_t *container, char ***to, struct why *why)
{
	const json_t *network = container_name_shared(&s->name, container);
	const char *id = docker_app_container_id(container);
	if (!network || !container_name_is_of(&s->name, container))
		return 0;
	const char *at = json_string_value(
		json_at(gateway, "Containers", id, "IPv4Address", NULL));
	s->known = true;
	if (!docker_app_container_runs(container))
		return 0;
	if (*id)
		strings_add(&s->ids, id);
	if (reach_place()->network) {
		add_inside(s, container, to);
		return 0;
	}
	if (!at)
		return add_bridged(s, network, to, why);
	add_address(to, at);
	return 0;
}

/* The list comes from Docker with the newest first. */
static int
find(struct address_search *s, char ***to, struct why *why)
{
	json_t *gateway = NULL, *one;
	size_t i;
	int r = docker_app_inspect(
		s->name.docker, "networks", GATEWAY, &gateway, why);
	if (r == -ESRCH)
		r = 0;
	json_array_foreach (s->name.docker->all, i, one)
		if (r == 0)
			r = add_container(s, gateway, one, to, why);
	json_decref(gateway);
	return r;
}

/* It runs, and nobody here can speak to it. */
static int
unreached(const char *shown, const struct app *app, struct why *why)
{
	const struct reach_place *here = reach_place();
	/* The way in is looked for once, before the job. */
	own(str) char *way_out = here->refusal
		? xprintf(": %s", here->refusal)
		: xprintf(", and Docker named no network to enter when this "
			  "job began, as where the database was only being "
			  "started: `logmend diagnose %s` asks again",
			  app->name);
	if (here->network)
		return because(why, -EHOSTUNREACH,
			"%s is not in the network %s, in which this job is, "
			"and a job is in one network: both databases of an app "
			"have to be in it",
			shown, here->name);
	return because(why, -EHOSTUNREACH,
		"%s runs on this node, and has no address there outside of its "
		"network (docker_gwbridge), so logmend would have to enter "
		"that%s",
		shown, way_out);
}

static int
nothing(const struct address_search *s, const struct app *app, struct why *why)
{
	own(str) char *shown =
		escape_str(span_of(s->name.host), NAME_SHOWN, ESCAPE_LINE);
	if (!s->name.networks) {
		int r = container_name_may_be_known(&s->name) ? -EHOSTUNREACH
							      : 1;
		(void)because(why, -ENOENT,
			"%s cannot be looked for in Docker's networks: app %s "
			"has no container and no service there (`service` "
			"names another one)",
			shown, app->name);
		return r;
	}
	if (s->ids)
		return unreached(shown, app, why);
	if (s->name.services || s->known)
		return because(why, -EHOSTUNREACH,
			"%s is a name of Docker's network, and none of its "
			"containers runs on this node within reach: `docker "
			"service ps %s` tells where they are",
			shown, s->name.services ? s->name.services[0] : shown);
	(void)because(why, -ENOENT,
		"no container and no service on the networks of app %s is "
		"called %s",
		app->name, shown);
	return 1;
}

static void
address_search_let_go(struct address_search *s)
{
	container_name_free(&s->name);
	strings_free(s->ids);
}

/* Finds the addresses, and in `s` whose they are. 1: Docker knows no such name.
 */
static int
look(struct address_search *s, const struct app *app, usec deadline, char ***to,
	struct why *why)
{
	own(docker_app) struct docker_app c = { 0 };
	int r = docker_app_find(app, deadline, &c, why);
	if (r != 0)
		return r;
	s->name.docker = &c;
	container_name_look(&s->name);
	r = find(s, to, why);
	if (r == 0 && !*to)
		r = nothing(s, app, why);
	s->name.docker = NULL;
	return r;
}

int
container_address(const struct app *app, const char *host, usec deadline,
	char ***ret, struct why *why)
{
	own(address_search) struct address_search s = { .name.host = host };
	own(strings) char **list = NULL;
	int r = look(&s, app, deadline, &list, why);
	if (r == 0)
		*ret = take(list);
	return r;
}

int
container_address_id(const struct app *app, const char *host, usec deadline,
	char **ret, struct why *why)
{
	own(address_search) struct address_search s = { .name.host = host };
	own(strings) char **list = NULL;
	int r = look(&s, app, deadline, &list, why);
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
