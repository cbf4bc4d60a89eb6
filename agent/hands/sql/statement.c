#include "config.h"
#include "hands/sql/statement.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/escape.h"

#define NAME_MAX_BYTES 1024u
#define MADE_MAX 4096u

static const char *const words[] = { "table", "index", "view", "sequence",
	"type", "column", "constraint", "trigger", "function", "schema",
	"extension", "enumeration", "operator", "operator class",
	"access method", "cast", "setting", "domain", "object" };

static void
made_free(struct made *list, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		free(list[i].schema);
		free(list[i].table);
		free(list[i].name);
	}
	free(list);
}

void
statement_free(struct statement *s)
{
	free(s->what);
	free(s->objection);
	free(s->schema);
	free(s->table);
	for (size_t i = 0; i < s->n_parts; i++)
		part_free(&s->parts[i]);
	free(s->parts);
	made_free(s->makes, s->n_makes);
	made_free(s->drops, s->n_drops);
	made_free(s->refers, s->n_refers);
	made_free(s->uses, s->n_uses);
	*s = (struct statement){ 0 };
}

/* Words are static on both sides of the wire. */
static const char *
word_of(struct span s)
{
	for (size_t i = 0; i < ELEMENTS(words); i++)
		if (span_is(s, words[i]))
			return words[i];
	return "object";
}

/* libpg_query writes "" where SQL had nothing. */
static char *
copy(const char *s)
{
	return s && *s ? xstrdup(s) : NULL;
}

static struct made *
made_add(struct made **list, size_t *n, enum made_kind kind, const char *word,
	const char *schema, const char *table, const char *name)
{
	*list = xrealloc(*list, *n + 1, sizeof(**list));
	struct made *m = &(*list)[(*n)++];
	*m = (struct made){
		.kind = kind,
		.word = word_of(span_of(word)),
		.schema = copy(schema),
		.table = copy(table),
		.name = xstrdup(name ? name : ""),
	};
	return m;
}

/* The pointer holds until the next object is added. */
struct made *
statement_makes(struct statement *s, enum made_kind kind, const char *word,
	const char *schema, const char *table, const char *name)
{
	return made_add(
		&s->makes, &s->n_makes, kind, word, schema, table, name);
}

void
statement_drops(struct statement *s, enum made_kind kind, const char *word,
	const char *schema, const char *table, const char *name)
{
	(void)made_add(&s->drops, &s->n_drops, kind, word, schema, table, name);
}

void
statement_refers(struct statement *s, const char *schema, const char *table)
{
	(void)made_add(&s->refers, &s->n_refers, MADE_RELATION, "table", schema,
		NULL, table);
}

void
statement_uses(struct statement *s, enum made_kind kind, const char *word,
	const char *schema, const char *name)
{
	const struct made one = {
		.kind = kind,
		.schema = (char *)(schema && *schema ? schema : NULL),
		.name = (char *)name,
	};
	for (size_t i = 0; i < s->n_uses; i++)
		if (made_same(&s->uses[i], &one, NULL))
			return;
	(void)made_add(&s->uses, &s->n_uses, kind, word, schema, NULL, name);
}

void
statement_has(struct statement *s, struct guard_part *p)
{
	s->parts = xrealloc(s->parts, s->n_parts + 1, sizeof(*s->parts));
	s->parts[s->n_parts++] = *p;
	*p = (struct guard_part){ 0 };
}

char *
made_text(const struct made *m)
{
	own(str) char *name = escape_str(span_of(m->name), 100, ESCAPE_LINE);
	if (!m->table)
		return xprintf("%s \"%s\"", m->word, name);
	own(str) char *table = escape_str(span_of(m->table), 100, ESCAPE_LINE);
	return xprintf("%s \"%s\" of \"%s\"", m->word, name, table);
}

/* The word is only for sentences: a view and a table of one name are the same
 * relation to the server. */
bool
made_same(const struct made *a, const struct made *b, const char *schema)
{
	return a->kind == b->kind && str_same(a->name, b->name) &&
		str_same(a->table, b->table) &&
		str_same(a->schema ? a->schema : schema,
			b->schema ? b->schema : schema);
}

static void
put_list(struct frame *to, const struct made *list, size_t n)
{
	frame_put_u32(to, (uint32_t)n);
	for (size_t i = 0; i < n; i++) {
		const struct made *m = &list[i];
		frame_put_u32(to, m->kind);
		frame_put_str(to, m->word);
		frame_put_str(to, m->schema);
		frame_put_str(to, m->table);
		frame_put_str(to, m->name);
		frame_put_bool(to, m->if_not_exists);
		frame_put_bool(to, m->part);
	}
}

/* From the parser's child, which is not trusted: every count and every string
 * has a limit, and a list that breaks one breaks the frame. */
static void
get_list(struct frame *from, struct made **list, size_t *n)
{
	uint32_t count = frame_get_below(from, MADE_MAX);
	for (uint32_t i = 0; i < count && !from->broken; i++) {
		enum made_kind kind = frame_get_below(from, MADE_KINDS);
		const char *word = word_of(frame_get_span(from, 32));
		own(str) char *schema = frame_get_str(from, NAME_MAX_BYTES);
		own(str) char *table = frame_get_str(from, NAME_MAX_BYTES);
		own(str) char *name = frame_get_str(from, NAME_MAX_BYTES);
		struct made *m =
			made_add(list, n, kind, word, schema, table, name);
		m->if_not_exists = frame_get_bool(from);
		m->part = frame_get_bool(from);
		if (!name)
			from->broken = true;
	}
}

/* Order and types are those of statement_get(). */
void
statement_put(struct frame *to, const struct statement *s)
{
	frame_put_u32(to, s->kind);
	frame_put_str(to, s->what);
	frame_put_u64(to, s->from);
	frame_put_u64(to, s->len);
	frame_put_bool(to, s->opaque);
	frame_put_bool(to, s->alone);
	frame_put_bool(to, s->outside);
	frame_put_str(to, s->objection);
	frame_put_str(to, s->schema);
	frame_put_str(to, s->table);
	put_list(to, s->makes, s->n_makes);
	put_list(to, s->drops, s->n_drops);
	put_list(to, s->refers, s->n_refers);
	put_list(to, s->uses, s->n_uses);
}

int
statement_get(struct frame *from, struct statement *ret, struct why *why)
{
	*ret = (struct statement){ .kind = frame_get_below(from, STATEMENTS) };
	ret->what = frame_get_str(from, NAME_MAX_BYTES);
	ret->from = frame_get_u64(from);
	ret->len = frame_get_u64(from);
	ret->opaque = frame_get_bool(from);
	ret->alone = frame_get_bool(from);
	ret->outside = frame_get_bool(from);
	ret->objection = frame_get_str(from, NAME_MAX_BYTES);
	ret->schema = frame_get_str(from, NAME_MAX_BYTES);
	ret->table = frame_get_str(from, NAME_MAX_BYTES);
	get_list(from, &ret->makes, &ret->n_makes);
	get_list(from, &ret->drops, &ret->n_drops);
	get_list(from, &ret->refers, &ret->n_refers);
	get_list(from, &ret->uses, &ret->n_uses);
	if (!ret->what)
		from->broken = true;
	return frame_end(from, why);
}
