#include "config.h"
#include "hands/sql/parse.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/escape.h"
#include "hands/sql/allowed-nodes.h"
#include "hands/sql/long-names.h"
#include "hands/sql/outside-kind.h"
#include "hands/sql/rules/code-body.h"
#include "hands/sql/rules/part.h"
#include "hands/sql/rules/rule-match.h"
#include "hands/sql/rules/rule.h"
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

static void
read_create(struct statement *s, const PgQuery__Node *n)
{
	parse_table_create(s, n->create_stmt);
}

static void
read_index(struct statement *s, const PgQuery__Node *n)
{
	parse_table_index(s, n->index_stmt);
}

static void
read_alter_table(struct statement *s, const PgQuery__Node *n)
{
	parse_table_alter(s, n->alter_table_stmt);
}

static void
read_rename(struct statement *s, const PgQuery__Node *n)
{
	parse_table_rename(s, n->rename_stmt);
}

/* What is dropped, so that a later statement may create it again. The kinds
 * that the census does not count are left out. */
static void
read_drop(struct statement *s, const PgQuery__Node *n)
{
	const PgQuery__DropStmt *d = n->drop_stmt;
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
		struct name name = { NULL, NULL };
		if (o->node_case == NODE(LIST))
			name = name_of(o->list->n_items, o->list->items);
		else if (o->node_case == NODE(TYPE_NAME))
			name = name_of(
				o->type_name->n_names, o->type_name->names);
		else if (o->node_case == NODE(STRING))
			name.name = o->string->sval;
		if (name.name)
			statement_drops(s, kind, "object", name.schema, NULL,
				name.name);
	}
}

static void
read_create_schema(struct statement *s, const PgQuery__Node *n)
{
	const PgQuery__CreateSchemaStmt *c = n->create_schema_stmt;
	if (c->schemaname && *c->schemaname)
		statement_makes(
			s, MADE_SCHEMA, "schema", NULL, NULL, c->schemaname)
			->if_not_exists = c->if_not_exists;
}

static void
make_type(struct statement *s, const char *word, size_t n,
	PgQuery__Node *const *list)
{
	struct name name = name_of(n, list);
	if (name.name)
		statement_makes(
			s, MADE_TYPE, word, name.schema, NULL, name.name);
}

static void
read_view(struct statement *s, const PgQuery__Node *n)
{
	const PgQuery__ViewStmt *v = n->view_stmt;
	statement_makes(s, MADE_RELATION, "view", v->view->schemaname, NULL,
		v->view->relname)
		->if_not_exists = v->replace;
}

static void
read_sequence(struct statement *s, const PgQuery__Node *n)
{
	const PgQuery__CreateSeqStmt *c = n->create_seq_stmt;
	statement_makes(s, MADE_RELATION, "sequence", c->sequence->schemaname,
		NULL, c->sequence->relname)
		->if_not_exists = c->if_not_exists;
}

static void
read_table_as(struct statement *s, const PgQuery__Node *n)
{
	const PgQuery__CreateTableAsStmt *c = n->create_table_as_stmt;
	statement_makes(s, MADE_RELATION, "table", c->into->rel->schemaname,
		NULL, c->into->rel->relname)
		->if_not_exists = c->if_not_exists;
}

static void
read_extension(struct statement *s, const PgQuery__Node *n)
{
	const PgQuery__CreateExtensionStmt *c = n->create_extension_stmt;
	statement_makes(s, MADE_EXTENSION, "extension", NULL, NULL, c->extname)
		->if_not_exists = c->if_not_exists;
}

static void
read_trigger(struct statement *s, const PgQuery__Node *n)
{
	const PgQuery__CreateTrigStmt *c = n->create_trig_stmt;
	statement_makes(s, MADE_TRIGGER, "trigger", c->relation->schemaname,
		c->relation->relname, c->trigname)
		->if_not_exists = c->replace;
}

