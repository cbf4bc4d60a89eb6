#include "config.h"
#include "hands/sql/parse.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/escape.h"
#include "hands/sql/data-loss.h"
#include "hands/sql/outside-kind.h"
#include "hands/sql/sql-text.h"
#include "hands/sql/parse-table.h"
#include "hands/sql/pg-node.h"

/* `a.b` of a qualified name: the last two strings of a list. */
struct name {
	const char *schema, *name;
};

static struct name
name_of(size_t n, PgQuery__Node *const *list)
{
	struct name ret = { NULL, NULL };
	for (size_t i = 0; i < n; i++)
		if (list[i]->node_case == NODE(STRING)) {
			ret.schema = ret.name;
			ret.name = list[i]->string->sval;
		}
	return ret;
}

/* What is dropped, so that a later statement may create it again. The kinds
 * that the census does not count are left out. */
static void
read_drop(struct statement *s, const PgQuery__DropStmt *d)
{
	enum made_kind kind = MADE_RELATION;
	if (d->remove_type == OBJECT(TYPE) || d->remove_type == OBJECT(DOMAIN))
		kind = MADE_TYPE;
	else if (d->remove_type == OBJECT(SCHEMA))
		kind = MADE_SCHEMA;
	else if (d->remove_type == OBJECT(EXTENSION))
		kind = MADE_EXTENSION;
	else if (d->remove_type != OBJECT(TABLE) &&
		d->remove_type != OBJECT(INDEX) &&
		d->remove_type != OBJECT(VIEW) &&
		d->remove_type != OBJECT(MATVIEW) &&
		d->remove_type != OBJECT(SEQUENCE))
		return;
	s->alone = d->concurrent;
	for (size_t i = 0; i < d->n_objects; i++) {
		const PgQuery__Node *o = d->objects[i];
		struct name n = { NULL, NULL };
		if (o->node_case == NODE(LIST))
			n = name_of(o->list->n_items, o->list->items);
		else if (o->node_case == NODE(TYPE_NAME))
			n = name_of(o->type_name->n_names, o->type_name->names);
		else if (o->node_case == NODE(STRING))
			n.name = o->string->sval;
		if (n.name)
			statement_drops(
				s, kind, "object", n.schema, NULL, n.name);
	}
}

static void
read_create_schema(struct statement *s, const PgQuery__CreateSchemaStmt *c)
{
	if (!c->n_schema_elts && !c->authrole)
		s->kind = STATEMENT_CREATE_SCHEMA;
	if (c->schemaname && *c->schemaname)
		statement_makes(
			s, MADE_SCHEMA, "schema", NULL, NULL, c->schemaname)
			->if_not_exists = c->if_not_exists;
}

static void
make_type(struct statement *s, size_t n, PgQuery__Node *const *list)
{
	struct name name = name_of(n, list);
	if (name.name)
		statement_makes(
			s, MADE_TYPE, "type", name.schema, NULL, name.name);
}

static void
read_other(struct statement *s, const PgQuery__Node *n)
{
	switch (n->node_case) {
	case NODE(VIEW_STMT):
		statement_makes(s, MADE_RELATION, "view",
			n->view_stmt->view->schemaname, NULL,
			n->view_stmt->view->relname)
			->if_not_exists = n->view_stmt->replace;
		break;
	case NODE(CREATE_SEQ_STMT):
		statement_makes(s, MADE_RELATION, "sequence",
			n->create_seq_stmt->sequence->schemaname, NULL,
			n->create_seq_stmt->sequence->relname)
			->if_not_exists = n->create_seq_stmt->if_not_exists;
		break;
	case NODE(CREATE_TABLE_AS_STMT):
		statement_makes(s, MADE_RELATION, "table",
			n->create_table_as_stmt->into->rel->schemaname, NULL,
			n->create_table_as_stmt->into->rel->relname)
			->if_not_exists =
			n->create_table_as_stmt->if_not_exists;
		break;
	case NODE(CREATE_EXTENSION_STMT):
		statement_makes(s, MADE_EXTENSION, "extension", NULL, NULL,
			n->create_extension_stmt->extname)
			->if_not_exists =
			n->create_extension_stmt->if_not_exists;
		break;
	case NODE(CREATE_TRIG_STMT):
		statement_makes(s, MADE_TRIGGER, "trigger",
			n->create_trig_stmt->relation->schemaname,
			n->create_trig_stmt->relation->relname,
			n->create_trig_stmt->trigname)
			->if_not_exists = n->create_trig_stmt->replace;
		break;
	case NODE(CREATE_DOMAIN_STMT):
		make_type(s, n->create_domain_stmt->n_domainname,
			n->create_domain_stmt->domainname);
		break;
	case NODE(DEFINE_STMT):
		if (n->define_stmt->kind == OBJECT(TYPE))
			make_type(s, n->define_stmt->n_defnames,
				n->define_stmt->defnames);
		break;
	default:
		break;
	}
}

/* Overloads have one name, so a function that exists is no conflict that can
 * be told by name; OR REPLACE is none at all. */
static void
read_function(struct statement *s, const PgQuery__CreateFunctionStmt *f)
{
	struct name n = name_of(f->n_funcname, f->funcname);
	s->opaque = true;
	if (n.name)
		statement_makes(
			s, MADE_FUNCTION, "function", n.schema, NULL, n.name)
			->if_not_exists = true;
}

