#include "config.h"
#include "hands/prisma/prisma.h"

#include <string.h>

#include "base/escape.h"
#include "hands/prisma/apply.h"
#include "hands/prisma/checksum.h"
#include "hands/prisma/folder.h"
#include "hands/prisma/history-table.h"
#include "hands/prisma/inside-image.h"
#include "hands/prisma/lock.h"
#include "hands/prisma/name-order.h"
#include "hands/prisma/new-migration.h"
#include "hands/prisma/row-id.h"
#include "hands/prisma/schema/schema-prisma.h"
#include "hands/prisma/stray-files.h"

#define NAME_MOST 255u /* bytes in the column migration_name */

static bool
can_record(const char *name)
{
	return strlen(name) <= NAME_MOST && utf8_valid(span_of(name));
}

static bool
has_tables(const char *schema)
{
	own(strings) char **tables = NULL;
	return schema_prisma_tables(schema, &tables) && tables;
}

/* schema.prisma stands above the folder unless the app says where it is. One
 * without a model is a part of a schema of several files, which lie around it.
 * Owned; NULL: neither is configured. */
static char *
schema_of(const struct app *app)
{
	if (app->schema_file)
		return xstrdup(app->schema_file);
	if (!app->migrations)
		return NULL;
	own(str) char *file = xprintf("%s/../schema.prisma", app->migrations);
	own(str) char *folder = xprintf("%s/..", app->migrations);
	return !has_tables(file) && has_tables(folder) ? take(folder)
						       : take(file);
}

static enum answer
knows_object(const struct app *app, const char *table, const char *column,
	char **ret_file)
{
	*ret_file = schema_of(app);
	return *ret_file ? schema_prisma_knows(*ret_file, table, column)
			 : ANSWER_UNKNOWN;
}

static char **
list_tables(const struct app *app)
{
	own(str) char *file = schema_of(app);
	char **tables = NULL;
	if (file)
		(void)schema_prisma_tables(file, &tables);
	return tables;
}

static bool
is_own_row(const struct history_row *r, const char *key)
{
	char id[KEY_TEXT];
	prisma_row_id(key, r->name, id);
	return strcmp(id, r->id) == 0;
}

static int
mark_rolled_back(struct session *s, const char *schema,
	const struct history_row *r, const char *text, struct why *why)
{
	return history_table_fail(s, schema, r->id, text, true, why);
}

/* `migrate resolve --applied` is what people try first, and the trap in it is
 * that the status turns green (DESIGN section 6). */
#define RESOLVE_TRAP                                                      \
	"`prisma migrate resolve --applied` would turn the status green " \
	"while it is still missing"

const struct migrator prisma_migrator = {
	.describe = {
		.name = "Prisma",
		.history = HISTORY_TABLE,
		.deploy = "`prisma migrate deploy`",
		.resolve = "prisma migrate resolve",
		.resolve_rolled_back = "prisma migrate resolve --rolled-back",
		.make = "`prisma migrate dev --name NAME`",
		.without_history = "`prisma migrate deploy` would refuse with "
				   "P3005, and " RESOLVE_TRAP,
		.after_failure = "leave a failed row that blocks every later "
				 "deploy (P3009); " RESOLVE_TRAP,
		.failed_code = " (P3009)",
		.unreadable_code = " (P3015)",
		.inside = "prisma/migrations, or beside schema.prisma, or "
			  "where prisma.config.ts or package.json say, or in "
			  "another package of a workspace",
		.script = "migration.sql",
	},
	.read_folder = prisma_read_folder,
	.check_level = prisma_check_level,
	.is_folder = prisma_is_folder,
	.url_variables = schema_prisma_variables,
	.order_differs = prisma_order_differs,
	.can_record = can_record,
	.find_stray_sql = prisma_find_stray_sql,
	.knows_object = knows_object,
	.list_tables = list_tables,
	.inside_files = prisma_inside_files,
	.copy_inside = prisma_copy_inside,
	.name_unit = new_migration_name,
	.write_unit = new_migration_write,
	.remove_unit = new_migration_remove,
	.read_history = history_table_read,
	.is_same_text = checksum_matches,
	.copy_history = history_table_copy,
	.lock = prisma_lock,
	.lock_holder = prisma_lock_holder,
	.apply = prisma_apply,
	.is_own_row = is_own_row,
	.mark_rolled_back = mark_rolled_back,
};
