#include "config.h"
#include "hands/sql/rules/rule-when.h"

#include <string.h>
#include <strings.h>

#include "base/own.h"
#include "hands/sql/builtin.h"
#include "hands/sql/pg-node.h"

#define AS(type, m) ((const PgQuery__##type *)(const void *)(m))

bool
is_bare_schema(const struct rule_place *at, const ProtobufCMessage *m)
{
	(void)at;
	return !AS(CreateSchemaStmt, m)->n_schema_elts &&
		!AS(CreateSchemaStmt, m)->authrole;
}

bool
is_first_view(const struct rule_place *at, const ProtobufCMessage *m)
{
	(void)at;
	return !AS(ViewStmt, m)->replace;
}

bool
is_unique_index(const struct rule_place *at, const ProtobufCMessage *m)
{
	(void)at;
	return AS(IndexStmt, m)->unique;
}

bool
is_concurrent_index(const struct rule_place *at, const ProtobufCMessage *m)
{
	return AS(IndexStmt, m)->concurrent && !is_unique_index(at, m);
}

bool
is_concurrent_unique(const struct rule_place *at, const ProtobufCMessage *m)
{
	return AS(IndexStmt, m)->concurrent && is_unique_index(at, m);
}

/* The column that a command adds. */
static const PgQuery__ColumnDef *
column_of(const ProtobufCMessage *m)
{
	static const PgQuery__ColumnDef none = PG_QUERY__COLUMN_DEF__INIT;
	const PgQuery__Node *def = AS(AlterTableCmd, m)->def;
	return def && def->node_case == NODE(COLUMN_DEF) ? def->column_def
							 : &none;
}

static const PgQuery__Constraint *
constraint_in(const PgQuery__ColumnDef *c, PgQuery__ConstrType type)
{
	for (size_t i = 0; i < c->n_constraints; i++) {
		const PgQuery__Node *n = c->constraints[i];
		if (n->node_case == NODE(CONSTRAINT) &&
			n->constraint->contype == type)
			return n->constraint;
	}
	return NULL;
}

bool
is_serial_column(const struct rule_place *at, const ProtobufCMessage *m)
{
	(void)at;
	const PgQuery__TypeName *t = column_of(m)->type_name;
	return t && builtin_serial(last_part(t->n_names, t->names));
}

bool
is_identity_column(const struct rule_place *at, const ProtobufCMessage *m)
{
	(void)at;
	return constraint_in(column_of(m), CONSTR(IDENTITY)) != NULL;
}

bool
is_generated_column(const struct rule_place *at, const ProtobufCMessage *m)
{
	(void)at;
	return constraint_in(column_of(m), CONSTR(GENERATED)) != NULL;
}

static bool
is_null(const PgQuery__Node *n)
{
	while (n && n->node_case == NODE(TYPE_CAST))
		n = n->type_cast->arg;
	return n && n->node_case == NODE(A_CONST) && n->a_const->isnull;
}

const PgQuery__Node *
rule_when_default(const PgQuery__ColumnDef *c)
{
	const PgQuery__Constraint *d = constraint_in(c, CONSTR(DEFAULT));
	return d && !is_null(d->raw_expr) ? d->raw_expr : NULL;
}

/* Whether the tree below this node holds one for which the check is true. It
 * goes by the tree's own description, as allowed-nodes.c does. */
static bool
holds(const ProtobufCMessage *m, bool (*is)(const ProtobufCMessage *m))
{
	if (is(m))
		return true;
	for (unsigned i = 0; i < m->descriptor->n_fields; i++) {
		const ProtobufCFieldDescriptor *f = &m->descriptor->fields[i];
		const char *at = (const char *)m + f->offset;
		const char *n = (const char *)m + f->quantifier_offset;
		bool one_of = f->flags & PROTOBUF_C_FIELD_FLAG_ONEOF;
		if (f->type != PROTOBUF_C_TYPE_MESSAGE ||
			(one_of && *(const uint32_t *)n != f->id))
			continue;
		bool many = f->label == PROTOBUF_C_LABEL_REPEATED;
		ProtobufCMessage *const *list = many
			? *(ProtobufCMessage *const *const *)at
			: (ProtobufCMessage *const *)at;
		size_t count = many ? *(const size_t *)n : list[0] != NULL;
		for (size_t k = 0; k < count; k++)
			if (holds(list[k], is))
				return true;
	}
	return false;
}

/* A name that is not the server's own asks in any case (allowed-nodes.c). */
static bool
is_volatile(const ProtobufCMessage *m)
{
	const PgQuery__FuncCall *f = AS(FuncCall, m);
	return m->descriptor == &pg_query__func_call__descriptor &&
		builtin_volatile(last_part(f->n_funcname, f->funcname));
}

bool
is_volatile_column(const struct rule_place *at, const ProtobufCMessage *m)
{
	(void)at;
	const PgQuery__Node *value = rule_when_default(column_of(m));
	return value && holds(&value->base, is_volatile);
}

bool
is_required_column(const struct rule_place *at, const ProtobufCMessage *m)
{
	(void)at;
	const PgQuery__ColumnDef *c = column_of(m);
	return constraint_in(c, CONSTR(NOTNULL)) && !rule_when_default(c);
}

bool
is_without_default(const struct rule_place *at, const ProtobufCMessage *m)
{
	(void)m;
	return at->column && !rule_when_default(at->column);
}

bool
sets_default(const struct rule_place *at, const ProtobufCMessage *m)
{
	(void)at;
	return AS(AlterTableCmd, m)->def != NULL;
}

