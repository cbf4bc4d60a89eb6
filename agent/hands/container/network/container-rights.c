#include "config.h"
#include "hands/container/network/container-rights.h"

#include <string.h>

#include "base/span.h"
#include "hands/container/docker-app.h"

/* NetworkMode of who is in another's network; PidMode. */
#define SHARES "container:"

/* Docker keeps the name as somebody wrote it, and grants it in any case of its
 * letters, with CAP_ and without:
 * https://github.com/moby/moby/blob/v20.10.24/oci/caps/utils.go
 */
static bool
is_right(const json_t *capability, const char *name)
{
	const char *s = json_text(capability);
	return strcasecmp(s, name) == 0 ||
		(strncasecmp(s, "CAP_", 4) == 0 &&
			strcasecmp(s + 4, name) == 0);
}

static bool
has_right(const json_t *list, const char *const *names)
{
	json_t *one;
	size_t i;
	bool has_one = false;
	json_array_foreach (list, i, one)
		for (const char *const *n = names; *n; n++)
			has_one |= is_right(one, *n);
	return has_one;
}

bool
container_rights_change(const json_t *whole)
{
	static const char *const rights[] = { "ALL", "NET_ADMIN", "SYS_ADMIN",
		"SYS_MODULE", "SYS_PTRACE", NULL };
	const json_t *host = json_object_get(whole, "HostConfig");
	return json_is_true(json_object_get(host, "Privileged")) ||
		has_right(json_object_get(host, "CapAdd"), rights);
}

bool
container_rights_listen(const json_t *whole)
{
	static const char *const rights[] = { "ALL", "NET_RAW", NULL };
	const json_t *host = json_object_get(whole, "HostConfig");
	return has_right(json_object_get(host, "CapAdd"), rights) ||
		!has_right(json_object_get(host, "CapDrop"), rights);
}

/* Docker takes an id, the beginning of one, or a name. */
bool
container_rights_is_called(const json_t *container, const char *called)
{
	json_t *one;
	size_t i;
	const char *id = docker_app_container_id(container);
	if (*called == '/')
		called++;
	if (strncmp(id, called, strlen(called)) == 0)
		return true;
	json_array_foreach (json_object_get(container, "Names"), i, one) {
		const char *name = json_text(one);
		if (*name &&
			strcmp(*name == '/' ? name + 1 : name, called) == 0)
			return true;
	}
	return false;
}

bool
container_rights_is_known(const json_t *all, const char *called)
{
	json_t *one;
	size_t i;
	json_array_foreach (all, i, one)
		if (container_rights_is_called(one, called))
			return true;
	return false;
}

bool
container_rights_shared(const json_t *all, const json_t *container)
{
	json_t *one;
	size_t i;
	json_array_foreach (all, i, one) {
		struct span mode = span_of(json_text(
			json_at(one, "HostConfig", "NetworkMode", NULL)));
		if (!span_starts(mode, SPAN(SHARES)))
			continue;
		const char *called = mode.data + strlen(SHARES);
		if (container_rights_is_called(container, called) ||
			(docker_app_container_runs(one) &&
				!container_rights_is_known(all, called)))
			return true;
	}
	return false;
}

const char *
container_rights_joined(const json_t *whole)
{
	const char *mode =
		json_text(json_at(whole, "HostConfig", "PidMode", NULL));
	return span_starts(span_of(mode), SPAN(SHARES)) ? mode + strlen(SHARES)
							: NULL;
}
