/* The special checks that rows of the guard's table name. Each looks at a node
 * of its row's key. Runs in the throw-away child only. */
#pragma once

#include <protobuf-c/protobuf-c.h>
#include <stdbool.h>

struct PgQuery__ColumnDef;
struct PgQuery__Node;

/* Where the node stands. */
struct rule_place {
	/* The column that ALTER TABLE adds; NULL elsewhere. */
	const struct PgQuery__ColumnDef *column;
};

typedef bool rule_check(const struct rule_place *at, const ProtobufCMessage *m);
rule_check is_bare_schema;
rule_check is_first_view;
rule_check is_concurrent_index;
rule_check is_concurrent_unique;
rule_check is_unique_index;
rule_check is_serial_column;
rule_check is_identity_column;
rule_check is_generated_column;
rule_check is_volatile_column;
rule_check is_required_column;
rule_check is_without_default;
rule_check sets_default;
rule_check has_using;
rule_check is_unique_using;
rule_check is_primary_using;
rule_check is_unique;
rule_check is_primary;
rule_check is_exclusion;
rule_check is_check_later;
rule_check is_check;
rule_check is_key_later;
rule_check is_key;
rule_check renames_label;
rule_check drops_constraint;
rule_check without_cascade;
rule_check is_boundless;
rule_check is_merge_delete;
rule_check is_merge_update;
rule_check is_boundless_merge;
rule_check is_upsert;
rule_check is_written_out;
rule_check is_program;
rule_check makes_superuser;
rule_check sets_replica;
rule_check calls_replica;
rule_check sets_timeout;
rule_check sets_path;
/* Only code that finds it asks for this row. */
rule_check never;

/* The default of a column that is added, unless it is NULL; NULL: none. */
const struct PgQuery__Node *
rule_when_default(const struct PgQuery__ColumnDef *c);
/* A condition that no row of the table can change: none, a constant. */
bool rule_when_boundless(const struct PgQuery__Node *where);
