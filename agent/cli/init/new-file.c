#include "config.h"
#include "cli/init/new-file.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/io/file.h"
#include "base/own.h"

static int
fill(int fd, const struct new_file *how, struct span content)
{
	bool owned = how->owner != (uid_t)-1 || how->group != (gid_t)-1;
	if (owned && fchown(fd, how->owner, how->group) < 0)
		return -errno;
	/* After fchown(), which takes bits away; and the umask counts not. */
	if (fchmod(fd, how->mode) < 0)
		return -errno;
	int r = write_all(fd, content);
	return r == 0 && fsync(fd) < 0 ? -errno : r;
}

/* link(2) replaces nothing; some file systems know none, and then the name
 * itself is made, which is empty for a moment. */
static int
give_name(const char *made, const char *path)
{
	int r = renameat2(AT_FDCWD, made, AT_FDCWD, path, RENAME_NOREPLACE);
	if (r < 0 && (errno == EINVAL || errno == ENOSYS))
		r = link(made, path);
	return r < 0 ? -errno : 0;
}

int
new_file_write(const char *path, const struct new_file *how,
	struct span content, struct why *why)
{
	own(str) char *made = xprintf("%s.%d.new", path, (int)getpid());
	own(str) char *folder = xstrdup(path);
	char *slash = strrchr(folder, '/');
	if (slash)
		slash[slash == folder] = '\0';
	own(fd) int fd = open(made,
		O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	int r = fd < 0 ? -errno : fill(fd, how, content);
	if (r == 0)
		r = give_name(made, path);
	if (fd >= 0)
		(void)unlink(made); /* gone, if it was renamed */
	if (r < 0)
		return because(why, r, "%s: cannot be made: %s%s", path,
			strerror(-r),
			geteuid() && (r == -EACCES || r == -EPERM)
				? ": run it with sudo"
				: "");
	return dir_sync(slash ? folder : ".", why);
}
