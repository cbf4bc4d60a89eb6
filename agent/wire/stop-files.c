#include "config.h"
#include "wire/stop-files.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/escape.h"
#include "base/io/file.h"

#define WHO_MAX 256u

bool
stop_files_frozen(const char *freeze_file)
{
	struct stat st;
	return lstat(freeze_file, &st) == 0 ||
		(errno != ENOENT && errno != ENOTDIR);
}

/* The number alone: to ask for the name of a user may take long, and hands ask
 * while they hold locks in production. */
char *
stop_files_freeze(const char *freeze_file)
{
	struct stat st;
	char when[CLOCK_TEXT];
	own(str) char *path =
		escape_str(span_of(freeze_file), WHO_MAX, ESCAPE_LINE);
	if (lstat(freeze_file, &st) < 0) {
		if (errno == ENOENT || errno == ENOTDIR)
			return NULL;
		return xprintf("whether the freeze file %s is there cannot be "
			       "told (%s), so it counts as there",
			path, strerror(errno));
	}
	usec made = (usec)st.st_mtim.tv_sec * USEC_SECOND;
	return xprintf("frozen: the freeze file %s is there, of %suid %u%s, "
		       "since %s",
		path, st.st_uid ? "" : "root (", st.st_uid,
		st.st_uid ? "" : ")", clock_text(made, when));
}

/* The folder of the store, which ends with a slash, or "". Owned. */
static char *
folder_of(const char *store)
{
	const char *slash = strrchr(store, '/');
	return slash ? xstrndup(store, (size_t)(slash - store) + 1)
		     : xstrdup("");
}

static char *
path_of(const char *store)
{
	own(str) char *folder = folder_of(store);
	return xprintf("%spaused", folder);
}

static int
sync_folder(const char *store, struct why *why)
{
	own(str) char *folder = folder_of(store);
	return dir_sync(*folder ? folder : ".", why);
}

/* The file counts by being there; that its line is cut by a full disk takes
 * nothing from it but the name. */
int
stop_files_pause(const char *store, const char *who, usec now, struct why *why)
{
	own(str) char *path = path_of(store);
	char when[CLOCK_TEXT];
	own(fd) int fd =
		open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd < 0 && errno == EEXIST)
		return 0;
	if (fd < 0)
		return because(why, -errno, "%s: cannot be made: %s", path,
			strerror(errno));
	file_leave_to_folder(fd, path);
	own(str) char *line = xprintf("%s at %s\n", who, clock_text(now, when));
	(void)write_all(fd, span_of(line));
	(void)fsync(fd);
	return sync_folder(store, why);
}

int
stop_files_resume(const char *store, struct why *why)
{
	own(str) char *path = path_of(store);
	if (unlink(path) < 0)
		return errno == ENOENT || errno == ENOTDIR
			? 0
			: because(why, -errno, "%s: cannot be removed: %s",
				  path, strerror(errno));
	return sync_folder(store, why);
}

char *
stop_files_paused(const char *store)
{
	own(str) char *path = path_of(store);
	own(buf) struct buf text = { 0 };
	struct stat st;
	if (lstat(path, &st) < 0 && (errno == ENOENT || errno == ENOTDIR))
		return NULL;
	if (file_read(path, WHO_MAX, &text, NULL) < 0)
		return xstrdup("paused");
	own(str) char *who =
		escape_str(span_trim(buf_span(&text)), WHO_MAX, ESCAPE_LINE);
	return *who ? xprintf("paused by %s", who) : xstrdup("paused");
}
