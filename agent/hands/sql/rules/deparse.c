#include "config.h"
#include "hands/sql/rules/deparse.h"

#include <stdlib.h>
#include <string.h>

#include "base/own.h"
#include "hands/sql/pg-node.h"

static const char before[] = "SELECT ";

/* A statement with one cast in it, whose parts are exchanged: so everything
 * else in the tree is as the parser makes it, in each version. */
static PgQuery__ParseResult *
make_template(void)
{
	PgQueryProtobufParseResult r =
		pg_query_parse_protobuf("SELECT NULL::int");
	PgQuery__ParseResult *tree = r.error
		? NULL
		: pg_query__parse_result__unpack(NULL, r.parse_tree.len,
			  (const uint8_t *)r.parse_tree.data);
	pg_query_free_protobuf_parse_result(r);
	return tree;
}

static char *
write_out(const PgQuery__ParseResult *tree)
{
	PgQueryProtobuf packed = {
		.len = pg_query__parse_result__get_packed_size(tree),
	};
	own(str) char *bytes = xcalloc(packed.len + 1, 1);
	pg_query__parse_result__pack(tree, (uint8_t *)bytes);
	packed.data = bytes;
	PgQueryDeparseResult r = pg_query_deparse_protobuf(packed);
	char *ret = NULL;
	if (!r.error && r.query &&
		strncmp(r.query, before, sizeof(before) - 1) == 0)
		ret = xstrdup(r.query + sizeof(before) - 1);
	pg_query_free_deparse_result(r);
	return ret;
}

static PgQuery__ResTarget *
target_of(PgQuery__ParseResult *tree)
{
	PgQuery__SelectStmt *s = tree->stmts[0]->stmt->select_stmt;
	return s->target_list[0]->res_target;
}

char *
deparse_expression(const PgQuery__Node *n)
{
	PgQuery__ParseResult *tree = n ? make_template() : NULL;
	if (!tree)
		return NULL;
	PgQuery__ResTarget *t = target_of(tree);
	PgQuery__Node *own_value = t->val;
	t->val = (PgQuery__Node *)n;
	char *ret = write_out(tree);
	t->val = own_value;
	pg_query__parse_result__free_unpacked(tree, NULL);
	return ret;
}

/* As the type of NULL, from which it is cut off again. */
char *
deparse_type(const PgQuery__TypeName *type)
{
	static const char null[] = "NULL::";
	PgQuery__ParseResult *tree = type ? make_template() : NULL;
	if (!tree)
		return NULL;
	PgQuery__TypeCast *c = target_of(tree)->val->type_cast;
	PgQuery__TypeName *own_type = c->type_name;
	c->type_name = (PgQuery__TypeName *)type;
	own(str) char *text = write_out(tree);
	c->type_name = own_type;
	pg_query__parse_result__free_unpacked(tree, NULL);
	return text && strncmp(text, null, sizeof(null) - 1) == 0
		? xstrdup(text + sizeof(null) - 1)
		: NULL;
}
