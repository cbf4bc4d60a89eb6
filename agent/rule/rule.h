/* Rules turn a record into a fault (logmend.rules(5)). Head reads the files,
 * and eyes get the very bytes that head read, in the same order, so that an
 * index means the same rule on both sides whatever becomes of the files. */
#pragma once

#include <stdio.h>

#include "wire/source.h"

/* A sample of a rule: text that must match, or must not. */
struct sample {
	char *text; /* its lines, joined with newlines */
	bool matches;
	struct object expect; /* what must be captured, if it matches */
	unsigned number;
	unsigned line; /* of its section in the file */
};

struct rule {
	char *name;
	char *pack; /* the file's name without `.rules` */
	char *file;
	unsigned line;
	enum fault_class class;
	char *match;  /* PCRE2; named groups are the object's keys */
	char *before; /* must match all that stands before the match in its
			 line; or NULL */
	char *also;   /* must match in the record too; or NULL */
	char *unless; /* must not match in it; or NULL */
	/* Bytes that every match holds unbroken. NULL if there are none: then
	 * every line of a log is decoded for this rule. */
	char *literal;
	/* The lines of the file where these stand, or 0. */
	unsigned match_line, before_line, also_line, unless_line, literal_line;
	int stream; /* STREAM_..., or -1 for both */
	struct sample *samples;
	size_t n_samples;
};

struct rules;
struct shapes;

struct rules *rules_new(void);
void rules_free(struct rules *rules);
OWN(rules, struct rules *, rules_free);

/* What a file in a folder of rules is by its name. */
enum rules_kind {
	RULES_NONE,
	RULES_RULES,  /* NAME.rules */
	RULES_SHAPES, /* NAME.shapes */
};
enum rules_kind rules_kind(const char *name);

/* Adds the rules of a file behind those that are there; or its shapes, if its
 * name ends so. All is checked that can be checked without a log; a mistake is
 * told with file and line, and then nothing is added. */
int rules_add(struct rules *rules, FILE *f, const char *name, struct why *why);
/* Loads every file of rules and of shapes in the folders, in their order, by
 * name within one. A folder that does not exist holds none. A file that stands
 * in two folders is taken from the later one, so that a user's copy replaces
 * ours. */
int rules_load(char *const *folders, struct rules **ret, struct why *why);

/* How lines become messages, borrowed: the shapes that are compiled in, where
 * no file of the same name replaced them, and those of further files. */
const struct shapes *rules_shapes(const struct rules *rules);
size_t rules_count(const struct rules *rules);
const struct rule *rules_at(const struct rules *rules, size_t i);
/* The files in the order in which they were loaded, and the bytes that were
 * loaded, for those who hand them to eyes. Borrowed. */
size_t rules_files(const struct rules *rules);
const char *rules_file(const struct rules *rules, size_t i);
struct span rules_text(const struct rules *rules, size_t i);
/* What the folders hold now that would load otherwise than `rules` were: one
 * string `FILE changed`, `FILE is new` or `FILE is gone` for each such file,
 * or what keeps a folder from being read. NULL: nothing. Owned, not escaped. */
char **rules_changes(const struct rules *rules, char *const *folders);

/* Sets the bits of a source for an app's `packs` (NULL: all) less its
 * `rules.off`. A pack or rule that does not exist is an error. */
int rules_select(const struct rules *rules, char *const *packs,
	char *const *off, struct source *to, struct why *why);
