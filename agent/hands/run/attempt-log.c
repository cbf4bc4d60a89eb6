#include "config.h"
#include "hands/run/attempt-log.h"

#include <errno.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/io/file.h"

#define PROPOSAL "proposal" /* the event's name */
#define FILE_MAX (1u << 20)

struct attempt_log {
	int fd;
	bool left_open; /* it ends without a result */
};

void
attempt_log_close(struct attempt_log *a)
{
	if (!a)
		return;
	fd_close(a->fd);
	free(a);
}

/* A line counts only once it is on the disk: it is what head goes by after a
 * crash (promise 4). */
static int
write_line(int fd, const struct buf *line)
{
	int r = write_all(fd, buf_span(line));
	if (r < 0)
		return r;
	return fdatasync(fd) < 0 ? -errno : 0;
}

int
attempt_log_begin(const char *store, const char *key, const char *text,
	usec deadline, struct attempt_log **ret, struct why *why)
{
	int fd = -1;
	int r = attempt_file_claim(store, key, text, deadline, &fd, why);
	if (r < 0)
		return r;
	struct attempt_log *a = xcalloc(1, sizeof(*a));
	a->fd = fd;
	*ret = a;
	return 0;
}

int
attempt_log_begins(struct attempt_log *a)
{
	own(buf) struct buf line = { 0 };
	/* A line that the disk took only in part must not swallow this one. */
	buf_add_char(&line, '\n');
	attempt_file_begins_line(&line, clock_wall());
	return write_line(a->fd, &line);
}

int
attempt_log_note(struct attempt_log *a, const char *event, const char *text)
{
	own(buf) struct buf line = { 0 };
	attempt_file_line(&line, event, text, clock_wall());
	return write_line(a->fd, &line);
}

int
attempt_log_propose(struct attempt_log *a, const char *name,
	const char checksum[SHA256_HEX])
{
	own(str) char *text = xprintf("%s %s", checksum, name);
	return attempt_log_note(a, PROPOSAL, text);
}

/* A name as a migrator makes it for a new unit, and nothing that leads to
 * another folder: what it names may be removed. */
static bool
is_plain(const char *name)
{
	return *name && *name != '.' &&
		strspn(name,
			"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
			"0123456789_-.") == strlen(name);
}

/* `CHECKSUM NAME`; lines of other events, and torn ones, give NULL. */
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
attempt_log_proposal(
	const char *store, const char *key, char checksum[SHA256_HEX])
{
	if (!attempt_file_is_key(key))
		return NULL;
	own(str) char *path = attempt_file_path(store, key);
	own(buf) struct buf text = { 0 };
	if (file_read(path, FILE_MAX, &text, NULL) < 0)
		return NULL;
	char *name = NULL;
	struct span rest = buf_span(&text), line;
	while (!name && span_cut(&rest, '\n', &line))
		name = read_proposal(line, checksum);
	return name;
}

void
attempt_log_leave_open(struct attempt_log *a)
{
	a->left_open = true;
}

int
attempt_log_end(struct attempt_log *a, const struct result *r)
{
	if (a->left_open)
		return 0;
	own(buf) struct buf line = { 0 };
	/* A line that the disk took only in part must not swallow this one. */
	buf_add_char(&line, '\n');
	attempt_file_result_line(&line, r, clock_wall());
	return write_line(a->fd, &line);
}
