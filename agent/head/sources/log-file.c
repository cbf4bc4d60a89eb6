#include "config.h"
#include "head/sources/log-file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <systemd/sd-daemon.h>
#include <unistd.h>

#include "base/io/descriptors.h"
#include "base/io/file.h"
#include "head/sources/gzip-info.h"

/* How many bytes two copies are compared by. They hold at least one whole line
 * of Docker's, whose time in nanoseconds no two files share: Docker cuts a line
 * at 16 KiB, and JSON may need six bytes for one (\u0000).
 * https://github.com/moby/moby/blob/v28.5.2/daemon/logger/copier.go */
#define HEAD_LEN (128u << 10)

static const char *logs_root;

void
log_file_root(const char *docker_root)
{
	logs_root = docker_root;
}

/* Opens the path below the root, or below its own folder. */
static int
open_beneath(const char *path, int flags)
{
	const char *slash = strrchr(path, '/');
	size_t len = logs_root ? strlen(logs_root)
		: slash        ? (size_t)(slash - path)
			       : 0;
	if (logs_root &&
		(strncmp(path, logs_root, len) != 0 || path[len] != '/'))
		return -EXDEV;
	own(str) char *root = xprintf("%.*s/", (int)len, path);
	own(fd) int dir =
		open(slash ? root : ".", O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (dir < 0)
		return -errno;
	path += slash ? len : 0;
	return file_open_beneath(dir, path + strspn(path, "/"), flags);
}

int
log_file_stat(const char *path, struct stat *ret)
{
	own(fd) int fd = open_beneath(path, O_PATH);
	if (fd < 0)
		return fd;
	return fstat(fd, ret) < 0 ? -errno : 0;
}

/* head opens logs with rights that their writers lack: a link could lead
 * anywhere. O_NONBLOCK: opening a FIFO would wait for a writer for ever; it is
 * refused by its kind a moment later. O_NOCTTY: a terminal must not become ours
 * (open(2)). */
int
log_file_open(const char *path, struct why *why)
{
	own(fd) int fd = open_beneath(path, O_RDONLY | O_NONBLOCK | O_NOCTTY);
	struct stat st;
	if (fd < 0)
		return because(why, fd, "%s: cannot be opened: %s", path,
			descriptors_lack(fd) ? descriptors_error(fd)
					     : file_beneath_error(fd));
	if (fstat(fd, &st) < 0)
		return because(why, -errno, "%s: cannot be opened: %s", path,
			strerror(errno));
	struct why none;
	int r = descriptors_spare(fd, &none);
	if (r < 0)
		return because(
			why, r, "%s: cannot be read: %s", path, none.text);
	if (!S_ISREG(st.st_mode))
		return because(why, -EINVAL, "%s: is not a regular file", path);
	return take(fd);
}

bool
log_file_may_pass(int r)
{
	return r == -EIO || r == -EACCES || r == -EINTR || r == -ENOMEM;
}

int
log_file_identify(struct log_file *l, struct why *why)
{
	char key[FILE_IDENTITY_TEXT];
	int r = file_identity_of(l->fd, &l->identity, why);
	if (r < 0)
		return r;
	free(l->key);
	l->key = xstrdup(file_identity_text(&l->identity, key));
	return 0;
}

int
log_file_new(int fd, struct log_file **ret, struct why *why)
{
	own(log_file) struct log_file *l = xcalloc(1, sizeof(*l));
	l->fd = fd;
	int r = gzip_info_is_gzip(fd, why);
	if (r < 0)
		return r;
	l->compressed = r > 0;
	r = log_file_identify(l, why);
	if (r < 0)
		return r;
	*ret = take(l);
	return 0;
}

void
log_file_free(struct log_file *l)
{
	if (!l)
		return;
	free(l->key);
	fd_close(l->fd);
	free(l);
}

void
log_files_free(struct log_file *list)
{
	for (struct log_file *l = list, *next; l; l = next) {
		next = l->next;
		log_file_free(l);
	}
}

int
log_file_size(const struct log_file *l, uint64_t *ret, struct why *why)
{
	struct stat st;
	if (l->compressed)
		return gzip_info_size(l->fd, ret, why);
	if (fstat(l->fd, &st) < 0)
		return because(
			why, -errno, "cannot be read: %s", strerror(errno));
	*ret = (uint64_t)st.st_size;
	return 0;
}

usec
log_file_last_write(const struct log_file *l)
{
	struct stat st;
	if (fstat(l->fd, &st) < 0)
		return 0;
	return (usec)st.st_mtim.tv_sec * USEC_SECOND +
		(usec)st.st_mtim.tv_nsec / NSEC_USEC;
}

/* Whether the head of the packed file, unpacked, is that of the plain one. A
 * file that is torn is no copy; one that cannot be read now may be one. */
static int
same_head(const struct log_file *packed, const struct log_file *plain,
	struct why *why)
{
	own(str) char *head = xcalloc(1, HEAD_LEN);
	own(str) char *other = xcalloc(1, HEAD_LEN);
	int n = gzip_info_read(packed->fd, 0, head, HEAD_LEN, why);
	if (n < 0)
		return n == -EBADMSG ? 0 : n;
	ssize_t m = pread(plain->fd, other, HEAD_LEN, 0);
	if (m < 0)
		return because(
			why, -errno, "cannot be read: %s", strerror(errno));
	return m == n && memcmp(head, other, (size_t)n) == 0;
}

/* A compressed copy is another inode, so its size and its head are compared,
 * unpacked. */
int
log_file_is_copy(
	const struct log_file *a, const struct log_file *b, struct why *why)
{
	if (a->identity.dev == b->identity.dev &&
		a->identity.ino == b->identity.ino)
		return 1;
	if (a->compressed == b->compressed)
		return 0;
	const struct log_file *packed = a->compressed ? a : b;
	const struct log_file *plain = a->compressed ? b : a;
	uint64_t x, y;
	int r = log_file_size(packed, &x, why);
	if (r == -EBADMSG)
		return 0;
	if (r >= 0)
		r = log_file_size(plain, &y, why);
	if (r < 0)
		return r;
	return x == y ? same_head(packed, plain, why) : 0;
}

/* The name in the fd store: systemd allows no `:` in it, and neither container
 * ids nor hex digits hold a `.`. */
char *
log_file_fdstore_name(const struct log_file *l, const char *container)
{
	return xprintf(
		"%s.%llx", container, (unsigned long long)l->identity.ino);
}

char *
log_file_fdstore_container(const char *name)
{
	return xstrndup(name, strcspn(name, "."));
}

/* FDPOLL=0: systemd need not watch the descriptor for a hang-up, which a file
 * never has (sd_notify(3)). The result is dropped: without a service manager
 * there is nowhere to store it. */
void
log_file_fdstore_add(const struct log_file *l, const char *container)
{
	own(str) char *name = log_file_fdstore_name(l, container);
	own(str) char *text = xprintf("FDSTORE=1\nFDNAME=%s\nFDPOLL=0", name);
	(void)sd_pid_notify_with_fds(0, 0, text, &l->fd, 1);
}

void
log_file_fdstore_remove(const struct log_file *l, const char *container)
{
	own(str) char *name = log_file_fdstore_name(l, container);
	(void)sd_notifyf(0, "FDSTOREREMOVE=1\nFDNAME=%s", name);
}

/* The inode changes with its last link, and never afterwards: nobody but us has
 * it open to change it, and we only read. */
int64_t
log_file_unlinked(const struct log_file *l)
{
	struct stat st;
	if (fstat(l->fd, &st) < 0 || st.st_nlink > 0)
		return 0;
	return (int64_t)st.st_ctim.tv_sec * NSEC_SECOND + st.st_ctim.tv_nsec;
}

int64_t
log_file_born(const struct log_file *l)
{
	struct statx sx;
	if (statx(l->fd, "", AT_EMPTY_PATH, STATX_BTIME, &sx) < 0 ||
		!(sx.stx_mask & STATX_BTIME))
		return 0;
	return (int64_t)sx.stx_btime.tv_sec * NSEC_SECOND +
		sx.stx_btime.tv_nsec;
}

/* Finds a truncation that leaves the bytes before the position as they were,
 * where followed_log_changed_file() sees nothing: at the head of a file, where
 * nothing was read, or behind the position. */
bool
log_file_has_shrunk(struct log_file *l)
{
	struct stat st;
	if (fstat(l->fd, &st) < 0)
		return false;
	bool shrunk = (uint64_t)st.st_size < l->last_size;
	l->last_size = (uint64_t)st.st_size;
	return shrunk;
}
