#include "config.h"
#include "hands/sql/outside-kind.h"

#include "base/own.h"
#include "hands/sql/pg-node.h"

/* Objects that all databases of a server share. */
static bool
is_shared(PgQuery__ObjectType type)
{
	return type == OBJECT(DATABASE) || type == OBJECT(ROLE) ||
		type == OBJECT(TABLESPACE) || type == OBJECT(PARAMETER_ACL) ||
		type == OBJECT(SUBSCRIPTION) || type == OBJECT(FOREIGN_SERVER);
}

/* Kinds that always act outside. */
static const PgQuery__Node__NodeCase outside[] = { NODE(CREATE_ROLE_STMT),
	NODE(ALTER_ROLE_STMT), NODE(ALTER_ROLE_SET_STMT), NODE(DROP_ROLE_STMT),
	NODE(GRANT_ROLE_STMT), NODE(REASSIGN_OWNED_STMT), NODE(DROP_OWNED_STMT),
	NODE(CREATEDB_STMT), NODE(DROPDB_STMT), NODE(ALTER_DATABASE_STMT),
	NODE(ALTER_DATABASE_SET_STMT), NODE(ALTER_DATABASE_REFRESH_COLL_STMT),
	NODE(CREATE_TABLE_SPACE_STMT), NODE(DROP_TABLE_SPACE_STMT),
	NODE(ALTER_TABLE_SPACE_OPTIONS_STMT), NODE(ALTER_SYSTEM_STMT),
	NODE(LOAD_STMT), NODE(CHECK_POINT_STMT), NODE(CREATE_SUBSCRIPTION_STMT),
	NODE(ALTER_SUBSCRIPTION_STMT), NODE(DROP_SUBSCRIPTION_STMT),
	NODE(CREATE_FOREIGN_SERVER_STMT), NODE(ALTER_FOREIGN_SERVER_STMT),
	NODE(CREATE_USER_MAPPING_STMT), NODE(IMPORT_FOREIGN_SCHEMA_STMT) };

/* A copy on the same server shares roles, databases and settings with
 * production, so trying such a statement there would be the act itself. */
bool
outside_kind_of(const PgQuery__Node *n)
{
	for (size_t i = 0; i < ELEMENTS(outside); i++)
		if (n->node_case == outside[i])
			return true;
	switch (n->node_case) {
	case NODE(COPY_STMT):
		return n->copy_stmt->is_program ||
			(n->copy_stmt->filename && *n->copy_stmt->filename);
	case NODE(GRANT_STMT):
		return is_shared(n->grant_stmt->objtype);
	case NODE(COMMENT_STMT):
		return is_shared(n->comment_stmt->objtype);
	case NODE(SEC_LABEL_STMT):
		return is_shared(n->sec_label_stmt->objtype);
	case NODE(RENAME_STMT):
		return is_shared(n->rename_stmt->rename_type);
	case NODE(ALTER_OWNER_STMT):
		return is_shared(n->alter_owner_stmt->object_type);
	default:
		return false;
	}
}
