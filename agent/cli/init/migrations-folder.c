#include "config.h"
#include "cli/init/migrations-folder.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/io/in-root.h"
#include "base/span.h"
#include "hands/hands.h"

/* Deeper than packages/NAME/prisma/migrations no project keeps them. */
#define DEPTH_MOST 5u
#define PATH_MOST 500u

struct folder_search {
	int root;
	unsigned *names; /* left to be seen */
	char **here;     /* folders of this depth, to be looked into */
	char **deeper;   /* those of the next */
	char **found;
};

static bool
is_plain(const char *path)
{
	static const char fine[] = "abcdefghijklmnopqrstuvwxyz"
				   "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				   "0123456789._@+-/";
	size_t len = strlen(path);
	return len <= PATH_MOST && strspn(path, fine) == len;
}

/* Folders that hold other people's packages, or no files of an app. */
static bool
is_skipped(const char *name)
{
	static const char *const names[] = { "node_modules", "proc", "sys",
		"dev", "run", "tmp", "lost+found" };
	if (name[0] == '.')
		return true;
	for (size_t i = 0; i < ELEMENTS(names); i++)
		if (strcmp(name, names[i]) == 0)
			return true;
	return false;
}

static bool
is_folder(int dir, const struct dirent *e)
{
	struct stat st;
	return e->d_type == DT_DIR ||
		(e->d_type == DT_UNKNOWN &&
			fstatat(dir, e->d_name, &st, AT_SYMLINK_NOFOLLOW) ==
				0 &&
			S_ISDIR(st.st_mode));
}

static void
look_at(struct folder_search *s, const char *path)
{
	own(fd) int fd = in_root_open(
		s->root, path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
	if (fd >= 0 && hands_is_migrations(fd))
		strings_add(&s->found, path);
	else
		strings_add(&s->deeper, path);
}

static void
look_into(struct folder_search *s, const char *path)
{
	own(fd) int fd = in_root_open(s->root, path, O_RDONLY | O_DIRECTORY);
	DIR *dir = fd < 0 ? NULL : fdopendir(fd);
	if (!dir)
		return;
	(void)take(fd);
	const char *slash = path[strlen(path) - 1] == '/' ? "" : "/";
	for (struct dirent *e; *s->names && (e = readdir(dir));) {
		--*s->names;
		if (is_skipped(e->d_name) || !is_folder(dirfd(dir), e))
			continue;
		own(str) char *below =
			xprintf("%s%s%s", path, slash, e->d_name);
		if (is_plain(below))
			look_at(s, below);
	}
	closedir(dir);
}

static int
by_text(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

char **
migrations_folder_find(int root, const char *start, unsigned *names)
{
	struct folder_search s = { .root = root, .names = names };
	if (*start != '/' || !is_plain(start))
		return NULL;
	look_at(&s, start);
	for (unsigned i = 0; !s.found && s.deeper && i < DEPTH_MOST; i++) {
		s.here = take(s.deeper);
		for (char **p = s.here; *p; p++)
			look_into(&s, *p);
		strings_free(s.here);
	}
	strings_free(s.deeper);
	if (s.found)
		qsort(s.found, strings_count(s.found), sizeof(*s.found),
			by_text);
	return s.found;
}
