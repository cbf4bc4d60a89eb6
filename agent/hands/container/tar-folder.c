#include "config.h"
#include "hands/container/tar-folder.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/escape.h"
#include "base/io/file.h"

#define BLOCK 65536
#define NAME_SHOWN 300

static void
archive_let_go(struct archive **a)
{
	if (*a)
		archive_read_free(*a);
}

void
tar_folder_free(struct tar_folder *t)
{
	free(t->left_out_name);
	*t = (struct tar_folder){ 0 };
}

static int
refuse(const char *name, int r, const char *what, struct why *why)
{
	own(str) char *shown =
		escape_str(span_of(name), NAME_SHOWN, ESCAPE_LINE);
	return because(why, r, "in the container: %s: %s", shown, what);
}

/* Docker names entries from the folder's own name on, a folder with a slash at
 * its end. */
static int
check_name(const char *name, struct why *why)
{
	struct span rest = span_of(name), piece;
	unsigned depth = 0;
	if (span_ends(rest, SPAN("/")))
		rest.len--;
	if (!rest.len)
		return refuse(name, -EPERM, "has no name", why);
	while (span_cut(&rest, '/', &piece)) {
		if (!piece.len || span_is(piece, ".") || span_is(piece, ".."))
			return refuse(name, -EPERM,
				"leads out of the folder, so none of it is "
				"read",
				why);
		if (++depth > TAR_DEPTH)
			return refuse(name, -EFBIG,
				"lies deeper than migrations do", why);
	}
	return 0;
}

static bool
is_wanted(const char *const *ends, const char *name)
{
	size_t len = strlen(name);
	for (; *ends; ends++) {
		size_t n = strlen(*ends);
		if (len >= n && strcasecmp(name + len - n, *ends) == 0)
			return true;
	}
	return false;
}

/* Opens the folder that the name lies in, and makes what is missing on the way:
 * nothing but folders is there that we did not make. The descriptor is owned;
 * *ret_last is the name's last part. */
