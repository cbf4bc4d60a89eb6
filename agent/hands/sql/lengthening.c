#include "config.h"
#include "hands/sql/lengthening.h"

#include <stdlib.h>
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
	return m->descriptor == &pg_query__func_call__descriptor
		? last_part(f->n_funcname, f->funcname)
		: NULL;
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

/* A number that is written out has so many digits as its exponent says. Behind
 * a backslash the letters of an array's element stand for themselves. */
static bool
has_large_exponent(const char *text)
{
	bool number = false; /* what stands before is, or may be, one */
	for (const char *p = text; *p; p++) {
		if (*p == '\\')
			continue;
		if (!number || (*p != 'e' && *p != 'E')) {
			number = (*p >= '0' && *p <= '9') || *p == '.' ||
				(number && *p == '_');
			continue;
		}
		long digits = 0;
		for (p++; *p && strchr("+-_\\0123456789", *p); p++)
			if (*p >= '0' && *p <= '9')
				digits =
					MIN(digits * 10 + (*p - '0'), 1L << 20);
		if (digits > PADDED_MOST)
			return true;
		p--;
		number = false;
	}
	return false;
}

static bool
is_large_number(const ProtobufCMessage *m)
{
	const PgQuery__AConst *c = (const void *)m;
	if (m->descriptor != &pg_query__a__const__descriptor || c->isnull)
		return false;
	if (c->val_case == PG_QUERY__A__CONST__VAL_FVAL)
		return has_large_exponent(c->fval->fval);
	return c->val_case == PG_QUERY__A__CONST__VAL_SVAL &&
		has_large_exponent(c->sval->sval);
}

/* --- what fails at each row ------------------------------------------------
 */

/* Whether the expression is made of what is written out: no columns. */
static bool
is_fixed(const PgQuery__Node *n)
{
	bool fixed = true;
	switch (n->node_case) {
	case NODE(A_CONST):
		return true;
	case NODE(TYPE_CAST):
		return is_fixed(n->type_cast->arg);
	case NODE(A_EXPR):
		return (!n->a_expr->lexpr || is_fixed(n->a_expr->lexpr)) &&
			n->a_expr->rexpr && is_fixed(n->a_expr->rexpr);
	case NODE(FUNC_CALL):
		for (size_t i = 0; i < n->func_call->n_args; i++)
			fixed = fixed && is_fixed(n->func_call->args[i]);
		return fixed;
	default:
		return false;
	}
}

static bool
is_text(const PgQuery__TypeName *t)
{
	static const char *const texts[] = { "bpchar", "char", "name", "text",
		"varchar" };
	return t && !t->n_array_bounds &&
		is_any(last_part(t->n_names, t->names), texts, ELEMENTS(texts));
}

static bool
is_operator(const PgQuery__Node *n, const char *const *names, size_t most)
{
	const PgQuery__AExpr *e =
		n->node_case == NODE(A_EXPR) ? n->a_expr : NULL;
	return e && e->kind == PG_QUERY__A__EXPR__KIND__AEXPR_OP && e->rexpr &&
		is_any(last_part(e->n_name, e->name), names, most);
}

/* The value of a number that is written out; 0 if it is none. */
static double
value_of(const PgQuery__AConst *c)
{
	switch (c->val_case) {
	case PG_QUERY__A__CONST__VAL_IVAL:
		return c->ival->ival;
	case PG_QUERY__A__CONST__VAL_FVAL:
		return strtod(c->fval->fval, NULL);
	case PG_QUERY__A__CONST__VAL_SVAL:
		return strtod(c->sval->sval, NULL);
	default:
		return 0;
	}
}

/* Whether the value is the same at each row, and may be 0, as what is less than
 * 1 is as a whole number. */
static bool
may_be_zero(const PgQuery__Node *n)
{
	static const char *const product[] = { "*" };
	static const char *const sums[] = { "+", "-", "/", "%" };
	double value;
	switch (n->node_case) {
	case NODE(A_CONST):
		value = value_of(n->a_const);
		return value < 1 && value > -1 && !n->a_const->isnull;
	case NODE(TYPE_CAST):
		return may_be_zero(n->type_cast->arg);
	case NODE(A_EXPR):
		if (is_operator(n, product, 1) && n->a_expr->lexpr)
			return may_be_zero(n->a_expr->lexpr) ||
				may_be_zero(n->a_expr->rexpr);
		return is_operator(n, sums, ELEMENTS(sums)) &&
			(!n->a_expr->lexpr || is_fixed(n->a_expr->lexpr)) &&
			is_fixed(n->a_expr->rexpr);
	case NODE(FUNC_CALL):
		return is_fixed(n);
	default:
		return false;
	}
}

static bool
divides_by_zero(const ProtobufCMessage *m)
{
	static const char *const names[] = { "/", "%" };
	const PgQuery__AExpr *e = (const void *)m;
	const PgQuery__FuncCall *f = (const void *)m;
	const char *name = called(m);
	if (name && strcmp(name, "mod") == 0 && f->n_args == 2)
		return may_be_zero(f->args[1]);
	return m->descriptor == &pg_query__a__expr__descriptor &&
		e->kind == PG_QUERY__A__EXPR__KIND__AEXPR_OP && e->rexpr &&
		is_any(last_part(e->n_name, e->name), names, ELEMENTS(names)) &&
		may_be_zero(e->rexpr);
}

/* A text that is put together of what is written out. */
static bool
is_made_text(const PgQuery__Node *n)
{
	static const char *const functions[] = { "btrim", "chr", "concat",
		"concat_ws", "encode", "initcap", "left", "like_escape",
		"lower", "ltrim", "md5", "replace", "reverse", "right", "rtrim",
		"similar_to_escape", "split_part", "substr", "to_char",
		"translate", "upper" };
	static const char *const fields[] = { "->>", "#>>" };
	const char *name;
	switch (n->node_case) {
	case NODE(TYPE_CAST):
		return is_text(n->type_cast->type_name) &&
			is_fixed(n->type_cast->arg);
	case NODE(FUNC_CALL):
		name = called(&n->func_call->base);
		return name && is_any(name, functions, ELEMENTS(functions)) &&
			is_fixed(n);
	case NODE(A_EXPR):
		return (is_joint(n) || is_operator(n, fields, 2)) &&
			is_fixed(n);
	default:
		return false;
	}
}

/* The server reads a text that is written out where it makes the object, and
 * refuses it there; this one it reads at each row. */
static bool
reads_made_text(const ProtobufCMessage *m)
{
	const PgQuery__TypeCast *c = (const void *)m;
	return m->descriptor == &pg_query__type_cast__descriptor && c->arg &&
		c->type_name && !is_text(c->type_name) && is_made_text(c->arg);
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
	if (is_large_number(m))
		return allowed_not(w,
			"writes a number of more than %d digits in short",
			PADDED_MOST);
	if (divides_by_zero(m))
		return allowed_not(w, "divides by what may be 0 at each row");
	if (reads_made_text(m))
		return allowed_not(w,
			"makes another type of a text that it puts together, "
			"which may fail at each row");
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
