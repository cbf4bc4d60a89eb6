#include "config.h"
#include "hands/sql/values/column-fit.h"

#include <stdlib.h>
#include <string.h>

#include "base/escape.h"
#include "hands/sql/pg-node.h"
#include "hands/sql/values/written-value.h"

#define NAME_SHOWN 80u
#define INT2_BELOW 32768.0
#define INT4_BELOW 2147483648.0
#define INT8_BELOW 9223372036854775808.0

/* How a type limits its values. */
enum limit {
	LIMIT_NONE,
	LIMIT_CHARACTERS, /* at most `size` */
	LIMIT_BITS,       /* exactly `size` */
	LIMIT_SOME_BITS,  /* at most `size` */
	LIMIT_NUMBER,     /* below `below` once rounded to `decimals` */
};

struct room {
	enum limit limit;
	double size, below, decimals;
	bool whole; /* int2, int4 or int8 */
	bool small; /* few expressions are known to fit */
};

static const struct typed {
	const char *name;
	enum limit limit;
	double below; /* of a whole number */
} types[] = {
	{ "varchar", LIMIT_CHARACTERS, 0 },
	{ "bpchar", LIMIT_CHARACTERS, 0 },
	{ "bit", LIMIT_BITS, 0 },
	{ "varbit", LIMIT_SOME_BITS, 0 },
	{ "numeric", LIMIT_NUMBER, 0 },
	{ "int2", LIMIT_NUMBER, INT2_BELOW },
	{ "int4", LIMIT_NUMBER, INT4_BELOW },
	{ "int8", LIMIT_NUMBER, INT8_BELOW },
};

static double
ten_to_the(double exponent)
{
	double ret = 1;
	for (; exponent >= 1 && ret < 1e300; exponent--)
		ret *= 10;
	for (; exponent <= -1 && ret > 1e-300; exponent++)
		ret /= 10;
	return ret;
}

/* A size of the type; false if it is not written out as a whole number. */
static bool
size_of(const PgQuery__TypeName *t, size_t i, double *ret)
{
	struct written_value v;
	const PgQuery__Node *n = i < t->n_typmods ? t->typmods[i] : NULL;
	if (!n || !written_value_of(n, &v))
		return false;
	*ret = v.value;
	return true;
}

static struct room
room_of(const PgQuery__TypeName *t)
{
	struct room room = { .limit = LIMIT_NONE };
	const char *name = last_part(t->n_names, t->names);
	for (size_t i = 0; i < ELEMENTS(types); i++) {
		if (strcmp(types[i].name, name) != 0)
			continue;
		bool sized = size_of(t, 0, &room.size);
		if (types[i].below == 0 && !sized)
			break;
		room.limit = types[i].limit;
		room.below = types[i].below;
		room.whole = types[i].below > 0;
		room.small = types[i].below <= INT2_BELOW;
		if (room.limit != LIMIT_NUMBER || room.below > 0)
			break;
		(void)size_of(t, 1, &room.decimals);
		room.below = ten_to_the(room.size - room.decimals);
	}
	return room;
}

/* Whether the number, rounded as the type rounds it, is too large for it. */
static bool
overflows(const struct room *room, const struct written_value *v)
{
	double half = 0.5 * ten_to_the(-room->decimals);
	double size = v->value < 0 ? -v->value : v->value;
	/* No double is as exact as the largest of int8. */
	if (room->below == INT8_BELOW && (v->whole || v->large))
		return v->overflow;
	/* Whole numbers reach one further below 0. */
	if (room->whole && v->value < 0)
		return size - half > room->below;
	bool exact = written_value_is_whole(v->value) && room->decimals >= 0;
	return size + (exact ? 0 : half) >= room->below;
}

static bool
number_fits(const struct room *room, const PgQuery__Node *n)
{
	struct written_value v;
	if (!written_value_of(n, &v))
		return !room->small;
	return !overflows(room, &v);
}

