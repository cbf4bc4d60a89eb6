/* The tables and columns that a Prisma schema stands for: of its models and
 * views by their own names or those of @map and @@map, and of the tables that
 * Prisma makes between two models which have lists of each other
 * (https://www.prisma.io/docs/orm/prisma-schema/data-model/relations/many-to-many-relations).
 */
#pragma once

#include <stdbool.h>

#include "base/span.h"

struct schema_field {
	char *column;
	char *type;     /* without `?` and `[]` */
	bool list;      /* `Tag[]` */
	bool keyed;     /* a relation with `fields:` */
	char *relation; /* the relation's name; NULL: none is given */
};

struct schema_model {
	char *name;
	char *table;
	char *schema; /* of @@schema; NULL: the default one */
	struct schema_field *fields;
	size_t n;
};

struct schema_models {
	struct schema_model *list;
	size_t n;
	size_t n_fields; /* of all */
};

/* Cuts the line's next word off, up to a blank, `{` or `(`. */
struct span schema_word(struct span *line);
/* What is quoted first, as in `@@map("x")` and `@@map(name: "x")`; empty if
 * nothing is. */
struct span schema_quoted(struct span rest);
/* Adds what the text of one file has. */
void schema_models_read(struct schema_models *m, struct span text);
/* Adds the tables between models; once, behind the last file. */
void schema_models_link(struct schema_models *m);
void schema_models_free(struct schema_models *m);
static inline void
schema_models_let_go(struct schema_models *m)
{
	schema_models_free(m);
}
/* `column` NULL: the table alone. A field of another model's type is none. */
bool schema_models_have(
	const struct schema_models *m, const char *table, const char *column);
