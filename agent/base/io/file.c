#include "config.h"
#include "base/io/file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/openat2.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/io/secret-line.h"

/* O_NONBLOCK and O_NOCTTY: a FIFO must not make us wait, nor a terminal become
 * ours (open(2)). */
#define READ (O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)

int
file_unreadable(const char *name, int error, struct why *why)
{
	return because(why, error, "%s: cannot be read: %s%s", name,
		strerror(-error),
		error == -EIO ? "; look for errors of its disk in `dmesg`"
			      : "");
}

/* Reads to the end of the file instead of trusting st_size, which is 0 in
 * /proc and wrong for a file that grows. */
static int
read_all(int fd, const char *name, size_t max, struct buf *to, struct why *why)
{
	size_t before = to->len;
	for (;;) {
		char *room = buf_reserve(to, 16384);
		ssize_t n = read(fd, room, 16384);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return file_unreadable(name, -errno, why);
		if (n == 0)
			break;
		to->len += (size_t)n;
		if (to->len - before > max)
			return because(why, -EFBIG,
				"%s: is larger than %zu bytes", name, max);
	}
	buf_str(to);
	return 0;
}

int
file_read_fd(
	int fd, const char *name, size_t max, struct buf *to, struct why *why)
{
	struct stat st;
	if (fstat(fd, &st) < 0)
		return because(why, -errno, "%s: %s", name, strerror(errno));
	if (!S_ISREG(st.st_mode))
		return because(why, -EINVAL, "%s: is not a regular file", name);
	if (st.st_size > 0 && (uint64_t)st.st_size > max)
		return because(
			why, -EFBIG, "%s: is larger than %zu bytes", name, max);
	return read_all(fd, name, max, to, why);
}

int
file_read(const char *path, size_t max, struct buf *to, struct why *why)
{
	own(fd) int fd = open(path, READ);
	return fd < 0 ? because(why, -errno, "%s: cannot be opened: %s", path,
				strerror(errno))
		      : file_read_fd(fd, path, max, to, why);
}

/* Whether the path has a component `..`. */
static bool
goes_up(const char *path)
{
	struct span rest = span_of(path), piece;
	while (span_cut(&rest, '/', &piece))
		if (span_is(piece, ".."))
			return true;
	return false;
}

/* Opens one component. With O_PATH, O_NOFOLLOW opens the link itself, and with
 * O_DIRECTORY the error is that of a file: so the kind is asked for. */