static int
open_above(int dir, const char *name, char **ret_last)
{
	struct span rest = span_of(name), piece;
	own(fd) int at = fcntl(dir, F_DUPFD_CLOEXEC, 0);
	if (span_ends(rest, SPAN("/")))
		rest.len--;
	while (at >= 0 && span_cut(&rest, '/', &piece)) {
		own(str) char *part = xstrndup(piece.data, piece.len);
		if (!rest.data) {
			*ret_last = take(part);
			return take(at);
		}
		if (mkdirat(at, part, 0700) < 0 && errno != EEXIST)
			return -errno;
		int next = openat(at, part,
			O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
		if (next < 0)
			return -errno;
		fd_close(at);
		at = next;
	}
	return at < 0 ? -errno : -EINVAL;
}

static int
copy_data(struct archive *a, struct tar_folder *t, const char *name, int fd,
	struct why *why)
{
	own(buf) struct buf block = { 0 };
	char *data = buf_reserve(&block, BLOCK);
	size_t size = 0;
	for (;;) {
		ssize_t n = archive_read_data(a, data, BLOCK);
		if (n == 0)
			return 0;
		if (n < 0)
			return refuse(name, -EBADMSG, "is cut off", why);
		size += (size_t)n;
		t->bytes += (size_t)n;
		if (size > TAR_FILE || t->bytes > TAR_BYTES)
			return refuse(name, -EFBIG,
				size > TAR_FILE ? "is larger than 16 MiB"
						: "all files together are "
						  "larger than 64 MiB",
				why);
		int r = write_all(fd, (struct span){ data, (size_t)n });
		if (r < 0)
			return refuse(name, r, strerror(-r), why);
	}
}

static int
write_file(struct archive *a, struct archive_entry *e, struct tar_folder *t,
	int dir, struct why *why)
{
	const char *name = archive_entry_pathname(e);
	own(str) char *last = NULL;
	own(fd) int above = open_above(dir, name, &last);
	own(fd) int fd = above < 0
		? above
		: openat(above, last,
			  O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
			  0600);
	if (fd < 0) {
		int r = above < 0 ? above : -errno;
		return refuse(name, r,
			r == -EEXIST ? "is there twice" : strerror(-r), why);
	}
	int r = copy_data(a, t, name, fd, why);
	if (r < 0)
		(void)unlinkat(above, last, 0);
	/* The name of a new migration may come from its file's time. */
	const struct timespec times[2] = {
		{ archive_entry_mtime(e), archive_entry_mtime_nsec(e) },
		{ archive_entry_mtime(e), archive_entry_mtime_nsec(e) },
	};
	if (r == 0)
		(void)futimens(fd, times);
	t->files += r == 0;
	return r;
}

static int
make_folder(const char *name, int dir, struct why *why)
{
	own(str) char *last = NULL;
	own(fd) int above = open_above(dir, name, &last);
	int r = above < 0 ? above : 0;
	if (r == 0 && mkdirat(above, last, 0700) < 0 && errno != EEXIST)
		r = -errno;
	return r < 0 ? refuse(name, r, strerror(-r), why) : 0;
}

static void
leave_out(struct tar_folder *t, const char *name)
{
	if (t->left_out++ == 0)
		t->left_out_name =
			escape_str(span_of(name), NAME_SHOWN, ESCAPE_LINE);
}

/* Other people's files: as with folders of the host (stray-files.c). */
static bool
is_far(const char *name, unsigned near)
{
	struct span rest = span_of(name), piece;
	unsigned depth = 0;
	while (span_cut(&rest, '/', &piece))
		if (depth++ &&
			(depth > near + 2 || span_starts(piece, SPAN(".")) ||
				span_is(piece, "node_modules")))
			return true;
	return false;
}

/* What is there already is of the folder itself. */
static int
take_near(struct archive *a, struct archive_entry *e, struct tar_folder *t,
	int dir, const char *const *ends, struct why *why)
{
	const char *name = archive_entry_pathname(e);
	size_t size = (size_t)MAX(archive_entry_size(e), 0);
	unsigned type = archive_entry_filetype(e);
	bool link = archive_entry_hardlink(e) || type != AE_IFREG;
	if (!name || is_far(name, t->near) || check_name(name, why) < 0)
		return 0;
	if (++t->entries > TAR_ENTRIES || t->bytes > TAR_BYTES)
		return -EFBIG;
	/* The first entry is the folder, which may be a link. */
	if (link && type != AE_IFDIR &&
		(t->entries == 1 || is_wanted(ends, name)))
		leave_out(t, name);
	if (link || !is_wanted(ends, name) || size > TAR_FILE ||
		size > TAR_BYTES - t->bytes)
		return 0;
	int r = write_file(a, e, t, dir, why);
	return r == -EEXIST ? 0 : r;
}

static int
take_entry(struct archive *a, struct archive_entry *e, struct tar_folder *t,
	int dir, const char *const *ends, struct why *why)
{
	if (t->near)
		return take_near(a, e, t, dir, ends, why);
	const char *name = archive_entry_pathname(e);
	if (++t->entries > TAR_ENTRIES)
		return because(why, -EFBIG,
			"in the container lie more than %u files where the "
			"migrations are",
			TAR_ENTRIES);
	int r = name ? check_name(name, why)
		     : refuse("?", -EBADMSG, "has no name", why);
	if (r < 0)
		return r;
	bool plain = !archive_entry_hardlink(e);
	if (plain && archive_entry_filetype(e) == AE_IFDIR)
		return make_folder(name, dir, why);
	if (!plain || archive_entry_filetype(e) != AE_IFREG) {
		leave_out(t, name);
		return 0;
	}
	return is_wanted(ends, name) ? write_file(a, e, t, dir, why) : 0;
}

static int
read_archive(int fd, int dir, const char *const *ends, struct tar_folder *ret,
	struct why *why)
{
	__attribute__((cleanup(archive_let_go))) struct archive *a =
		archive_read_new();
	struct archive_entry *e;
	/* One format and no compression: that is all Docker sends. */
	if (!a || archive_read_support_format_tar(a) != ARCHIVE_OK ||
		archive_read_open_fd(a, fd, BLOCK) != ARCHIVE_OK)
		return because(why, -EBADMSG,
			"what Docker sent of the container is no archive");
	for (;;) {
		int next = archive_read_next_header(a, &e);
		if (next == ARCHIVE_EOF)
			return 0;
		if (next != ARCHIVE_OK && next != ARCHIVE_WARN)
			return because(why, -EBADMSG,
				"what Docker sent of the container is broken "
				"or cut off");
		int r = take_entry(a, e, ret, dir, ends, why);
		if (r < 0)
			return r;
	}
}

int
tar_folder_read(int fd, int dir, const char *const *ends,
	struct tar_folder *ret, struct why *why)
{
	*ret = (struct tar_folder){ 0 };
	return read_archive(fd, dir, ends, ret, why);
}

int
tar_folder_read_near(int fd, int dir, const char *const *ends, unsigned depth,
	struct tar_folder *ret, struct why *why)
{
	*ret = (struct tar_folder){ .near = depth };
	int r = read_archive(fd, dir, ends, ret, why);
	ret->cut = r == -EFBIG || r == -EBADMSG;
	return ret->cut ? 0 : r;
}
