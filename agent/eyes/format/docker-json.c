#include "config.h"
#include "eyes/format/docker-json.h"

#include <stdlib.h>

#include "base/clock.h"
#include "base/json.h"
#include "eyes/format/docker-stream.h"
#include "eyes/format/log-prefix.h"

/* Buffers that are kept from one line to the next, so that decoding a line
 * allocates nothing. */
struct docker_json {
	struct buf text, inner;
	uint32_t broken;
};

struct docker_json *
docker_json_new(void)
{
	return xcalloc(1, sizeof(struct docker_json));
}

void
docker_json_free(struct docker_json *d)
{
	if (!d)
		return;
	buf_free(&d->text);
	buf_free(&d->inner);
	free(d);
}

uint32_t
docker_json_broken(struct docker_json *d)
{
	uint32_t n = d->broken;
	d->broken = 0;
	return n;
}

/* The members of a Docker record, with their escapes. */
struct members {
	struct span log, stream, time;
	bool has_log;
};

static bool
skip_blanks(struct span *s)
{
	while (s->len && (s->data[0] == ' ' || s->data[0] == '\t'))
		*s = span_from(*s, 1);
	return s->len > 0;
}

/* Cuts a string in quotes off `s`; *ret is what stands inside them. */
static bool
cut_string(struct span *s, struct span *ret)
{
	if (!skip_blanks(s) || s->data[0] != '"')
		return false;
	*s = span_from(*s, 1);
	ptrdiff_t end = json_string_end(*s);
	if (end < 0)
		return false;
	*ret = span_first(*s, (size_t)end);
	*s = span_from(*s, (size_t)end + 1);
	return true;
}

/* Steps over a value that does not matter here, such as `attrs`. */
static bool
skip_value(struct span *s)
{
	struct span string;
	unsigned depth = 0;
	while (skip_blanks(s)) {
		char c = s->data[0];
		if (c == '"') {
			if (!cut_string(s, &string))
				return false;
			if (!depth)
				return true;
			continue;
		}
		if ((c == ',' || c == '}') && !depth)
			return true;
		if (c == '{' || c == '[')
			depth++;
		else if ((c == '}' || c == ']') && --depth == 0) {
			*s = span_from(*s, 1);
			return true;
		}
		*s = span_from(*s, 1);
	}
	return false;
}

static bool
cut_member(struct span *s, struct members *m)
{
	struct span key;
	if (!cut_string(s, &key) || !skip_blanks(s) || s->data[0] != ':')
		return false;
	*s = span_from(*s, 1);
	if (!skip_blanks(s))
		return false;
	struct span *value = span_is(key, "log") ? &m->log
		: span_is(key, "stream")         ? &m->stream
		: span_is(key, "time")           ? &m->time
						 : NULL;
	if (!value || s->data[0] != '"')
		return skip_value(s);
	if (value == &m->log)
		m->has_log = true;
	return cut_string(s, value);
}

/* Cuts one record off `rest`. Nothing is cut, and the answer is false, if it is
 * broken. */
static bool
cut_record(struct span *rest, struct members *m)
{
	struct span s = *rest;
	*m = (struct members){ 0 };
	if (!skip_blanks(&s) || s.data[0] != '{')
		return false;
	do {
		s = span_from(s, 1);
		if (!cut_member(&s, m) || !skip_blanks(&s))
			return false;
	} while (s.data[0] == ',');
	if (s.data[0] != '}' || !m->stream.len)
		return false;
	*rest = span_from(s, 1);
	return true;
}

bool
docker_json_is_docker(struct span line)
{
	while (line.len && line.data[0] == '\0')
		line = span_from(line, 1);
	struct members m;
	ptrdiff_t next;
	do {
		struct span rest = line;
		if (cut_record(&rest, &m) && (m.has_log || m.time.len))
			return true;
		/* The line is torn: a whole record may follow on it. */
		next = line.len
			? span_find(span_from(line, 1), SPAN("{\"log\":\""))
			: -1;
		line = span_from(line, (size_t)(next + 1));
	} while (next >= 0);
	return false;
}

/* The text without its newline, and whether it had one. */
static struct span
cut_end(struct span text, bool *ends)
{
	*ends = text.len && text.data[text.len - 1] == '\n';
	if (*ends)
		text.len--;
	if (*ends && text.len && text.data[text.len - 1] == '\r')
		text.len--;
	return text;
}

/* Some apps log records in Docker's own format, a log shipper for one: what
 * counts is the text in them. */
static void
docker_json_inner(struct docker_json *d, struct log_entry *e)
{
	struct members m;
	struct span rest = e->text;
	if (!e->ends || !span_starts(rest, SPAN("{\"log\":\"")) ||
		!cut_record(&rest, &m) || rest.len)
		return;
	buf_reset(&d->inner);
	json_unescape(&d->inner, m.log);
	bool ends;
	e->text = cut_end(buf_span(&d->inner), &ends);
}

static enum stream
stream_of(const struct members *m)
{
	return span_is(m->stream, "stderr") ? STREAM_STDERR : STREAM_STDOUT;
}

