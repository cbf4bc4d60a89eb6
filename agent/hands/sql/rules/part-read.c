#include "config.h"
#include "hands/sql/rules/part-read.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "hands/sql/allowed-nodes.h"
#include "hands/sql/pg-node.h"
#include "hands/sql/rules/deparse.h"
#include "hands/sql/rules/rule-when.h"

#define IS(m, type) ((m)->descriptor == &pg_query__##type##__descriptor)

static char *
copy(const char *s)
{
	return s && *s ? xstrdup(s) : NULL;
}

static void
works_on(struct guard_part *p, const PgQuery__RangeVar *r)
{
	if (!r)
		return;
	p->schema = copy(r->schemaname);
	p->table = copy(r->relname);
	p->only = !r->inh;
}

static char **
names_of(size_t n, PgQuery__Node *const *list)
{
	char **ret = NULL;
	for (size_t i = 0; i < n; i++)
		if (list[i]->node_case == NODE(STRING))
			strings_add(&ret, list[i]->string->sval);
	return ret;
}

/* Of a column, its own column is the key where none is named. */
static void
read_constraint(struct guard_part *p, const struct part_place *at,
	const PgQuery__Constraint *c)
{
	bool key = c->contype == CONSTR(FOREIGN);
	p->keys = key ? names_of(c->n_fk_attrs, c->fk_attrs)
		      : names_of(c->n_keys, c->keys);
	/* Whether values occur twice is asked as if none were missing. */
	if (c->nulls_not_distinct) {
		strings_free(p->keys);
		p->keys = NULL;
	}
	p->to_keys = names_of(c->n_pk_attrs, c->pk_attrs);
	p->name = copy(c->conname);
	p->sql = deparse_expression(c->raw_expr);
	if (c->pktable) {
		p->to_schema = copy(c->pktable->schemaname);
		p->to_table = copy(c->pktable->relname);
	}
	if (!at->column)
		return;
	free(p->name);
	p->name = copy(at->column->colname);
	p->type = deparse_type(at->column->type_name);
	p->value = deparse_expression(rule_when_default(at->column));
	if (!p->keys && p->name)
		strings_add(&p->keys, p->name);
}

static void
read_command(struct guard_part *p, const struct part_place *at,
	const PgQuery__AlterTableCmd *c)
{
	const PgQuery__Node *def = c->def;
	p->unless_there = c->missing_ok;
	if (def && def->node_case == NODE(CONSTRAINT)) {
		read_constraint(p, at, def->constraint);
		return;
	}
	p->name = copy(c->name);
	if (c->subtype == AT(ColumnDefault))
		p->value = deparse_expression(def);
	if (!def || def->node_case != NODE(COLUMN_DEF))
		return;
	const PgQuery__ColumnDef *d = def->column_def;
	p->type = deparse_type(d->type_name);
	if (c->subtype == AT(AlterColumnType)) {
		p->value = deparse_expression(d->raw_default);
	} else {
		free(p->name);
		p->name = copy(d->colname);
		p->value = deparse_expression(rule_when_default(d));
	}
}

/* The index' keys as SQL, for a look at values that occur twice. */
static char *
keys_as_sql(const PgQuery__IndexStmt *i)
{
	own(buf) struct buf sql = { 0 };
	for (size_t k = 0; k < i->n_index_params; k++) {
		const PgQuery__Node *n = i->index_params[k];
		if (n->node_case != NODE(INDEX_ELEM))
			return NULL;
		const PgQuery__IndexElem *e = n->index_elem;
		PgQuery__String name = PG_QUERY__STRING__INIT;
		PgQuery__Node field = PG_QUERY__NODE__INIT;
		PgQuery__Node *fields[] = { &field };
		PgQuery__ColumnRef ref = PG_QUERY__COLUMN_REF__INIT;
		PgQuery__Node column = PG_QUERY__NODE__INIT;
		name.sval = e->name;
		field.node_case = NODE(STRING);
		field.string = &name;
		ref.n_fields = 1;
		ref.fields = fields;
		column.node_case = NODE(COLUMN_REF);
		column.column_ref = &ref;
		own(str) char *key =
			deparse_expression(e->expr ? e->expr : &column);
		if (!key)
			return NULL;
		buf_printf(&sql, "%s(%s)", sql.len ? ", " : "", key);
	}
	return buf_take_str(&sql);
}

static void
read_index(struct guard_part *p, const PgQuery__IndexStmt *i)
{
	works_on(p, i->relation);
	p->name = copy(i->idxname);
	p->unless_there = i->if_not_exists;
	p->sql = deparse_expression(i->where_clause);
	p->value = keys_as_sql(i);
	/* Rows without a value count as equal only where they are said to. */
	if (i->nulls_not_distinct) {
		free(p->value);
		p->value = NULL;
	}
}

