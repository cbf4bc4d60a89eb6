#include "config.h"
#include "hands/migrator/unit.h"

#include <stdlib.h>
#include <string.h>

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
