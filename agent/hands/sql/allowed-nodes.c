#include "config.h"
#include "hands/sql/allowed-nodes.h"

#include <string.h>

#include "hands/sql/allowed-parts.h"
#include "hands/sql/lengthening.h"
#include "hands/sql/pg-node.h"
#include "hands/sql/values/column-fit.h"

#define ANY "*"
#define MESSAGE(x) &pg_query__##x##__descriptor

/* The nodes that may occur, with those of their fields that may be set. A node
 * or a field that a later PostgreSQL adds is not on the list. */
static const struct allowed {
	const ProtobufCMessageDescriptor *node;
	const char *fields; /* between blanks */
	allowed_fn *look;
} allowed[] = {
	/* statements */
	{ MESSAGE(create_stmt),
		" relation table_elts constraints options partspec oncommit "
		"access_method if_not_exists ",
		allowed_table },
	{ MESSAGE(index_stmt),
		" relation idxname access_method index_params "
		"index_including_params options where_clause unique "
		"nulls_not_distinct concurrent if_not_exists ",
		allowed_index },
	{ MESSAGE(alter_table_stmt), " relation cmds objtype missing_ok ",
		allowed_alter },
	{ MESSAGE(alter_table_cmd), " subtype name def behavior missing_ok ",
		NULL },
	{ MESSAGE(rename_stmt),
		" rename_type relation_type relation subname newname behavior "
		"missing_ok ",
		allowed_rename },
	{ MESSAGE(alter_enum_stmt), ANY, NULL },
	{ MESSAGE(create_domain_stmt),
		" domainname type_name coll_clause constraints ",
		allowed_domain },
	{ MESSAGE(create_seq_stmt), " sequence options if_not_exists ",
		allowed_sequence },
	{ MESSAGE(create_schema_stmt), " schemaname if_not_exists ",
		allowed_schema },
	{ MESSAGE(view_stmt), " view aliases query replace with_check_option ",
		allowed_view },
	{ MESSAGE(insert_stmt),
		" relation cols select_stmt on_conflict_clause override ",
		allowed_insert },
	{ MESSAGE(on_conflict_clause), " action infer ", NULL },
	{ MESSAGE(infer_clause), " index_elems conname ", NULL },
	{ MESSAGE(variable_set_stmt), " kind name args is_local ", NULL },
	{ MESSAGE(create_enum_stmt), ANY, allowed_enum },
	{ MESSAGE(create_range_stmt), ANY, allowed_range },
	{ MESSAGE(composite_type_stmt), ANY, NULL },
	/* their parts */
	{ MESSAGE(range_var), " schemaname relname inh relpersistence alias ",
		allowed_relation },
	{ MESSAGE(alias), ANY, NULL },
	{ MESSAGE(column_def),
		" colname type_name is_local coll_clause constraints "
		"raw_default ",
		allowed_column },
	{ MESSAGE(constraint),
		" contype conname raw_expr generated_when keys including "
		"options pktable fk_attrs pk_attrs fk_matchtype fk_upd_action "
		"fk_del_action fk_del_set_cols nulls_not_distinct "
		"is_no_inherit skip_validation initially_valid indexname ",
		allowed_constraint },
	{ MESSAGE(index_elem),
		" name expr collation opclass ordering nulls_ordering ",
		allowed_index_part },
	{ MESSAGE(partition_spec), " strategy part_params ", NULL },
	{ MESSAGE(partition_elem), " name expr collation opclass ",
		allowed_partition_part },
	{ MESSAGE(def_elem), " defname arg defaction ", allowed_parameter },
	{ MESSAGE(type_name), " names typmods typemod array_bounds ",
		allowed_type },
	{ MESSAGE(collate_clause), " arg collname ", allowed_collate },
	/* queries, of views, and VALUES */
	{ MESSAGE(select_stmt),
		" target_list from_clause where_clause group_clause "
		"having_clause values_lists sort_clause limit_offset "
		"limit_count limit_option op all larg rarg distinct_clause ",
		allowed_query },
	{ MESSAGE(res_target), " name val ", NULL },
	{ MESSAGE(join_expr),
		" jointype is_natural larg rarg using_clause quals alias ",
		NULL },
	{ MESSAGE(range_subselect), " subquery alias ", NULL },
	{ MESSAGE(sub_link), " sub_link_type testexpr subselect ",
		allowed_query },
	{ MESSAGE(sort_by), " node sortby_dir sortby_nulls ", NULL },
	{ MESSAGE(a__star), ANY, NULL },
	{ MESSAGE(set_to_default), ANY, NULL },
	/* expressions */
	{ MESSAGE(func_call),
		" funcname args funcformat agg_star agg_distinct ",
		allowed_call },
	{ MESSAGE(a__expr), " kind name lexpr rexpr ", allowed_expression },
	{ MESSAGE(column_ref), ANY, allowed_column_name },
	{ MESSAGE(a__indirection), ANY, allowed_subscript },
	{ MESSAGE(a__indices), ANY, NULL },
	{ MESSAGE(a__array_expr), ANY, NULL },
	{ MESSAGE(a__const), ANY, NULL },
	{ MESSAGE(type_cast), " arg type_name ", NULL },
	{ MESSAGE(case_expr), " arg args defresult ", allowed_case },
	{ MESSAGE(case_when), " expr result ", NULL },
	{ MESSAGE(coalesce_expr), " args ", NULL },
	{ MESSAGE(min_max_expr), " op args ", NULL },
	{ MESSAGE(bool_expr), " boolop args ", NULL },
	{ MESSAGE(null_test), " arg nulltesttype ", NULL },
	{ MESSAGE(boolean_test), " arg booltesttype ", NULL },
	{ MESSAGE(sqlvalue_function), " op typmod ", NULL },
	/* values */
	{ MESSAGE(node), ANY, NULL },
	{ MESSAGE(list), ANY, NULL },
	{ MESSAGE(string), ANY, NULL },
	{ MESSAGE(integer), ANY, NULL },
	{ MESSAGE(float), ANY, NULL },
	{ MESSAGE(boolean), ANY, NULL },
	{ MESSAGE(bit_string), ANY, NULL },
};

