#include "config.h"
#include "hands/sql/lengthening.h"

#include <string.h>

#include "hands/sql/pg-node.h"

/* So many calls around each other at most, each of which makes a text six times
 * as long: \u0001 of JSON is one byte. */
#define AROUND_MOST 3u
/* Characters or bits. */
#define PADDED_MOST 1000
/* Bytes: an argument of concat_ws() takes three bytes of the statement, '' and
 * a comma, and adds a separator. */
#define SEPARATOR_MOST 16u

/* The name of the function that the node calls, without its schema, else NULL.
 */
static const char *
called(const ProtobufCMessage *m)
{
	const PgQuery__FuncCall *f = (const void *)m;
	if (m->descriptor != &pg_query__func_call__descriptor ||
		f->n_funcname == 0)
		return NULL;
	const PgQuery__Node *last = f->funcname[f->n_funcname - 1];
	return last->node_case == NODE(STRING) ? last->string->sval : NULL;
}

/* A text that is written out, else NULL. */
static const char *
written(const PgQuery__FuncCall *f, size_t arg)
{
	const PgQuery__Node *n = arg < f->n_args ? f->args[arg] : NULL;
	if (!n || n->node_case != NODE(A_CONST) || n->a_const->isnull ||
		n->a_const->val_case != PG_QUERY__A__CONST__VAL_SVAL)
		return NULL;
	return n->a_const->sval->sval;
}

/* replace() multiplies one length by the other, and so does concat_ws() with
 * the separator. */
static bool
multiplies(const PgQuery__FuncCall *f, const char *name)
{
	if (strcmp(name, "concat_ws") == 0) {
		const char *separator = written(f, 0);
		return !separator || strlen(separator) > SEPARATOR_MOST;
	}
	if (strcmp(name, "replace") != 0)
		return false;
	const char *from = written(f, 1), *to = written(f, 2);
	return !from || !to || strlen(to) > strlen(from);
}

/* The last part of a name of several. */
static const char *
last_part(size_t n, PgQuery__Node *const *list)
{
	const PgQuery__Node *last = n ? list[n - 1] : NULL;
	return last && last->node_case == NODE(STRING) ? last->string->sval
						       : "";
}

static bool
is_any(const char *name, const char *const *list, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(name, list[i]) == 0)
			return true;
	return false;
}

/* The server fills these up to the size that the type names. */
static bool
pads(const ProtobufCMessage *m)
{
	static const char *const filled[] = { "bit", "bpchar" };
	const PgQuery__TypeCast *c = (const void *)m;
	if (m->descriptor != &pg_query__type_cast__descriptor ||
		!c->type_name || !c->type_name->n_typmods)
		return false;
	const PgQuery__TypeName *t = c->type_name;
	const PgQuery__Node *size = t->typmods[0];
	return is_any(last_part(t->n_names, t->names), filled,
		       ELEMENTS(filled)) &&
		!(size->node_case == NODE(A_CONST) &&
			size->a_const->val_case ==
				PG_QUERY__A__CONST__VAL_IVAL &&
			size->a_const->ival->ival <= PADDED_MOST);
}

/* Whatever a text says, these have a largest length. */
static bool
is_bounded(const PgQuery__TypeName *t)
{
	static const char *const types[] = { "bool", "box", "char", "cidr",
		"circle", "date", "daterange", "float4", "float8", "inet",
		"int2", "int4", "int4range", "int8", "int8range", "interval",
		"line", "lseg", "macaddr", "macaddr8", "money", "name",
		"numeric", "numrange", "oid", "point", "time", "timestamp",
		"timestamptz", "timetz", "tsrange", "tstzrange", "uuid" };
	return t && t->n_array_bounds == 0 &&
		is_any(last_part(t->n_names, t->names), types, ELEMENTS(types));
}

/* As text, an array has a backslash before each quote and each backslash, and
 * bytes have two digits each. The server makes a text of either wherever it
 * stands beside a text, but only a cast or decode() makes bytes of a text. */
