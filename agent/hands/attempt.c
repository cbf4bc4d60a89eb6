#include "config.h"
#include "hands/attempt.h"

#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"

#define PROPOSAL "proposal" /* the event's name */
#define FILE_MAX (1u << 20)

struct attempt {
	int fd;
};

void
attempt_close(struct attempt *a)
{
	if (!a)
		return;
	fd_close(a->fd);
	free(a);
}

/* A key is a UUID, and a name in our own folder. */
static bool
is_key(const char *key)
{
	return strlen(key) == KEY_TEXT - 1 &&
		strspn(key, "0123456789abcdef-") == KEY_TEXT - 1;
}

static int
make_folder(const char *store, const char *folder, struct why *why)
{
	if (mkdir(folder, 0700) < 0 && errno != EEXIST)
		return because(why, -errno, "%s: cannot be made: %s", folder,
			strerror(errno));
	const char *slash = strrchr(store, '/');
	own(str) char *above = slash && slash != store
		? xstrndup(store, (size_t)(slash - store))
		: xstrdup(slash ? "/" : ".");
	return dir_sync(above, why);
}

static int
write_line(int fd, const struct buf *line)
{
	int r = write_all(fd, buf_span(line));
	if (r < 0)
		return r;
	return fdatasync(fd) < 0 ? -errno : 0;
}

int
attempt_begin(const char *store, const char *key, const char *text,
	struct attempt **ret, struct why *why)
{
	if (!is_key(key))
		return because(why, -EINVAL, "the attempt's key is no UUID");
	own(str) char *folder = attempt_folder(store);
	own(str) char *path = attempt_path(store, key);
	int r = make_folder(store, folder, why);
	if (r < 0)
		return r;
	own(fd) int fd = open(
		path, O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC, 0600);
	if (fd < 0)
		return because(why, -errno, "%s: %s", path,
			errno == EEXIST ? "was started before"
					: strerror(errno));
	if (flock(fd, LOCK_EX | LOCK_NB) < 0)
		return because(why, -errno, "%s: cannot be locked: %s", path,
			strerror(errno));
	own(buf) struct buf line = { 0 };
	attempt_line(&line, "started", text, clock_wall());
	r = write_line(fd, &line);
	if (r == 0)
		r = dir_sync(folder, why);
	if (r < 0)
		return because(why, r,
			"%s: cannot be written, so nothing is done: %s", path,
			strerror(-r));
	struct attempt *a = xcalloc(1, sizeof(*a));
	a->fd = take(fd);
	*ret = a;
	return 0;
}

int
attempt_note(struct attempt *a, const char *event, const char *text)
{
	own(buf) struct buf line = { 0 };
	attempt_line(&line, event, text, clock_wall());
	return write_line(a->fd, &line);
}

int
attempt_propose(
	struct attempt *a, const char *name, const char checksum[SHA256_HEX])
{
	own(str) char *text = xprintf("%s %s", checksum, name);
	return attempt_note(a, PROPOSAL, text);
}

/* A folder's name as draft.c makes it, and nothing that leads elsewhere. */
static bool
is_plain(const char *name)
{
	return *name && *name != '.' &&
		strspn(name,
			"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
			"0123456789_-.") == strlen(name);
}

static char *
read_proposal(struct span line, char checksum[SHA256_HEX])
{
	json_t *json = json_loadb(line.data, line.len, 0, NULL);
	const char *event = json_string_value(json_object_get(json, "event"));
	const char *text = json_string_value(json_object_get(json, "text"));
	char *name = NULL;
	if (event && text && strcmp(event, PROPOSAL) == 0 &&
		strlen(text) > SHA256_HEX && is_plain(text + SHA256_HEX)) {
		snprintf(checksum, SHA256_HEX, "%.64s", text);
		name = xstrdup(text + SHA256_HEX);
	}
	json_decref(json);
	return name;
}

char *
attempt_proposal(const char *store, const char *key, char checksum[SHA256_HEX])
{
	if (!is_key(key))
		return NULL;
	own(str) char *path = attempt_path(store, key);
	own(buf) struct buf text = { 0 };
	if (file_read(path, FILE_MAX, &text, NULL) < 0)
		return NULL;
	char *name = NULL;
	struct span rest = buf_span(&text), line;
	while (!name && span_cut(&rest, '\n', &line))
		name = read_proposal(line, checksum);
	return name;
}

int
attempt_end(struct attempt *a, const struct result *r)
{
	own(buf) struct buf line = { 0 };
	/* A line that the disk took only in part must not swallow this one. */
	buf_add_char(&line, '\n');
	attempt_result_line(&line, r, clock_wall());
	return write_line(a->fd, &line);
}