/* Words for what is not on the list, where its own name says too little. */
static const struct {
	const ProtobufCMessageDescriptor *node;
	const char *field; /* NULL: the node itself */
	const char *words;
} strange[] = {
	{ MESSAGE(create_stmt), "inh_relations",
		"inherits from a table or is a partition of one" },
	{ MESSAGE(create_stmt), "of_typename", "is made after a type" },
	{ MESSAGE(create_stmt), "tablespacename", "names a tablespace" },
	{ MESSAGE(index_stmt), "table_space", "names a tablespace" },
	{ MESSAGE(constraint), "indexspace", "names a tablespace" },
	{ MESSAGE(constraint), "deferrable",
		"has a constraint that can be deferred" },
	{ MESSAGE(range_var), "catalogname", "names another database" },
	{ MESSAGE(table_like_clause), NULL, "copies a table's columns" },
};

static bool
object_to_node(
	struct allowed_walk *w, const ProtobufCMessage *m, const char *field)
{
	for (size_t i = 0; i < ELEMENTS(strange); i++) {
		const char *of = strange[i].field;
		bool same = of ? field && strcmp(of, field) == 0 : !field;
		if (strange[i].node == m->descriptor && same)
			return allowed_not(w, "%s", strange[i].words);
	}
	return allowed_not(w,
		"has a part (%s%s%s) that is not known to be harmless",
		m->descriptor->short_name, field ? " " : "",
		field ? field : "");
}

/* Where text stands, a length that is not given, and the like. */
static bool
is_number_set(const void *at, ProtobufCType type)
{
	switch (type) {
	case PROTOBUF_C_TYPE_INT64:
	case PROTOBUF_C_TYPE_SINT64:
	case PROTOBUF_C_TYPE_SFIXED64:
	case PROTOBUF_C_TYPE_UINT64:
	case PROTOBUF_C_TYPE_FIXED64:
	case PROTOBUF_C_TYPE_DOUBLE:
		return *(const uint64_t *)at != 0;
	case PROTOBUF_C_TYPE_BOOL:
		return *(const protobuf_c_boolean *)at != 0;
	default:
		return *(const uint32_t *)at != 0;
	}
}

