#include "config.h"
#include "hands/sql/rules/rule-match.h"

#include <string.h>

#include "base/own.h"
#include "hands/sql/pg-node.h"
#include "hands/sql/rules/part-read.h"
#include "hands/sql/rules/rule-when.h"

#define NO_SUBTYPE (-1)

enum place { TOP, ANYWHERE, IN_COLUMN };

#define KEY(type) &pg_query__##type##__descriptor, NO_SUBTYPE
#define KEY_OF(type, subtype) &pg_query__##type##__descriptor, subtype
#define COMMAND(subtype) &pg_query__alter_table_cmd__descriptor, AT(subtype)
#define RULE(name, key, when, place, ...) { key, when, place },

/* What the rows of the table are compared with; as many as there are rows. */
static const struct {
	const ProtobufCMessageDescriptor *type;
	int subtype;
	rule_check *when;
	enum place place;
} keys[] = {
#include "hands/sql/rules/rule-rows.h"
};

/* Of the kinds whose rows name one. */
static int
subtype_of(const ProtobufCMessage *m)
{
	if (m->descriptor == &pg_query__alter_table_cmd__descriptor)
		return (int)((const PgQuery__AlterTableCmd *)m)->subtype;
	if (m->descriptor == &pg_query__drop_stmt__descriptor)
		return (int)((const PgQuery__DropStmt *)m)->remove_type;
	if (m->descriptor == &pg_query__rename_stmt__descriptor)
		return (int)((const PgQuery__RenameStmt *)m)->rename_type;
	if (m->descriptor == &pg_query__constraint__descriptor)
		return (int)((const PgQuery__Constraint *)m)->contype;
	return NO_SUBTYPE;
}

/* The first row that holds. At the top all rows count but those of columns,
 * elsewhere those of the place alone. */
static size_t
find_row(const struct rule_place *at, const ProtobufCMessage *m,
	enum place place)
{
	int subtype = subtype_of(m);
	size_t i = 0;
	for (; i < ELEMENTS(keys); i++) {
		bool here = place == TOP ? keys[i].place != IN_COLUMN
					 : keys[i].place == place;
		if (here && keys[i].type == m->descriptor &&
			(keys[i].subtype == NO_SUBTYPE ||
				keys[i].subtype == subtype) &&
			(!keys[i].when || keys[i].when(at, m)))
			break;
	}
	return i;
}

static void
add(struct statement *s, size_t row, const struct part_place *at,
	const ProtobufCMessage *m)
{
	struct guard_part p = { .row = (uint32_t)row };
	part_read(&p, at, m);
	statement_has(s, &p);
}

/* What a new column is declared to be, beside the column itself. */
static void
match_column(struct statement *s, const struct part_place *at,
	const PgQuery__ColumnDef *c)
{
	const struct rule_place here = { .column = c };
	const struct part_place in = { .table = at->table, .column = c };
	for (size_t i = 0; i < c->n_constraints; i++) {
		const PgQuery__Node *n = c->constraints[i];
		if (n->node_case != NODE(CONSTRAINT))
			continue;
		size_t row = find_row(&here, &n->constraint->base, IN_COLUMN);
		if (row < ELEMENTS(keys))
			add(s, row, &in, &n->constraint->base);
	}
}

/* Of ALTER TABLE the commands count, each by itself. Those of other kinds of
 * objects are known by what they drop alone. */
static void
match_alter(struct statement *s, const PgQuery__AlterTableStmt *a)
{
	const struct rule_place none = { .column = NULL };
	const struct part_place at = { .table = a->relation };
	bool table = a->objtype == OBJECT(TABLE);
	for (size_t i = 0; i < a->n_cmds; i++) {
		if (a->cmds[i]->node_case != NODE(ALTER_TABLE_CMD))
			continue;
		const PgQuery__AlterTableCmd *c = a->cmds[i]->alter_table_cmd;
		size_t row = find_row(&none, &c->base, table ? TOP : ANYWHERE);
		add(s, row < ELEMENTS(keys) ? row : ELEMENTS(keys) - 1, &at,
			&c->base);
		if (table && c->subtype == AT(AddColumn) && c->def &&
			c->def->node_case == NODE(COLUMN_DEF))
			match_column(s, &at, c->def->column_def);
	}
}

static const ProtobufCMessage *
field_of(const ProtobufCMessage *m, const ProtobufCFieldDescriptor *f, size_t i)
{
	const char *at = (const char *)m + f->offset;
	const char *n = (const char *)m + f->quantifier_offset;
	if (f->type != PROTOBUF_C_TYPE_MESSAGE)
		return NULL;
	if (f->label == PROTOBUF_C_LABEL_REPEATED)
		return i < *(const size_t *)n
			? (*(ProtobufCMessage *const *const *)at)[i]
			: NULL;
	/* Of a oneof only the member that is set is a pointer. */
	if (f->flags & PROTOBUF_C_FIELD_FLAG_ONEOF &&
		*(const uint32_t *)n != f->id)
		return NULL;
	return i == 0 ? *(ProtobufCMessage *const *)at : NULL;
}

/* What counts wherever it stands: in a WITH, under EXPLAIN or PREPARE, in a
 * rule or the body of a function. This goes through the tree by its own
 * description, so that no kind of node is forgotten, also not one that a later
 * PostgreSQL adds. */
static void
match_inside(struct statement *s, const ProtobufCMessage *m)
{
	const struct rule_place none = { .column = NULL };
	const struct part_place at = { .table = NULL };
	for (unsigned i = 0; i < m->descriptor->n_fields; i++) {
		const ProtobufCFieldDescriptor *f = &m->descriptor->fields[i];
		const ProtobufCMessage *inner = field_of(m, f, 0);
		for (size_t k = 0; inner; inner = field_of(m, f, ++k)) {
			size_t row = find_row(&none, inner, ANYWHERE);
			/* ALTER TABLE was read by its commands. */
			bool command = inner->descriptor ==
				&pg_query__alter_table_cmd__descriptor;
			if (row < ELEMENTS(keys) && !command)
				add(s, row, &at, inner);
			match_inside(s, inner);
		}
	}
}

static void
match_top(struct statement *s, const ProtobufCMessage *m)
{
	const struct rule_place none = { .column = NULL };
	const struct part_place at = { .table = NULL };
	if (m->descriptor == &pg_query__alter_table_stmt__descriptor) {
		match_alter(s, (const PgQuery__AlterTableStmt *)m);
		return;
	}
	size_t row = find_row(&none, m, TOP);
	add(s, row < ELEMENTS(keys) ? row : ELEMENTS(keys) - 1, &at, m);
}

/* The one member of the node that is set. */
static const ProtobufCMessage *
content_of(const PgQuery__Node *n)
{
	for (unsigned i = 0; i < n->base.descriptor->n_fields; i++) {
		const ProtobufCMessage *m =
			field_of(&n->base, &n->base.descriptor->fields[i], 0);
		if (m)
			return m;
	}
	return &n->base;
}

void
rule_match(struct statement *s, const PgQuery__Node *node)
{
	const ProtobufCMessage *m = content_of(node);
	match_top(s, m);
	match_inside(s, m);
}
