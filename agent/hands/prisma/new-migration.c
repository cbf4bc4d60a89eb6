#include "config.h"
#include "hands/prisma/new-migration.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"

static int
write_file(int dir, struct span text, struct why *why)
{
	own(fd) int fd = openat(dir, "migration.sql",
		O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0644);
	if (fd < 0)
		return because(
			why, -errno, "migration.sql: %s", strerror(errno));
	int r = write_all(fd, text);
	if (r == 0 && fsync(fd) < 0)
		r = -errno;
	if (r == 0 && fsync(dir) < 0)
		r = -errno;
	return r < 0 ? because(why, r, "migration.sql: %s", strerror(-r)) : 0;
}

static int
remove_from(int above, const char *name)
{
	own(fd) int dir = openat(
		above, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (dir < 0)
		return -errno;
	if (unlinkat(dir, "migration.sql", 0) < 0 && errno != ENOENT)
		return -errno;
	if (unlinkat(above, name, AT_REMOVEDIR) < 0 || fsync(above) < 0)
		return -errno;
	return 0;
}

static int
open_above(const char *proposals, struct why *why)
{
	int fd = open(proposals, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return fd < 0 ? because(why, -errno, "%s: cannot be opened: %s",
				proposals, strerror(errno))
		      : fd;
}

int
new_migration_write(
	const char *proposals, const struct migration *m, struct why *why)
{
	own(fd) int above = open_above(proposals, why);
	if (above < 0)
		return above;
	if (mkdirat(above, m->name, 0755) < 0)
		return because(why, -errno, "%s/%s: cannot be made: %s",
			proposals, m->name, strerror(errno));
	own(fd) int dir = openat(above, m->name,
		O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	struct why inner;
	int r = dir < 0 ? because(&inner, -errno, "%s", strerror(errno))
			: write_file(dir, buf_span(&m->text), &inner);
	if (r == 0 && fsync(above) < 0)
		r = because(&inner, -errno, "%s", strerror(errno));
	if (r == 0)
		return 0;
	/* Else it would be pending from now on. */
	int left = remove_from(above, m->name);
	return because(why, r, "%s/%s: %s%s", proposals, m->name, inner.text,
		left < 0 ? "; what was made of it could not be removed: remove "
			   "the folder"
			 : "");
}

int
new_migration_remove(
	const char *proposals, const struct migration *m, struct why *why)
{
	own(fd) int above = open_above(proposals, why);
	if (above < 0)
		return above;
	int r = remove_from(above, m->name);
	return r < 0 ? because(why, r, "%s/%s: cannot be removed: %s",
			       proposals, m->name, strerror(-r))
		     : 0;
}