static bool
is_set(const ProtobufCMessage *m, const ProtobufCFieldDescriptor *f)
{
	const char *at = (const char *)m + f->offset;
	const char *quantity = (const char *)m + f->quantifier_offset;
	if (f->label == PROTOBUF_C_LABEL_REPEATED)
		return *(const size_t *)quantity != 0;
	/* Of a oneof only the member that is set may be read. */
	if (f->flags & PROTOBUF_C_FIELD_FLAG_ONEOF)
		return *(const uint32_t *)quantity == f->id;
	if (f->type == PROTOBUF_C_TYPE_MESSAGE)
		return *(const void *const *)at != NULL;
	if (f->type == PROTOBUF_C_TYPE_STRING) {
		const char *s = *(const char *const *)at;
		return s && *s;
	}
	if (f->type == PROTOBUF_C_TYPE_BYTES)
		return ((const ProtobufCBinaryData *)at)->len != 0;
	return is_number_set(at, f->type);
}

static bool
is_in(const char *fields, const char *name)
{
	if (strcmp(fields, ANY) == 0 || strcmp(name, "location") == 0)
		return true;
	size_t len = strlen(name);
	for (const char *p = strstr(fields, name); p; p = strstr(p + 1, name))
		if (p[-1] == ' ' && p[len] == ' ')
			return true;
	return false;
}

static bool look(struct allowed_walk *w, const ProtobufCMessage *m);

static bool
look_field(struct allowed_walk *w, const ProtobufCMessage *m,
	const ProtobufCFieldDescriptor *f)
{
	const char *at = (const char *)m + f->offset;
	if (f->type != PROTOBUF_C_TYPE_MESSAGE)
		return true;
	if (f->label != PROTOBUF_C_LABEL_REPEATED)
		return look(w, *(const ProtobufCMessage *const *)at);
	size_t n = *(const size_t *)((const char *)m + f->quantifier_offset);
	ProtobufCMessage *const *list = *(ProtobufCMessage *const *const *)at;
	for (size_t i = 0; i < n; i++)
		if (!look(w, list[i]))
			return false;
	return true;
}

static const struct allowed *
find_allowed(const ProtobufCMessage *m)
{
	for (size_t i = 0; i < ELEMENTS(allowed); i++)
		if (allowed[i].node == m->descriptor)
			return &allowed[i];
	return NULL;
}

/* Values of a range, and rows that look for their partition, are compared by
 * the type's default class of operators, which nothing in the tree names. */
static void
use_methods(struct allowed_walk *w, const ProtobufCMessage *m)
{
	if (m->descriptor != MESSAGE(create_range_stmt) &&
		m->descriptor != MESSAGE(partition_elem))
		return;
	statement_uses(w->s, USED_METHOD, "access method", NULL, "btree");
	statement_uses(w->s, USED_METHOD, "access method", NULL, "hash");
}

/* The tree's own description names every field, so none is forgotten. */
static bool
look(struct allowed_walk *w, const ProtobufCMessage *m)
{
	const struct allowed *a = find_allowed(m);
	if (!a)
		return object_to_node(w, m, NULL);
	if ((a->look && !a->look(w, m)) || !lengthening_enter(w, m) ||
		!column_fit(w, m))
		return false;
	use_methods(w, m);
	for (unsigned i = 0; i < m->descriptor->n_fields; i++) {
		const ProtobufCFieldDescriptor *f = &m->descriptor->fields[i];
		if (!is_set(m, f))
			continue;
		if (!is_in(a->fields, f->name))
			return object_to_node(w, m, f->name);
		if (!look_field(w, m, f))
			return false;
	}
	lengthening_leave(w, m);
	return true;
}

bool
allowed_nodes_pass(const PgQuery__Node *expression)
{
	own(statement) struct statement scrap = { 0 };
	struct allowed_walk w = { .s = &scrap };
	return look(&w, &expression->base);
}

void
allowed_nodes_read(struct statement *s, const PgQuery__Node *node)
{
	struct allowed_walk w = { .s = s };
	statement_uses(s, USED_EVENTS, "event trigger", NULL, "");
	(void)look(&w, &node->base);
}
