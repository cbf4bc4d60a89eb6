#include "config.h"
#include "hands/sql/allowed-parts.h"

#include <string.h>

#include "base/own.h"
#include "hands/sql/pg-node.h"

bool
allowed_enum(struct allowed_walk *w, const ProtobufCMessage *m)
{
	const PgQuery__CreateEnumStmt *c = (const void *)m;
	return allowed_new_name(w, c->n_type_name, c->type_name);
}

bool
allowed_range(struct allowed_walk *w, const ProtobufCMessage *m)
{
	const PgQuery__CreateRangeStmt *c = (const void *)m;
	return allowed_new_name(w, c->n_type_name, c->type_name);
}

bool
allowed_domain(struct allowed_walk *w, const ProtobufCMessage *m)
{
	const PgQuery__CreateDomainStmt *c = (const void *)m;
	return allowed_new_name(w, c->n_domainname, c->domainname);
}

bool
allowed_table(struct allowed_walk *w, const ProtobufCMessage *m)
{
	const PgQuery__CreateStmt *c = (const void *)m;
	w->makes_table = true;
	if (c->access_method && *c->access_method &&
		strcmp(c->access_method, "heap") != 0)
		return allowed_not_name(
			w, "uses access method", c->access_method);
	return c->oncommit <= PG_QUERY__ON_COMMIT_ACTION__ONCOMMIT_NOOP ||
		allowed_not(w, "makes a temporary table");
}

/* A new column may be `serial` there, too. */
bool
allowed_alter(struct allowed_walk *w, const ProtobufCMessage *m)
{
	(void)m;
	w->makes_table = true;
	return true;
}

/* ALTER INDEX renames tables, too: the census asks what has the name. */
bool
allowed_rename(struct allowed_walk *w, const ProtobufCMessage *m)
{
	const PgQuery__RenameStmt *r = (const void *)m;
	if (r->rename_type == OBJECT(INDEX) && r->relation)
		statement_uses(w->s, USED_INDEX, "index",
			r->relation->schemaname, r->relation->relname);
	return true;
}

bool
allowed_sequence(struct allowed_walk *w, const ProtobufCMessage *m)
{
	(void)m;
	w->makes_sequence = true;
	return true;
}

bool
allowed_schema(struct allowed_walk *w, const ProtobufCMessage *m)
{
	return allowed_schema_name(
		w, ((const PgQuery__CreateSchemaStmt *)m)->schemaname);
}

bool
allowed_view(struct allowed_walk *w, const ProtobufCMessage *m)
{
	(void)m;
	w->makes_view = true;
	return true;
}

bool
allowed_insert(struct allowed_walk *w, const ProtobufCMessage *m)
{
	(void)m;
	w->adds_rows = true;
	return true;
}

/* A view's, which runs when the view is read, and the VALUES of INSERT. */
bool
allowed_query(struct allowed_walk *w, const ProtobufCMessage *m)
{
	const PgQuery__SelectStmt *s = (const void *)m;
	bool values = m->descriptor == &pg_query__select_stmt__descriptor &&
		s->n_values_lists > 0;
	return w->makes_view || (w->adds_rows && values) ||
		allowed_not(w, "asks a query");
}
