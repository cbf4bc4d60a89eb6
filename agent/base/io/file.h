/* Reads small files as a whole, and makes writes complete and durable. */
#pragma once

#include <sys/types.h>

#include "base/buf.h"
#include "base/why.h"

/* Says that the file cannot be read, why, and for a disk that fails what to do
 * next. Returns `error`, a negative errno. */
int file_unreadable(const char *name, int error, struct why *why);
/* Adds the whole regular file to `to`. -EFBIG if it is larger than `max`
 * bytes, -EINVAL if it is no regular file. The call never waits: O_NONBLOCK
 * opens a FIFO that has no writer, and the check of the kind then refuses it.
 */
int file_read(const char *path, size_t max, struct buf *to, struct why *why);
/* The same of a file that is open already; `name` is for sentences. */
int file_read_fd(
	int fd, const char *name, size_t max, struct buf *to, struct why *why);
/* Opens what lies at `path` below the folder that `dir` is open on, and follows
 * no symbolic link on the way, in whatever place of the path: somebody who may
 * write there could lead us anywhere. Neither `..` nor an absolute path leads
 * out. `dir` itself may have been reached over links. `flags` are open(2)'s
 * without O_CREAT and O_TMPFILE; O_CLOEXEC is added. The descriptor, owned, or
 * a negative errno: -ELOOP for a link, -EXDEV for what is not below. */
int file_open_beneath(int dir, const char *path, int flags);
/* strerror() of its error, with words of its own for a link. */
const char *file_beneath_error(int r);
/* Reads what file_open_beneath() opens, as file_read() does. */
int file_read_beneath(
	int dir, const char *name, size_t max, struct buf *to, struct why *why);
/* Reads a file with one line, a URL or a password, and returns it without the
 * blanks around it, a URL also without what people put around one
 * (base/io/secret-line.h); owned. -ENODATA if the file is empty, -EINVAL if it
 * holds more than one line. The sentence in `why` never quotes the content. */
int file_read_secret(const char *path, char **ret, struct why *why);
/* What that leaves out, for people: "`DATABASE_URL=`, quotes"; owned. NULL:
 * nothing, or the file cannot be read. */
char *file_secret_dress(const char *path);
/* Creates the folder that `path` lies in if it is missing. Its own parent must
 * exist. 0 if the folder was there. */
int dir_make_above(const char *path, mode_t mode, struct why *why);
/* Gives a file that root has just made to whom the folder of it belongs: what a
 * command of root makes in the service's folder is the service's to write.
 * Where that fails, the file stays root's. It must have been opened over no
 * symbolic link: whoever has the folder could lead root elsewhere by one. */
void file_leave_to_folder(int fd, const char *path);
/* The same for a folder that was just made. */
void dir_leave_to_folder(const char *path);
/* Makes the names in a folder durable: fsync() of a file alone leaves its name
 * in danger when the power fails (fsync(2)). */
int dir_sync(const char *path, struct why *why);
/* Writes every byte, over as many write() calls as that takes. 0 or a negative
 * errno; part of the bytes may be out then. */
int write_all(int fd, struct span s);
