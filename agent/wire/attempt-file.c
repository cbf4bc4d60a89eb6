#include "config.h"
#include "wire/attempt-file.h"

#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/pidfd.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/io/file.h"
#include "base/io/locked-file.h"
#include "base/io/process-tree.h"
#include "wire/finding.h"

#define FILE_MAX (1u << 20)
#define WITHDRAWN "withdrawn" /* the event that head writes */
/* Hands' first line, and the one before their first change. The first line of a
 * logmend from before the second one names no process. */
#define STARTED "started"
#define BEGINS "begins"

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
	if (r->proposal.name)
		json_object_set_new(line, "proposal",
			json_pack("{s:s, s:s, s:s?}", "name", r->proposal.name,
				"checksum", r->proposal.checksum, "folder",
				r->proposal.folder));
	add_line(to, line);
}

/* The folder's own name must be durable too, or a power failure could take the
 * folder with the attempt in it, and an attempt that was begun would look as
 * if it had never started. */
static int
make_folder(const char *store, const char *folder, struct why *why)
{
	if (mkdir(folder, 0700) == 0)
		dir_leave_to_folder(folder);
	else if (errno != EEXIST)
		return because(why, -errno, "%s: cannot be made: %s", folder,
			strerror(errno));
	const char *slash = strrchr(store, '/');
	own(str) char *above = slash && slash != store
		? xstrndup(store, (size_t)(slash - store))
		: xstrdup(slash ? "/" : ".");
	return dir_sync(above, why);
}

static int
create(const char *store, const char *key, struct span line, int *ret_fd,
	struct why *why)
{
	if (!attempt_file_is_key(key))
		return because(why, -EINVAL, "the attempt's key is no UUID");
	own(str) char *folder = attempt_file_folder(store);
	int r = make_folder(store, folder, why);
	if (r < 0)
		return r;
	r = locked_file_make(folder, key, line, ret_fd, why);
	return r == -EEXIST
		? because(why, r, "%s/%s: was started before", folder, key)
		: r;
}

int
attempt_file_create(const char *store, const char *key, const char *event,
	const char *text, int *ret_fd, struct why *why)
{
	own(buf) struct buf line = { 0 };
	attempt_file_line(&line, event, text, clock_wall());
	return create(store, key, buf_span(&line), ret_fd, why);
}

int
attempt_file_claim(const char *store, const char *key, const char *text,
	usec deadline, int *ret_fd, struct why *why)
{
	own(buf) struct buf line = { 0 };
	json_t *json = event_json(STARTED, text, clock_wall());
	json_object_set_new(json, "pid", json_integer(getpid()));
	json_object_set_new(json, "born",
		json_integer((json_int_t)process_tree_born(getpid())));
	json_object_set_new(json, "deadline",
		json_integer((json_int_t)(deadline / USEC_SECOND)));
	add_line(&line, json);
	return create(store, key, buf_span(&line), ret_fd, why);
}

