#include "config.h"
#include "hands/sql/allowed-parts.h"

#include <string.h>

#include "base/escape.h"
#include "hands/sql/builtin.h"
#include "hands/sql/pg-node.h"

#define NAME_SHOWN 80u

bool
allowed_not(struct allowed_walk *w, const char *fmt, ...)
{
	if (w->s->objection)
		return false;
	va_list args;
	va_start(args, fmt);
	w->s->objection = xvprintf(fmt, args);
	va_end(args);
	return false;
}

bool
allowed_not_name(struct allowed_walk *w, const char *what, const char *name)
{
	own(str) char *shown =
		escape_str(span_of(name), NAME_SHOWN, ESCAPE_LINE);
	return allowed_not(
		w, "%s \"%s\", which is not known to be harmless", what, shown);
}

/* A name of at most two parts. */
struct plain_name {
	const char *schema, *name;
};

static bool
read_name(struct allowed_walk *w, size_t n, PgQuery__Node *const *list,
	struct plain_name *to)
{
	*to = (struct plain_name){ NULL, NULL };
	for (size_t i = 0; i < n; i++) {
		if (list[i]->node_case != NODE(STRING))
			return allowed_not(w, "has a name that is not plain");
		to->schema = to->name;
		to->name = list[i]->string->sval;
	}
	if (n < 1 || n > 2)
		return allowed_not(w, "has a name of %zu parts", n);
	return true;
}

static bool
is_pg_catalog(const char *schema)
{
	return strcmp(schema, "pg_catalog") == 0;
}

static void
use(struct allowed_walk *w, enum made_kind kind, const char *word,
	struct plain_name n)
{
	statement_uses(w->s, kind, word, n.schema, n.name);
}

/* A name without a schema means the server's own only while nothing is searched
 * before pg_catalog. */
static void
use_path(struct allowed_walk *w)
{
	use(w, USED_PATH, "setting",
		(struct plain_name){ NULL, "search_path" });
}

/* A text in quotes has no type yet: the server takes whatever fits, also a type
 * that somebody made. */
static bool
is_bare(const PgQuery__Node *n)
{
	return n->node_case == NODE(A_CONST) &&
		(n->a_const->isnull ||
			n->a_const->val_case == PG_QUERY__A__CONST__VAL_SVAL);
}

static void
use_casts(struct allowed_walk *w)
{
	use(w, USED_CAST, "cast", (struct plain_name){ NULL, "" });
}

/* An expression's value becomes that of a column or an argument through casts,
 * but for a text in quotes, which the type itself reads. */
static void
use_casts_of(struct allowed_walk *w, const PgQuery__Node *n)
{
	if (n && !is_bare(n))
		use_casts(w);
}

/* A name of the server's own, for which somebody else's could stand in. */
static bool
look_name(struct allowed_walk *w, const char *what, struct plain_name n,
	bool (*is_builtin)(const char *name))
{
	if ((n.schema && !is_pg_catalog(n.schema)) || !is_builtin(n.name))
		return allowed_not_name(w, what, n.name);
	if (!n.schema)
		use_path(w);
	return true;
}

bool
allowed_schema_name(struct allowed_walk *w, const char *schema)
{
	if (!builtin_schema(schema))
		return true;
	if (strncmp(schema, "pg_temp", 7) == 0)
		return allowed_not(w, "is about a temporary object");
	own(str) char *shown =
		escape_str(span_of(schema), NAME_SHOWN, ESCAPE_LINE);
	return allowed_not(w, "is about the server's own schema \"%s\"", shown);
}

bool
allowed_relation(struct allowed_walk *w, const ProtobufCMessage *m)
{
	const PgQuery__RangeVar *r = (const void *)m;
	if (r->relpersistence && *r->relpersistence == 't')
		return allowed_not(w, "makes a temporary table");
	if (r->relpersistence && *r->relpersistence == 'u')
		return allowed_not(w,
			"makes an unlogged table, which a crash of the server "
			"empties");
	return allowed_schema_name(w, r->schemaname);
}

bool
allowed_new_name(
	struct allowed_walk *w, size_t n, struct PgQuery__Node *const *list)
{
	struct plain_name name;
	return read_name(w, n, list, &name) &&
		allowed_schema_name(w, name.schema);
}