/* Whether the value, at each row, is one that the type has room for. */
static bool
fits(const struct room *room, const PgQuery__Node *n)
{
	size_t most;
	if (room->limit == LIMIT_NONE || written_value_is_null(n))
		return true;
	if (room->limit == LIMIT_NUMBER)
		return number_fits(room, n);
	if (room->limit == LIMIT_CHARACTERS)
		return written_value_stored_length(n, &most) &&
			most <= room->size;
	if (!written_value_bits(n, &most))
		return false;
	return room->limit == LIMIT_BITS ? most == room->size
					 : most <= room->size;
}

/* An array that is written out as a text is known to fit where it is empty, or
 * no longer than one of its elements may be. */
static bool
array_fits(const struct room *room, const PgQuery__Node *n)
{
	size_t most = 0;
	if (room->limit == LIMIT_NONE || written_value_is_null(n))
		return true;
	if (n->node_case == NODE(TYPE_CAST))
		return array_fits(room, n->type_cast->arg);
	if (n->node_case == NODE(A_ARRAY_EXPR)) {
		bool all = true;
		for (size_t i = 0; i < n->a_array_expr->n_elements; i++)
			all = all && fits(room, n->a_array_expr->elements[i]);
		return all;
	}
	if (!written_value_stored_length(n, &most))
		return !room->small && room->limit == LIMIT_NUMBER;
	return most <= strlen("{}") || room->below >= INT2_BELOW ||
		(room->limit == LIMIT_CHARACTERS && most <= room->size);
}

/* What stands behind DEFAULT or GENERATED ALWAYS AS of the column. */
static bool
look_column(struct allowed_walk *w, const PgQuery__ColumnDef *c)
{
	struct room room = { .limit = LIMIT_NONE };
	if (c->type_name)
		room = room_of(c->type_name);
	for (size_t i = 0; i < c->n_constraints; i++) {
		const PgQuery__Constraint *one = c->constraints[i]->constraint;
		if (c->constraints[i]->node_case != NODE(CONSTRAINT) ||
			!one->raw_expr ||
			(one->contype != CONSTR(DEFAULT) &&
				one->contype != CONSTR(GENERATED)))
			continue;
		bool fit = c->type_name->n_array_bounds
			? array_fits(&room, one->raw_expr)
			: fits(&room, one->raw_expr);
		own(str) char *name = escape_str(
			span_of(c->colname), NAME_SHOWN, ESCAPE_LINE);
		if (!fit)
			return allowed_not(w,
				"gives column \"%s\" a value that its type may "
				"have no room for: then no row can be written "
				"that leaves the column out",
				name);
	}
	return true;
}

/* A cast cuts texts and bits off, and fails for numbers. */
static bool
look_cast(struct allowed_walk *w, const PgQuery__TypeCast *c)
{
	if (!c->type_name || !c->arg || c->type_name->n_array_bounds)
		return true;
	struct room room = room_of(c->type_name);
	struct written_value v;
	if (room.limit != LIMIT_NUMBER || !written_value_of(c->arg, &v) ||
		!overflows(&room, &v))
		return true;
	return allowed_not(w,
		"makes a number of a type that has no room for it, which fails "
		"at each row");
}

bool
column_fit(struct allowed_walk *w, const ProtobufCMessage *m)
{
	struct written_value v;
	if (m->descriptor == &pg_query__column_def__descriptor)
		return look_column(w, (const void *)m);
	if (m->descriptor == &pg_query__type_cast__descriptor)
		return look_cast(w, (const void *)m);
	if (m->descriptor != &pg_query__a__expr__descriptor)
		return true;
	const PgQuery__Node n = { .node_case = NODE(A_EXPR),
		.a_expr = (void *)(uintptr_t)m };
	if (written_value_of(&n, &v) && v.overflow)
		return allowed_not(w,
			"computes a number that its type has no room for, "
			"which fails at each row");
	return true;
}
