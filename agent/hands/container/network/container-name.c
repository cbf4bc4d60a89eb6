#include "config.h"
#include "hands/container/network/container-name.h"

#include <string.h>

static const json_t *
networks_of(const json_t *container)
{
	return json_at(container, "NetworkSettings", "Networks", NULL);
}

const char *
container_name_network(const json_t *network)
{
	return json_text(json_object_get(network, "NetworkID"));
}

/* Docker resolves no names on these. */
static bool
is_nameless(const char *network)
{
	static const char *const all[] = { "bridge", "host", "ingress", "none",
		NULL };
	return strings_have((char *const *)all, network);
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
add_networks(struct container_name *s)
{
	const struct docker_app *c = s->docker;
	const char *name;
	json_t *one;
	size_t i;
	for (size_t k = 0; k < c->n; k++) {
		json_t *all = (json_t *)networks_of(c->list[k]);
		json_object_foreach (all, name, one)
			if (*container_name_network(one) && !is_nameless(name))
				strings_add(&s->networks,
					container_name_network(one));
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
is_among(
	const struct container_name *s, const json_t *names, struct span prefix)
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
has_alias(const struct container_name *s, const json_t *attachment)
{
	return is_among(s, json_object_get(attachment, "Aliases"), SPAN(""));
}

/* CapRover gives each app the name `srv-captain--APP` as an alias, where it is
 * not the service's own. */
static void
add_service(struct container_name *s, const json_t *spec)
{
	const char *name = json_string_value(json_object_get(spec, "Name"));
	bool same = name && strcmp(name, s->host) == 0, is = false;
	json_t *one;
	size_t i;
	json_array_foreach (attachments_of(spec), i, one) {
		const char *id =
			json_string_value(json_object_get(one, "Target"));
		is |= id && strings_have(s->networks, id) &&
			(same ||
				is_among(s, json_object_get(one, "Aliases"),
					SPAN("")));
	}
	if (name && is)
		strings_add(&s->services, name);
}

static bool
has_name(const struct container_name *s, const json_t *container)
{
	return is_among(s, json_object_get(container, "Names"), SPAN("/"));
}

/* Without a swarm it is the container's own name. */
bool
container_name_is_of(const struct container_name *s, const json_t *container)
{
	const char *service = docker_app_container_service(container);
	return *service
		? strings_have(s->services, service)
		: is_among(s, json_object_get(container, "Names"), SPAN("/"));
}

const json_t *
container_name_in(const json_t *container, const char *network)
{
	json_t *all = (json_t *)networks_of(container), *one;
	const char *name;
	json_object_foreach (all, name, one)
		if (strcmp(container_name_network(one), network) == 0)
			return one;
	return NULL;
}

/* The network that the container shares with the app; NULL: none. */
const json_t *
container_name_shared(const struct container_name *s, const json_t *container)
{
	json_t *all = (json_t *)networks_of(container), *one;
	const char *name;
	json_object_foreach (all, name, one)
		if (strings_have(s->networks, container_name_network(one)))
			return one;
	return NULL;
}

/* Whether the app's networks may know the name, though Docker knows no such app
 * now: any network of this host does. */
bool
container_name_may_be_known(const struct container_name *s)
{
	if (s->docker->n || s->docker->service)
		return false;
	json_t *one;
	size_t i;
	json_array_foreach (s->docker->all, i, one)
		if (has_name(s, one))
			return true;
	json_array_foreach (s->docker->services, i, one) {
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

void
container_name_look(struct container_name *s)
{
	json_t *one;
	size_t i;
	add_networks(s);
	json_array_foreach (s->docker->services, i, one)
		add_service(s, json_object_get(one, "Spec"));
}

/* The networks of a container that the app is in, too. */
static void
add_shared(const struct container_name *s, const json_t *container, char ***to)
{
	json_t *all = (json_t *)networks_of(container), *one;
	const char *name;
	json_object_foreach (all, name, one)
		if (strings_have(s->networks, container_name_network(one)) &&
			!strings_have(*to, container_name_network(one)))
			strings_add(to, container_name_network(one));
}

void
container_name_holders(const struct docker_app *c, const char *host,
	char ***ids, char ***networks)
{
	own(container_name) struct container_name s = { .docker = c,
		.host = host };
	json_t *one;
	size_t i;
	container_name_look(&s);
	json_array_foreach (c->all, i, one) {
		const char *id = docker_app_container_id(one);
		if (!*id || !docker_app_container_runs(one) ||
			!container_name_shared(&s, one) ||
			!container_name_is_of(&s, one))
			continue;
		strings_add(ids, id);
		add_shared(&s, one, networks);
	}
}

void
container_name_free(struct container_name *s)
{
	strings_free(s->networks);
	strings_free(s->services);
}
