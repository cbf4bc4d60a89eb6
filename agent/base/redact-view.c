#include "config.h"
#include "base/redact-view.h"

#include <stdlib.h>
#include <string.h>

/* A line that is shorter was hardly cut off by a terminal. */
#define WRAPPED_LEAST 30u
#define WORD_LONGEST 14u
#define ENTITY_LONGEST 9u /* `&#x0040;` */

void
redact_view_free(struct redact_view *v)
{
	if (v->from && v->text.len)
		explicit_bzero(v->text.data, v->text.len);
	if (v->from)
		buf_free(&v->text);
	free(v->from);
	*v = (struct redact_view){ 0 };
}

struct redact_view
redact_view_of(struct span text)
{
	return (struct redact_view){ .text = { (char *)(uintptr_t)text.data,
					     text.len, 0 } };
}

/* What stands at `at` of the text: returns how many of its bytes are one unit,
 * and writes what that stands for, `n` bytes of at most 4. */
typedef size_t read_unit(struct span text, size_t at, char to[4], size_t *n);

/* A view without text yet. It gets no more bytes than what it is made of. */
static struct redact_view
begin(const struct redact_view *v)
{
	struct redact_view new = { 0 };
	(void)buf_reserve(&new.text, v->text.len);
	new.from = xcalloc(v->text.len + 1, sizeof(*new.from));
	return new;
}

/* Adds `n` bytes of `v` as they are. */
static void
copy(struct redact_view *to, const struct redact_view *v, size_t at, size_t n)
{
	uint32_t *from = to->from + to->text.len;
	for (size_t k = 0; k < n; k++)
		from[k] = (uint32_t)redact_view_offset(v, at + k);
	buf_add_span(
		&to->text, span_first(span_from(buf_span(&v->text), at), n));
}

static void
end(struct redact_view *to, const struct redact_view *v)
{
	to->from[to->text.len] = (uint32_t)redact_view_offset(v, v->text.len);
}

/* Rewrites the units that begin with `first`. */
static bool
rewrite(const struct redact_view *v, char first, read_unit *read,
	struct redact_view *ret)
{
	struct span text = buf_span(&v->text);
	struct redact_view new = begin(v);
	bool changed = false;
	for (size_t i = 0; i < text.len;) {
		struct span rest = span_from(text, i);
		const char *next = memchr(rest.data, first, rest.len);
		size_t plain = next ? (size_t)(next - rest.data) : rest.len;
		copy(&new, v, i, plain);
		i += plain;
		if (!next)
			break;
		char to[4] = { first };
		size_t n = 1;
		size_t used = read(text, i, to, &n);
		for (size_t k = 0; k < n; k++)
			new.from[new.text.len + k] =
				(uint32_t)redact_view_offset(v, i);
		buf_add(&new.text, to, n);
		changed |= used != n;
		i += used;
	}
	end(&new, v);
	if (changed)
		*ret = new;
	else
		redact_view_free(&new);
	return changed;
}

/* The value of `digits` hexadecimal digits, or -1. */
static long
hex(struct span text, size_t at, size_t digits)
{
	long value = 0;
	if (at + digits > text.len)
		return -1;
	for (size_t i = at; i < at + digits; i++) {
		char c = text.data[i];
		int digit = c >= '0' && c <= '9' ? c - '0'
			: c >= 'a' && c <= 'f'   ? c - 'a' + 10
			: c >= 'A' && c <= 'F'   ? c - 'A' + 10
						 : -1;
		if (digit < 0)
			return -1;
		value = value * 16 + digit;
	}
	return value;
}

/* In UTF-8. Half of a surrogate pair becomes a character of no meaning. */
static size_t
put_character(long c, char to[4])
{
	if (c < 0x80) {
		to[0] = (char)c;
		return 1;
	}
	if (c < 0x800) {
		to[0] = (char)(0xc0 | c >> 6);
		to[1] = (char)(0x80 | (c & 0x3f));
		return 2;
	}
	to[0] = (char)(0xe0 | c >> 12);
	to[1] = (char)(0x80 | (c >> 6 & 0x3f));
	to[2] = (char)(0x80 | (c & 0x3f));
	return 3;
}

