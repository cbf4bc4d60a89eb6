#include "config.h"
#include "eyes/match/fields.h"

#include "base/json.h"

#define DEPTH_MAX 24u
#define VALUE_KEPT 1024u
#define KEY_KEPT 64u

static struct span
lower(struct span key, char room[KEY_KEPT])
{
	key = span_first(key, KEY_KEPT);
	for (size_t i = 0; i < key.len; i++) {
		char c = key.data[i];
		room[i] = c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c;
	}
	return (struct span){ room, key.len };
}

enum fields_key_kind
fields_key_kind(struct span key)
{
	static const char *const foreign[] = { "body", "rawbody", "query",
		"params", "parameters", "headers", "header", "cookies",
		"cookie", "req", "request", "form", "formdata", "input",
		"variables", "args", "arguments", "comment", "comments",
		"ticket", "search", "url", "uri", "path", "referer", "referrer",
		"useragent", "user-agent", "user_agent", "session", "subject",
		"title", "description", "content", "html", "markdown",
		"snippet", "review", "feedback", "attachments", "prompt",
		"completion", "choices", "question", "answer", "reply",
		"utterance", "transcript", "conversation", "chat", "history" };
	static const char *const whole[] = { "log", "e", "ex", "value",
		"values", "lines", "detail", "details", "output", "stderr",
		"stdout", "event", "text" };
	static const char *const part[] = { "err", "msg", "message",
		"exception", "stack", "reason", "cause", "fault", "trace" };
	/* errorCode, msgId: about a message and none. */
	static const char *const tail[] = { "code", "name", "type", "id",
		"count" };
	char room[KEY_KEPT];
	struct span k = lower(key, room);
	for (size_t i = 0; i < ELEMENTS(foreign); i++)
		if (span_is(k, foreign[i]))
			return KEY_FOREIGN;
	for (size_t i = 0; i < ELEMENTS(whole); i++)
		if (span_is(k, whole[i]))
			return KEY_MESSAGE;
	for (size_t i = 0; i < ELEMENTS(tail); i++)
		if (span_ends(k, span_of(tail[i])))
			return KEY_VALUE;
	for (size_t i = 0; i < ELEMENTS(part); i++)
		if (span_find(k, span_of(part[i])) >= 0)
			return KEY_MESSAGE;
	return KEY_VALUE;
}

void
fields_new_line(struct buf *to)
{
	if (to->len && to->data[to->len - 1] != '\n')
		buf_add_char(to, '\n');
}

/* On one line, whatever is in it. */
static void
add_pair(struct buf *to, struct span key, struct span value)
{
	fields_new_line(to);
	buf_add_span(to, span_first(key, KEY_KEPT));
	buf_add_str(to, ": ");
	value = span_first(value, VALUE_KEPT);
	for (size_t i = 0; i < value.len; i++) {
		char c = value.data[i];
		buf_add_char(to, c == '\n' || c == '\r' ? ' ' : c);
	}
	buf_add_char(to, '\n');
}

static bool
is_query(struct span s)
{
	return span_starts(s, SPAN("Query: ")) ||
		span_starts(s, SPAN("prisma:query "));
}

/* Whatever a logger calls it: `m`, `data`. */
static bool
is_message(struct span value)
{
	return span_find(span_first(value, 4 * KEY_KEPT),
		       SPAN("\nInvalid `")) >= 0;
}

static size_t add_value(struct buf *to, struct span json, struct span key,
	bool foreign, unsigned depth);

static void
add_string(struct buf *to, struct span key, struct span value, unsigned depth)
{
	enum fields_key_kind kind = fields_key_kind(key);
	if (kind == KEY_FOREIGN)
		return;
	/* A message that is JSON itself: a logger behind a logger. */
	if (kind == KEY_MESSAGE && span_starts(value, SPAN("{\"")) &&
		depth < DEPTH_MAX) {
		(void)add_value(to, value, SPAN_NONE, false, depth + 1);
		return;
	}
	if ((kind == KEY_VALUE && !is_message(value)) || is_query(value)) {
		add_pair(to, key, value);
		return;
	}
	fields_new_line(to);
	buf_add_span(to, value);
	buf_add_char(to, '\n');
}

void
fields_add(struct buf *to, struct span key, struct span value)
{
	add_string(to, key, value, 0);
}

static size_t
blanks(struct span s, size_t at)
{
	while (at < s.len &&
		(s.data[at] == ' ' || s.data[at] == '\t' ||
			s.data[at] == '\n' || s.data[at] == '\r'))
		at++;
	return at;
}

/* The string at s.data[at], a quote; how far it reaches with both quotes. */
static size_t
string_at(struct span s, size_t at, struct span *inside)
{
	struct span rest = span_from(s, at + 1);
	ptrdiff_t end = json_string_end(rest);
	*inside = span_first(rest, end < 0 ? rest.len : (size_t)end);
	return end < 0 ? s.len : at + (size_t)end + 2;
}

static size_t
add_scalar(struct buf *to, struct span json, struct span key, bool foreign)
{
	size_t end = 0;
	while (end < json.len && !strchr(",]} \n\r\t", json.data[end]))
		end++;
	if (!foreign && end && key.len && fields_key_kind(key) != KEY_FOREIGN)
		add_pair(to, key, span_first(json, end));
	return end;
}

/* The members of an object or the elements of an array. */
static size_t
add_members(struct buf *to, struct span json, struct span key, bool foreign,
	unsigned depth)
{
	bool object = json.data[0] == '{';
	size_t at = 1;
	while ((at = blanks(json, at)) < json.len) {
		char c = json.data[at];
		if (c == '}' || c == ']')
			return at + 1;
		if (c == ',') {
			at++;
			continue;
		}
		struct span name = key;
		if (object) {
			if (c != '"')
				return at;
			at = blanks(json, string_at(json, at, &name));
			if (at >= json.len || json.data[at] != ':')
				return at;
			at = blanks(json, at + 1);
		}
		bool outside = foreign || fields_key_kind(name) == KEY_FOREIGN;
		size_t used = add_value(
			to, span_from(json, at), name, outside, depth + 1);
		if (!used)
			return at;
		at += used;
	}
	return at;
}

static size_t
add_value(struct buf *to, struct span json, struct span key, bool foreign,
	unsigned depth)
{
	if (!json.len || depth > DEPTH_MAX)
		return 0;
	if (json.data[0] == '{' || json.data[0] == '[')
		return add_members(to, json, key, foreign, depth);
	if (json.data[0] != '"')
		return add_scalar(to, json, key, foreign);
	struct span inside;
	size_t used = string_at(json, 0, &inside);
	if (foreign)
		return used;
	own(buf) struct buf text = { 0 };
	json_unescape(&text, inside);
	add_string(to, key, buf_span(&text), depth);
	return used;
}

size_t
fields_add_json(struct buf *to, struct span json)
{
	return add_value(to, json, SPAN_NONE, false, 0);
}
