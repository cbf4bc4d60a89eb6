#include "config.h"
#include "hands/sql/lengthening.h"

#include <string.h>

#include "hands/sql/pg-node.h"

/* So many calls around each other at most, each of which makes a text six times
 * as long: \u0001 of JSON is one byte. */
#define AROUND_MOST 3u

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
	if (strcmp(name, "concat_ws") == 0)
		return !written(f, 0);
	if (strcmp(name, "replace") != 0)
		return false;
	const char *from = written(f, 1), *to = written(f, 2);
	return !from || !to || strlen(to) > strlen(from);
}

static bool
is_text(const PgQuery__TypeName *t)
{
	static const char *const texts[] = { "text", "varchar", "bpchar" };
	const PgQuery__Node *last =
		t && t->n_names ? t->names[t->n_names - 1] : NULL;
	for (size_t i = 0; last && i < ELEMENTS(texts); i++)
		if (last->node_case == NODE(STRING) &&
			strcmp(last->string->sval, texts[i]) == 0)
			return true;
	return false;
}

/* The text of an array has a backslash before each quote and each backslash. */
static bool
casts_to_text(const ProtobufCMessage *m)
{
	const PgQuery__TypeCast *c = (const void *)m;
	return m->descriptor == &pg_query__type_cast__descriptor && c->arg &&
		c->arg->node_case != NODE(A_CONST) &&
		c->arg->node_case != NODE(COLUMN_REF) && is_text(c->type_name);
}

static bool
lengthens(const ProtobufCMessage *m)
{
	static const char *const functions[] = { "encode", "json_build_array",
		"json_build_object", "jsonb_build_array", "jsonb_build_object",
		"like_escape", "similar_to_escape", "to_char", "to_json",
		"to_jsonb" };
	const char *name = called(m);
	for (size_t i = 0; name && i < ELEMENTS(functions); i++)
		if (strcmp(name, functions[i]) == 0)
			return true;
	return casts_to_text(m);
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
