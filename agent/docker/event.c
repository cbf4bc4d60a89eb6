#include "config.h"
#include "docker/event.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "docker/container.h"
#include "docker/engine-text.h"

/* One event; Docker's have some hundred bytes, and all labels of a container.
 */
#define EVENT_MAX (256u << 10)

struct events {
	struct buf line; /* what came of the next event */
	bool too_long;   /* the rest of it is left out */
	event_sink sink;
	void *arg;
};

void
engine_event_free(struct engine_event *e)
{
	free(e->id);
	free(e->name);
	free(e->service);
	free(e->image);
	free(e->task);
	*e = (struct engine_event){ 0 };
}

/* Docker writes `health_status: unhealthy`, and behind `exec_start: ` the
 * command. */
static enum event_kind
kind_of(const char *action, enum container_health *ret_health)
{
	static const struct {
		const char *word;
		enum event_kind kind;
	} kinds[] = {
		{ "create", ENGINE_CREATE },
		{ "start", ENGINE_START },
		{ "kill", ENGINE_KILL },
		{ "oom", ENGINE_OOM },
		{ "die", ENGINE_DIE },
		{ "destroy", ENGINE_DESTROY },
	};
	static const char health[] = "health_status: ";
	for (size_t i = 0; i < ELEMENTS(kinds); i++)
		if (strcmp(action, kinds[i].word) == 0)
			return kinds[i].kind;
	if (strncmp(action, health, sizeof(health) - 1) != 0)
		return ENGINE_OTHER;
	*ret_health = container_health_of(action + sizeof(health) - 1);
	return ENGINE_HEALTH;
}

/* A number that Docker writes as a text, in the range of an exit code; 0 if it
 * is none. */
static int
number_of(const json_t *object, const char *key)
{
	const char *s = json_string_value(json_object_get(object, key));
	uint64_t n = 0;
	return s && span_u64(span_of(s), &n) && n < 256 ? (int)n : 0;
}

/* An older Engine names no type of a container's. */
static bool
is_of_service(const json_t *json)
{
	const char *type = json_string_value(json_object_get(json, "Type"));
	return type && strcmp(type, "service") == 0;
}

int
engine_event_read(const json_t *json, struct engine_event *ret, struct why *why)
{
	const json_t *actor = json_object_get(json, "Actor");
	const json_t *attributes = json_object_get(actor, "Attributes");
	const char *action = json_string_value(json_object_get(json, "Action"));
	own(str) char *id = engine_plain(actor, "ID");
	if (!action || !id)
		return because(why, -EBADMSG,
			"Docker tells of an event without its kind or whose");
	*ret = (struct engine_event){ .id = take(id) };
	ret->at_ns = json_integer_value(json_object_get(json, "timeNano"));
	ret->name = engine_plain(attributes, "name");
	if (is_of_service(json)) {
		ret->kind = ENGINE_SERVICE;
		ret->service = xstrdup(ret->name);
		return 0;
	}
	ret->kind = kind_of(action, &ret->health);
	ret->service =
		engine_plain(attributes, "com.docker.swarm.service.name");
	ret->task = engine_plain(attributes, "com.docker.swarm.task.id");
	ret->image = engine_shown(attributes, "image");
	ret->signal = number_of(attributes, "signal");
	ret->exit_code = number_of(attributes, "exitCode");
	return 0;
}

/* What is no event is left out: it says nothing about any container. */
static int
take_line(struct events *s)
{
	own(engine_event) struct engine_event e = { 0 };
	json_replace_nul(s->line.data, s->line.len);
	json_t *json = json_loadb(s->line.data, s->line.len, 0, NULL);
	int r = json ? engine_event_read(json, &e, NULL) : -EBADMSG;
	json_decref(json);
	if (r < 0 || e.kind == ENGINE_OTHER)
		return 0;
	return s->sink(s->arg, &e);
}

/* Takes some of a line, which is not kept once it is too long. */
static int
take_part(struct events *s, struct span part)
{
	static const struct engine_event too_long = { .kind = ENGINE_TOO_LONG };
	if (s->too_long)
		return 0;
	if (s->line.len + part.len <= EVENT_MAX) {
		buf_add_span(&s->line, part);
		return 0;
	}
	s->too_long = true;
	buf_reset(&s->line);
	return s->sink(s->arg, &too_long);
}

/* Docker writes an object a line. */
static int
on_bytes(void *arg, const char *data, size_t len)
{
	struct events *s = arg;
	int r = 0;
	while (len && r >= 0) {
		const char *end = memchr(data, '\n', len);
		size_t n = end ? (size_t)(end - data) + 1 : len;
		r = take_part(s, (struct span){ data, n });
		data += n;
		len -= n;
		if (!end || r < 0)
			break;
		if (!s->too_long)
			r = take_line(s);
		s->too_long = false;
		buf_reset(&s->line);
	}
	return r;
}

static int
follow(struct engine *e, const char *path, usec time, event_sink sink,
	void *arg, struct why *why)
{
	struct events s = { .sink = sink, .arg = arg };
	int r = engine_follow(e, path, time, on_bytes, &s, why);
	buf_free(&s.line);
	return r;
}

static void
add_time(struct buf *to, const char *name, int64_t ns)
{
	buf_printf(to, "&%s=%lld.%09lld", name, (long long)(ns / NSEC_SECOND),
		(long long)(ns % NSEC_SECOND));
}

int
engine_events(struct engine *e, int64_t since, event_sink sink, void *arg,
	struct why *why)
{
	own(str) char *filtered =
		engine_filtered("/events", "type", "container", "service");
	own(buf) struct buf path = { 0 };
	buf_add_str(&path, filtered);
	add_time(&path, "since", since);
	return follow(e, buf_str(&path), EVENTS_TIME, sink, arg, why);
}

int
engine_past_events(struct engine *e, int64_t since, int64_t until,
	event_sink sink, void *arg, struct why *why)
{
	own(str) char *filtered =
		engine_filtered("/events", "type", "container", NULL);
	own(buf) struct buf path = { 0 };
	buf_add_str(&path, filtered);
	add_time(&path, "since", since);
	add_time(&path, "until", until);
	return follow(e, buf_str(&path), PAST_EVENTS_TIME, sink, arg, why);
}
