#include "config.h"
#include "hands/sql/values/written-value.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/own.h"
#include "base/span.h"
#include "hands/sql/pg-node.h"

#define INT4_BELOW 2147483648.0
#define INT8_BELOW 9223372036854775808.0

static double
rounded(double value)
{
	if (value <= -INT8_BELOW / 2 || value >= INT8_BELOW / 2)
		return value; /* such a double is whole */
	return (double)(int64_t)(value < 0 ? value - 0.5 : value + 0.5);
}

bool
written_value_is_whole(double value)
{
	return rounded(value) == value;
}

/* The server adds the sign to a constant before it looks at its size. `whole`
 * says that the text is of digits, and no more than int8 holds. */
static struct written_value
number(double value, bool whole)
{
	return (struct written_value){
		.value = value,
		.whole = whole && value >= -INT4_BELOW && value < INT4_BELOW,
		.large = whole && (value < -INT4_BELOW || value >= INT4_BELOW),
	};
}

static bool
read_number(const char *text, struct written_value *ret)
{
	char *end;
	double value = strtod(text, &end);
	if (end == text || *end || !__builtin_isfinite(value))
		return false;
	errno = 0;
	(void)strtoll(text, NULL, 10);
	*ret = number(value, !strpbrk(text, ".eE") && errno == 0);
	return true;
}

static bool
constant(const PgQuery__AConst *c, struct written_value *ret)
{
	if (c->isnull)
		return false;
	switch (c->val_case) {
	case PG_QUERY__A__CONST__VAL_IVAL:
		*ret = number(c->ival->ival, true);
		return true;
	case PG_QUERY__A__CONST__VAL_FVAL:
		return read_number(c->fval->fval, ret);
	case PG_QUERY__A__CONST__VAL_SVAL:
		return read_number(c->sval->sval, ret);
	default:
		return false;
	}
}

static const char *
type_of(const PgQuery__TypeCast *c)
{
	return c->type_name && !c->type_name->n_array_bounds
		? last_part(c->type_name->n_names, c->type_name->names)
		: "";
}

static bool
cast(const PgQuery__TypeCast *c, struct written_value *ret)
{
	static const char *const wholes[] = { "int2", "int4", "int8" };
	static const char *const numbers[] = { "float4", "float8", "numeric" };
	const char *type = type_of(c);
	bool whole = is_any(type, wholes, ELEMENTS(wholes));
	if (!c->arg || (!whole && !is_any(type, numbers, ELEMENTS(numbers))) ||
		!written_value_of(c->arg, ret))
		return false;
	if (whole)
		ret->value = rounded(ret->value);
	ret->whole = whole && strcmp(type, "int8") != 0;
	ret->large = whole && !ret->whole;
	return true;
}

static bool
operation(const PgQuery__AExpr *e, struct written_value *ret)
{
	const char *op = last_part(e->n_name, e->name);
	struct written_value a = { .whole = true }, b;
	if (e->kind != PG_QUERY__A__EXPR__KIND__AEXPR_OP || !e->rexpr ||
		strlen(op) != 1 || !strchr("+-*", *op) ||
		(e->lexpr && !written_value_of(e->lexpr, &a)) ||
		!written_value_of(e->rexpr, &b))
		return false;
	double value = *op == '+' ? a.value + b.value
		: *op == '-'      ? a.value - b.value
				  : a.value * b.value;
	bool whole = a.whole && b.whole;
	bool large = !whole && (a.whole || a.large) && (b.whole || b.large);
	double below = whole ? INT4_BELOW : INT8_BELOW;
	*ret = (struct written_value){
		.value = value,
		.whole = whole,
		.large = large,
		.overflow = a.overflow || b.overflow ||
			((whole || large) &&
				(value >= below || value < -below)),
	};
	return e->lexpr || *op != '*';
}

bool
written_value_of(const PgQuery__Node *n, struct written_value *ret)
{
	switch (n->node_case) {
	case NODE(A_CONST):
		return constant(n->a_const, ret);
	case NODE(TYPE_CAST):
		return cast(n->type_cast, ret);
	case NODE(A_EXPR):
		return operation(n->a_expr, ret);
	default:
		return false;
	}
}

bool
written_value_is_null(const PgQuery__Node *n)
{
	while (n->node_case == NODE(TYPE_CAST) && n->type_cast->arg)
		n = n->type_cast->arg;
	return n->node_case == NODE(A_CONST) && n->a_const->isnull;
}

/* UTF-8's characters. */
static size_t
characters(struct span text)
{
	size_t n = 0;
	for (size_t i = 0; i < text.len; i++)
		n += ((unsigned char)text.data[i] & 0xc0) != 0x80;
	return n;
}

static bool
constant_length(const PgQuery__AConst *c, size_t *ret)
{
	own(str) char *digits = NULL;
	switch (c->val_case) {
	case PG_QUERY__A__CONST__VAL_IVAL:
		digits = xprintf("%d", c->ival->ival);
		*ret = strlen(digits);
		return true;
	case PG_QUERY__A__CONST__VAL_FVAL:
		*ret = strlen(c->fval->fval);
		return !strpbrk(c->fval->fval, "eE");
	case PG_QUERY__A__CONST__VAL_SVAL:
		*ret = characters(span_of(c->sval->sval));
		return true;
	case PG_QUERY__A__CONST__VAL_BOOLVAL:
		*ret = strlen("false");
		return true;
	default:
		return false;
	}
}

