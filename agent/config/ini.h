/* INI files, read with inih behind a reader of ours (DESIGN section 11 says
 * which of inih's habits that guards against). Sections in file order, also
 * empty ones. A doubled section or key, a key without a section, a line over
 * 64 KiB, a control character and a file over 4 MiB are errors that name file
 * and line. Comments are lines that begin with `;` or `#`; an indented line
 * continues the value above it. */
#pragma once

#include <stdio.h>

#include "base/own.h"
#include "base/why.h"

struct ini_entry {
	char *key;
	char *value;
	unsigned line;
};

struct ini_section {
	char *name; /* blanks inside folded to one */
	unsigned line;
	struct ini_entry *entries;
	size_t n_entries;
};

struct ini {
	char *file;
	struct ini_section *sections;
	size_t n_sections;
};

enum ini_join { INI_JOIN_SPACE, INI_JOIN_NEWLINE };

/* `name` is what messages call the file. The stream is not closed. */
int ini_read_stream(FILE *f, const char *name, enum ini_join join,
	struct ini **ret, struct why *why);
int ini_read(const char *path, enum ini_join join, struct ini **ret,
	struct why *why);
void ini_free(struct ini *conf);
OWN(ini, struct ini *, ini_free);

/* NULL if the section has no such key. */
const struct ini_entry *ini_find(const struct ini_section *s, const char *key);
