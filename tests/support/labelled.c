#include "config.h"
#include "support/labelled.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "base/io/file.h"

/* What a backslash and this letter stand for. */
static void
add_escape(struct buf *to, const char **p)
{
	char hex[3] = { 0 };
	switch (*++*p) {
	case 'n':
		buf_add_char(to, '\n');
		break;
	case 'x':
		ck_assert_uint_ge(strlen(*p), 3);
		memcpy(hex, *p + 1, 2);
		buf_add_char(to, (char)strtoul(hex, NULL, 16));
		*p += 2;
		break;
	default:
		ck_assert_int_eq(**p, '\\');
		buf_add_char(to, '\\');
	}
}

static struct span
unescape(struct span s)
{
	own(str) char *text = xstrndup(s.data, s.len);
	struct buf b = { 0 };
	buf_add_str(&b, "");
	for (const char *p = text; *p; p++)
		if (*p == '\\')
			add_escape(&b, &p);
		else
			buf_add_char(&b, *p);
	return buf_span(&b);
}

static enum verdict
verdict_of(struct span word)
{
	for (enum verdict v = VERDICT_AUTO; v <= VERDICT_NEVER; v++)
		if (span_is(word, verdict_name(v)))
			return v;
	ck_abort_msg("no verdict: " SPAN_FMT, SPAN_ARG(word));
}

static void
add_line(struct labelled_list *to, struct span line)
{
	struct span verdict = SPAN_NONE, sql = SPAN_NONE;
	bool is_whole =
		span_cut(&line, '\t', &verdict) && span_cut(&line, '\t', &sql);
	ck_assert_msg(is_whole && line.len, SPAN_FMT, SPAN_ARG(verdict));
	to->list = xrealloc(to->list, to->n + 1, sizeof(*to->list));
	to->list[to->n++] =
		(struct labelled){ verdict_of(verdict), unescape(sql) };
}

void
labelled_read(const char *file, struct labelled_list *ret)
{
	own(str) char *path = xprintf("%s/guard/%s", TEST_DATA, file);
	own(buf) struct buf text = { 0 };
	struct why why;
	*ret = (struct labelled_list){ 0 };
	ck_assert_msg(
		file_read(path, 1u << 20, &text, &why) == 0, "%s", why.text);
	struct span rest = buf_span(&text), line;
	while (span_cut(&rest, '\n', &line))
		if (line.len && line.data[0] != '#')
			add_line(ret, line);
}

/* Wherever CREATE takes an expression. */
static const struct {
	const char *before, *behind;
} places[LABELLED_PLACES] = {
	{ "CREATE TABLE n (x text DEFAULT (", "))" },
	{ "CREATE TABLE n (a int); CREATE UNIQUE INDEX i ON n (a) WHERE (",
		")" },
	{ "CREATE TABLE n (a int CHECK (", "), b text)" },
	{ "CREATE TABLE n (a int, b text, CONSTRAINT c CHECK (", "))" },
	{ "CREATE TABLE n (a int, g int GENERATED ALWAYS AS (", ") STORED)" },
	{ "CREATE TABLE n (a int, b text) PARTITION BY RANGE ((", "))" },
	{ "CREATE TABLE n (a int); CREATE INDEX i ON n (a, (", "))" },
	{ "CREATE TABLE n (a int CHECK (CASE WHEN true THEN (",
		") END IS NULL))" },
	{ "CREATE TABLE n (a int DEFAULT coalesce(NULL, upper((",
		")::text)))" },
};

void
labelled_read_expressions(
	const char *file, size_t place, struct labelled_list *ret)
{
	ck_assert_uint_lt(place, ELEMENTS(places));
	labelled_read(file, ret);
	for (size_t i = 0; i < ret->n; i++) {
		struct buf b = { 0 };
		buf_add_str(&b, places[place].before);
		buf_add_span(&b, ret->list[i].sql);
		buf_add_str(&b, places[place].behind);
		free((char *)ret->list[i].sql.data);
		ret->list[i].sql = buf_span(&b);
	}
}

void
labelled_free(struct labelled_list *l)
{
	for (size_t i = 0; i < l->n; i++)
		free((char *)l->list[i].sql.data);
	free(l->list);
	*l = (struct labelled_list){ 0 };
}