bool
allowed_column(struct allowed_walk *w, const ProtobufCMessage *m)
{
	const PgQuery__ColumnDef *c = (const void *)m;
	w->column_type = w->makes_table ? c->type_name : NULL;
	return true;
}

/* The server checks constraints that can be deferred at the end of the
 * application's transactions, where nobody expects an error. */
bool
allowed_constraint(struct allowed_walk *w, const ProtobufCMessage *m)
{
	const PgQuery__Constraint *c = (const void *)m;
	use_casts_of(w, c->raw_expr);
	switch (c->contype) {
	case CONSTR(PRIMARY):
	case CONSTR(UNIQUE):
		use(w, USED_METHOD, "access method",
			(struct plain_name){ NULL, "btree" });
		return true;
	case CONSTR(FOREIGN):
		use_casts(w);
		return true;
	case CONSTR(NULL):
	case CONSTR(NOTNULL):
	case CONSTR(DEFAULT):
	case CONSTR(IDENTITY):
	case CONSTR(GENERATED):
	case CONSTR(CHECK):
	case CONSTR(ATTR_NOT_DEFERRABLE):
	case CONSTR(ATTR_IMMEDIATE):
		return true;
	case CONSTR(ATTR_DEFERRABLE):
	case CONSTR(ATTR_DEFERRED):
		return allowed_not(w, "has a constraint that can be deferred");
	case CONSTR(EXCLUSION):
		return allowed_not(w, "has an exclusion constraint");
	default:
		return allowed_not(w, "has a constraint of an unknown kind");
	}
}

bool
allowed_parameter(struct allowed_walk *w, const ProtobufCMessage *m)
{
	const PgQuery__DefElem *d = (const void *)m;
	return builtin_parameter(d->defname) ||
		(w->makes_sequence && strcmp(d->defname, "as") == 0) ||
		allowed_not_name(w, "sets parameter", d->defname);
}

bool
allowed_index(struct allowed_walk *w, const ProtobufCMessage *m)
{
	const PgQuery__IndexStmt *c = (const void *)m;
	if (!builtin_method(c->access_method))
		return allowed_not_name(
			w, "uses access method", c->access_method);
	use(w, USED_METHOD, "access method",
		(struct plain_name){ NULL, c->access_method });
	use_casts_of(w, c->where_clause);
	return true;
}

static bool
look_collation(struct allowed_walk *w, size_t n, PgQuery__Node *const *list)
{
	struct plain_name name;
	return n == 0 ||
		(read_name(w, n, list, &name) &&
			look_name(
				w, "uses collation", name, builtin_collation));
}

static bool
look_opclass(struct allowed_walk *w, size_t n, PgQuery__Node *const *list)
{
	struct plain_name name;
	if (n == 0)
		return true;
	if (!read_name(w, n, list, &name) ||
		!look_name(w, "uses operator class", name, builtin_opclass))
		return false;
	use(w, USED_OPCLASS, "operator class", name);
	return true;
}

bool
allowed_index_part(struct allowed_walk *w, const ProtobufCMessage *m)
{
	const PgQuery__IndexElem *e = (const void *)m;
	use_casts_of(w, e->expr);
	return look_collation(w, e->n_collation, e->collation) &&
		look_opclass(w, e->n_opclass, e->opclass);
}

bool
allowed_partition_part(struct allowed_walk *w, const ProtobufCMessage *m)
{
	const PgQuery__PartitionElem *e = (const void *)m;
	use_casts_of(w, e->expr);
	return look_collation(w, e->n_collation, e->collation) &&
		look_opclass(w, e->n_opclass, e->opclass);
}

bool
allowed_collate(struct allowed_walk *w, const ProtobufCMessage *m)
{
	const PgQuery__CollateClause *c = (const void *)m;
	return look_collation(w, c->n_collname, c->collname);
}

/* A type of the server's own or an enumeration: any other type brings functions
 * of its own, and a domain its checks. */