static void
read_domain(struct statement *s, const PgQuery__Node *n)
{
	make_type(s, "domain", n->create_domain_stmt->n_domainname,
		n->create_domain_stmt->domainname);
}

static void
read_define(struct statement *s, const PgQuery__Node *n)
{
	if (n->define_stmt->kind == OBJECT(TYPE))
		make_type(s, "type", n->define_stmt->n_defnames,
			n->define_stmt->defnames);
}

static void
read_enum(struct statement *s, const PgQuery__Node *n)
{
	make_type(s, "type", n->create_enum_stmt->n_type_name,
		n->create_enum_stmt->type_name);
}

static void
read_range(struct statement *s, const PgQuery__Node *n)
{
	make_type(s, "type", n->create_range_stmt->n_type_name,
		n->create_range_stmt->type_name);
}

static void
read_composite(struct statement *s, const PgQuery__Node *n)
{
	const PgQuery__RangeVar *type = n->composite_type_stmt->typevar;
	statement_makes(
		s, MADE_TYPE, "type", type->schemaname, NULL, type->relname);
}

/* Overloads have one name, so a function that exists is no conflict that can
 * be told by name; OR REPLACE is none at all. */
static void
read_function(struct statement *s, const PgQuery__Node *node)
{
	const PgQuery__CreateFunctionStmt *f = node->create_function_stmt;
	struct name n = name_of(f->n_funcname, f->funcname);
	s->opaque = true;
	if (n.name)
		statement_makes(
			s, MADE_FUNCTION, "function", n.schema, NULL, n.name)
			->if_not_exists = true;
}

static void
read_transaction(struct statement *s, const PgQuery__Node *n)
{
	(void)n;
	s->alone = true;
}

/* What it runs is not seen through; a procedure or a block may commit by
 * itself. */
static void
read_code(struct statement *s, const PgQuery__Node *n)
{
	s->opaque = true;
	s->alone = n->node_case != NODE(EXECUTE_STMT);
}

static void
read_vacuum(struct statement *s, const PgQuery__Node *n)
{
	s->alone = n->vacuum_stmt->is_vacuumcmd;
}

/* PostgreSQL refuses it inside a transaction, or it would last beyond one. */
static void
read_alone(struct statement *s, const PgQuery__Node *n)
{
	(void)n;
	s->alone = true;
}

/* What is read of each kind of statement; nothing of any other. */
static const struct {
	PgQuery__Node__NodeCase kind;
	void (*read)(struct statement *s, const PgQuery__Node *n);
} readers[] = {
	{ NODE(CREATE_STMT), read_create },
	{ NODE(INDEX_STMT), read_index },
	{ NODE(ALTER_TABLE_STMT), read_alter_table },
	{ NODE(RENAME_STMT), read_rename },
	{ NODE(DROP_STMT), read_drop },
	{ NODE(CREATE_SCHEMA_STMT), read_create_schema },
	{ NODE(CREATE_ENUM_STMT), read_enum },
	{ NODE(CREATE_RANGE_STMT), read_range },
	{ NODE(COMPOSITE_TYPE_STMT), read_composite },
	{ NODE(CREATE_DOMAIN_STMT), read_domain },
	{ NODE(DEFINE_STMT), read_define },
	{ NODE(VIEW_STMT), read_view },
	{ NODE(CREATE_SEQ_STMT), read_sequence },
	{ NODE(CREATE_TABLE_AS_STMT), read_table_as },
	{ NODE(CREATE_EXTENSION_STMT), read_extension },
	{ NODE(CREATE_TRIG_STMT), read_trigger },
	{ NODE(CREATE_FUNCTION_STMT), read_function },
	{ NODE(DO_STMT), read_code },
	{ NODE(CALL_STMT), read_code },
	{ NODE(EXECUTE_STMT), read_code },
	{ NODE(TRANSACTION_STMT), read_transaction },
	{ NODE(VACUUM_STMT), read_vacuum },
	{ NODE(REINDEX_STMT), read_alone },
	{ NODE(CLUSTER_STMT), read_alone },
	{ NODE(CREATEDB_STMT), read_alone },
	{ NODE(ALTER_DATABASE_STMT), read_alone },
	{ NODE(CREATE_TABLE_SPACE_STMT), read_alone },
	{ NODE(ALTER_SYSTEM_STMT), read_alone },
	{ NODE(CREATE_SUBSCRIPTION_STMT), read_alone },
	{ NODE(ALTER_SUBSCRIPTION_STMT), read_alone },
	{ NODE(CHECK_POINT_STMT), read_alone },
	{ NODE(DISCARD_STMT), read_alone },
};

