#include "config.h"
#include "hands/sql/rules/code-body.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "hands/sql/pg-node.h"
#include "hands/sql/rules/rule-match.h"

#define DEEPEST 3 /* EXECUTE 'DO ...' and the like */

struct body {
	char *found; /* owned: the words of the first row that refuses */
	unsigned depth;
};

static void read_sql(struct body *b, const char *sql);

/* A text in quotes, as EXECUTE takes it; NULL. */
static const char *
quoted_in(const PgQuery__Node *n)
{
	const PgQuery__SelectStmt *s =
		n->node_case == NODE(SELECT_STMT) ? n->select_stmt : NULL;
	if (!s || s->n_target_list != 1 || s->n_from_clause ||
		s->target_list[0]->node_case != NODE(RES_TARGET))
		return NULL;
	const PgQuery__Node *v = s->target_list[0]->res_target->val;
	return v && v->node_case == NODE(A_CONST) && !v->a_const->isnull &&
			v->a_const->val_case == PG_QUERY__A__CONST__VAL_SVAL
		? v->a_const->sval->sval
		: NULL;
}

static void
read_statement(struct body *b, const PgQuery__Node *n, const char *sql)
{
	own(statement) struct statement s = { 0 };
	rule_match(&s, n);
	code_body_match(&s, n, span_of(sql));
	for (size_t i = 0; i < s.n_parts && !b->found; i++) {
		const struct guard_rule *r = part_rule(&s.parts[i]);
		if (r->verdict == VERDICT_NEVER)
			b->found = xstrdup(s.parts[i].value &&
						strcmp(r->name,
							"static-loss") == 0
					? s.parts[i].value
					: r->words);
	}
	const char *text = quoted_in(n);
	if (text)
		read_sql(b, text);
}

static void
read_sql(struct body *b, const char *sql)
{
	if (b->found || b->depth >= DEEPEST)
		return;
	b->depth++;
	PgQueryProtobufParseResult r = pg_query_parse_protobuf(sql);
	PgQuery__ParseResult *tree = r.error
		? NULL
		: pg_query__parse_result__unpack(NULL, r.parse_tree.len,
			  (const uint8_t *)r.parse_tree.data);
	for (size_t i = 0; tree && i < tree->n_stmts; i++)
		if (tree->stmts[i]->stmt)
			read_statement(b, tree->stmts[i]->stmt, sql);
	if (tree)
		pg_query__parse_result__free_unpacked(tree, NULL);
	pg_query_free_protobuf_parse_result(r);
	b->depth--;
}

/* A statement, or an expression. */
static void
read_query(struct body *b, const char *sql)
{
	own(str) char *as_query = xprintf("SELECT %s", sql);
	read_sql(b, sql);
	read_sql(b, as_query);
}

/* libpg_query tells PL/pgSQL's tree as JSON, in which each text of SQL is the
 * `query` of an expression, wherever that stands. */
static void
read_json(struct body *b, json_t *j)
{
	const char *key;
	json_t *value;
	size_t i;
	if (json_is_array(j))
		json_array_foreach (j, i, value)
			read_json(b, value);
	if (!json_is_object(j))
		return;
	json_object_foreach (j, key, value) {
		if (strcmp(key, "query") == 0 && json_is_string(value))
			read_query(b, json_string_value(value));
		else
			read_json(b, value);
	}
}

static void
read_plpgsql(struct body *b, struct span text)
{
	own(str) char *copy = xstrndup(text.data ? text.data : "", text.len);
	PgQueryPlpgsqlParseResult r = pg_query_parse_plpgsql(copy);
	json_t *j = r.error ? NULL : json_loads(r.plpgsql_funcs, 0, NULL);
	if (j)
		read_json(b, j);
	json_decref(j);
	pg_query_free_plpgsql_parse_result(r);
}

/* An option of DO or CREATE FUNCTION, as a text; NULL. */
static const char *
option(size_t n, PgQuery__Node *const *options, const char *name)
{
	for (size_t i = 0; i < n; i++) {
		const PgQuery__DefElem *d =
			options[i]->node_case == NODE(DEF_ELEM)
			? options[i]->def_elem
			: NULL;
		if (!d || !d->arg || strcmp(d->defname, name) != 0)
			continue;
		if (d->arg->node_case == NODE(STRING))
			return d->arg->string->sval;
		if (d->arg->node_case == NODE(LIST) && d->arg->list->n_items &&
			d->arg->list->items[0]->node_case == NODE(STRING))
			return d->arg->list->items[0]->string->sval;
	}
	return NULL;
}

static bool
is_code(const PgQuery__Node *n, size_t *count, PgQuery__Node *const **list)
{
	if (n->node_case == NODE(DO_STMT)) {
		*count = n->do_stmt->n_args;
		*list = n->do_stmt->args;
	} else if (n->node_case == NODE(CREATE_FUNCTION_STMT)) {
		*count = n->create_function_stmt->n_options;
		*list = n->create_function_stmt->options;
	} else {
		return false;
	}
	return true;
}

void
code_body_match(
	struct statement *s, const PgQuery__Node *node, struct span text)
{
	struct body b = { 0 };
	size_t n = 0;
	PgQuery__Node *const *options = NULL;
	if (!is_code(node, &n, &options))
		return;
	const char *language = option(n, options, "language");
	const char *sql = option(n, options, "as");
	if (language && strcasecmp(language, "sql") == 0 && sql)
		read_sql(&b, sql);
	else if (sql && (!language || strcasecmp(language, "plpgsql") == 0))
		read_plpgsql(&b, text);
	if (!b.found)
		return;
	struct guard_part p = { .value = b.found };
	while (strcmp(part_rule(&p)->name, "static-loss") != 0)
		p.row++;
	statement_has(s, &p);
}