static size_t
read_escape(struct span text, size_t at, char to[4], size_t *n)
{
	static const char names[] = "\"\\/'`nrtbf", bytes[] = "\"\\/'`\n\r\t  ";
	if (text.data[at] != '\\' || at + 1 == text.len)
		return 1;
	char name = text.data[at + 1];
	const char *known = name ? strchr(names, name) : NULL;
	long code = name == 'u' ? hex(text, at + 2, 4)
		: name == 'x'   ? hex(text, at + 2, 2)
				: -1;
	if (known)
		to[0] = bytes[known - names];
	else if (code >= 0)
		*n = put_character(code, to);
	return known ? 2 : code < 0 ? 1 : name == 'u' ? 6 : 4;
}

bool
redact_view_unescape(const struct redact_view *v, struct redact_view *ret)
{
	return v->text.len && memchr(v->text.data, '\\', v->text.len) &&
		rewrite(v, '\\', read_escape, ret);
}

static size_t
read_percent(struct span text, size_t at, char to[4], size_t *n)
{
	(void)n;
	long code = text.data[at] == '%' ? hex(text, at + 1, 2) : -1;
	if (code < 0)
		return 1;
	to[0] = (char)code;
	return 3;
}

bool
redact_view_decode(const struct redact_view *v, struct redact_view *ret)
{
	return v->text.len && memchr(v->text.data, '%', v->text.len) &&
		rewrite(v, '%', read_percent, ret);
}

/* The code of `&#64;` and `&#x40;`, or -1. */
static long
entity_code(struct span name)
{
	bool in_hex = name.len > 1 && (name.data[1] | 0x20) == 'x';
	struct span digits = span_from(name, in_hex ? 2 : 1);
	long code = 0;
	if (!digits.len || digits.len > 5 || in_hex)
		return digits.len > 5 ? -1 : hex(digits, 0, digits.len);
	for (size_t i = 0; i < digits.len; i++) {
		if (digits.data[i] < '0' || digits.data[i] > '9')
			return -1;
		code = code * 10 + (digits.data[i] - '0');
	}
	return code;
}

static size_t
read_entity(struct span text, size_t at, char to[4], size_t *n)
{
	static const struct {
		const char *name;
		char byte;
	} named[] = { { "quot", '"' }, { "apos", '\'' }, { "amp", '&' },
		{ "lt", '<' }, { "gt", '>' }, { "nbsp", ' ' }, { "colon", ':' },
		{ "equals", '=' }, { "commat", '@' }, { "sol", '/' } };
	struct span rest = span_from(text, at), name;
	rest = span_first(rest, ENTITY_LONGEST);
	const char *end =
		rest.data[0] == '&' ? memchr(rest.data, ';', rest.len) : NULL;
	if (!end || end - rest.data < 3)
		return 1;
	name = (struct span){ rest.data + 1, (size_t)(end - rest.data) - 1 };
	long code = name.data[0] == '#' ? entity_code(name) : -1;
	for (size_t i = 0; i < ELEMENTS(named); i++)
		if (span_is(name, named[i].name))
			code = named[i].byte;
	if (code <= 0 || code > 0xffff)
		return 1;
	*n = put_character(code, to);
	return name.len + 2;
}

bool
redact_view_unmark(const struct redact_view *v, struct redact_view *ret)
{
	return v->text.len && memchr(v->text.data, '&', v->text.len) &&
		rewrite(v, '&', read_entity, ret);
}

static bool
is_in(char c, const char *set)
{
	return c && strchr(set, c);
}

static bool
is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Whether the run of bytes reads like a word, a key, a time or a code, with
 * which a line of its own begins. */
