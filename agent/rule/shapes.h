/* Shapes tell which lines make one message, and which values in it a program
 * wrote about itself. They are words of Prisma, PostgreSQL, runtimes and
 * loggers, so they stand in files, rules/NAME.shapes (logmend.rules(5)), and
 * eyes hold only what follows from them. Those files are compiled in as well:
 * with a folder of rules that has none, eyes are not blind to messages of
 * several lines. */
#pragma once

#include <stdint.h>

#include "config/ini.h"
#include "rule/form.h"
#include "rule/shape-file.h"

#define SHAPES_NAMES 4096u

struct shapes {
	struct shape_file *files;
	size_t n_files;
	/* The forms of all files, by kind. */
	struct {
		const struct form **list;
		size_t n;
	} forms[FORM_KINDS];
	/* Which kinds a line can be by its first and its last byte, a bit for
	 * each. Most lines can be none, and are compared with no word. */
	uint32_t first[256], last[256];
	/* The same for names of values, a bit for each enum value_names: by
	 * length and some bytes, by the last two bytes, and by any two bytes
	 * that follow each other. */
	uint8_t names[SHAPES_NAMES], name_ends[256], name_pairs[256];
};

/* The shapes that are compiled in. */
struct shapes *shapes_new(void);
void shapes_free(struct shapes *s);
OWN(shapes, struct shapes *, shapes_free);

/* Adds a file, in place of one with the same name, be it compiled in or not. A
 * mistake is told with file and line, and then nothing changes. */
int shapes_add(struct shapes *s, const struct ini *conf, struct why *why);

/* The form of this kind that the line has, or NULL. Here and below the line
 * comes without blanks at its ends. */
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

/* Whether the line starts like one of this kind, whatever follows. */
bool
shapes_start(const struct shapes *s, enum form_kind kind, struct span line);

enum value_kind {
	VALUE_OTHER,
	VALUE_MESSAGE,
	VALUE_FOREIGN, /* the same holds for all that is inside it */
};

/* What the name of a value tells about it; `key` is in lower case. */
enum value_kind shapes_value_kind(const struct shapes *s, struct span key);
/* Whether the value is what a program says when it does not know. */
bool shapes_is_unknown(const struct shapes *s, struct span value);
