#include "config.h"
#include "hands/sql/long-names.h"

#include <stdlib.h>
#include <string.h>

#include "base/escape.h"
#include "hands/sql/pg-node.h"

#define LONGEST 63u /* NAMEDATALEN without its NUL */

void
long_names_free(struct long_names *l)
{
	for (size_t i = 0; i < l->n; i++)
		free(l->list[i].cut);
	free(l->list);
	*l = (struct long_names){ 0 };
}

static bool
in_name(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
		(c >= '0' && c <= '9') || c == '_' || c == '$' || (c & 0x80);
}

/* The name that begins here. The scanner does not tell where one with U& ends;
 * its escapes count as they are written, which is never too few. */
static void
read_name(struct buf *to, const char *p)
{
	if ((p[0] == 'U' || p[0] == 'u') && p[1] == '&' && p[2] == '"')
		p += 2;
	if (*p != '"') {
		for (; in_name(*p); p++)
			buf_add_char(to, *p);
		return;
	}
	for (p++; *p && (*p != '"' || p[1] == '"'); p++) {
		p += *p == '"';
		buf_add_char(to, *p);
	}
}

/* A character that does not fit goes as a whole. */
static char *
cut(struct span name)
{
	size_t len = 0;
	for (;;) {
		uint32_t c;
		size_t one = utf8_char(span_from(name, len), &c);
		if (len + (one ? one : 1) > LONGEST)
			return xstrndup(name.data, len);
		len += one ? one : 1;
	}
}

static void
add(struct long_names *l, size_t at, struct span name)
{
	l->list = xrealloc(l->list, l->n + 1, sizeof(*l->list));
	l->list[l->n++] = (struct long_name){ .at = at, .cut = cut(name) };
}

static bool
is_identifier(const PgQuery__ScanToken *t)
{
	return t->token == PG_QUERY__TOKEN__IDENT ||
		t->token == PG_QUERY__TOKEN__UIDENT;
}

void
long_names_find(struct long_names *to, const char *text)
{
	PgQueryScanResult r = pg_query_scan(text);
	PgQuery__ScanResult *s = r.error
		? NULL
		: pg_query__scan_result__unpack(
			  NULL, r.pbuf.len, (const uint8_t *)r.pbuf.data);
	for (size_t i = 0; s && i < s->n_tokens; i++) {
		own(buf) struct buf name = { 0 };
		size_t at = (size_t)s->tokens[i]->start;
		if (!is_identifier(s->tokens[i]))
			continue;
		read_name(&name, text + at);
		if (name.len > LONGEST)
			add(to, at, buf_span(&name));
	}
	if (s)
		pg_query__scan_result__free_unpacked(s, NULL);
	pg_query_free_scan_result(r);
}

const struct long_name *
long_names_in(const struct long_names *l, size_t from, size_t len)
{
	for (size_t i = 0; i < l->n; i++)
		if (l->list[i].at >= from && l->list[i].at - from < len)
			return &l->list[i];
	return NULL;
}
