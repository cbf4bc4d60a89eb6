/* What a migrator runs as one: a named script. And the folder that holds them,
 * as the migrator itself would read it. */
#pragma once

#include "base/buf.h"
#include "base/hash.h"
#include "hands/sql/script.h"
#include "wire/finding.h"

struct unit {
	char *name;      /* the key in the history */
	char *problem;   /* why it has no text, or NULL */
	struct buf text; /* as the migrator would run it */
	char checksum[SHA256_HEX];
};

/* Something about the folder as a whole that a person should know. */
struct folder_note {
	const char *finding; /* its name; static */
	enum answer answer;
	char *text;
	const char *obstacle; /* why it forbids every plan; static, or NULL */
};

struct unit_folder {
	char *path;
	struct unit *units; /* in the order in which they would run */
	size_t n;
	struct folder_note *notes;
	size_t n_notes;
};

/* A unit with what the parser found in it; both are borrowed. */
struct unit_script {
	const struct unit *unit;
	const struct script *script;
};

void unit_free(struct unit *u);
static inline void
unit_let_go(struct unit *u)
{
	unit_free(u);
}
void unit_folder_free(struct unit_folder *f);
OWN(unit_folder, struct unit_folder *, unit_folder_free);
/* Adds an empty unit with a copy of the name. */
struct unit *unit_folder_add(struct unit_folder *f, const char *name);
/* The text is owned by the folder from then on. */
void unit_folder_note(struct unit_folder *f, const char *finding,
	enum answer answer, char *text, const char *obstacle);
/* The tables that the statements work on and refer to, as JSON: [["schema",
 * "table"], ...], with `schema` where a statement names none, and `further`, a
 * table of it, unless that is NULL. Owned. */
char *unit_tables(const struct unit_script *list, size_t n, const char *schema,
	const char *further);
/* NULL if there is none of that name. */
const struct unit *
unit_folder_find(const struct unit_folder *f, const char *name);
