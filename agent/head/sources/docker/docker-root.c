#include "config.h"
#include "head/sources/docker/docker-root.h"

#include <dirent.h>
#include <errno.h>
#include <jansson.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/io/file.h"
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

/* When a container was made or removed there last: 0 where there is none, -1
 * where it is no Docker root. */
static int64_t
last_used(const char *root)
{
	own(strings) char **ids = NULL;
	own(str) char *folder = docker_containers_folder(root);
	size_t left = 0;
	struct stat st;
	if (docker_containers_list(root, 1, &ids, &left, NULL) < 0 ||
		stat(folder, &st) < 0)
		return -1;
	return ids ? MAX((int64_t)st.st_mtim.tv_sec, 1) : 0;
}

/* The folder of a remapped user: two numbers. */
static bool
is_remapped(const char *name)
{
	size_t uid = strspn(name, "0123456789");
	size_t gid =
		name[uid] == '.' ? strspn(name + uid + 1, "0123456789") : 0;
	return uid && gid && !name[uid + 1 + gid];
}

/* Where Docker was told to remap users after it had run, both are there: the
 * one that was used last is in use. */
static char *
choose_below(const char *root)
{
	char *best = xstrdup(root);
	int64_t newest = last_used(root);
	DIR *dir = opendir(root);
	for (struct dirent *e; dir && (e = readdir(dir));) {
		if (!is_remapped(e->d_name))
			continue;
		own(str) char *path = xprintf("%s/%s", root, e->d_name);
		int64_t used = last_used(path);
		if (used <= newest)
			continue;
		newest = used;
		free(best);
		best = take(path);
	}
	if (dir)
		closedir(dir);
	if (newest < 0)
		free(take(best));
	return best;
}

int
docker_root_find(const char *given, char **ret, struct why *why)
{
	own(str) char *said = given ? xstrdup(given) : data_root();
	own(str) char *found = given && last_used(given) > 0 ? xstrdup(given)
		: said ? choose_below(said)
		       : NULL;
	for (size_t i = 0; !said && !found && i < ELEMENTS(usual); i++)
		found = choose_below(usual[i]);
	const char *looked = said ? said : usual[0];
	if (!found)
		return because(why, -ENOENT, "%s: %s", looked,
			access(looked, F_OK) < 0
				? strerror(errno)
				: "holds no folder `containers` that can be "
				  "read");
	*ret = take(found);
	return 0;
}
