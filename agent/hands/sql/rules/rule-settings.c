#include "config.h"
#include "hands/sql/rules/rule-when.h"

#include <string.h>
#include <strings.h>

#include "base/own.h"
#include "hands/sql/pg-node.h"

#define REPLICATION_ROLE "session_replication_role"

/* A text or a name that is written out; NULL. */
static const char *
text_of(const PgQuery__Node *n)
{
	while (n && n->node_case == NODE(TYPE_CAST))
		n = n->type_cast->arg;
	if (n && n->node_case == NODE(A_CONST) && !n->a_const->isnull &&
		n->a_const->val_case == PG_QUERY__A__CONST__VAL_SVAL)
		return n->a_const->sval->sval;
	return n && n->node_case == NODE(STRING) ? n->string->sval : NULL;
}

static bool
is_named(const PgQuery__VariableSetStmt *s, const char *name)
{
	return s->name && strcasecmp(s->name, name) == 0;
}

/* CREATE ROLE and ALTER ROLE have lists of the same kind. */
static bool
is_superuser(size_t n, PgQuery__Node *const *options)
{
	for (size_t i = 0; i < n; i++) {
		const PgQuery__DefElem *d =
			options[i]->node_case == NODE(DEF_ELEM)
			? options[i]->def_elem
			: NULL;
		if (!d || !d->defname || strcmp(d->defname, "superuser") != 0)
			continue;
		const PgQuery__Node *arg = d->arg;
		return !arg || arg->node_case != NODE(BOOLEAN) ||
			arg->boolean->boolval;
	}
	return false;
}

bool
makes_superuser(const struct rule_place *at, const ProtobufCMessage *m)
{
	(void)at;
	if (m->descriptor == &pg_query__create_role_stmt__descriptor) {
		const PgQuery__CreateRoleStmt *c = (const void *)m;
		return is_superuser(c->n_options, c->options);
	}
	const PgQuery__AlterRoleStmt *a = (const void *)m;
	return is_superuser(a->n_options, a->options);
}

bool
sets_replica(const struct rule_place *at, const ProtobufCMessage *m)
{
	(void)at;
	const PgQuery__VariableSetStmt *s = (const void *)m;
	const char *value = s->n_args ? text_of(s->args[0]) : NULL;
	return is_named(s, REPLICATION_ROLE) && value &&
		strcasecmp(value, "replica") == 0;
}

/* A value that is not written out may be that one. */
bool
calls_replica(const struct rule_place *at, const ProtobufCMessage *m)
{
	(void)at;
	const PgQuery__FuncCall *f = (const void *)m;
	const char *name = f->n_args > 1 ? text_of(f->args[0]) : NULL;
	const char *value = f->n_args > 1 ? text_of(f->args[1]) : NULL;
	return strcmp(last_part(f->n_funcname, f->funcname), "set_config") ==
		0 &&
		name && strcasecmp(name, REPLICATION_ROLE) == 0 &&
		(!value || strcasecmp(value, "replica") == 0);
}

bool
sets_timeout(const struct rule_place *at, const ProtobufCMessage *m)
{
	(void)at;
	const PgQuery__VariableSetStmt *s = (const void *)m;
	return (is_named(s, "lock_timeout") ||
		       is_named(s, "statement_timeout")) &&
		s->kind == PG_QUERY__VARIABLE_SET_KIND__VAR_SET_VALUE &&
		s->n_args == 1;
}

bool
sets_path(const struct rule_place *at, const ProtobufCMessage *m)
{
	(void)at;
	return is_named((const void *)m, "search_path");
}
