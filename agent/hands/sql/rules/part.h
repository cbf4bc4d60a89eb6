/* What one part of a statement does: a row of the guard's table, and what the
 * row's gate needs to know. A statement has a part at least; one for each
 * command of ALTER TABLE and for each constraint of a column that it adds, and
 * one for each statement inside of it that counts wherever it stands. */
#pragma once

#include <stdbool.h>

#include "base/io/frame.h"
#include "hands/sql/rules/rule.h"

struct guard_part {
	uint32_t row; /* rule_at() of it is not NULL */
	/* All owned; NULL: none. */
	char *schema, *table;       /* what it works on */
	char *to_schema, *to_table; /* what it refers to */
	char *name;                 /* of a column, a constraint, an index */
	char **keys;                /* columns, for PARTs of several */
	char **to_keys;
	char *sql;   /* a condition, or an index' keys, written out anew */
	char *type;  /* of a new column, or the new type of one */
	char *value; /* a default, a setting, a value of an enumeration */
	bool unless_there; /* IF NOT EXISTS, or ADD VALUE IF NOT EXISTS */
	bool only;         /* and not the tables that inherit from it */
};

/* Its row. */
const struct guard_rule *part_rule(const struct guard_part *p);
void part_free(struct guard_part *p);
static inline void
part_let_go(struct guard_part *p)
{
	part_free(p);
}
void part_put(struct frame *to, const struct guard_part *p);
/* From the parser's child, which is not trusted. */
void part_get(struct frame *from, struct guard_part *ret);