static void
docker_json_members(
	struct docker_json *d, const struct members *m, struct log_entry *ret)
{
	buf_reset(&d->text);
	json_unescape(&d->text, m->log);
	*ret = (struct log_entry){ .stream = stream_of(m) };
	ret->text = cut_end(buf_span(&d->text), &ret->ends);
	if (!clock_parse(m->time, &ret->time_ns))
		ret->time_ns = 0;
	docker_json_inner(d, ret);
}

/* Cuts the next whole record off and returns where it began, or NULL. Broken
 * bytes before it are counted. */
static const char *
next_record(struct span *rest, struct members *m, uint32_t *broken)
{
	/* `truncate` after a rotation leaves a hole of zeros where the file
	 * began. */
	while (rest->len && rest->data[0] == '\0')
		*rest = span_from(*rest, 1);
	while (skip_blanks(rest)) {
		const char *begin = rest->data;
		if (cut_record(rest, m))
			return begin;
		/* A full disk cuts a record off, and later records follow on
		 * the same line. */
		++*broken;
		ptrdiff_t next =
			span_find(span_from(*rest, 1), SPAN("{\"log\":\""));
		*rest = next < 0 ? SPAN_NONE
				 : span_from(*rest, (size_t)next + 1);
	}
	return NULL;
}

static bool
next_docker(struct docker_json *d, int stream, struct span *rest,
	struct log_entry *ret)
{
	struct members m;
	if (rest->len && docker_stream_is_other(*rest, stream)) {
		*rest = SPAN_NONE;
		return false;
	}
	const char *begin;
	while ((begin = next_record(rest, &m, &d->broken)))
		if (stream < 0 || stream_of(&m) == (enum stream)stream) {
			docker_json_members(d, &m, ret);
			ret->begin = begin;
			return true;
		}
	return false;
}

/* Whether the escaped text ends in a newline: behind an escaped backslash the n
 * is a letter. */
static bool
ends_escaped(struct span text)
{
	if (!span_ends(text, SPAN("\\n")))
		return false;
	size_t slashes = 1;
	while (slashes + 1 < text.len &&
		text.data[text.len - 2 - slashes] == '\\')
		slashes++;
	return slashes % 2 == 1;
}

/* A line of a plain file is one entry. containerd's lines carry P for a piece
 * or F for the end of a line behind their time and stream. */
static void
next_plain(struct span text, struct log_entry *ret)
{
	enum log_prefix_kind kind;
	const char *begin = text.data;
	while (text.len && text.data[0] == '\0')
		text = span_from(text, 1);
	if (text.len && text.data[text.len - 1] == '\r')
		text.len--;
	*ret = (struct log_entry){ .begin = begin, .text = text, .ends = true };
	size_t len = log_prefix_of(text, &kind);
	if (kind != LOG_PREFIX_CRI)
		return;
	ret->log_prefix_len = len;
	ret->ends = span_find(span_first(text, len), SPAN(" P")) < 0;
}

/* A literal may lie across two pieces, so each of them is worth decoding. In
 * Docker's format a piece is a record whose text does not end in a newline. */
bool
docker_json_is_piece(enum source_format format, struct span line)
{
	struct log_entry e;
	if (format == FORMAT_DOCKER)
		return span_find(line, SPAN("\\n\",")) < 0;
	next_plain(line, &e);
	return !e.ends;
}

static bool
glimpse_docker(int stream, struct span *rest, struct glimpse *ret)
{
	struct members m;
	/* Broken records are counted when the line is decoded, not here. */
	uint32_t broken = 0;
	if (rest->len && docker_stream_is_other(*rest, stream)) {
		*rest = SPAN_NONE;
		return false;
	}
	do
		if (!next_record(rest, &m, &broken))
			return false;
	while (stream >= 0 && stream_of(&m) != (enum stream)stream);
	*ret = (struct glimpse){
		.stream = stream_of(&m),
		.bytes = m.log.len,
		.json = span_starts(m.log, SPAN("{\\\"")) &&
			!span_starts(m.log, SPAN("{\\\"log\\\"")),
		.ends = ends_escaped(m.log),
	};
	return true;
}

bool
docker_json_glimpse(enum source_format format, int stream, struct span *rest,
	struct glimpse *ret)
{
	struct log_entry e;
	if (format == FORMAT_DOCKER)
		return glimpse_docker(stream, rest, ret);
	if (!rest->data)
		return false;
	next_plain(*rest, &e);
	*rest = SPAN_NONE;
	*ret = (struct glimpse){
		.bytes = e.text.len,
		.json = span_starts(e.text, SPAN("{\"")),
		.ends = e.ends,
	};
	return true;
}

bool
docker_json_next(struct docker_json *d, enum source_format format, int stream,
	struct span *rest, struct log_entry *ret)
{
	if (format == FORMAT_DOCKER)
		return next_docker(d, stream, rest, ret);
	if (!rest->data)
		return false;
	next_plain(*rest, ret);
	*rest = SPAN_NONE;
	return true;
}
