#include "config.h"
#include "hands/migrator/unit.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "hands/sql/statement.h"

void
unit_free(struct unit *u)
{
	free(u->name);
	free(u->problem);
	buf_free(&u->text);
	*u = (struct unit){ 0 };
}

void
unit_folder_free(struct unit_folder *f)
{
	if (!f)
		return;
	for (size_t i = 0; i < f->n; i++)
		unit_free(&f->units[i]);
	for (size_t i = 0; i < f->n_notes; i++)
		free(f->notes[i].text);
	free(f->units);
	free(f->notes);
	free(f->path);
	free(f);
}

/* The array may move: pointers to units are taken once the folder is whole. */
struct unit *
unit_folder_add(struct unit_folder *f, const char *name)
{
	f->units = xrealloc(f->units, f->n + 1, sizeof(*f->units));
	struct unit *u = &f->units[f->n++];
	*u = (struct unit){ .name = xstrdup(name) };
	return u;
}

/* Notes keep what only one migrator knows out of the types of all. */
void
unit_folder_note(struct unit_folder *f, const char *finding, enum answer answer,
	char *text, const char *obstacle)
{
	f->notes = xrealloc(f->notes, f->n_notes + 1, sizeof(*f->notes));
	f->notes[f->n_notes++] = (struct folder_note){
		.finding = finding,
		.answer = answer,
		.text = text,
		.obstacle = obstacle,
	};
}

const struct unit *
unit_folder_find(const struct unit_folder *f, const char *name)
{
	for (size_t i = 0; i < f->n; i++)
		if (strcmp(f->units[i].name, name) == 0)
			return &f->units[i];
	return NULL;
}

/* A name that is no UTF-8 is in no database that stores UTF-8. */
static void
add_table(json_t *to, const char *schema, const char *table)
{
	json_t *name = table ? json_pack("[s, s]", schema, table) : NULL;
	if (name)
		json_array_append_new(to, name);
}

static void
add_tables(json_t *to, const struct statement *s, const char *schema)
{
	add_table(to, s->schema ? s->schema : schema, s->table);
	for (size_t i = 0; i < s->n_refers; i++)
		add_table(to,
			s->refers[i].schema ? s->refers[i].schema : schema,
			s->refers[i].name);
}

char *
unit_tables(const struct unit_script *list, size_t n, const char *schema,
	const char *further)
{
	json_t *all = json_array();
	add_table(all, schema, further);
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < list[i].script->n; k++)
			add_tables(all, &list[i].script->statements[k], schema);
	char *text = json_dumps(all, JSON_COMPACT);
	json_decref(all);
	return text;
}
