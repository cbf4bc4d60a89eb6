#include "config.h"
#include "hands/sql/parse-table.h"

#include "base/own.h"
#include "hands/sql/pg-node.h"

static void
works_on(struct statement *s, const PgQuery__RangeVar *r)
{
	s->schema =
		r->schemaname && *r->schemaname ? xstrdup(r->schemaname) : NULL;
	s->table = xstrdup(r->relname);
}

/* A primary key, unique or exclusion constraint is an index too, and its name
 * lies in the relations' name space. */
static void
read_constraint(struct statement *s, const PgQuery__RangeVar *table,
	const PgQuery__Constraint *c, bool inside)
{
	bool index = c->contype == CONSTR(PRIMARY) ||
		c->contype == CONSTR(UNIQUE) || c->contype == CONSTR(EXCLUSION);
	if (c->contype == CONSTR(FOREIGN) && c->pktable)
		statement_refers(
			s, c->pktable->schemaname, c->pktable->relname);
	if (!c->conname || !*c->conname)
		return;
	if (index && !(c->indexname && *c->indexname))
		statement_makes(s, MADE_RELATION, "index", table->schemaname,
			NULL, c->conname);
	if (!inside)
		statement_makes(s, MADE_CONSTRAINT, "constraint",
			table->schemaname, table->relname, c->conname);
}

/* A column of a table that is made here can clash with nothing by itself; its
 * named constraints can. */
static void
read_column(struct statement *s, const PgQuery__RangeVar *table,
	const PgQuery__ColumnDef *c, bool inside, bool missing_ok)
{
	struct made *m = statement_makes(s, MADE_COLUMN, "column",
		table->schemaname, table->relname, c->colname);
	m->part = inside;
	m->if_not_exists = missing_ok;
	for (size_t i = 0; i < c->n_constraints; i++)
		if (c->constraints[i]->node_case == NODE(CONSTRAINT))
			read_constraint(s, table, c->constraints[i]->constraint,
				inside);
}

void
parse_table_create(struct statement *s, const PgQuery__CreateStmt *c)
{
	s->kind = STATEMENT_CREATE_TABLE;
	works_on(s, c->relation);
	statement_makes(s, MADE_RELATION, "table", c->relation->schemaname,
		NULL, c->relation->relname)
		->if_not_exists = c->if_not_exists;
	size_t before = s->n_makes;
	for (size_t i = 0; i < c->n_table_elts; i++) {
		const PgQuery__Node *e = c->table_elts[i];
		if (e->node_case == NODE(COLUMN_DEF))
			read_column(s, c->relation, e->column_def, true, false);
		else if (e->node_case == NODE(CONSTRAINT))
			read_constraint(s, c->relation, e->constraint, true);
	}
	for (size_t i = before; i < s->n_makes; i++)
		s->makes[i].if_not_exists |= c->if_not_exists;
}

/* Without a name the server chooses one that is free. */
void
parse_table_index(struct statement *s, const PgQuery__IndexStmt *c)
{
	works_on(s, c->relation);
	s->alone = c->concurrent;
	if (c->idxname && *c->idxname)
		statement_makes(s, MADE_RELATION, "index",
			c->relation->schemaname, NULL, c->idxname)
			->if_not_exists = c->if_not_exists;
}

static void
read_alter_command(struct statement *s, const PgQuery__RangeVar *table,
	const PgQuery__AlterTableCmd *c)
{
	const PgQuery__Node *def = c->def;
	if (def && def->node_case == NODE(PARTITION_CMD))
		s->alone |= def->partition_cmd->concurrent;
	if (c->subtype == AT(AddColumn) && def &&
		def->node_case == NODE(COLUMN_DEF))
		read_column(s, table, def->column_def, false, c->missing_ok);
	else if (c->subtype == AT(AddConstraint) && def &&
		def->node_case == NODE(CONSTRAINT))
		read_constraint(s, table, def->constraint, false);
	else if (c->subtype == AT(DropColumn))
		statement_drops(s, MADE_COLUMN, "column", table->schemaname,
			table->relname, c->name);
	else if (c->subtype == AT(DropConstraint)) {
		statement_drops(s, MADE_CONSTRAINT, "constraint",
			table->schemaname, table->relname, c->name);
		/* The constraint's index is dropped with it. */
		statement_drops(s, MADE_RELATION, "index", table->schemaname,
			NULL, c->name);
	}
}

void
parse_table_rename(struct statement *s, const PgQuery__RenameStmt *r)
{
	bool column = r->rename_type == OBJECT(COLUMN);
	if (!r->relation || !r->newname || !*r->newname)
		return;
	if (column && r->relation_type == OBJECT(TABLE)) {
		works_on(s, r->relation);
		statement_drops(s, MADE_COLUMN, "column",
			r->relation->schemaname, r->relation->relname,
			r->subname);
		statement_makes(s, MADE_COLUMN, "column",
			r->relation->schemaname, r->relation->relname,
			r->newname);
		return;
	}
	bool index = r->rename_type == OBJECT(INDEX);
	if (!index && r->rename_type != OBJECT(TABLE) &&
		r->rename_type != OBJECT(VIEW) &&
		r->rename_type != OBJECT(MATVIEW) &&
		r->rename_type != OBJECT(SEQUENCE))
		return;
	const char *word = index ? "index" : "table";
	statement_drops(s, MADE_RELATION, word, r->relation->schemaname, NULL,
		r->relation->relname);
	statement_makes(s, MADE_RELATION, word, r->relation->schemaname, NULL,
		r->newname);
}

void
parse_table_alter(struct statement *s, const PgQuery__AlterTableStmt *a)
{
	works_on(s, a->relation);
	for (size_t i = 0; i < a->n_cmds; i++) {
		if (a->cmds[i]->node_case != NODE(ALTER_TABLE_CMD))
			continue;
		const PgQuery__AlterTableCmd *c = a->cmds[i]->alter_table_cmd;
		read_alter_command(s, a->relation, c);
	}
}
