#include "config.h"
#include "hands/container/container-files.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/escape.h"
#include "base/io/file.h"
#include "base/json.h"
#include "docker/engine.h"
#include "hands/container/tar-folder.h"

#define ARCHIVE_MAX (512u << 20) /* bytes that Docker may send */
#define NEAR_MAX (64u << 20)     /* of what lies around a folder */
#define CHANGES_MAX (8u << 20)

void
container_files_free(struct container_files *f)
{
	free(f->left_out_name);
	*f = (struct container_files){ 0 };
}

static int
to_file(void *arg, const char *data, size_t len)
{
	return write_all(*(const int *)arg, (struct span){ data, len });
}

static int
to_buf(void *arg, const char *data, size_t len)
{
	buf_add(arg, data, len);
	return 0;
}

static void
add_address(const struct container_files *f, const char *part, struct buf *to)
{
	buf_add_str(to, "/containers/");
	engine_add_part(to, span_of(f->id));
	buf_add_str(to, part);
}

/* Opens the folder that the path lies in, and makes what is missing on the way.
 * Nobody but this process writes below the root. */
static int
open_above(int root, const char *path)
{
	struct span rest = span_of(path + 1), piece;
	own(fd) int at = fcntl(root, F_DUPFD_CLOEXEC, 0);
	while (at >= 0 && span_cut(&rest, '/', &piece) && rest.data) {
		own(str) char *part = xstrndup(piece.data, piece.len);
		if (mkdirat(at, part, 0700) < 0 && errno != EEXIST)
			return -errno;
		int next = openat(at, part,
			O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
		if (next < 0)
			return -errno;
		fd_close(at);
		at = next;
	}
	return at < 0 ? -errno : take(at);
}

static int
unpack(struct container_files *f, const char *path, bool near, int archive,
	struct why *why)
{
	own(tar_folder) struct tar_folder got = { 0 };
	own(fd) int dir = open_above(f->root, path);
	if (dir < 0)
		return because(why, dir, "a copy of %s cannot be made: %s",
			path, strerror(-dir));
	if (lseek(archive, 0, SEEK_SET) < 0)
		return because(why, -errno, "the archive cannot be read");
	int r = near ? tar_folder_read_near(archive, dir, f->wanted,
			       f->near ? f->near : TAR_NEAR, &got, why)
		     : tar_folder_read(archive, dir, f->wanted, &got, why);
	f->left_out += got.left_out;
	f->cut |= got.cut;
	if (!f->left_out_name)
		f->left_out_name = take(got.left_out_name);
	return r;
}

/* The archive is kept in a file without a name first: libarchive asks for its
 * bytes, and Docker sends them unasked. */
static int
copy(struct container_files *f, const char *path, bool near, struct why *why)
{
	own(buf) struct buf address = { 0 };
	if (!*path)
		return because(why, -EINVAL,
			"the root of a container is not copied: give the "
			"folder in it that is meant");
	own(fd) int file =
		openat(f->root, ".", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	if (file < 0)
		return because(why, -errno,
			"a file for the container's archive cannot be made: %s",
			strerror(errno));
	add_address(f, "/archive?path=", &address);
	engine_add_part(&address, span_of(path));
	int r = engine_stream(f->containers->engine, buf_str(&address),
		near ? NEAR_MAX : ARCHIVE_MAX, to_file, &file, why);
	if (near && r == -EFBIG)
		r = 0; /* what came of it is read */
	return r < 0 ? r : unpack(f, path, near, file, why);
}

int
container_files_copy(
	struct container_files *f, const char *path, struct why *why)
{
	return copy(f, path, false, why);
}

int
container_files_copy_near(
	struct container_files *f, const char *path, struct why *why)
{
	int r = copy(f, path, true, why);
	return r == -ESRCH ? 0 : r;
}

bool
container_files_has(
	const struct container_files *f, const char *path, mode_t kind)
{
	struct stat st;
	return fstatat(f->root, *path ? path + 1 : ".", &st,
		       AT_SYMLINK_NOFOLLOW) == 0 &&
		(st.st_mode & S_IFMT) == kind;
}

/* Where nothing is changed the Engine says `null`. */
int
container_files_changes(
	const struct container_files *f, json_t **ret, struct why *why)
{
	own(buf) struct buf address = { 0 }, text = { 0 };
	add_address(f, "/changes", &address);
	int r = engine_stream(f->containers->engine, buf_str(&address),
		CHANGES_MAX, to_buf, &text, why);
	if (r < 0)
		return r;
	json_replace_nul(text.data, text.len);
	json_t *json = json_loadb(
		text.data ? text.data : "", text.len, JSON_DECODE_ANY, NULL);
	if (!json)
		return because(why, -EBADMSG,
			"what Docker lists as changed in the container is not "
			"JSON");
	*ret = json;
	return 0;
}