static bool
is_word(struct span run)
{
	size_t letters = 0, digits = 0;
	while (letters < run.len && is_letter(run.data[letters]))
		letters++;
	while (digits < run.len && is_in(run.data[digits], "0123456789-:.,/TZ"))
		digits++;
	/* A path, as in a stack trace. */
	if (run.data[0] == '/' && memchr(run.data + 1, '/', run.len - 1))
		return true;
	struct span behind = span_from(run, letters);
	bool ends = !behind.len || is_in(behind.data[0], ":,.;()=?!");
	/* `userId:`, `P2021:`, `2026-11-27T10:00:00Z`. */
	return digits == run.len ||
		(letters && ends && letters <= WORD_LONGEST) ||
		(letters == 1 && behind.len >= 4 && is_digit(behind.data[0]) &&
			is_digit(behind.data[3]) && run.len <= 6) ||
		is_in(run.data[run.len - 1], ":=");
}

static size_t
run_at(struct span text, size_t at)
{
	size_t end = at;
	while (end < text.len && !is_in(text.data[end], " \t\r\n\"'`,;{}<>|") &&
		text.data[end])
		end++;
	return end - at;
}

/* The bytes of what breaks a line at `at`: the newline, with the backslash of a
 * shell before it, or with the quote and the plus of a long string that Node
 * prints in pieces. 0: nothing does. */
static size_t
newline_len(struct span text, size_t at, bool *marked)
{
	static const char *const breaks[] = { "\n", "\r\n", "\\\n", "\\\r\n",
		"' +\n", "\" +\n", "` +\n" };
	struct span s = span_from(text, at);
	for (size_t i = 0; i < ELEMENTS(breaks); i++)
		if (s.data[0] == breaks[i][0] &&
			span_starts(s, span_of(breaks[i]))) {
			*marked = i > 1;
			return strlen(breaks[i]);
		}
	return 0;
}

/* The bytes of the break at `at` that a line goes on behind, which began at
 * `line`; 0: it ends there, or nothing does. */
static size_t
break_len(struct span text, size_t at, size_t line)
{
	bool marked;
	size_t end = at + newline_len(text, at, &marked);
	if (end == at || !at || is_in(text.data[at - 1], " \t\n"))
		return 0;
	while (end < text.len && is_in(text.data[end], " \t"))
		end++;
	if (end < text.len && is_in(text.data[at], "\"'`") &&
		text.data[end] == text.data[at])
		end++;
	struct span run = span_from(text, end);
	run = span_first(run, run_at(text, end));
	bool goes_on = run.len &&
		(marked || memchr(run.data, '@', run.len) ||
			(at - line >= WRAPPED_LEAST && !is_word(run)));
	return goes_on ? end - at : 0;
}

/* The first break from `*at` on, whose place becomes *at, and its length; 0:
 * there is none. *line is where the line began that `*at` lies in. */
static size_t
next_break(struct span text, size_t *at, size_t *line)
{
	static const bool begins[256] = { ['"'] = true,
		['\''] = true,
		['`'] = true,
		['\\'] = true,
		['\r'] = true,
		['\n'] = true };
	for (; *at < text.len; ++*at) {
		if (!begins[(uint8_t)text.data[*at]])
			continue;
		size_t len = break_len(text, *at, *line);
		if (len)
			return len;
		*line = text.data[*at] == '\n' ? *at + 1 : *line;
	}
	return 0;
}

bool
redact_view_unwrap(const struct redact_view *v, struct redact_view *ret)
{
	struct span text = buf_span(&v->text);
	size_t at = 0, line = 0, from = 0;
	if (!text.len || !memchr(text.data, '\n', text.len))
		return false;
	size_t gone = next_break(text, &at, &line);
	if (!gone)
		return false;
	struct redact_view new = begin(v);
	while (gone) {
		copy(&new, v, from, at - from);
		from = line = at += gone;
		gone = next_break(text, &at, &line);
	}
	copy(&new, v, from, text.len - from);
	end(&new, v);
	*ret = new;
	return true;
}
