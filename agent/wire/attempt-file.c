#include "config.h"
#include "wire/attempt-file.h"

#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/io/file.h"
#include "wire/finding.h"

#define FILE_MAX (1u << 20)
#define WITHDRAWN "withdrawn" /* the event that head writes */

bool
attempt_file_is_key(const char *key)
{
	return strlen(key) == KEY_TEXT - 1 &&
		strspn(key, "0123456789abcdef-") == KEY_TEXT - 1;
}

char *
attempt_file_folder(const char *store)
{
	const char *slash = strrchr(store, '/');
	return slash ? xprintf("%.*s/attempts", (int)(slash - store), store)
		     : xstrdup("attempts");
}

char *
attempt_file_path(const char *store, const char *key)
{
	own(str) char *folder = attempt_file_folder(store);
	return xprintf("%s/%s", folder, key);
}

/* Adds the JSON as one line and drops its reference. jansson refuses text that
 * is not UTF-8; the line then says nothing, and is no half-written one. */
static void
add_line(struct buf *to, json_t *line)
{
	char *text = json_dumps(line, JSON_COMPACT);
	buf_add_str(to, text ? text : "{}");
	buf_add_char(to, '\n');
	free(text);
	json_decref(line);
}

static json_t *
event_json(const char *event, const char *text, usec now)
{
	char when[CLOCK_TEXT];
	return json_pack("{s:s, s:s, s:s?}", "event", event, "time",
		clock_text(now, when), "text", text);
}

void
attempt_file_line(struct buf *to, const char *event, const char *text, usec now)
{
	add_line(to, event_json(event, text, now));
}

/* The names of the values, not their numbers: a later version may number them
 * otherwise, and must read this file. */
void
attempt_file_result_line(struct buf *to, const struct result *r, usec now)
{
	json_t *line = event_json("result", r->text, now);
	json_object_set_new(
		line, "outcome", json_string(outcome_name(r->outcome)));
	json_object_set_new(line, "fault", json_string(answer_name(r->fault)));
	json_object_set_new(
		line, "history", json_string(answer_name(r->history)));
	add_line(to, line);
}

/* The folder's own name must be durable too, or a power failure could take the
 * folder with the attempt in it, and an attempt that was begun would look as
 * if it had never started. */
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

/* Locks before it writes: head, which reads lock and lines, must never see a
 * line of hands that are alive without their lock. */
static int
write_first(int fd, const char *event, const char *text)
{
	own(buf) struct buf line = { 0 };
	attempt_file_line(&line, event, text, clock_wall());
	if (flock(fd, LOCK_EX | LOCK_NB) < 0)
		return -errno;
	int r = write_all(fd, buf_span(&line));
	if (r < 0)
		return r;
	return fdatasync(fd) < 0 ? -errno : 0;
}

int
attempt_file_create(const char *store, const char *key, const char *event,
	const char *text, int *ret_fd, struct why *why)
{
	if (!attempt_file_is_key(key))
		return because(why, -EINVAL, "the attempt's key is no UUID");
	own(str) char *folder = attempt_file_folder(store);
	own(str) char *path = attempt_file_path(store, key);
	int r = make_folder(store, folder, why);
	if (r < 0)
		return r;
	own(fd) int fd = open(
		path, O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC, 0600);
	if (fd < 0)
		return because(why, -errno, "%s: %s", path,
			errno == EEXIST ? "was started before"
					: strerror(errno));
	r = write_first(fd, event, text);
	if (r < 0)
		(void)because(why, r, "%s: cannot be written: %s", path,
			strerror(-r));
	else
		r = dir_sync(folder, why);
	if (r < 0) {
		/* Nothing was begun. A file that stays would make head ask the
		 * database what became of the attempt. */
		(void)unlink(path);
		return r;
	}
	*ret_fd = take(fd);
	return 0;
}

int
attempt_file_withdraw(
	const char *store, const char *key, const char *text, struct why *why)
{
	own(fd) int fd = -1;
	return attempt_file_create(store, key, WITHDRAWN, text, &fd, why);
}

static enum answer
answer_of(const json_t *line, const char *key)
{
	return answer_by_name(
		span_of(json_string_value(json_object_get(line, key))));
}

/* Returns what the line says of the attempt's state, and fills ret from a
 * result. ATTEMPT_FILE_LOST: the line says nothing, which goes for steps and
 * for lines that are no JSON. */
static enum attempt_file_state
read_line(struct span text, struct result *ret)
{
	enum attempt_file_state state = ATTEMPT_FILE_LOST;
	json_t *line = json_loadb(text.data, text.len, 0, NULL);
	const char *event = json_string_value(json_object_get(line, "event"));
	int outcome = outcome_by_name(
		span_of(json_string_value(json_object_get(line, "outcome"))));
	if (event && strcmp(event, WITHDRAWN) == 0) {
		state = ATTEMPT_FILE_WITHDRAWN;
	} else if (event && strcmp(event, "result") == 0 && outcome >= 0) {
		state = ATTEMPT_FILE_ENDED;
		result_free(ret);
		ret->outcome = (enum outcome)outcome;
		ret->fault = answer_of(line, "fault");
		ret->history = answer_of(line, "history");
		ret->text = xstrdup(
			json_string_value(json_object_get(line, "text")));
	}
	json_decref(line);
	return state;
}

/* Reads every line: a result counts wherever it stands, and hands may have
 * been killed behind it. */
int
attempt_file_read(const char *store, const char *key,
	enum attempt_file_state *state, struct result *ret, struct why *why)
{
	own(str) char *path = attempt_file_path(store, key);
	own(fd) int fd = open(path, O_RDONLY | O_CLOEXEC);
	/* ENOTDIR: `attempts` is no folder, so no file of ours is in it. */
	if (fd < 0 && (errno == ENOENT || errno == ENOTDIR)) {
		*state = ATTEMPT_FILE_NONE;
		return 0;
	}
	if (fd < 0)
		return because(why, -errno, "%s: cannot be opened: %s", path,
			strerror(errno));
	/* First the lock, then the lines. The other way round, hands could
	 * write their result and end in between, and would count as lost. */
	bool locked = flock(fd, LOCK_SH | LOCK_NB) < 0;
	own(buf) struct buf text = { 0 };
	int r = file_read(path, FILE_MAX, &text, why);
	if (r < 0)
		return r;
	*state = locked ? ATTEMPT_FILE_RUNNING : ATTEMPT_FILE_LOST;
	struct span rest = buf_span(&text), line;
	while (span_find(rest, SPAN("\n")) >= 0 &&
		span_cut(&rest, '\n', &line)) {
		enum attempt_file_state said = read_line(line, ret);
		if (said != ATTEMPT_FILE_LOST)
			*state = said;
	}
	return 0;
}