void
attempt_file_begins_line(struct buf *to, usec now)
{
	attempt_file_line(to, BEGINS, NULL, now);
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

/* Zeroed where the line has none: that of a logmend from before it was told. */
static struct proposal
proposal_of(const json_t *line)
{
	const json_t *p = json_object_get(line, "proposal");
	const char *name = json_string_value(json_object_get(p, "name"));
	const char *checksum =
		json_string_value(json_object_get(p, "checksum"));
	struct proposal ret = { 0 };
	if (!name || !checksum || strlen(checksum) != SHA256_HEX - 1)
		return ret;
	ret.name = xstrdup(name);
	memcpy(ret.checksum, checksum, SHA256_HEX);
	ret.folder = xstrdup(json_string_value(json_object_get(p, "folder")));
	return ret;
}

/* Returns the state after a line that follows one which left it as `before`,
 * and fills ret from a result. A step, and a line that is no JSON, changes
 * nothing.
 */
static enum attempt_file_state
read_line(struct span text, enum attempt_file_state before, struct result *ret)
{
	enum attempt_file_state state = before;
	json_t *line = json_loadb(text.data, text.len, 0, NULL);
	const char *event = json_string_value(json_object_get(line, "event"));
	int outcome = outcome_by_name(
		span_of(json_string_value(json_object_get(line, "outcome"))));
	if (event && strcmp(event, WITHDRAWN) == 0) {
		state = ATTEMPT_FILE_WITHDRAWN;
	} else if (event && strcmp(event, STARTED) == 0 &&
		json_object_get(line, "pid")) {
		state = ATTEMPT_FILE_UNBEGUN;
	} else if (event && strcmp(event, BEGINS) == 0) {
		state = ATTEMPT_FILE_LOST;
	} else if (event && strcmp(event, "result") == 0 && outcome >= 0) {
		state = ATTEMPT_FILE_ENDED;
		result_free(ret);
		ret->outcome = (enum outcome)outcome;
		ret->fault = answer_of(line, "fault");
		ret->history = answer_of(line, "history");
		ret->proposal = proposal_of(line);
		ret->text = xstrdup(
			json_string_value(json_object_get(line, "text")));
	}
	json_decref(line);
	return state;
}

/* Reads every line: a result counts wherever it stands, and hands may have been
 * killed behind it. A lock counts only where no result does. */
static enum attempt_file_state
read_lines(const struct buf *text, bool locked, struct result *ret)
{
	enum attempt_file_state state = ATTEMPT_FILE_LOST;
	struct span rest = buf_span(text), line;
	while (span_find(rest, SPAN("\n")) >= 0 && span_cut(&rest, '\n', &line))
		state = read_line(line, state, ret);
	bool open = state == ATTEMPT_FILE_LOST || state == ATTEMPT_FILE_UNBEGUN;
	return locked && open ? ATTEMPT_FILE_RUNNING : state;
}

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
	if (r == 0)
		*state = read_lines(&text, locked, ret);
	return r;
}

/* The first name that is free. Owned. */
static char *
name_aside(const char *path)
{
	for (unsigned i = 1;; i++) {
		char *name = xprintf("%s.%u", path, i);
		if (faccessat(AT_FDCWD, name, F_OK, AT_EACCESS) < 0)
			return name;
		free(name);
	}
}

int
attempt_file_set_aside(const char *store, const char *key, struct why *why)
{
	own(str) char *folder = attempt_file_folder(store);
	own(str) char *path = attempt_file_path(store, key);
	own(fd) int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0 || flock(fd, LOCK_EX | LOCK_NB) < 0)
		return because(why, -errno, "%s: cannot be set aside: %s", path,
			strerror(errno));
	own(str) char *aside = name_aside(path);
	if (rename(path, aside) < 0)
		return because(why, -errno, "%s: cannot be renamed: %s", path,
			strerror(errno));
	return dir_sync(folder, why);
}

void
attempt_file_sweep(const char *store)
{
	own(str) char *folder = attempt_file_folder(store);
	locked_file_sweep(folder);
}

int
attempt_file_holder(const char *store, const char *key,
	struct attempt_holder *ret, struct why *why)
{
	own(str) char *path = attempt_file_path(store, key);
	own(buf) struct buf text = { 0 };
	*ret = (struct attempt_holder){ 0 };
	int r = file_read(path, FILE_MAX, &text, why);
	if (r < 0)
		return r;
	struct span rest = buf_span(&text), first = SPAN_NONE;
	(void)span_cut(&rest, '\n', &first);
	json_t *line = json_loadb(first.data, first.len, 0, NULL);
	ret->pid = (pid_t)json_integer_value(json_object_get(line, "pid"));
	ret->born = (uint64_t)json_integer_value(json_object_get(line, "born"));
	json_int_t deadline =
		json_integer_value(json_object_get(line, "deadline"));
	ret->deadline = deadline > 0 ? (usec)deadline * USEC_SECOND : 0;
	json_decref(line);
	return 0;
}

/* The number is compared with the time of its process's start: after hands are
 * gone it may be another's. A pidfd keeps it from being given away between the
 * two (pidfd_open(2)). */
int
attempt_file_signal(
	const char *store, const char *key, int sig, struct why *why)
{
	struct attempt_holder holder;
	int r = attempt_file_holder(store, key, &holder, why);
	if (r < 0)
		return r;
	own(fd) int pidfd = holder.pid > 1 ? pidfd_open(holder.pid, 0) : -1;
	if (pidfd < 0 || process_tree_born(holder.pid) != holder.born)
		return because(why, -ESRCH,
			"the process that has the attempt %s cannot be found",
			key);
	process_tree_signal(holder.pid, sig);
	return 0;
}
