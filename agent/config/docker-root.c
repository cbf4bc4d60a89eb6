#include "config.h"
#include "config/docker-root.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/clock.h"
#include "base/own.h"

/* `165536.165536` */
static bool
is_remapped(const char *name)
{
	size_t uid = strspn(name, "0123456789");
	if (!uid || name[uid] != '.')
		return false;
	size_t gid = strspn(name + uid + 1, "0123456789");
	return gid && !name[uid + 1 + gid] && strlen(name) < 32;
}

/* When a container was made or removed there last, in nanoseconds since 1970;
 * -1: there is no such folder. */
static int64_t
changed(int dir, const char *folder)
{
	own(str) char *path = xprintf("%s/containers", folder);
	struct stat st;
	if (fstatat(dir, folder, &st, AT_SYMLINK_NOFOLLOW) < 0 ||
		!S_ISDIR(st.st_mode) ||
		fstatat(dir, path, &st, AT_SYMLINK_NOFOLLOW) < 0 ||
		!S_ISDIR(st.st_mode))
		return -1;
	return st.st_mtim.tv_sec * NSEC_SECOND + st.st_mtim.tv_nsec;
}

void
docker_root_remapped(char **root)
{
	DIR *dir = opendir(*root);
	if (!dir)
		return; /* whoever opens it next says why */
	own(str) char *found = NULL;
	int64_t newest = changed(dirfd(dir), ".");
	for (struct dirent *e; (e = readdir(dir));) {
		int64_t when = is_remapped(e->d_name)
			? changed(dirfd(dir), e->d_name)
			: -1;
		if (when < 0 || when < newest)
			continue;
		newest = when;
		free(found);
		found = xprintf("%s/%s", *root, e->d_name);
	}
	closedir(dir);
	if (!found)
		return;
	free(*root);
	*root = take(found);
}