/* Whether it may not stand in a transaction block. */
static bool
runs_alone(const PgQuery__Node *n)
{
	switch (n->node_case) {
	case NODE(TRANSACTION_STMT):
	case NODE(REINDEX_STMT):
	case NODE(CLUSTER_STMT):
	case NODE(CREATEDB_STMT):
	case NODE(ALTER_DATABASE_STMT):
	case NODE(CREATE_TABLE_SPACE_STMT):
	case NODE(ALTER_SYSTEM_STMT):
	case NODE(CREATE_SUBSCRIPTION_STMT):
	case NODE(ALTER_SUBSCRIPTION_STMT):
	case NODE(CHECK_POINT_STMT):
	case NODE(DISCARD_STMT):
	/* A procedure may commit by itself, and so may a DO block. */
	case NODE(DO_STMT):
	case NODE(CALL_STMT):
		return true;
	case NODE(ALTER_ENUM_STMT):
		/* A new label cannot be used in the transaction that adds it;
		 * a label that is only renamed can. */
		return !(n->alter_enum_stmt->old_val &&
			*n->alter_enum_stmt->old_val);
	case NODE(VACUUM_STMT):
		return n->vacuum_stmt->is_vacuumcmd; /* or ANALYZE */
	default:
		return false;
	}
}

/* A type is one kind of its own to the guard, however it is made. */
static void
read_create_type(struct statement *s, const PgQuery__Node *n)
{
	s->kind = STATEMENT_CREATE_TYPE;
	if (n->node_case == NODE(CREATE_ENUM_STMT))
		make_type(s, n->create_enum_stmt->n_type_name,
			n->create_enum_stmt->type_name);
	else if (n->node_case == NODE(CREATE_RANGE_STMT))
		make_type(s, n->create_range_stmt->n_type_name,
			n->create_range_stmt->type_name);
	else
		statement_makes(s, MADE_TYPE, "type",
			n->composite_type_stmt->typevar->schemaname, NULL,
			n->composite_type_stmt->typevar->relname);
}

static void
read_node(struct statement *s, const PgQuery__Node *n)
{
	s->alone = runs_alone(n);
	switch (n->node_case) {
	case NODE(CREATE_STMT):
		parse_table_create(s, n->create_stmt);
		break;
	case NODE(INDEX_STMT):
		parse_table_index(s, n->index_stmt);
		break;
	case NODE(ALTER_TABLE_STMT):
		parse_table_alter(s, n->alter_table_stmt);
		break;
	case NODE(RENAME_STMT):
		parse_table_rename(s, n->rename_stmt);
		break;
	case NODE(DROP_STMT):
		read_drop(s, n->drop_stmt);
		break;
	case NODE(CREATE_SCHEMA_STMT):
		read_create_schema(s, n->create_schema_stmt);
		break;
	case NODE(CREATE_ENUM_STMT):
	case NODE(CREATE_RANGE_STMT):
	case NODE(COMPOSITE_TYPE_STMT):
		read_create_type(s, n);
		break;
	case NODE(CREATE_FUNCTION_STMT):
		read_function(s, n->create_function_stmt);
		break;
	case NODE(TRANSACTION_STMT):
		s->kind = STATEMENT_TRANSACTION;
		break;
	case NODE(DO_STMT):
	case NODE(CALL_STMT):
	case NODE(EXECUTE_STMT):
		s->opaque = true;
		break;
	default:
		read_other(s, n);
		break;
	}
}

/* libpg_query's locations count bytes from the script's start, and a length of
 * 0 means "to the end". */
static void
read_statement(
	struct statement *s, const PgQuery__RawStmt *raw, struct span text)
{
	struct span own_text = span_from(text, (size_t)raw->stmt_location);
	if (raw->stmt_len > 0)
		own_text = span_first(own_text, (size_t)raw->stmt_len);
	own_text = sql_text_skip(own_text);
	s->from = (size_t)(own_text.data - text.data);
	s->len = own_text.len;
	const char *loss = data_loss_in(&raw->stmt->base);
	s->loses = loss != NULL;
	s->what = loss ? xstrdup(loss) : sql_text_words(own_text);
	s->outside = outside_kind_of(raw->stmt);
	read_node(s, raw->stmt);
}

/* libpg_query hands its tree over packed, and unpacking it has a depth limit.
 */
static int
walk(const PgQueryProtobuf *packed, struct span text, size_t max,
	int (*each)(void *arg, const struct statement *s), void *arg,
	struct why *why)
{
	PgQuery__ParseResult *tree = pg_query__parse_result__unpack(
		NULL, packed->len, (const uint8_t *)packed->data);
	if (!tree)
		return because(why, -EINVAL, "its parse tree is too deep");
	int r = 0;
	if (tree->n_stmts > max)
		r = because(
			why, -EINVAL, "it has more than %zu statements", max);
	for (size_t i = 0; i < tree->n_stmts && r == 0; i++) {
		own(statement) struct statement s = { 0 };
		if (tree->stmts[i]->stmt)
			read_statement(&s, tree->stmts[i], text);
		else
			s.what = xstrdup("nothing");
		r = each(arg, &s);
	}
	pg_query__parse_result__free_unpacked(tree, NULL);
	return r;
}

int
parse_statements(const char *text, size_t max,
	int (*each)(void *arg, const struct statement *s), void *arg,
	struct why *why)
{
	PgQueryProtobufParseResult result = pg_query_parse_protobuf(text);
	int r;
	if (result.error) {
		own(str) char *message =
			escape_joined(span_of(result.error->message), 300);
		r = because(why, -EINVAL,
			"it does not parse: %s at character %d", message,
			result.error->cursorpos);
	} else {
		r = walk(
			&result.parse_tree, span_of(text), max, each, arg, why);
	}
	pg_query_free_protobuf_parse_result(result);
	return r;
}