bool
allowed_type(struct allowed_walk *w, const ProtobufCMessage *m)
{
	const PgQuery__TypeName *t = (const void *)m;
	struct plain_name n;
	for (size_t i = 0; i < t->n_typmods; i++)
		if (t->typmods[i]->node_case != NODE(A_CONST))
			return allowed_not(w, "computes a type's size");
	if (!read_name(w, t->n_names, t->names, &n))
		return false;
	if (n.schema && is_pg_catalog(n.schema))
		return builtin_type(n.name) ||
			allowed_not_name(w, "uses type", n.name);
	if (!n.schema && t == w->column_type && !t->n_array_bounds &&
		builtin_serial(n.name))
		return true;
	if (!n.schema)
		use_path(w);
	if (n.schema || !builtin_type(n.name))
		use(w, USED_ENUM, "enumeration", n);
	if (!n.schema && !builtin_type(n.name))
		use(w, USED_TYPE_NAME, "type", n);
	return true;
}

bool
allowed_call(struct allowed_walk *w, const ProtobufCMessage *m)
{
	const PgQuery__FuncCall *f = (const void *)m;
	struct plain_name n;
	if (!w->makes_view && (f->agg_star || f->agg_distinct))
		return allowed_not(w, "calls an aggregate");
	if (!read_name(w, f->n_funcname, f->funcname, &n) ||
		!look_name(w, "calls function", n,
			w->makes_view ? builtin_aggregate : builtin_function))
		return false;
	use(w,
		f->n_args == 0                ? USED_CALL
			: is_bare(f->args[0]) ? USED_CALL_ON_TEXT
					      : USED_CALL_ON_VALUE,
		"function", n);
	return true;
}

static bool
use_operator(
	struct allowed_walk *w, const PgQuery__AExpr *e, struct plain_name n)
{
	if (!look_name(w, "uses operator", n, builtin_operator))
		return false;
	use(w,
		!e->lexpr                   ? USED_PREFIX_OPERATOR
			: is_bare(e->lexpr) ? USED_OPERATOR_ON_TEXT
					    : USED_OPERATOR_ON_VALUE,
		"operator", n);
	return true;
}

/* BETWEEN has no operator's name, and is made of these. */
bool
allowed_expression(struct allowed_walk *w, const ProtobufCMessage *m)
{
	const PgQuery__AExpr *e = (const void *)m;
	static const char *const between[] = { "<", "<=", ">", ">=" };
	struct plain_name n;
	if (e->kind < PG_QUERY__A__EXPR__KIND__AEXPR_BETWEEN)
		return read_name(w, e->n_name, e->name, &n) &&
			use_operator(w, e, n);
	if (e->kind > PG_QUERY__A__EXPR__KIND__AEXPR_NOT_BETWEEN_SYM)
		return allowed_not(w, "has an expression of an unknown kind");
	for (size_t i = 0; i < ELEMENTS(between); i++)
		if (!use_operator(
			    w, e, (struct plain_name){ NULL, between[i] }))
			return false;
	return true;
}

/* CASE x WHEN y compares with `=`. */
bool
allowed_case(struct allowed_walk *w, const ProtobufCMessage *m)
{
	const PgQuery__CaseExpr *c = (const void *)m;
	if (c->arg) {
		use_path(w);
		use(w, USED_OPERATOR_ON_VALUE, "operator",
			(struct plain_name){ NULL, "=" });
	}
	return true;
}

/* `a.b` and `(a).b` also call the function b, where a has no column of the name
 * (https://www.postgresql.org/docs/15/rowtypes.html, ROWTYPES-USAGE). In a view
 * the census asks whether there is one. */
bool
allowed_column_name(struct allowed_walk *w, const ProtobufCMessage *m)
{
	const PgQuery__ColumnRef *c = (const void *)m;
	const PgQuery__Node *last =
		c->n_fields ? c->fields[c->n_fields - 1] : NULL;
	if (last && last->node_case == NODE(STRING) && c->n_fields == 1)
		return true;
	if (!last || !w->makes_view)
		return allowed_not(w,
			"names a column with a point, which may call a "
			"function");
	if (last->node_case == NODE(STRING))
		use(w, USED_FIELD, "function",
			(struct plain_name){ NULL, last->string->sval });
	return true;
}

bool
allowed_subscript(struct allowed_walk *w, const ProtobufCMessage *m)
{
	const PgQuery__AIndirection *a = (const void *)m;
	for (size_t i = 0; i < a->n_indirection; i++)
		if (a->indirection[i]->node_case != NODE(A_INDICES))
			return allowed_not(w,
				"takes a field of a value, which may "
				"call a function");
	return true;
}

/* A number that becomes another type goes through a cast. */
