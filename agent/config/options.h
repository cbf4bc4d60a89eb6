/* Every key of the configuration, a row each in one table: its section, the
 * function that reads its value, its default, and whether it is built yet. A
 * further key is a further row and a field in settings.h. */
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
	/* Reads the value into the field: 0, or a negative errno and in `why`
	 * what it expects, without the key. NULL: the key is known and not
	 * built yet. */
	int (*read)(const char *value, void *field, struct why *why);
	size_t field; /* offset in the section's struct */
	const char
		*fallback; /* read when the key is absent; NULL: leave zero */
};

/* A static string. */
const char *section_name(enum section_kind s);
int section_by_name(struct span word); /* -1 if there is none */
/* The row of a key, static; NULL if the section has no such key. */
const struct option *option_find(enum section_kind s, const char *key);
/* All keys of the section that are built, as a list (own.h); owned. */
char **option_keys(enum section_kind s);
/* Gives every key of the section its default. `to` is the section's struct. */
void options_set_defaults(enum section_kind s, void *to);
