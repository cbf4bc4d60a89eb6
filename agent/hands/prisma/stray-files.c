#include "config.h"
#include "hands/prisma/stray-files.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/io/file.h"
#include "base/io/owned-path.h"
#include "hands/prisma/checksum.h"
#include "hands/sql/script.h"

#define DEPTH 2
#define ENTRIES 5000u

struct stray_search {
	struct stray_sql *to;
	const char *name;
	usec deadline;
	struct stat migrations; /* its folders are Prisma's own */
	unsigned entries, files;
};

static bool
is_sql(const char *name)
{
	size_t len = strlen(name);
	return len > 4 && strcasecmp(name + len - 4, ".sql") == 0;
}

/* Files are parsed, which takes a process each, so only those that name the
 * table are. A file that cannot be read explains nothing. */
static void
read_file(struct stray_search *s, int dir, const char *folder, const char *name)
{
	if (s->files++ >= STRAY_SQL_FILES) {
		s->to->cut = true;
		return;
	}
	own(buf) struct buf bytes = { 0 };
	own(fd) int fd =
		file_open_beneath(dir, name, O_RDONLY | O_NONBLOCK | O_NOCTTY);
	struct stat st;
	if (fd < 0 || fstat(fd, &st) < 0 ||
		file_read_fd(fd, name, SCRIPT_MAX, &bytes, NULL) < 0 ||
		span_find(buf_span(&bytes), span_of(s->name)) < 0)
		return;
	struct stray_sql *to = s->to;
	to->list = xrealloc(to->list, to->n + 1, sizeof(*to->list));
	struct stray_script *one = &to->list[to->n++];
	*one = (struct stray_script){
		.path = xprintf("%s/%s", folder, name),
		.stem = xstrndup(name, strlen(name) - 4),
		.modified = st.st_mtime,
	};
	checksum_read(&one->text, buf_span(&bytes));
	checksum(buf_span(&one->text), one->checksum);
	script_parse(buf_span(&one->text), s->deadline, &one->script);
}

/* Hidden folders and installed packages hold other people's SQL. */
static bool
is_skipped(const char *name)
{
	return name[0] == '.' || strcmp(name, "node_modules") == 0;
}

/* Limits in depth and number: the folder may lie in a whole source tree. */
static void
search_folder(struct stray_search *s, int dir, const char *folder, int depth)
{
	DIR *d = fdopendir(dir);
	if (!d) {
		close(dir);
		return;
	}
	struct dirent *e;
	while ((e = readdir(d))) {
		struct stat st;
		if (is_skipped(e->d_name))
			continue;
		if (s->entries++ >= ENTRIES) {
			s->to->cut = true;
			break;
		}
		if (fstatat(dir, e->d_name, &st, AT_SYMLINK_NOFOLLOW) < 0)
			continue;
		if (S_ISREG(st.st_mode) && is_sql(e->d_name))
			read_file(s, dir, folder, e->d_name);
		bool ours = st.st_dev == s->migrations.st_dev &&
			st.st_ino == s->migrations.st_ino;
		if (!S_ISDIR(st.st_mode) || depth == 0 || ours)
			continue;
		int fd = file_open_beneath(
			dir, e->d_name, O_RDONLY | O_DIRECTORY);
		own(str) char *path = xprintf("%s/%s", folder, e->d_name);
		if (fd >= 0)
			search_folder(s, fd, path, depth - 1);
	}
	closedir(d);
}

static int
by_path(const void *a, const void *b)
{
	return strcmp(((const struct stray_script *)a)->path,
		((const struct stray_script *)b)->path);
}

/* The folder's own path without what stands behind its last slash. */
static char *
parent_of(const char *path)
{
	size_t len = strlen(path);
	while (len > 1 && path[len - 1] == '/')
		len--;
	while (len > 1 && path[len - 1] != '/')
		len--;
	while (len > 1 && path[len - 1] == '/')
		len--;
	return xstrndup(path, len);
}

void
prisma_find_stray_sql(const char *migrations, const char *name, usec deadline,
	struct stray_sql *ret)
{
	*ret = (struct stray_sql){ 0 };
	struct stray_search s = {
		.to = ret, .name = name, .deadline = deadline
	};
	int fd = owned_path_open(migrations, O_RDONLY | O_DIRECTORY, NULL);
	if (fd < 0 || fstat(fd, &s.migrations) < 0) {
		fd_close(fd);
		return;
	}
	search_folder(&s, fd, migrations, 0);
	own(str) char *above = parent_of(migrations);
	fd = owned_path_open(above, O_RDONLY | O_DIRECTORY, NULL);
	if (fd >= 0 && strcmp(above, "/") != 0)
		search_folder(&s, fd, above, DEPTH);
	else
		fd_close(fd);
	if (ret->n)
		qsort(ret->list, ret->n, sizeof(*ret->list), by_path);
}
