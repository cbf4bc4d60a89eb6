/* Shapes: which lines make one message, and which values in it a program wrote
 * about itself. They are words of Prisma, PostgreSQL, runtimes and loggers, so
 * they stand in files, rules/NAME.shapes (logmend.rules(5)); eyes hold only
 * what follows from them. Every file of rules/ is compiled in as well: a folder
 * of rules without shapes files does not make eyes blind to half a message. */
#pragma once

#include <stdint.h>

#include "config/ini.h"
#include "rule/form.h"
#include "rule/shape-file.h"

struct shapes {
	struct shape_file *files;
	size_t n_files;
	/* What follows from the files. */
	struct {
		const struct form **list;
		size_t n;
	} forms[FORM_KINDS];
	/* Which kinds a line can be by its first and by its last byte: nearly
	 * all lines are none, and are not compared with any word. */
	uint32_t first[256], last[256];
};

/* With the files that are compiled in. */
struct shapes *shapes_new(void);
void shapes_free(struct shapes *s);
OWN(shapes, struct shapes *, shapes_free);

/* Adds a file, in place of one with the same name, also of one that is compiled
 * in. A mistake
 * is named with file and line, and nothing is changed then. */
int shapes_add(struct shapes *s, const struct ini *conf, struct why *why);

/* The form of this kind that the line has, or NULL. Here and below it comes
 * without blanks at its ends. */
const struct form *
shapes_fitting(const struct shapes *s, enum form_kind kind, struct span line);

static inline bool
shapes_fit(const struct shapes *s, enum form_kind kind, struct span line)
{
	return line.len &&
		s->first[(uint8_t)line.data[0]] &
		s->last[(uint8_t)line.data[line.len - 1]] & 1u << kind &&
		shapes_fitting(s, kind, line);
}

/* Whether the line starts like one of this kind; the rest of the form may be
 * missing. */
bool
shapes_start(const struct shapes *s, enum form_kind kind, struct span line);

enum value_kind {
	VALUE_OTHER,
	VALUE_MESSAGE,
	VALUE_FOREIGN, /* also all that is inside it */
};

/* What the name of a value says about it; `key` is in lower case. */
enum value_kind shapes_value_kind(const struct shapes *s, struct span key);
/* Whether a rule's capture is what a program says when it does not know. */
bool shapes_is_unknown(const struct shapes *s, struct span value);