static void
read_node(struct statement *s, const PgQuery__Node *n)
{
	for (size_t i = 0; i < ELEMENTS(readers); i++)
		if (readers[i].kind == n->node_case)
			readers[i].read(s, n);
}

static bool
may_pass(const struct statement *s)
{
	for (size_t i = 0; i < s->n_parts; i++)
		if (!rule_may_pass(part_rule(&s->parts[i])))
			return false;
	return true;
}

/* What may run by itself is looked through as a whole. */
static void
find_objection(struct statement *s, const PgQuery__Node *n,
	const struct long_names *names)
{
	const struct long_name *name = long_names_in(names, s->from, s->len);
	if (name) {
		own(str) char *cut =
			escape_str(span_of(name->cut), 120, ESCAPE_LINE);
		s->objection = xprintf("has a name of more than 63 bytes, "
				       "which PostgreSQL cuts to \"%s\"",
			cut);
	}
	if (may_pass(s))
		allowed_nodes_read(s, n);
}

/* The whole text, of which a statement is a part. */
struct parsed {
	struct span text;
	bool bodies;
	struct long_names names;
};

/* libpg_query's locations count bytes from the script's start, and a length of
 * 0 means "to the end". */
static void
read_statement(struct statement *s, const PgQuery__RawStmt *raw,
	const struct parsed *from)
{
	struct span own_text =
		span_from(from->text, (size_t)raw->stmt_location);
	if (raw->stmt_len > 0)
		own_text = span_first(own_text, (size_t)raw->stmt_len);
	own_text = sql_text_skip(own_text);
	s->from = (size_t)(own_text.data - from->text.data);
	s->len = own_text.len;
	s->what = sql_text_words(own_text);
	s->outside = outside_kind_of(raw->stmt);
	read_node(s, raw->stmt);
	rule_match(s, raw->stmt);
	if (from->bodies)
		code_body_match(s, raw->stmt, own_text);
	find_objection(s, raw->stmt, &from->names);
}

/* libpg_query hands its tree over packed, and unpacking it has a depth limit.
 */
static int
walk(const PgQueryProtobuf *packed, const struct parsed *from, size_t max,
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
			read_statement(&s, tree->stmts[i], from);
		else
			s.what = xstrdup("nothing");
		r = each(arg, &s);
	}
	pg_query__parse_result__free_unpacked(tree, NULL);
	return r;
}

int
parse_statements(const char *text, bool bodies, size_t max,
	int (*each)(void *arg, const struct statement *s), void *arg,
	struct why *why)
{
	PgQueryProtobufParseResult result = pg_query_parse_protobuf(text);
	int r;
	if (result.error) {
		own(str) char *message =
			escape_joined(span_of(result.error->message), 300);
		/* What the parser has no memory for has no position. */
		r = because(why,
			result.error->cursorpos > 0 ? -EILSEQ : -EINVAL,
			"it does not parse: %s at character %d", message,
			result.error->cursorpos);
	} else {
		struct parsed from = { span_of(text), bodies, { 0 } };
		long_names_find(&from.names, text);
		r = walk(&result.parse_tree, &from, max, each, arg, why);
		long_names_free(&from.names);
	}
	pg_query_free_protobuf_parse_result(result);
	return r;
}
