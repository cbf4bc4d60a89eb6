#include "config.h"
#include "base/io/locked-file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/random.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/io/file.h"

#define MODE 0600
#define ENDING ".new" /* of temporary names, which begin with a dot */
#define TRIES 8       /* a name may be swept in the moment before its lock */

/* A file on its way to its name. */
struct making {
	const char *folder, *name;
	char *path;
	char *temporary; /* NULL: it has no name yet */
	int fd;
};

/* What file systems say that lack a call or a flag. Some of those below FUSE
 * and 9p say EPERM where they know no hard links. */
static bool
is_lacking(int r)
{
	return r == -EOPNOTSUPP || r == -EISDIR || r == -EINVAL ||
		r == -ENOSYS || r == -EPERM || r == -EMLINK || r == -EXDEV;
}

static int
failed(const struct making *m, int r, struct why *why)
{
	const char *text = r == -EEXIST ? "is there already"
		: r == -EOPNOTSUPP
		? "its file system can give a locked file no name: neither "
		  "hard links nor renames without replacing"
		: strerror(-r);
	return because(why, r, "%s: %s", m->path, text);
}

static int
open_unnamed(struct making *m)
{
	m->fd = open(
		m->folder, O_TMPFILE | O_WRONLY | O_APPEND | O_CLOEXEC, MODE);
	if (m->fd >= 0)
		return 0;
	/* ENOENT: a kernel from before O_TMPFILE; the folder is there. */
	return is_lacking(-errno) || errno == ENOENT ? -EOPNOTSUPP : -errno;
}

static int
open_named(struct making *m)
{
	uint64_t number = 0;
	if (getrandom(&number, sizeof(number), 0) != sizeof(number))
		return -EIO;
	m->temporary = xprintf("%s/.%s.%016llx" ENDING, m->folder, m->name,
		(unsigned long long)number);
	m->fd = open(m->temporary,
		O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC, MODE);
	return m->fd < 0 ? -errno : 0;
}

/* Locked, whole and on the disk, before anybody can find it. */
static int
fill(const struct making *m, struct span content)
{
	if (flock(m->fd, LOCK_EX | LOCK_NB) < 0)
		return errno == EWOULDBLOCK ? -ENOENT : -errno;
	int r = write_all(m->fd, content);
	if (r < 0)
		return r;
	return fsync(m->fd) < 0 ? -errno : 0;
}

/* linkat(2) of an open file that has no name goes over /proc; with
 * AT_EMPTY_PATH it would need a capability. */
static int
link_unnamed(const struct making *m)
{
	char from[64];
	snprintf(from, sizeof(from), "/proc/self/fd/%d", m->fd);
	if (linkat(AT_FDCWD, from, AT_FDCWD, m->path, AT_SYMLINK_FOLLOW) == 0)
		return 0;
	/* ENOENT: there is no /proc. */
	return is_lacking(-errno) || errno == ENOENT ? -EOPNOTSUPP : -errno;
}

static int
link_named(const struct making *m)
{
	if (link(m->temporary, m->path) == 0)
		return 0;
	return is_lacking(-errno) ? -EOPNOTSUPP : -errno;
}

static int
rename_named(const struct making *m)
{
	if (renameat2(AT_FDCWD, m->temporary, AT_FDCWD, m->path,
		    RENAME_NOREPLACE) == 0)
		return 0;
	return is_lacking(-errno) ? -EOPNOTSUPP : -errno;
}

static const struct {
	int (*open)(struct making *m);
	int (*name)(const struct making *m);
} ways[LOCKED_FILE_WAYS] = {
	[LOCKED_FILE_UNNAMED] = { open_unnamed, link_unnamed },
	[LOCKED_FILE_LINK] = { open_named, link_named },
	[LOCKED_FILE_RENAME] = { open_named, rename_named },
};

static void
drop(struct making *m)
{
	if (m->temporary)
		(void)unlink(m->temporary); /* it may have been renamed */
	fd_close(m->fd);
	free(m->temporary);
	free(m->path);
}

static int
make(struct making *m, enum locked_file_way way, struct span content,
	struct why *why)
{
	int r = ways[way].open(m);
	if (r == 0)
		r = fill(m, content);
	if (r == 0)
		r = ways[way].name(m);
	if (r < 0)
		return failed(m, r, why);
	r = dir_sync(m->folder, why);
	/* It is still ours alone: we hold the lock. */
	if (r < 0)
		(void)unlink(m->path);
	return r;
}

int
locked_file_make_by(enum locked_file_way way, const char *folder,
	const char *name, struct span content, int *ret_fd, struct why *why)
{
	int r = -ENOENT;
	/* -ENOENT: its temporary name was swept. */
	for (int i = 0; i < TRIES && r == -ENOENT; i++) {
		struct making m = { .folder = folder,
			.name = name,
			.path = xprintf("%s/%s", folder, name),
			.fd = -1 };
		r = make(&m, way, content, why);
		if (r == 0)
			*ret_fd = take(m.fd);
		drop(&m);
	}
	return r;
}

int
locked_file_make(const char *folder, const char *name, struct span content,
	int *ret_fd, struct why *why)
{
	int r = -EOPNOTSUPP;
	for (int way = 0; way < LOCKED_FILE_WAYS && r == -EOPNOTSUPP; way++)
		r = locked_file_make_by((enum locked_file_way)way, folder, name,
			content, ret_fd, why);
	return r;
}

static bool
is_temporary(const char *name)
{
	size_t len = strlen(name);
	return *name == '.' && len > strlen(ENDING) &&
		strcmp(name + len - strlen(ENDING), ENDING) == 0;
}

void
locked_file_sweep(const char *folder)
{
	DIR *dir = opendir(folder);
	for (const struct dirent *e; dir && (e = readdir(dir));) {
		if (!is_temporary(e->d_name))
			continue;
		own(fd) int fd = openat(dirfd(dir), e->d_name,
			O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
		/* One whose maker did not come to its lock yet may go too: the
		 * maker then takes another name. */
		if (fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) == 0)
			(void)unlinkat(dirfd(dir), e->d_name, 0);
	}
	if (dir)
		closedir(dir);
}
