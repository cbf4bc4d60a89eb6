#include "config.h"
#include "eyes/match/key-values.h"

#include "base/json.h"
#include "eyes/format/characters.h"
#include "eyes/records/line-shape.h"

void
key_values_free(struct key_values *values)
{
	buf_free(&values->text);
	buf_free(&values->key);
}

static bool
is_key_char(char c)
{
	return is_word(c) || c == '@';
}

/* The key in front of the value at `at`: `key: `, `"key": `, `key=`. It is
 * empty for an element of a list or a cell of a table. False where no value can
 * stand. */
static bool
key_before(struct span line, size_t at, struct span *ret)
{
	*ret = SPAN_NONE;
	size_t end = at;
	while (end && line.data[end - 1] == ' ')
		end--;
	if (!end)
		return true;
	char sign = line.data[end - 1];
	if (sign == '=' ? end != at : !strchr(":[{,(", sign)) {
		/* Tables are drawn with U+2502. */
		return span_ends(span_first(line, end), SPAN("\xe2\x94\x82"));
	}
	if (sign != ':' && sign != '=')
		return true;
	end--;
	size_t stop = end;
	if (stop && (line.data[stop - 1] == '\'' || line.data[stop - 1] == '"'))
		stop--;
	size_t begin = stop;
	while (begin && is_key_char(line.data[begin - 1]))
		begin--;
	*ret = (struct span){ line.data + begin, stop - begin };
	return ret->len > 0;
}

/* Offset of the quote that ends the string whose first byte is at `at`; the
 * length of the line if none does. */
static size_t
string_end(struct span line, size_t at, char quote)
{
	for (; at < line.len; at++) {
		if (line.data[at] == '\\')
			at++;
		else if (line.data[at] == quote)
			return at;
	}
	return line.len;
}

void
key_values_end(struct key_values *values, const struct fields *to)
{
	if (!values->open)
		return;
	values->open = false;
	fields_add(to, buf_span(&values->key), buf_span(&values->text));
}

/* Whether a `+` stands behind the string: util.inspect splits long ones. */
static bool
goes_on(struct span line, size_t behind)
{
	return span_is(span_trim(span_from(line, behind)), "+");
}

static void
take_string(struct key_values *values, const struct fields *to,
	struct span line, size_t at, size_t end, struct span key)
{
	buf_reset(&values->text);
	buf_reset(&values->key);
	buf_add_span(&values->key, key);
	json_unescape(&values->text, span_first(span_from(line, at), end - at));
	values->open = true;
	if (!goes_on(line, end + 1))
		key_values_end(values, to);
}

/* Takes a further piece of an open string, which stands in a line of its own.
 * False if the line is none. */
static bool
take_piece(struct key_values *values, const struct fields *to, struct span line)
{
	size_t at = line_shape_indent(line);
	if (at >= line.len || (line.data[at] != '\'' && line.data[at] != '"')) {
		key_values_end(values, to);
		return false;
	}
	size_t end = string_end(line, at + 1, line.data[at]);
	json_unescape(&values->text,
		span_first(span_from(line, at + 1), end - at - 1));
	if (!goes_on(line, end + 1))
		key_values_end(values, to);
	return true;
}

/* Whether a string is worth a line of its own. An element of a list or a cell
 * of a table has no name that could tell: it counts as a message only if it
 * holds an embedded line. */
static bool
is_message(const struct fields *to, struct span key, struct span inside)
{
	return key.len ||
		line_shape_embedded(to->shapes, inside, SPAN("\\n")) >= 0;
}

static void
take_strings(
	struct key_values *values, const struct fields *to, struct span line)
{
	if (!line.len ||
		(!memchr(line.data, '"', line.len) &&
			!memchr(line.data, '\'', line.len)))
		return;
	for (size_t at = 0; at < line.len && !values->open; at++) {
		char c = line.data[at];
		struct span key;
		if ((c != '\'' && c != '"') || !key_before(line, at, &key))
			continue;
		size_t end = string_end(line, at + 1, c);
		struct span inside =
			span_first(span_from(line, at + 1), end - at - 1);
		bool is_name = end + 1 < line.len && line.data[end + 1] == ':';
		bool whole = end < line.len && is_message(to, key, inside);
		if (!is_name && (whole || goes_on(line, end + 1)))
			take_string(values, to, line, at + 1, end,
				key.len ? key : SPAN("message"));
		at = end;
	}
}

/* Whether the line opens an object or array that a visitor sent: nothing deeper
 * than this line is the program's own. */
static bool
is_foreign_block(const struct fields *to, struct span line)
{
	struct span s = span_trim(line);
	if (!s.len || !strchr("{[", s.data[s.len - 1]))
		return false;
	ptrdiff_t colon = span_find(s, SPAN(":"));
	if (colon < 0)
		return false;
	struct span key;
	return key_before(s, (size_t)colon + 1, &key) &&
		fields_kind(to, key) == VALUE_FOREIGN;
}

void
key_values_line(
	struct key_values *values, const struct fields *to, struct span line)
{
	size_t indent = line_shape_indent(line);
	if (values->foreign) {
		if (indent >= values->foreign || indent == line.len)
			return;
		values->foreign = 0;
	}
	if (values->open && take_piece(values, to, line))
		return;
	if (is_foreign_block(to, line)) {
		values->foreign = indent + 1;
		return;
	}
	fields_add_line(to, line);
	take_strings(values, to, line);
}
