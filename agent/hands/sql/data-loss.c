#include "config.h"
#include "hands/sql/data-loss.h"

#include "base/own.h"

#include "hands/sql/pg-node.h"

/* Kinds of statement that lose data wherever they stand: in a WITH, under
 * EXPLAIN or PREPARE, in a rule or the body of a function. */
static const struct {
	const ProtobufCMessageDescriptor *type;
	const char *what;
} losing[] = {
	{ &pg_query__drop_stmt__descriptor, "DROP" },
	{ &pg_query__dropdb_stmt__descriptor, "DROP DATABASE" },
	{ &pg_query__drop_role_stmt__descriptor, "DROP ROLE" },
	{ &pg_query__drop_table_space_stmt__descriptor, "DROP TABLESPACE" },
	{ &pg_query__drop_owned_stmt__descriptor, "DROP OWNED" },
	{ &pg_query__drop_subscription_stmt__descriptor, "DROP SUBSCRIPTION" },
	{ &pg_query__drop_user_mapping_stmt__descriptor, "DROP USER MAPPING" },
	{ &pg_query__truncate_stmt__descriptor, "TRUNCATE" },
	{ &pg_query__delete_stmt__descriptor, "DELETE" },
	{ &pg_query__update_stmt__descriptor, "UPDATE" },
};

/* A part of the tree that loses data, found by its own contents. */
static const char *
loses_inside(const ProtobufCMessage *m)
{
	if (m->descriptor == &pg_query__merge_when_clause__descriptor) {
		const PgQuery__MergeWhenClause *c = (const void *)m;
		if (c->command_type == PG_QUERY__CMD_TYPE__CMD_UPDATE ||
			c->command_type == PG_QUERY__CMD_TYPE__CMD_DELETE)
			return "MERGE with UPDATE or DELETE";
	}
	if (m->descriptor == &pg_query__on_conflict_clause__descriptor) {
		const PgQuery__OnConflictClause *c = (const void *)m;
		if (c->action ==
			PG_QUERY__ON_CONFLICT_ACTION__ONCONFLICT_UPDATE)
			return "INSERT with ON CONFLICT DO UPDATE";
	}
	if (m->descriptor == &pg_query__alter_table_cmd__descriptor) {
		const PgQuery__AlterTableCmd *c = (const void *)m;
		if (c->subtype == AT(DropColumn))
			return "ALTER TABLE with DROP COLUMN";
		if (c->subtype == AT(DropConstraint))
			return "ALTER TABLE with DROP CONSTRAINT";
	}
	if (m->descriptor == &pg_query__alter_domain_stmt__descriptor) {
		const PgQuery__AlterDomainStmt *c = (const void *)m;
		if (c->subtype && *c->subtype == 'X')
			return "ALTER DOMAIN with DROP CONSTRAINT";
	}
	return NULL;
}

/* Goes through the tree by its own description, so that no kind of node is
 * forgotten, also not one that a later PostgreSQL adds. */
static const char *
in_field(const ProtobufCMessage *m, const ProtobufCFieldDescriptor *f)
{
	const char *at = (const char *)m + f->offset;
	if (f->type != PROTOBUF_C_TYPE_MESSAGE)
		return NULL;
	if (f->label == PROTOBUF_C_LABEL_REPEATED) {
		size_t n = *(
			const size_t *)((const char *)m + f->quantifier_offset);
		ProtobufCMessage *const *list =
			*(ProtobufCMessage *const *const *)at;
		const char *found = NULL;
		for (size_t i = 0; i < n && !found; i++)
			found = data_loss_in(list[i]);
		return found;
	}
	/* Of a oneof only the member that is set is a pointer. */
	if (f->flags & PROTOBUF_C_FIELD_FLAG_ONEOF &&
		*(const uint32_t *)((const char *)m + f->quantifier_offset) !=
			f->id)
		return NULL;
	const ProtobufCMessage *inner = *(ProtobufCMessage *const *)at;
	return inner ? data_loss_in(inner) : NULL;
}

const char *
data_loss_in(const ProtobufCMessage *m)
{
	for (size_t i = 0; i < ELEMENTS(losing); i++)
		if (m->descriptor == losing[i].type)
			return losing[i].what;
	const char *found = loses_inside(m);
	for (unsigned i = 0; i < m->descriptor->n_fields && !found; i++)
		found = in_field(m, &m->descriptor->fields[i]);
	return found;
}
