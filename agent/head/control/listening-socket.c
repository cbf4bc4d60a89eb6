#include "config.h"
#include "head/control/listening-socket.h"

#include <errno.h>
#include <grp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/io/file.h"

/* Connections that the kernel keeps until they are accepted. */
#define QUEUE 64

static int
address_of(const char *path, struct sockaddr_un *ret, struct why *why)
{
	*ret = (struct sockaddr_un){ .sun_family = AF_UNIX };
	if (strlen(path) >= sizeof(ret->sun_path))
		return because(why, -ENAMETOOLONG,
			"%s: is longer than a socket's path may be", path);
	memcpy(ret->sun_path, path, strlen(path));
	return 0;
}

static bool
answers(const struct sockaddr_un *address)
{
	own(fd) int fd =
		socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	return fd >= 0 &&
		(connect(fd, (const struct sockaddr *)address,
			 sizeof(*address)) == 0 ||
			errno == EAGAIN);
}

/* A socket that nobody listens at is left over from one that was killed. */
static int
remove_stale(const struct sockaddr_un *address, struct why *why)
{
	const char *path = address->sun_path;
	struct stat st;
	if (lstat(path, &st) < 0)
		return errno == ENOENT
			? 0
			: because(why, -errno, "%s: %s", path, strerror(errno));
	if (!S_ISSOCK(st.st_mode))
		return because(why, -EEXIST,
			"%s: is there and is no socket: it is not replaced",
			path);
	if (answers(address))
		return because(why, -EADDRINUSE,
			"%s: another logmend answers there", path);
	if (unlink(path) < 0)
		return because(why, -errno, "%s: cannot be replaced: %s", path,
			strerror(errno));
	return 0;
}

/* Members of the group may ask. Where that is the process's own group, as with
 * the unit, the socket has it already, and no right is needed. Who runs it by
 * hand as another user keeps it. */
static int
give_to_group(const char *path, struct why *why)
{
	const struct group *group = getgrnam(CONTROL_GROUP);
	struct stat st;
	if (!group)
		return 0;
	int r = stat(path, &st);
	if (r == 0 && st.st_gid != group->gr_gid)
		r = chown(path, (uid_t)-1, group->gr_gid);
	if (r == 0)
		r = chmod(path, 0660);
	return r < 0 && errno != EPERM
		? because(why, -errno, "%s: cannot be given to group %s: %s",
			  path, CONTROL_GROUP, strerror(errno))
		: 0;
}

/* The process's alone until the group has it. */
static int
bind_to(int fd, const struct sockaddr_un *address, struct why *why)
{
	mode_t before = umask(0177);
	int r = bind(fd, (const struct sockaddr *)address, sizeof(*address));
	int error = errno;
	umask(before);
	if (r < 0)
		return because(why, -error, "%s: cannot listen there: %s",
			address->sun_path, strerror(error));
	return give_to_group(address->sun_path, why);
}

bool
listening_socket_answers(const char *path)
{
	struct sockaddr_un address;
	return address_of(path, &address, NULL) == 0 && answers(&address);
}

int
listening_socket_open(
	struct listening_socket *ret, const char *path, struct why *why)
{
	struct sockaddr_un address;
	struct stat st;
	*ret = (struct listening_socket){ .fd = -1 };
	int r = address_of(path, &address, why);
	if (r == 0)
		r = dir_make_above(path, 0755, why);
	if (r == 0)
		r = remove_stale(&address, why);
	if (r < 0)
		return r;
	own(fd) int fd =
		socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return because(
			why, -errno, "no control socket: %s", strerror(errno));
	r = bind_to(fd, &address, why);
	if (r < 0)
		return r;
	if (listen(fd, QUEUE) < 0 || lstat(path, &st) < 0)
		return because(why, -errno, "%s: cannot listen there: %s", path,
			strerror(errno));
	*ret = (struct listening_socket){ take(fd), xstrdup(path), st.st_dev,
		st.st_ino };
	return 0;
}

void
listening_socket_close(struct listening_socket *s)
{
	struct stat st;
	if (s->path && lstat(s->path, &st) == 0 && st.st_dev == s->dev &&
		st.st_ino == s->ino)
		(void)unlink(s->path);
	if (s->path)
		fd_close(s->fd);
	free(s->path);
	*s = (struct listening_socket){ .fd = -1 };
}
