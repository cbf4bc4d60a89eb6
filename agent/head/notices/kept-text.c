#include "config.h"
#include "head/notices/kept-text.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/io/file.h"

static char *
in_folder_of(const char *file, const char *name)
{
	const char *slash = strrchr(file, '/');
	return xprintf(
		"%.*s%s", slash ? (int)(slash - file) + 1 : 0, file, name);
}

/* A folder of the service manager (systemd.exec(5)), else that of the file. */
static char *
path_in(const char *variable, const char *file, const char *name)
{
	const char *folder = getenv(variable);
	return folder
		? xprintf("%.*s/%s", (int)strcspn(folder, ":"), folder, name)
		: in_folder_of(file, name);
}

/* Both units may write to the state directory, wherever the store is. */
static char *
first_path(const struct settings *settings, const char *name)
{
	return path_in("STATE_DIRECTORY", settings->store, name);
}

static char *
second_path(const struct settings *settings, const char *name)
{
	return path_in("RUNTIME_DIRECTORY", settings->socket, name);
}

/* The bytes of one that is there are written over, which needs no space on most
 * file systems. */
static int
write_page(int fd, struct span text)
{
	char page[KEPT_TEXT_MOST];
	memset(page, '\n', sizeof(page));
	if (text.len)
		memcpy(page, text.data, text.len);
	int r = write_all(fd, (struct span){ page, sizeof(page) });
	if (r == 0 && fdatasync(fd) < 0)
		r = -errno;
	return r;
}

static int
write_file(const char *path, struct span text, struct why *why)
{
	own(fd) int fd =
		open(path, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	int r = fd < 0 ? -errno : write_page(fd, text);
	if (fd >= 0)
		file_leave_to_folder(fd, path);
	return r < 0 ? because(why, r, "%s: cannot be written: %s", path,
			       strerror(-r))
		     : 0;
}

int
kept_text_reserve(
	const struct settings *settings, const char *name, struct why *why)
{
	own(str) char *path = first_path(settings, name);
	own(buf) struct buf text = { 0 };
	struct stat st;
	if (stat(path, &st) == 0 && st.st_size == KEPT_TEXT_MOST)
		return 0;
	kept_text_get(settings, name, &text);
	return write_file(path, buf_span(&text), why);
}

static int
read_file(const char *path, struct buf *to)
{
	own(buf) struct buf page = { 0 };
	int r = file_read(path, KEPT_TEXT_MOST, &page, NULL);
	if (r >= 0)
		buf_add_span(to, span_trim(buf_span(&page)));
	return r;
}

/* The second file is there only where the first one could not be written. */
void
kept_text_get(const struct settings *settings, const char *name, struct buf *to)
{
	own(str) char *first = first_path(settings, name);
	own(str) char *second = second_path(settings, name);
	if (read_file(second, to) < 0)
		(void)read_file(first, to);
}

int
kept_text_put(const struct settings *settings, const char *name,
	struct span text, struct why *why)
{
	own(str) char *first = first_path(settings, name);
	own(str) char *second = second_path(settings, name);
	struct why last;
	if (text.len > KEPT_TEXT_MOST)
		return because(why, -EFBIG, "%s: it would be too long", first);
	int r = write_file(first, text, why);
	/* Of two troubles the one with the state directory is told. */
	if (r < 0)
		return write_file(second, text, &last) < 0 ? r : 0;
	if (strcmp(first, second) != 0 && unlink(second) < 0 && errno != ENOENT)
		return because(why, -errno, "%s: cannot be removed: %s", second,
			strerror(errno));
	return 0;
}
