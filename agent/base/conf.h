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

struct conf_entry {
	char *key;
	char *value;
	unsigned line;
};

struct conf_section {
	char *name; /* blanks inside folded to one */
	unsigned line;
	struct conf_entry *entries;
	size_t n_entries;
};

struct conf {
	char *file;
	struct conf_section *sections;
	size_t n_sections;
};

enum conf_join { CONF_JOIN_SPACE, CONF_JOIN_NEWLINE };

/* `name` is what messages call the file. The stream is not closed. */
int conf_read_stream(FILE *f, const char *name, enum conf_join join,
	struct conf **ret, struct why *why);
int conf_read(const char *path, enum conf_join join, struct conf **ret,
	struct why *why);
void conf_free(struct conf *conf);
OWN(conf, struct conf *, conf_free);

/* NULL if the section has no such key. */
const struct conf_entry *
conf_find(const struct conf_section *s, const char *key);