static bool
casts(const ProtobufCMessage *m)
{
	const PgQuery__TypeCast *c = (const void *)m;
	return m->descriptor == &pg_query__type_cast__descriptor && c->arg &&
		c->arg->node_case != NODE(A_CONST) &&
		c->arg->node_case != NODE(COLUMN_REF) &&
		!is_bounded(c->type_name);
}

static bool
is_joint(const PgQuery__Node *n)
{
	const PgQuery__AExpr *e =
		n->node_case == NODE(A_EXPR) ? n->a_expr : NULL;
	return e && e->kind == PG_QUERY__A__EXPR__KIND__AEXPR_OP && e->lexpr &&
		e->rexpr && strcmp(last_part(e->n_name, e->name), "||") == 0;
}

/* Columns and what is written out, joined: nothing inside of it was lengthened
 * before. */
static bool
is_flat(const PgQuery__Node *n)
{
	if (is_joint(n))
		return is_flat(n->a_expr->lexpr) && is_flat(n->a_expr->rexpr);
	switch (n->node_case) {
	case NODE(A_CONST):
	case NODE(COLUMN_REF):
		return true;
	case NODE(TYPE_CAST):
		return is_flat(n->type_cast->arg);
	case NODE(A_INDIRECTION):
		return is_flat(n->a_indirection->arg);
	default:
		return false;
	}
}

/* No function on the list of the server's own gives an array, and no operator
 * but `||`, which adds a text to an array without a cast. */
static bool
may_be_array(const PgQuery__Node *n)
{
	if (is_flat(n))
		return false;
	switch (n->node_case) {
	case NODE(FUNC_CALL):
	case NODE(SQLVALUE_FUNCTION):
	case NODE(BOOL_EXPR):
	case NODE(NULL_TEST):
	case NODE(BOOLEAN_TEST):
		return false;
	case NODE(TYPE_CAST):
		return n->type_cast->type_name->n_array_bounds > 0;
	case NODE(A_EXPR):
		return is_joint(n) ||
			(n->a_expr->kind ==
					PG_QUERY__A__EXPR__KIND__AEXPR_NULLIF &&
				may_be_array(n->a_expr->lexpr));
	case NODE(COALESCE_EXPR):
		for (size_t i = 0; i < n->coalesce_expr->n_args; i++)
			if (may_be_array(n->coalesce_expr->args[i]))
				return true;
		return false;
	default:
		return true;
	}
}

/* These make a text of each argument. */
static bool
joins_arrays(const PgQuery__FuncCall *f, const char *name)
{
	if (strcmp(name, "concat") != 0 && strcmp(name, "concat_ws") != 0)
		return false;
	for (size_t i = 0; i < f->n_args; i++)
		if (may_be_array(f->args[i]))
			return true;
	return false;
}

static bool
lengthens(const ProtobufCMessage *m)
{
	static const char *const functions[] = { "decode", "encode",
		"json_build_array", "json_build_object", "jsonb_build_array",
		"jsonb_build_object", "like_escape", "similar_to_escape",
		"to_char", "to_json", "to_jsonb" };
	const char *name = called(m);
	if (name)
		return is_any(name, functions, ELEMENTS(functions)) ||
			joins_arrays((const void *)m, name);
	return casts(m);
}

bool
lengthening_enter(struct allowed_walk *w, const ProtobufCMessage *m)
{
	const char *name = called(m);
	if (name && multiplies((const void *)m, name))
		return allowed_not(w,
			"calls function \"%s\", which can make a text many "
			"times as long",
			name);
	if (pads(m))
		return allowed_not(w, "pads a text to more than %d characters",
			PADDED_MOST);
	if (lengthens(m) && w->around++ == AROUND_MOST)
		return allowed_not(w,
			"lengthens a text %u times over, each time by several "
			"times its length",
			AROUND_MOST + 1);
	return true;
}

void
lengthening_leave(struct allowed_walk *w, const ProtobufCMessage *m)
{
	if (lengthens(m))
		w->around--;
}
