#include "config.h"
#include "wire/attempt.h"

#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/file.h"

#define FILE_MAX (1u << 20)

char *
attempt_folder(const char *store)
{
	const char *slash = strrchr(store, '/');
	return slash ? xprintf("%.*s/attempts", (int)(slash - store), store)
		     : xstrdup("attempts");
}

char *
attempt_path(const char *store, const char *key)
{
	own(str) char *folder = attempt_folder(store);
	return xprintf("%s/%s", folder, key);
}

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
attempt_line(struct buf *to, const char *event, const char *text, usec now)
{
	add_line(to, event_json(event, text, now));
}

void
attempt_result_line(struct buf *to, const struct result *r, usec now)
{
	json_t *line = event_json("result", r->text, now);
	json_object_set_new(
		line, "outcome", json_string(outcome_name(r->outcome)));
	json_object_set_new(line, "fault", json_string(answer_name(r->fault)));
	json_object_set_new(
		line, "history", json_string(answer_name(r->history)));
	add_line(to, line);
}

static enum answer
answer_of(const json_t *line, const char *key)
{
	return answer_by_name(
		span_of(json_string_value(json_object_get(line, key))));
}

/* Whether this line is the result; fills ret. */
static bool
read_result(struct span text, struct result *ret)
{
	json_t *line = json_loadb(text.data, text.len, 0, NULL);
	const char *event = json_string_value(json_object_get(line, "event"));
	int outcome = outcome_by_name(
		span_of(json_string_value(json_object_get(line, "outcome"))));
	bool found = event && strcmp(event, "result") == 0 && outcome >= 0;
	if (found) {
		result_free(ret);
		ret->outcome = (enum outcome)outcome;
		ret->fault = answer_of(line, "fault");
		ret->history = answer_of(line, "history");
		ret->text = xstrdup(
			json_string_value(json_object_get(line, "text")));
	}
	json_decref(line);
	return found;
}

int
attempt_read(const char *store, const char *key, enum attempt_state *state,
	struct result *ret, struct why *why)
{
	own(str) char *path = attempt_path(store, key);
	own(fd) int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0 && errno == ENOENT) {
		*state = ATTEMPT_NONE;
		return 0;
	}
	if (fd < 0)
		return because(why, -errno, "%s: cannot be opened: %s", path,
			strerror(errno));
	/* The lock first: a result written between reading and locking counts.
	 */
	bool locked = flock(fd, LOCK_SH | LOCK_NB) < 0;
	own(buf) struct buf text = { 0 };
	int r = file_read(path, FILE_MAX, &text, why);
	if (r < 0)
		return r;
	bool ended = false;
	struct span rest = buf_span(&text), line;
	while (span_find(rest, SPAN("\n")) >= 0 && span_cut(&rest, '\n', &line))
		ended |= read_result(line, ret);
	*state = ended   ? ATTEMPT_ENDED
		: locked ? ATTEMPT_RUNNING
			 : ATTEMPT_LOST;
	return 0;
}
