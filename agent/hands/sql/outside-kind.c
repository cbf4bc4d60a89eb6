#include "config.h"
#include "hands/sql/outside-kind.h"

#include "hands/sql/pg-node.h"

/* Objects that all databases of a server share. */
static bool
is_shared(PgQuery__ObjectType type)
{
	return type == OBJECT(DATABASE) || type == OBJECT(ROLE) ||
		type == OBJECT(TABLESPACE) || type == OBJECT(PARAMETER_ACL) ||
		type == OBJECT(SUBSCRIPTION) || type == OBJECT(FOREIGN_SERVER);
}

/* A copy on the same server shares roles, databases and settings with
 * production, so trying such a statement there would be the act itself. */
bool
outside_kind_of(const PgQuery__Node *n)
{
	switch (n->node_case) {
	case NODE(CREATE_ROLE_STMT):
	case NODE(ALTER_ROLE_STMT):
	case NODE(ALTER_ROLE_SET_STMT):
	case NODE(DROP_ROLE_STMT):
	case NODE(GRANT_ROLE_STMT):
	case NODE(REASSIGN_OWNED_STMT):
	case NODE(DROP_OWNED_STMT):
	case NODE(CREATEDB_STMT):
	case NODE(DROPDB_STMT):
	case NODE(ALTER_DATABASE_STMT):
	case NODE(ALTER_DATABASE_SET_STMT):
	case NODE(ALTER_DATABASE_REFRESH_COLL_STMT):
	case NODE(CREATE_TABLE_SPACE_STMT):
	case NODE(DROP_TABLE_SPACE_STMT):
	case NODE(ALTER_TABLE_SPACE_OPTIONS_STMT):
	case NODE(ALTER_SYSTEM_STMT):
	case NODE(LOAD_STMT):
	case NODE(CHECK_POINT_STMT):
	case NODE(CREATE_SUBSCRIPTION_STMT):
	case NODE(ALTER_SUBSCRIPTION_STMT):
	case NODE(DROP_SUBSCRIPTION_STMT):
	case NODE(CREATE_FOREIGN_SERVER_STMT):
	case NODE(ALTER_FOREIGN_SERVER_STMT):
	case NODE(CREATE_USER_MAPPING_STMT):
	case NODE(IMPORT_FOREIGN_SCHEMA_STMT):
		return true;
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
