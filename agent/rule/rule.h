/* Rules: what turns a record into a fault (logmend.rules(5)). Loaded from files
 * in the same order by head and by eyes, so that an index means the same rule
 * on both sides. */
#pragma once

#include <stdio.h>

#include "wire/source.h"

/* A sample of a rule: text that must match, or must not. */
struct sample {
	char *text; /* physical lines joined with newlines */
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
	char *match;   /* PCRE2; named groups become the object's keys */
	char *also;    /* must match somewhere in the record too; NULL: none */
	char *unless;  /* must not match in it; NULL: none */
	char *literal; /* bytes that every raw line of a match holds; NULL: none
			  could be found, the rule takes the slow road */
	/* Where they stand; 0 if they do not. */
	unsigned match_line, also_line, unless_line, literal_line;
	int stream; /* STREAM_..., or -1 for both */
	struct sample *samples;
	size_t n_samples;
};

struct rules;
struct shapes;

struct rules *rules_new(void);
void rules_free(struct rules *rules);
OWN(rules, struct rules *, rules_free);

/* What a file of a rules' folder is by its name. */
enum rules_kind {
	RULES_NONE,
	RULES_RULES,  /* NAME.rules */
	RULES_SHAPES, /* NAME.shapes */
};
enum rules_kind rules_kind(const char *name);

/* Adds a file's rules behind those that are there, or, if it is called so, its
 * shapes; checks everything that can be checked without a log, names file and
 * line. */
int rules_add(struct rules *rules, FILE *f, const char *name, struct why *why);
/* Every file of rules and of shapes in the folders, in their order, by name
 * within one. A folder that does not exist holds none; a file that stands in
 * two folders is taken from the later one, so that a user's copy replaces ours.
 */
int rules_load(char *const *folders, struct rules **ret, struct why *why);

/* How lines become messages, borrowed: what is compiled in, less what files of
 * the same names replaced. */
const struct shapes *rules_shapes(const struct rules *rules);
size_t rules_count(const struct rules *rules);
const struct rule *rules_at(const struct rules *rules, size_t i);
/* The files in loading order, for those who pass descriptors on. */
size_t rules_files(const struct rules *rules);
const char *rules_file(const struct rules *rules, size_t i);

/* Sets the source's bits for an app's `packs` (NULL: all) and `rules.off`. A
 * pack or rule that does not exist is an error. */
int rules_select(const struct rules *rules, char *const *packs,
	char *const *off, struct source *to, struct why *why);
