/* INI files, for the configuration and for rules. inih parses, but sees only
 * sections and keys; ini.c says why. Keeps the sections in the order of the
 * file, empty ones too. A doubled section or key, a key without a section, a
 * line over 64 KiB, a control character and a file over 4 MiB are errors that
 * name file and line. Comments are lines that begin with `;` or `#`; an
 * indented line continues the value above it. */
#pragma once

#include <stdbool.h>
#include <stdio.h>

#include "base/own.h"
#include "base/why.h"

struct ini_entry {
	char *key;
	char *value;
	unsigned line;
};

struct ini_section {
	char *name; /* each run of blanks inside is one blank */
	unsigned line;
	struct ini_entry *entries;
	size_t n_entries;
};

struct ini {
	char *file;
	struct ini_section *sections;
	size_t n_sections;
	bool lost; /* a section could not be opened: one that others name may
		      be missing here */
};

/* What stands between a value and the indented line that continues it. */
enum ini_join { INI_JOIN_SPACE, INI_JOIN_NEWLINE };

/* Reads the whole stream, which stays open. `name` is what messages call the
 * file. *ret is owned; -EINVAL and -EEXIST (doubled) name file and line in
 * `why`, -EIO the file. */
int ini_read_stream(FILE *f, const char *name, enum ini_join join,
	struct ini **ret, struct why *why);
/* The same for a file, but every mistake in it is added to the list (own.h),
 * which is owned, and what is right is in *ret all the same. Where the file
 * cannot be opened, *ret is left alone. */
int ini_read(const char *path, enum ini_join join, struct ini **ret,
	char ***mistakes);
void ini_free(struct ini *conf);
OWN(ini, struct ini *, ini_free);

/* Borrowed; NULL if the section has no such key. */
const struct ini_entry *ini_find(const struct ini_section *s, const char *key);
