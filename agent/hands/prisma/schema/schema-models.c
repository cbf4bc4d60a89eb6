#include "config.h"
#include "hands/prisma/schema/schema-models.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"

#define MODELS_MOST 4000u
#define FIELDS_MOST 40000u /* in all models */

static void
model_free(struct schema_model *m)
{
	for (size_t i = 0; i < m->n; i++) {
		free(m->fields[i].column);
		free(m->fields[i].type);
		free(m->fields[i].relation);
	}
	free(m->fields);
	free(m->name);
	free(m->table);
	free(m->schema);
}

void
schema_models_free(struct schema_models *m)
{
	for (size_t i = 0; i < m->n; i++)
		model_free(&m->list[i]);
	free(m->list);
	*m = (struct schema_models){ 0 };
}

struct span
schema_word(struct span *line)
{
	*line = span_trim(*line);
	size_t n = 0;
	while (n < line->len && line->data[n] != ' ' && line->data[n] != '{' &&
		line->data[n] != '\t' && line->data[n] != '(')
		n++;
	struct span word = span_first(*line, n);
	*line = span_trim(span_from(*line, n));
	return word;
}

static char *
copy(struct span s)
{
	return xstrndup(s.data, s.len);
}

struct span
schema_quoted(struct span rest)
{
	struct span before, name;
	return span_cut(&rest, '"', &before) && rest.data &&
			span_cut(&rest, '"', &name)
		? name
		: SPAN_NONE;
}

/* The arguments of an attribute of the line, up to its closing parenthesis. */
static struct span
arguments(struct span line, const char *attribute)
{
	ssize_t at = span_find(line, span_of(attribute));
	if (at < 0)
		return SPAN_NONE;
	struct span rest = span_from(line, (size_t)at + strlen(attribute));
	struct span inside;
	(void)span_cut(&rest, ')', &inside);
	return inside;
}

/* The line without a comment at its end; `//` in quotes is none. */
static struct span
without_comment(struct span line)
{
	bool quoted = false;
	for (size_t i = 0; i < line.len; i++) {
		if (line.data[i] == '"')
			quoted = !quoted;
		if (!quoted && line.data[i] == '/' && i + 1 < line.len &&
			line.data[i + 1] == '/')
			return span_first(line, i);
	}
	return line;
}

/* The relation's name is its first argument, or that behind `name:`. Other
 * arguments have lists, and onUpdate a word. */
static char *
relation_name(struct span inside)
{
	struct span word = span_trim(inside);
	ssize_t named = span_find(inside, SPAN("name:"));
	if (named >= 0)
		word = span_trim(span_from(inside, (size_t)named + 5));
	struct span name =
		span_starts(word, SPAN("\"")) ? schema_quoted(word) : SPAN_NONE;
	return name.len ? copy(name) : NULL;
}

static void
add_field(struct schema_models *all, struct schema_model *m, struct span name,
	struct span line)
{
	struct span rest = line;
	struct span type = schema_word(&rest);
	if (!name.len || !type.len || all->n_fields == FIELDS_MOST)
		return;
	bool list = span_ends(type, SPAN("[]"));
	if (list)
		type = span_first(type, type.len - 2);
	else if (span_ends(type, SPAN("?")))
		type = span_first(type, type.len - 1);
	struct span mapped = schema_quoted(arguments(rest, "@map("));
	struct span relation = arguments(rest, "@relation(");
	all->n_fields++;
	m->fields = xrealloc(m->fields, m->n + 1, sizeof(*m->fields));
	m->fields[m->n++] = (struct schema_field){
		.column = copy(mapped.len ? mapped : name),
		.type = copy(type),
		.list = list,
		.keyed = span_find(relation, SPAN("fields:")) >= 0,
		.relation = relation_name(relation),
	};
}

