#include "config.h"
#include "head/sources/docker/container-root.h"

#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/io/file.h"
#include "head/sources/docker-config.h"

/* overlayfs itself takes 500 layers at most, and Docker 128. */
#define LAYERS_MOST 500u
#define LOWER_MAX 32768u

/* Whether there is such a folder with anything in it: where a container is not
 * mounted, its folder is there and empty. */
static bool
has_entries(const char *root, const char *path)
{
	own(fd) int fd =
		docker_open_below(root, path, O_RDONLY | O_DIRECTORY, NULL);
	DIR *dir = fd < 0 ? NULL : fdopendir(fd);
	if (!dir)
		return false;
	(void)take(fd);
	bool found = false;
	for (struct dirent *e; !found && (e = readdir(dir));)
		found = strcmp(e->d_name, ".") != 0 &&
			strcmp(e->d_name, "..") != 0;
	closedir(dir);
	return found;
}

/* A small file below the Docker root; false if there is none. */
static bool
read_small(const char *root, const char *path, struct buf *to)
{
	own(fd) int fd =
		docker_open_below(root, path, O_RDONLY | O_NONBLOCK, NULL);
	return fd >= 0 && file_read_fd(fd, path, LOWER_MAX, to, NULL) == 0;
}

/* The name that Docker gave the container's files, below the storage driver's
 * folder. */
static char *
mount_name(const char *root, const char *driver, const char *id)
{
	own(buf) struct buf text = { 0 };
	own(str) char *path =
		xprintf("image/%s/layerdb/mounts/%s/mount-id", driver, id);
	if (!read_small(root, path, &text))
		return NULL;
	struct span name = span_trim(buf_span(&text));
	own(str) char *copy = xstrndup(name.data, name.len);
	return docker_container_is_id(copy) ? take(copy) : NULL;
}

/* Each layer has a short name, a link `l/SHORT` to `../NAME/diff`. */
static void
add_layer(const char *root, const char *driver, struct span shortened,
	char ***list)
{
	own(str) char *name = xstrndup(shortened.data, shortened.len);
	own(str) char *links = xprintf("%s/l", driver);
	char to[256] = "";
	own(fd) int dir = docker_open_below(
		root, "overlay2/l", O_PATH | O_DIRECTORY, NULL);
	if (strncmp(name, "l/", 2) != 0 || dir < 0)
		return;
	ssize_t n = readlinkat(dir, name + 2, to, sizeof(to) - 1);
	if (n <= 3 || strncmp(to, "../", 3) != 0)
		return;
	own(str) char *folder = xprintf("%s/%s", driver, to + 3);
	if (has_entries(root, folder))
		strings_add(list, folder);
}

static void
add_layers(
	const char *root, const char *driver, const char *folder, char ***list)
{
	own(str) char *upper = xprintf("%s/diff", folder);
	own(str) char *lower = xprintf("%s/lower", folder);
	own(buf) struct buf text = { 0 };
	if (has_entries(root, upper))
		strings_add(list, upper);
	if (!read_small(root, lower, &text))
		return;
	struct span rest = span_trim(buf_span(&text)), layer;
	for (size_t i = 0; i < LAYERS_MOST && span_cut(&rest, ':', &layer); i++)
		add_layer(root, driver, layer, list);
}

/* Drivers that keep the whole file system in one folder, and which; else the
 * folder where an overlay is mounted. */
static char *
whole_folder(const char *driver, const char *name)
{
	static const char *const table[][2] = { { "vfs", "dir" },
		{ "btrfs", "subvolumes" } };
	for (size_t i = 0; i < ELEMENTS(table); i++)
		if (strcmp(driver, table[i][0]) == 0)
			return xprintf("%s/%s/%s", driver, table[i][1], name);
	return xprintf("%s/%s/merged", driver, name);
}

/* Docker's own image store has a name for it, containerd's has the id. */
char **
container_roots(const char *root, const char *driver, const char *id)
{
	char **list = NULL;
	if (!driver)
		return NULL;
	own(str) char *name = mount_name(root, driver, id);
	own(str) char *whole = name ? whole_folder(driver, name)
				    : xprintf("rootfs/%s/%s", driver, id);
	own(str) char *folder = name ? xprintf("%s/%s", driver, name) : NULL;
	if (has_entries(root, whole))
		strings_add(&list, whole);
	else if (folder)
		add_layers(root, driver, folder, &list);
	return list;
}
