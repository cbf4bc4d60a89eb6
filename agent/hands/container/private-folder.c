#include "config.h"
#include "hands/container/private-folder.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/io/file.h"
#include "base/own.h"

#define FOLDER "inside"
#define OPEN_AT_ONCE 16

static int
remove_one(const char *path, const struct stat *st, int kind, struct FTW *at)
{
	(void)st;
	(void)at;
	/* What stays is tried again by the next process. */
	(void)(kind == FTW_DP ? rmdir(path) : unlink(path));
	return 0;
}

static void
remove_all(const char *path)
{
	(void)nftw(path, remove_one, OPEN_AT_ONCE, FTW_DEPTH | FTW_PHYS);
}

static int
lock_folder(const char *path, int how)
{
	own(fd) int fd =
		open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0 || flock(fd, how) < 0)
		return -errno;
	return take(fd);
}

/* A lock that can be taken is nobody's any more. */
static void
sweep(const char *above)
{
	DIR *d = opendir(above);
	struct dirent *e;
	while (d && (e = readdir(d))) {
		if (e->d_name[0] == '.')
			continue;
		own(str) char *path = xprintf("%s/%s", above, e->d_name);
		own(fd) int fd = lock_folder(path, LOCK_EX | LOCK_NB);
		if (fd >= 0)
			remove_all(path);
	}
	if (d)
		closedir(d);
}

/* Nobody sweeps between the making of a folder and its lock. */
static int
make_below(const char *above, struct private_folder *ret)
{
	own(fd) int all = lock_folder(above, LOCK_EX);
	if (all < 0)
		return all;
	sweep(above);
	own(str) char *path = xprintf("%s/XXXXXX", above);
	if (!mkdtemp(path))
		return -errno;
	int fd = lock_folder(path, LOCK_EX | LOCK_NB);
	if (fd < 0) {
		remove_all(path);
		return fd;
	}
	*ret = (struct private_folder){ take(path), fd };
	return 0;
}

/* The store's own folder is made at the first start of the service, and a
 * person may look before that. */
static int
make_above(const char *store, const char *above)
{
	int r = mkdir(above, 0700);
	if (r < 0 && errno == ENOENT && mkdir(store, 0700) == 0)
		r = mkdir(above, 0700);
	if (r == 0)
		dir_leave_to_folder(above);
	return r < 0 && errno != EEXIST ? -errno : 0;
}

int
private_folder_make(
	const char *store, struct private_folder *ret, struct why *why)
{
	const char *slash = strrchr(store, '/');
	own(str) char *folder =
		xprintf("%.*s", slash ? (int)(slash - store) : 0, store);
	own(str) char *above = xprintf("%s/" FOLDER, folder);
	int r = make_above(folder, above);
	if (r == 0)
		r = make_below(above, ret);
	return r < 0 ? because(why, r,
			       "%s: no folder for what is in the container can "
			       "be made: %s",
			       above, strerror(-r))
		     : 0;
}

void
private_folder_remove(struct private_folder *f)
{
	if (!f->path)
		return;
	remove_all(f->path);
	fd_close(f->lock);
	free(f->path);
	*f = (struct private_folder){ 0 };
}
