#include "config.h"
#include "head/sources/docker/docker-root.h"

#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/io/file.h"
#include "config/docker-root.h"
#include "head/sources/docker-config.h"

#define DAEMON_FILE "/etc/docker/daemon.json"
#define DAEMON_MAX (1u << 20)

static const char *const usual[] = { "/var/lib/docker",
	"/var/snap/docker/common/var-lib-docker" };

/* Where Docker's own configuration says, owned; NULL: it does not. */
static char *
data_root(void)
{
	own(buf) struct buf text = { 0 };
	if (file_read(DAEMON_FILE, DAEMON_MAX, &text, NULL) < 0)
		return NULL;
	json_t *json = json_loadb(text.data, text.len, 0, NULL);
	const char *said =
		json_string_value(json_object_get(json, "data-root"));
	char *root = said && *said == '/' ? xstrdup(said) : NULL;
	json_decref(json);
	return root;
}

/* Whether Docker's containers lie below it; with `some`, only where there are
 * any. */
static bool
is_root(const char *root, bool some)
{
	own(strings) char **ids = NULL;
	size_t left = 0;
	int r = docker_containers_list(root, 1, &ids, &left, NULL);
	return r >= 0 && (ids || !some);
}

/* The root, or the folder below it of the users that Docker remaps to; NULL:
 * neither holds containers. Owned. */
static char *
choose_below(const char *root)
{
	char *best = xstrdup(root);
	docker_root_remapped(&best);
	if (!is_root(best, false))
		free(take(best));
	return best;
}

int
docker_root_find(const char *given, char **ret, struct why *why)
{
	own(str) char *said = given ? xstrdup(given) : data_root();
	own(str) char *found = given && is_root(given, true) ? xstrdup(given)
		: said ? choose_below(said)
		       : NULL;
	for (size_t i = 0; !said && !found && i < ELEMENTS(usual); i++)
		found = choose_below(usual[i]);
	const char *looked = said ? said : usual[0];
	if (!found)
		return because(why, -ENOENT, "%s: %s", looked,
			faccessat(AT_FDCWD, looked, F_OK, AT_EACCESS) < 0
				? strerror(errno)
				: "holds no folder `containers` that can be "
				  "read");
	*ret = take(found);
	return 0;
}