/* How long what has the type is at most as a text. */
static bool
type_length(const char *type, size_t *ret)
{
	static const struct {
		const char *type;
		size_t most;
	} types[] = { { "bool", 5 }, { "int2", 6 }, { "int4", 11 },
		{ "int8", 20 }, { "uuid", 36 }, { "date", 13 }, { "name", 63 },
		{ "timestamp", 32 }, { "timestamptz", 42 } };
	for (size_t i = 0; i < ELEMENTS(types); i++)
		if (strcmp(types[i].type, type) == 0) {
			*ret = types[i].most;
			return true;
		}
	return false;
}

static bool
is_text(const char *type)
{
	static const char *const texts[] = { "bpchar", "text", "varchar" };
	return is_any(type, texts, ELEMENTS(texts));
}

/* An explicit cast to a text cuts it off at its size. */
static bool
cast_length(const PgQuery__TypeCast *c, size_t *ret)
{
	const char *type = type_of(c);
	struct written_value size;
	if (!is_text(type))
		return type_length(type, ret);
	bool sized = c->type_name->n_typmods &&
		written_value_of(c->type_name->typmods[0], &size) &&
		size.value >= 0;
	bool known = c->arg && written_value_length(c->arg, ret);
	if (sized && (!known || *ret > (size_t)size.value))
		*ret = (size_t)size.value;
	return known || sized;
}

static bool
call_length(const PgQuery__FuncCall *f, size_t *ret)
{
	/* Their result is not longer than their argument. */
	static const char *const keeping[] = { "btrim", "lower", "ltrim",
		"reverse", "rtrim", "upper" };
	const char *name = last_part(f->n_funcname, f->funcname);
	if (strcmp(name, "gen_random_uuid") == 0)
		return type_length("uuid", ret);
	if (is_any(name, keeping, ELEMENTS(keeping)))
		return f->n_args == 1 && written_value_length(f->args[0], ret);
	if (strcmp(name, "now") == 0)
		return type_length("timestamptz", ret);
	*ret = 32;
	return strcmp(name, "md5") == 0;
}

static bool
joint_length(const PgQuery__AExpr *e, size_t *ret)
{
	size_t more = 0;
	if (e->kind != PG_QUERY__A__EXPR__KIND__AEXPR_OP || !e->lexpr ||
		!e->rexpr || strcmp(last_part(e->n_name, e->name), "||") != 0 ||
		!written_value_length(e->lexpr, ret) ||
		!written_value_length(e->rexpr, &more))
		return false;
	*ret += more;
	return true;
}

bool
written_value_length(const PgQuery__Node *n, size_t *ret)
{
	switch (n->node_case) {
	case NODE(A_CONST):
		return constant_length(n->a_const, ret);
	case NODE(TYPE_CAST):
		return cast_length(n->type_cast, ret);
	case NODE(A_EXPR):
		return joint_length(n->a_expr, ret);
	case NODE(FUNC_CALL):
		return call_length(n->func_call, ret);
	case NODE(SQLVALUE_FUNCTION):
		*ret = 63; /* the longest is a name */
		return true;
	default:
		return false;
	}
}

bool
written_value_stored_length(const PgQuery__Node *n, size_t *ret)
{
	const PgQuery__Node *all = n;
	while (n->node_case == NODE(TYPE_CAST) && n->type_cast->arg &&
		is_text(type_of(n->type_cast)) &&
		!n->type_cast->type_name->n_typmods)
		n = n->type_cast->arg;
	if (n->node_case != NODE(A_CONST) ||
		n->a_const->val_case != PG_QUERY__A__CONST__VAL_SVAL)
		return written_value_length(all, ret);
	struct span text = span_of(n->a_const->sval->sval);
	while (text.len && text.data[text.len - 1] == ' ')
		text.len--;
	*ret = characters(text);
	return true;
}

/* Digits of `B'101'` and `X'1F'`, which stand behind their letter here, and of
 * a text that becomes bits, which may have none. */
static bool
digits_of(const char *text, size_t *ret)
{
	bool hex = *text == 'x' || *text == 'X';
	*ret = strlen(text);
	if (hex || *text == 'b' || *text == 'B')
		*ret = (*ret - 1) * (hex ? 4 : 1);
	return true;
}

bool
written_value_bits(const PgQuery__Node *n, size_t *ret)
{
	struct written_value size;
	const PgQuery__AConst *c =
		n->node_case == NODE(A_CONST) ? n->a_const : NULL;
	if (c && c->val_case == PG_QUERY__A__CONST__VAL_BSVAL)
		return digits_of(c->bsval->bsval, ret);
	if (c && c->val_case == PG_QUERY__A__CONST__VAL_SVAL)
		return digits_of(c->sval->sval, ret);
	if (n->node_case != NODE(TYPE_CAST) ||
		strcmp(type_of(n->type_cast), "bit") != 0 ||
		!n->type_cast->type_name->n_typmods ||
		!written_value_of(n->type_cast->type_name->typmods[0], &size) ||
		size.value < 0)
		return false;
	*ret = (size_t)size.value;
	return true;
}