bool
has_using(const struct rule_place *at, const ProtobufCMessage *m)
{
	(void)at;
	return column_of(m)->raw_default != NULL;
}

static const PgQuery__Constraint *
added(const ProtobufCMessage *m)
{
	static const PgQuery__Constraint none = PG_QUERY__CONSTRAINT__INIT;
	const PgQuery__Node *def = AS(AlterTableCmd, m)->def;
	return def && def->node_case == NODE(CONSTRAINT) ? def->constraint
							 : &none;
}

static bool
uses_index(const ProtobufCMessage *m)
{
	const char *name = added(m)->indexname;
	return name && *name;
}

bool
is_unique(const struct rule_place *at, const ProtobufCMessage *m)
{
	(void)at;
	return added(m)->contype == CONSTR(UNIQUE);
}

bool
is_unique_using(const struct rule_place *at, const ProtobufCMessage *m)
{
	return is_unique(at, m) && uses_index(m);
}

bool
is_primary(const struct rule_place *at, const ProtobufCMessage *m)
{
	(void)at;
	return added(m)->contype == CONSTR(PRIMARY);
}

bool
is_primary_using(const struct rule_place *at, const ProtobufCMessage *m)
{
	return is_primary(at, m) && uses_index(m);
}

bool
is_exclusion(const struct rule_place *at, const ProtobufCMessage *m)
{
	(void)at;
	return added(m)->contype == CONSTR(EXCLUSION);
}

bool
is_check(const struct rule_place *at, const ProtobufCMessage *m)
{
	(void)at;
	return added(m)->contype == CONSTR(CHECK);
}

bool
is_check_later(const struct rule_place *at, const ProtobufCMessage *m)
{
	return is_check(at, m) && added(m)->skip_validation;
}

bool
is_key(const struct rule_place *at, const ProtobufCMessage *m)
{
	(void)at;
	return added(m)->contype == CONSTR(FOREIGN);
}

bool
is_key_later(const struct rule_place *at, const ProtobufCMessage *m)
{
	return is_key(at, m) && added(m)->skip_validation;
}

bool
renames_label(const struct rule_place *at, const ProtobufCMessage *m)
{
	(void)at;
	const char *old = AS(AlterEnumStmt, m)->old_val;
	return old && *old;
}

bool
drops_constraint(const struct rule_place *at, const ProtobufCMessage *m)
{
	(void)at;
	const char *what = AS(AlterDomainStmt, m)->subtype;
	return what && *what == 'X';
}

bool
without_cascade(const struct rule_place *at, const ProtobufCMessage *m)
{
	(void)at;
	return AS(DropStmt, m)->behavior !=
		PG_QUERY__DROP_BEHAVIOR__DROP_CASCADE;
}

static bool
is_column(const ProtobufCMessage *m)
{
	return m->descriptor == &pg_query__column_ref__descriptor;
}

bool
rule_when_boundless(const PgQuery__Node *where)
{
	return !where || !holds(&where->base, is_column);
}

bool
is_boundless(const struct rule_place *at, const ProtobufCMessage *m)
{
	(void)at;
	const PgQuery__UpdateStmt *u = AS(UpdateStmt, m);
	return rule_when_boundless(u->where_clause) ||
		(u->relation &&
			(builtin_schema(u->relation->schemaname) ||
				builtin_schema(u->relation->relname)));
}

bool
is_merge_delete(const struct rule_place *at, const ProtobufCMessage *m)
{
	(void)at;
	return AS(MergeWhenClause, m)->command_type ==
		PG_QUERY__CMD_TYPE__CMD_DELETE;
}

bool
is_merge_update(const struct rule_place *at, const ProtobufCMessage *m)
{
	(void)at;
	return AS(MergeWhenClause, m)->command_type ==
		PG_QUERY__CMD_TYPE__CMD_UPDATE;
}

bool
is_boundless_merge(const struct rule_place *at, const ProtobufCMessage *m)
{
	const PgQuery__MergeStmt *s = AS(MergeStmt, m);
	if (!rule_when_boundless(s->join_condition))
		return false;
	for (size_t i = 0; i < s->n_merge_when_clauses; i++) {
		const PgQuery__Node *n = s->merge_when_clauses[i];
		if (n->node_case == NODE(MERGE_WHEN_CLAUSE) &&
			(is_merge_update(at, &n->merge_when_clause->base) ||
				is_merge_delete(
					at, &n->merge_when_clause->base)))
			return true;
	}
	return false;
}

bool
is_upsert(const struct rule_place *at, const ProtobufCMessage *m)
{
	(void)at;
	return AS(OnConflictClause, m)->action ==
		PG_QUERY__ON_CONFLICT_ACTION__ONCONFLICT_UPDATE;
}

bool
is_written_out(const struct rule_place *at, const ProtobufCMessage *m)
{
	(void)at;
	const PgQuery__InsertStmt *i = AS(InsertStmt, m);
	const PgQuery__Node *from = i->select_stmt;
	return !i->with_clause &&
		(!from ||
			(from->node_case == NODE(SELECT_STMT) &&
				from->select_stmt->n_values_lists > 0));
}

bool
is_program(const struct rule_place *at, const ProtobufCMessage *m)
{
	(void)at;
	return AS(CopyStmt, m)->is_program;
}

bool
never(const struct rule_place *at, const ProtobufCMessage *m)
{
	(void)at;
	(void)m;
	return false;
}
