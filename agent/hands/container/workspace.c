#include "config.h"
#include "hands/container/workspace.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/escape.h"
#include "base/io/file.h"

#define FOLDERS_MOST 16u
#define NEAR 4u /* of the packages, in which they lie deep */
#define DEPTH (NEAR + 2)
#define SHOWN 200
/* Hidden, so that nobody takes what lies there for the application's. */
#define PLACE ".search"

/* The part before the star; what is to be left out begins with `!`. */
static void
add_folder(struct span pattern, char ***to)
{
	size_t n = 0, slash = 0;
	if (span_starts(pattern, SPAN("./")))
		pattern = span_from(pattern, 2);
	for (; n < pattern.len && !memchr("*?[{", pattern.data[n], 4); n++)
		if (pattern.data[n] == '/')
			slash = n;
	struct span folder = span_first(pattern, n < pattern.len ? slash : n);
	if (!pattern.len || pattern.data[0] == '!' || pattern.data[0] == '/' ||
		strings_count(*to) == FOLDERS_MOST)
		return;
	own(str) char *name =
		folder.len ? xstrndup(folder.data, folder.len) : xstrdup(".");
	if (!strings_have(*to, name))
		strings_add(to, name);
}

/* `"workspaces": [...]`, or an object that has the list as `packages`. */
static void
read_package(struct span text, char ***to)
{
	json_t *json =
		text.len ? json_loadb(text.data, text.len, 0, NULL) : NULL;
	const json_t *list = json_object_get(json, "workspaces"), *one;
	size_t i;
	if (json_is_object(list))
		list = json_object_get(list, "packages");
	json_array_foreach (list, i, one)
		add_folder(span_of(json_string_value(one)), to);
	json_decref(json);
}

/* The items below `packages:`, a line each, as people write them. */
static void
read_pnpm(struct span text, char ***to)
{
	struct span line, rest;
	bool inside = false;
	while (span_cut(&text, '\n', &line)) {
		struct span item = span_trim(line);
		if (!item.len || item.data[0] == '#')
			continue;
		if (item.data[0] != '-') {
			inside = span_starts(line, SPAN("packages:"));
			continue;
		}
		item = span_trim(span_from(item, 1));
		char quote = item.len ? item.data[0] : 0;
		if (quote == '"' || quote == '\'') {
			rest = span_from(item, 1);
			(void)span_cut(&rest, quote, &item);
		} else {
			rest = item;
			(void)span_cut(&rest, ' ', &item);
		}
		if (inside && item.len)
			add_folder(item, to);
	}
}

void
workspace_folders(struct span package, struct span pnpm, char ***ret)
{
	read_package(package, ret);
	read_pnpm(pnpm, ret);
}

/* Nobody but this process writes there. */
static void
collect(int above, const char *part, const char *path, const char *name,
	unsigned depth, char ***to)
{
	int fd = openat(
		above, part, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	DIR *d = fd < 0 ? NULL : fdopendir(fd);
	struct dirent *e;
	if (!d)
		fd_close(fd);
	while (d && (e = readdir(d))) {
		own(str) char *below = xprintf("%s/%s", path, e->d_name);
		if (strcmp(e->d_name, name) == 0)
			strings_add(to, path);
		else if (e->d_name[0] != '.' && depth < DEPTH)
			collect(fd, e->d_name, below, name, depth + 1, to);
	}
	if (d)
		closedir(d);
}

int
workspace_search(const struct container_files *f, const char *folder,
	const char *name, char ***ret, char **ret_doubt, struct why *why)
{
	const char *const wanted[] = { name, NULL };
	struct container_files all = {
		.containers = f->containers,
		.id = f->id,
		.wanted = wanted,
		.near = NEAR,
	};
	if (!*folder)
		return 0;
	if (mkdirat(f->root, PLACE, 0700) < 0 && errno != EEXIST)
		return because(why, -errno, "%s cannot be made: %s", PLACE,
			strerror(errno));
	own(fd) int root = openat(f->root, PLACE,
		O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	all.root = root;
	int r = container_files_copy_near(&all, folder, why);
	if (r == 0)
		collect(root, folder + 1, folder, name, 0, ret);
	if (all.cut && !*ret_doubt) {
		own(str) char *shown =
			escape_str(span_of(folder), SHOWN, ESCAPE_LINE);
		*ret_doubt = xprintf("%s in the image is larger than is "
				     "searched, so there may be other "
				     "migrations in it",
			shown);
	}
	container_files_free(&all);
	return r;
}