static int
open_component(int dir, struct span component, int flags)
{
	char name[NAME_MAX + 1] = "";
	if (component.len > NAME_MAX)
		return -ENAMETOOLONG;
	memcpy(name, component.data, component.len);
	own(fd) int fd = openat(dir, name, flags | O_NOFOLLOW | O_CLOEXEC);
	int r = fd < 0 ? -errno : 0;
	struct stat st;
	if (r == 0 && fstat(fd, &st) < 0)
		return -errno;
	if (r < 0 && fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return r;
	if (S_ISLNK(st.st_mode))
		return -ELOOP;
	return r < 0 ? r : take(fd);
}

/* Does in several steps what openat2() does in one: for kernels before 5.6, and
 * for containers whose system call filter does not know that call. */
static int
walk_beneath(int dir, const char *path, int flags)
{
	own(fd) int at = -1;
	struct span rest = span_of(path), piece;
	while (rest.len && rest.data[rest.len - 1] == '/') {
		rest.len--;
		flags |= O_DIRECTORY;
	}
	while (span_cut(&rest, '/', &piece)) {
		if (!piece.len)
			continue;
		bool last = !rest.data;
		int fd = open_component(at < 0 ? dir : at, piece,
			last ? flags : O_PATH | O_DIRECTORY);
		if (last || fd < 0)
			return fd;
		fd_close(at);
		at = fd;
	}
	return -ENOENT;
}

int
file_open_beneath(int dir, const char *path, int flags)
{
	if (flags & (O_CREAT | (O_TMPFILE & ~O_DIRECTORY)))
		return -EINVAL;
	if (!*path)
		return -ENOENT;
	if (*path == '/' || goes_up(path))
		return -EXDEV;
	flags = (flags & ~O_NOFOLLOW) | O_CLOEXEC;
	struct open_how how = {
		.flags = (uint64_t)flags,
		.resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS |
			RESOLVE_NO_MAGICLINKS,
	};
	long fd = syscall(SYS_openat2, dir, path, &how, sizeof(how));
	if (fd >= 0)
		return (int)fd;
	/* EPERM is a filter's answer, but may be the file's as well: then the
	 * walk gets it too. */
	if (errno == ENOSYS || errno == EPERM)
		return walk_beneath(dir, path, flags);
	return -errno;
}

const char *
file_beneath_error(int r)
{
	return r == -ELOOP ? "a symbolic link is in its place or on the way to "
			     "it, and none is followed"
		: r == -EXDEV ? "it lies elsewhere"
			      : strerror(-r);
}

int
file_read_beneath(
	int dir, const char *name, size_t max, struct buf *to, struct why *why)
{
	own(fd) int fd = file_open_beneath(dir, name, READ);
	return fd < 0 ? because(why, fd, "%s: cannot be opened: %s", name,
				file_beneath_error(fd))
		      : file_read_fd(fd, name, max, to, why);
}

/* Wipes the buffer; the caller's copy is the only one left. */
int
file_read_secret(const char *path, char **ret, struct why *why)
{
	own(buf) struct buf b = { 0 };
	int r = file_read(path, SECRET_LINE_MOST, &b, why);
	if (r < 0)
		return r;
	struct span s = span_trim(buf_span(&b));
	if (!s.len)
		return because(why, -ENODATA,
			"%s: is empty; it should hold one line", path);
	if (memchr(s.data, '\n', s.len) || memchr(s.data, '\0', s.len))
		return because(why, -EINVAL, "%s: should hold one line", path);
	s = secret_line_bare(s, NULL);
	*ret = xstrndup(s.data, s.len);
	/* The compiler may drop a memset() of memory that is freed next. */
	explicit_bzero(b.data, b.len);
	return 0;
}

char *
file_secret_dress(const char *path)
{
	own(buf) struct buf b = { 0 }, off = { 0 };
	if (file_read(path, SECRET_LINE_MOST, &b, NULL) >= 0)
		(void)secret_line_bare(buf_span(&b), &off);
	if (b.len)
		explicit_bzero(b.data, b.len);
	return off.len ? xstrdup(buf_str(&off)) : NULL;
}

int
dir_make_above(const char *path, mode_t mode, struct why *why)
{
	const char *slash = strrchr(path, '/');
	if (!slash || slash == path)
		return 0;
	own(str) char *folder = xstrndup(path, (size_t)(slash - path));
	if (mkdir(folder, mode) < 0 && errno != EEXIST)
		return because(why, -errno, "%s: cannot be created: %s", folder,
			strerror(errno));
	return 0;
}

void
file_leave_to_folder(int fd, const char *path)
{
	const char *slash = strrchr(path, '/');
	own(str) char *folder =
		xstrndup(path, slash > path ? (size_t)(slash - path) : 1);
	struct stat st, made;
	if (geteuid() == 0 && slash && stat(folder, &st) == 0 && st.st_uid &&
		fstat(fd, &made) == 0 && made.st_uid == 0)
		(void)!fchown(fd, st.st_uid, st.st_gid);
}

void
dir_leave_to_folder(const char *path)
{
	own(fd) int fd =
		open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd >= 0)
		file_leave_to_folder(fd, path);
}

/* A directory can be opened for reading and synced like a file. */
int
dir_sync(const char *path, struct why *why)
{
	own(fd) int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0 || fsync(fd) < 0)
		return because(why, -errno, "%s: cannot be synced: %s", path,
			strerror(errno));
	return 0;
}

int
write_all(int fd, struct span s)
{
	while (s.len) {
		ssize_t n = write(fd, s.data, s.len);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		s = span_from(s, (size_t)n);
	}
	return 0;
}