static void
read_line(struct schema_models *all, struct schema_model *m, struct span line)
{
	struct span rest = line;
	struct span word = schema_word(&rest);
	struct span quoted = schema_quoted(rest);
	if (span_is(word, "@@map") && quoted.len) {
		free(m->table);
		m->table = copy(quoted);
	} else if (span_is(word, "@@schema") && quoted.len) {
		free(m->schema);
		m->schema = copy(quoted);
	} else if (!span_starts(word, SPAN("@"))) {
		add_field(all, m, word, rest);
	}
}

static struct schema_model *
add_model(struct schema_models *m, const char *name, const char *table)
{
	m->list = xrealloc(m->list, m->n + 1, sizeof(*m->list));
	m->list[m->n] = (struct schema_model){ .name = xstrdup(name),
		.table = xstrdup(table) };
	return &m->list[m->n++];
}

void
schema_models_read(struct schema_models *m, struct span text)
{
	struct schema_model *open = NULL;
	struct span line;
	while (span_cut(&text, '\n', &line)) {
		line = span_trim(without_comment(line));
		struct span rest = line;
		struct span word = schema_word(&rest);
		if (span_is(line, "}")) {
			open = NULL;
		} else if (open) {
			read_line(m, open, line);
		} else if ((span_is(word, "model") || span_is(word, "view")) &&
			m->n < MODELS_MOST) {
			struct span name = schema_word(&rest);
			own(str) char *own_name = copy(name);
			if (name.len)
				open = add_model(m, own_name, own_name);
			if (open && span_ends(line, SPAN("}")))
				open = NULL;
		}
	}
}

static const struct schema_model *
model_named(const struct schema_models *m, const char *name)
{
	for (size_t i = 0; i < m->n; i++)
		if (strcmp(m->list[i].name, name) == 0)
			return &m->list[i];
	return NULL;
}

static bool
same_relation(const struct schema_field *a, const struct schema_field *b)
{
	return a->relation && b->relation
		? strcmp(a->relation, b->relation) == 0
		: a->relation == b->relation;
}

/* The other side's list of a relation without keys; NULL: there is none. */
static const struct schema_field *
list_back(const struct schema_model *from, const struct schema_field *f,
	const struct schema_model *to)
{
	for (size_t i = 0; i < to->n; i++) {
		const struct schema_field *b = &to->fields[i];
		if (b != f && b->list && !b->keyed && same_relation(f, b) &&
			strcmp(b->type, from->name) == 0)
			return b;
	}
	return NULL;
}

static void
add_link(struct schema_models *m, const struct schema_model *a,
	const struct schema_model *b, const char *relation)
{
	bool first = strcmp(a->name, b->name) <= 0;
	own(str) char *table = relation
		? xprintf("_%s", relation)
		: xprintf("_%sTo%s", first ? a->name : b->name,
			  first ? b->name : a->name);
	if (schema_models_have(m, table, NULL) || m->n >= 2 * MODELS_MOST)
		return;
	own(str) char *in = xstrdup(a->schema);
	struct schema_model *link = add_model(m, table, table);
	link->schema = take(in);
	add_field(m, link, SPAN("A"), SPAN("Key"));
	add_field(m, link, SPAN("B"), SPAN("Key"));
}

/* The list moves when something is added, so each model is looked up anew. */
void
schema_models_link(struct schema_models *m)
{
	size_t n = m->n;
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < m->list[i].n; k++) {
			const struct schema_model *from = &m->list[i];
			const struct schema_field *f = &from->fields[k];
			const struct schema_model *to = f->list && !f->keyed
				? model_named(m, f->type)
				: NULL;
			if (to && list_back(from, f, to))
				add_link(m, from, to, f->relation);
		}
}

static bool
has_column(const struct schema_models *m, const struct schema_model *model,
	const char *column)
{
	for (size_t i = 0; i < model->n; i++)
		if (strcmp(model->fields[i].column, column) == 0 &&
			!model_named(m, model->fields[i].type))
			return true;
	return false;
}

bool
schema_models_have(
	const struct schema_models *m, const char *table, const char *column)
{
	for (size_t i = 0; i < m->n; i++)
		if (strcmp(m->list[i].table, table) == 0 &&
			(!column || has_column(m, &m->list[i], column)))
			return true;
	return false;
}
