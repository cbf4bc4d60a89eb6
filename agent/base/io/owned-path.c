#include "config.h"
#include "base/io/owned-path.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/io/file.h"

#define LINKS 40u /* as many as the kernel follows (path_resolution(7)) */

struct walk {
	int at;     /* the folder that was reached; owned */
	char *rest; /* the path from there on; owned */
	int flags;
	unsigned links;
	bool is_linked; /* over a link of somebody */
	uid_t owner;    /* its owner */
};

static void
walk_let_go(struct walk *w)
{
	fd_close(w->at);
	free(w->rest);
}

static int
go_to(struct walk *w, const char *name)
{
	int fd = openat(
		w->at, name, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	fd_close(w->at);
	w->at = fd;
	return 0;
}

/* Puts what the link says before the rest of the path. */
static int
follow(struct walk *w, int link, const struct stat *st)
{
	char target[PATH_MAX];
	ssize_t len = readlinkat(link, "", target, sizeof(target));
	if (len < 0 || (size_t)len >= sizeof(target))
		return len < 0 ? -errno : -ENAMETOOLONG;
	if (++w->links > LINKS)
		return -ELOOP;
	if (st->st_uid != 0 && st->st_uid != geteuid()) {
		if (w->is_linked && w->owner != st->st_uid)
			return -EPERM;
		w->is_linked = true;
		w->owner = st->st_uid;
	}
	char *rest = xprintf("%.*s/%s", (int)len, target, w->rest);
	free(w->rest);
	w->rest = rest;
	return target[0] == '/' ? go_to(w, "/") : 0;
}

/* The last component: what is opened is also what is asked for its owner. */
static int
open_last(struct walk *w, const char *name)
{
	own(fd) int fd = openat(w->at, name, w->flags | O_NOFOLLOW | O_CLOEXEC);
	struct stat st;
	if (fd < 0 || fstat(fd, &st) < 0)
		return -errno;
	if (w->is_linked && st.st_uid != w->owner)
		return -EPERM;
	return take(fd);
}

/* Takes one component off the path. 1: the walk goes on; else what was opened
 * in *ret, or a negative errno. */
static int
step(struct walk *w, int *ret)
{
	struct span rest = span_of(w->rest), piece;
	while (span_starts(rest, SPAN("/")))
		rest = span_from(rest, 1);
	(void)span_cut(&rest, '/', &piece);
	own(str) char *name = xstrndup(
		piece.len ? piece.data : ".", piece.len ? piece.len : 1);
	char *behind = xstrndup(rest.len ? rest.data : "", rest.len);
	free(w->rest);
	w->rest = behind;
	own(fd) int fd = openat(w->at, name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
	struct stat st;
	if (fd < 0 || fstat(fd, &st) < 0)
		return -errno;
	if (S_ISLNK(st.st_mode)) {
		int r = follow(w, fd, &st);
		return r < 0 ? r : 1;
	}
	if (strspn(behind, "/") < strlen(behind)) {
		int r = go_to(w, name);
		return r < 0 ? r : 1;
	}
	*ret = open_last(w, name);
	return *ret < 0 ? *ret : 0;
}

int
owned_path_open(const char *path, int flags, struct why *why)
{
	__attribute__((cleanup(walk_let_go))) struct walk w = {
		.at = open(*path == '/' ? "/" : ".",
			O_PATH | O_DIRECTORY | O_CLOEXEC),
		.rest = xstrdup(path),
		.flags = flags,
	};
	int fd = -1, r = w.at < 0 ? -errno : 1;
	while (r == 1)
		r = step(&w, &fd);
	if (r == -EPERM)
		return because(why, r,
			"%s: leads over a symbolic link to what does not "
			"belong to the link's owner",
			path);
	if (r == -EIO)
		return file_unreadable(path, r, why);
	if (r < 0)
		return because(
			why, r, "%s: cannot be opened: %s", path, strerror(-r));
	return fd;
}

int
owned_path_read(const char *path, size_t max, struct buf *to, struct why *why)
{
	const char *slash = strrchr(path, '/');
	own(str) char *folder = slash
		? xstrndup(path, (size_t)(slash - path) + 1)
		: xstrdup(".");
	own(fd) int dir = owned_path_open(folder, O_PATH | O_DIRECTORY, why);
	struct why inner;
	if (dir < 0)
		return dir;
	int r = file_read_beneath(
		dir, slash ? slash + 1 : path, max, to, &inner);
	return r < 0 ? because(why, r, "%s%s", slash ? folder : "", inner.text)
		     : 0;
}
