#include "config.h"
#include "hands/sql/script.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "hands/run/sandboxed-child.h"
#include "hands/sql/parser-child.h"

void
script_free(struct script *s)
{
	for (size_t i = 0; i < s->n; i++)
		statement_free(&s->statements[i]);
	free(s->statements);
	free(s->unknown);
	*s = (struct script){ 0 };
}

struct span
script_text(struct span text, const struct statement *s)
{
	return span_trim(span_first(span_from(text, s->from), s->len));
}

/* What only makes or alters things of the database sets nothing. */
static bool
may_set(const struct statement *s)
{
	for (size_t i = 0; i < s->n_parts; i++) {
		const struct guard_rule *r = part_rule(&s->parts[i]);
		bool makes = r->fresh || r->verdict == VERDICT_AUTO ||
			r->verdict == VERDICT_GATED;
		if (!makes || r->gate == GATE_LIMIT)
			return true;
	}
	return false;
}

char *
script_with(struct span text, const struct script *s, const char *settings)
{
	own(buf) struct buf b = { 0 };
	size_t at = 0;
	buf_add_str(&b, "");
	for (size_t i = 1; i < s->n && s->known; i++) {
		size_t from = s->statements[i].from;
		if (!may_set(&s->statements[i - 1]))
			continue;
		buf_add_span(&b, span_first(span_from(text, at), from - at));
		buf_add_str(&b, settings);
		at = from;
	}
	buf_add_span(&b, span_from(text, at));
	return buf_take_str(&b);
}

/* An unknown script may hold anything, COMMIT too. */
bool
script_is_atomic(const struct script *s)
{
	if (!s->known)
		return false;
	for (size_t i = 0; i < s->n; i++)
		if (s->statements[i].alone)
			return false;
	return true;
}

static void
add(struct script *s, struct statement *one)
{
	s->statements =
		xrealloc(s->statements, s->n + 1, sizeof(*s->statements));
	s->statements[s->n++] = *one;
	*one = (struct statement){ 0 };
}

static int
add_part(struct script *s, struct frame *from, struct why *why)
{
	own(part) struct guard_part p = { 0 };
	part_get(from, &p);
	if (s->n == 0)
		from->broken = true;
	int r = frame_end(from, why);
	if (r == 0)
		statement_has(&s->statements[s->n - 1], &p);
	return r;
}

/* 0 when the script is known. */
static int
collect(const struct sandboxed_child *h, size_t len, usec deadline,
	struct script *ret, struct why *why)
{
	for (;;) {
		own(frame) struct frame f = FRAME(0);
		int r = sandboxed_child_recv(h, deadline, &f);
		if (r == -ETIMEDOUT)
			return because(why, r, "parsing it took too long");
		if (r <= 0)
			return because(why, -EPIPE,
				"the parser died of it (it may be too deep)");
		if (f.type == PARSER_END)
			return 0;
		if (f.type == PARSER_REFUSED) {
			bool grammar = frame_get_bool(&f);
			own(str) char *text = frame_get_str(&f, 1024);
			return because(why, grammar ? -EILSEQ : -EINVAL, "%s",
				text && *text ? text : "it does not parse");
		}
		if (f.type == PARSER_PART) {
			r = add_part(ret, &f, why);
			if (r < 0)
				return r;
			continue;
		}
		own(statement) struct statement s = { 0 };
		r = statement_get(&f, &s, why);
		if (r < 0)
			return r;
		if (ret->n == SCRIPT_STATEMENTS || s.from > len ||
			s.len > len - s.from)
			return because(why, -EBADMSG,
				"the parser's answer is not about this text");
		add(ret, &s);
	}
}

/* What the server would not read as it stands is not parsed either: the parser
 * would see another text than the server. */
static int
check(struct span text, struct why *why)
{
	if (text.len > SCRIPT_MAX)
		return because(why, -EFBIG, "it is larger than 1 MiB");
	if (span_starts(text, SPAN("\xef\xbb\xbf")))
		return because(why, -EILSEQ,
			"it begins with a byte order mark (BOM), at which "
			"PostgreSQL fails with a syntax error");
	if (text.len && memchr(text.data, '\0', text.len))
		return because(why, -EINVAL, "it holds a NUL byte");
	return 0;
}

static int
parse(struct span text, bool bodies, usec deadline, struct script *ret,
	struct why *why)
{
	own(str) char *copy = xstrndup(text.len ? text.data : "", text.len);
	struct sandboxed_child h;
	int r = sandboxed_child_fork(&h, why);
	if (r < 0)
		return r;
	if (r == 1)
		parser_child(copy, bodies, h.sock);
	r = collect(&h, text.len, deadline, ret, why);
	sandboxed_child_end(&h);
	return r;
}

int
script_parser_version(void)
{
	return parser_version();
}

/* A script that cannot be parsed is no error: it is one about which nothing is
 * known, and everybody who asks must take it so. */
void
script_parse(struct span text, usec deadline, struct script *ret)
{
	*ret = (struct script){ 0 };
	usec limit_at = clock_mono() + (PARSER_CPU + 5) * USEC_SECOND;
	struct why why;
	int r = check(text, &why);
	if (r == 0)
		r = parse(text, true, MIN(deadline, limit_at), ret, &why);
	/* The parser of PL/pgSQL is the weaker one: without it the rest of the
	 * script is told all the same. */
	if (r == -EPIPE) {
		script_free(ret);
		r = parse(text, false, MIN(deadline, limit_at), ret, &why);
	}
	if (r < 0) {
		script_free(ret);
		ret->unknown = xstrdup(why.text);
		ret->refused = r == -EILSEQ;
		return;
	}
	ret->known = true;
}
