#include "config.h"
#include "eyes/match/fields.h"

#include "base/json.h"
#include "eyes/records/line-shape.h"

/* Objects in objects: deeper ones are left out, since each level takes room on
 * the stack. */
#define DEPTH_MAX 24u
#define VALUE_KEPT 1024u
#define KEY_KEPT 64u
/* A message shows early what it is; a longer search would only cost time. */
#define MESSAGE_WITHIN 256u

/* The first bytes of the key in lower case. */
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

enum value_kind
fields_kind(const struct fields *f, struct span key)
{
	char room[KEY_KEPT];
	return shapes_value_kind(f->shapes, lower(key, room));
}

void
fields_new_line(const struct fields *f)
{
	struct buf *to = f->to;
	if (to->len && to->data[to->len - 1] != '\n')
		buf_add_char(to, '\n');
}

void
fields_add_line(const struct fields *f, struct span line)
{
	fields_new_line(f);
	buf_add_span(f->to, line);
	buf_add_char(f->to, '\n');
}

/* Adds `key: value` on one line, whatever is in the value: it must not look
 * like lines of a message. */
static void
add_pair(const struct fields *f, struct span key, struct span value)
{
	struct buf *to = f->to;
	fields_new_line(f);
	buf_add_span(to, span_first(key, KEY_KEPT));
	buf_add_str(to, ": ");
	size_t begin = to->len;
	buf_add_span(to, span_first(value, VALUE_KEPT));
	for (char *p = to->data + begin; p < to->data + to->len; p++)
		*p = *p == '\n' || *p == '\r' ? ' ' : *p;
	buf_add_char(to, '\n');
}

/* Whether the value shows itself that it is a message. Loggers call messages
 * `m` or `data` too. */
static bool
is_message(const struct fields *f, struct span value)
{
	return line_shape_embedded(f->shapes, span_first(value, MESSAGE_WITHIN),
		       SPAN("\n")) >= 0;
}

static size_t add_value(const struct fields *f, struct span json,
	struct span key, bool foreign, unsigned depth);

static void
add_string(const struct fields *f, struct span key, struct span value,
	unsigned depth)
{
	enum value_kind kind = fields_kind(f, key);
	if (kind == VALUE_FOREIGN)
		return;
	/* A message that is JSON itself was written by a logger behind a
	 * logger. */
	if (kind == VALUE_MESSAGE && span_starts(value, SPAN("{\"")) &&
		depth < DEPTH_MAX) {
		(void)add_value(f, value, SPAN_NONE, false, depth + 1);
		return;
	}
	/* A logged query holds what a visitor typed: its lines are not the
	 * program's own. */
	if ((kind == VALUE_OTHER && !is_message(f, value)) ||
		shapes_start(f->shapes, FORM_QUERY, value))
		add_pair(f, key, value);
	else
		fields_add_line(f, value);
}

void
fields_add(const struct fields *f, struct span key, struct span value)
{
	add_string(f, key, value, 0);
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

/* How far the string reaches that begins at s.data[at], a quote; with both
 * quotes. *inside is what stands between them. */
static size_t
string_at(struct span s, size_t at, struct span *inside)
{
	struct span rest = span_from(s, at + 1);
	ptrdiff_t end = json_string_end(rest);
	*inside = span_first(rest, end < 0 ? rest.len : (size_t)end);
	return end < 0 ? s.len : at + (size_t)end + 2;
}

static bool
ends_scalar(char c)
{
	return c == ',' || c == ']' || c == '}' || c == ' ' || c == '\n' ||
		c == '\r' || c == '\t' || c == '\0';
}

/* Adds a number or a word such as `true`; returns how many bytes it takes. */
static size_t
add_scalar(
	const struct fields *f, struct span json, struct span key, bool foreign)
{
	size_t end = 0;
	while (end < json.len && !ends_scalar(json.data[end]))
		end++;
	if (!foreign && end && key.len && fields_kind(f, key) != VALUE_FOREIGN)
		add_pair(f, key, span_first(json, end));
	return end;
}

/* Adds the members of an object or the elements of an array; returns how many
 * bytes they take. Elements have the name of their array. */
static size_t
add_members(const struct fields *f, struct span json, struct span key,
	bool foreign, unsigned depth)
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
		bool outside = foreign || fields_kind(f, name) == VALUE_FOREIGN;
		size_t used = add_value(
			f, span_from(json, at), name, outside, depth + 1);
		if (!used)
			return at;
		at += used;
	}
	return at;
}

static size_t
add_value(const struct fields *f, struct span json, struct span key,
	bool foreign, unsigned depth)
{
	if (!json.len || depth > DEPTH_MAX)
		return 0;
	if (json.data[0] == '{' || json.data[0] == '[')
		return add_members(f, json, key, foreign, depth);
	if (json.data[0] != '"')
		return add_scalar(f, json, key, foreign);
	struct span inside;
	size_t used = string_at(json, 0, &inside);
	if (foreign)
		return used;
	own(buf) struct buf text = { 0 };
	json_unescape(&text, inside);
	add_string(f, key, buf_span(&text), depth);
	return used;
}

size_t
fields_add_json(const struct fields *f, struct span json)
{
	return add_value(f, json, SPAN_NONE, false, 0);
}
