/* Every key of the configuration, one row each: which section, how its value is
 * read, its default, whether it is built. settings.c walks the table. */
#pragma once

#include "base/why.h"
#include "config/settings.h"

enum section_kind {
	SECTION_AGENT,
	SECTION_APP,
	SECTION_POLICY,
	SECTION_REMEDY,
	SECTION_NOTIFY,
	SECTIONS
};

struct option {
	enum section_kind section;
	const char *key;
	/* Reads the value into the field; fills why with what is expected.
	 * NULL: the key is known and not built yet. */
	int (*read)(const char *value, void *field, struct why *why);
	size_t field; /* offset in the section's struct */
	const char
		*fallback; /* read when the key is absent; NULL: leave zero */
};

const char *section_name(enum section_kind s);
int section_by_name(struct span word); /* -1 if there is none */
/* NULL if the section has no such key. */
const struct option *option_find(enum section_kind s, const char *key);
/* Gives every key of the section its default. */
void options_set_defaults(enum section_kind s, void *to);
/* `word, word` into a list; empty words are left out. */
char **options_list(const char *value);