/* The first object alone: `a.b`, and for what belongs to a table the table's
 * name before its own. */
static void
read_drop(struct guard_part *p, const PgQuery__DropStmt *d)
{
	const PgQuery__Node *o = d->n_objects ? d->objects[0] : NULL;
	bool of_table = d->remove_type == OBJECT(TRIGGER) ||
		d->remove_type == OBJECT(POLICY) ||
		d->remove_type == OBJECT(RULE);
	own(strings) char **names = NULL;
	if (o && o->node_case == NODE(LIST))
		names = names_of(o->list->n_items, o->list->items);
	else if (o && o->node_case == NODE(TYPE_NAME))
		names = names_of(o->type_name->n_names, o->type_name->names);
	size_t n = strings_count(names);
	if (n && of_table)
		p->name = copy(names[--n]);
	if (n)
		p->table = copy(names[n - 1]);
	if (n > 1)
		p->schema = copy(names[n - 2]);
	p->unless_there = d->missing_ok;
}

/* A setting's value, as it is written out. */
static void
read_setting(struct guard_part *p, const PgQuery__VariableSetStmt *s)
{
	p->name = copy(s->name);
	const PgQuery__Node *n = s->n_args == 1 ? s->args[0] : NULL;
	if (!n || n->node_case != NODE(A_CONST) || n->a_const->isnull)
		return;
	const PgQuery__AConst *c = n->a_const;
	if (c->val_case == PG_QUERY__A__CONST__VAL_IVAL)
		p->value = xprintf("%d", c->ival->ival);
	else if (c->val_case == PG_QUERY__A__CONST__VAL_SVAL)
		p->value = copy(c->sval->sval);
}

static void
read_label(struct guard_part *p, const PgQuery__AlterEnumStmt *a)
{
	p->name = copy(last_part(a->n_type_name, a->type_name));
	p->value = copy(a->new_val);
	p->unless_there = a->skip_if_new_val_exists;
}

static void
read_enum(struct guard_part *p, const PgQuery__CreateEnumStmt *c)
{
	p->name = copy(last_part(c->n_type_name, c->type_name));
	p->keys = names_of(c->n_vals, c->vals);
}

static void
read_update(struct guard_part *p, const PgQuery__UpdateStmt *u)
{
	works_on(p, u->relation);
	if (!u->n_from_clause && !u->with_clause && u->where_clause &&
		allowed_nodes_pass(u->where_clause))
		p->sql = deparse_expression(u->where_clause);
}

static void
read_truncate(struct guard_part *p, const PgQuery__TruncateStmt *t)
{
	if (t->n_relations && t->relations[0]->node_case == NODE(RANGE_VAR))
		works_on(p, t->relations[0]->range_var);
}

void
part_read(struct guard_part *p, const struct part_place *at,
	const ProtobufCMessage *m)
{
	works_on(p, at->table);
	if (IS(m, alter_table_cmd))
		read_command(p, at, (const void *)m);
	else if (IS(m, constraint))
		read_constraint(p, at, (const void *)m);
	else if (IS(m, index_stmt))
		read_index(p, (const void *)m);
	else if (IS(m, drop_stmt))
		read_drop(p, (const void *)m);
	else if (IS(m, variable_set_stmt))
		read_setting(p, (const void *)m);
	else if (IS(m, alter_enum_stmt))
		read_label(p, (const void *)m);
	else if (IS(m, create_enum_stmt))
		read_enum(p, (const void *)m);
	else if (IS(m, update_stmt))
		read_update(p, (const void *)m);
	else if (IS(m, truncate_stmt))
		read_truncate(p, (const void *)m);
	else if (IS(m, delete_stmt))
		works_on(p, ((const PgQuery__DeleteStmt *)m)->relation);
	else if (IS(m, insert_stmt))
		works_on(p, ((const PgQuery__InsertStmt *)m)->relation);
	else if (IS(m, merge_stmt))
		works_on(p, ((const PgQuery__MergeStmt *)m)->relation);
	else if (IS(m, copy_stmt))
		works_on(p, ((const PgQuery__CopyStmt *)m)->relation);
	else if (IS(m, rename_stmt))
		works_on(p, ((const PgQuery__RenameStmt *)m)->relation);
	else if (IS(m, create_stmt))
		works_on(p, ((const PgQuery__CreateStmt *)m)->relation);
	else if (IS(m, view_stmt))
		works_on(p, ((const PgQuery__ViewStmt *)m)->view);
}
