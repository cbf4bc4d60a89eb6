#include "config.h"

#include <errno.h>

#include "head/store/sqlite/db-inside.h"

/* The system's own error says more than an I/O error of SQLite. */
static int
system_error(const struct db *db, int r)
{
	int error = sqlite3_system_errno(db->sqlite);
	return error && (r == -EIO || r == -EACCES) ? error : -r;
}

/* A commit that changed nothing wrote nothing, and succeeds on a full disk. */
void
db_wrote(struct db *db, int r)
{
	sqlite3_int64 changed = sqlite3_total_changes64(db->sqlite);
	if (r == 0 && changed != db->changed)
		db->writes.done++;
	db->changed = changed;
	if (r == 0 || r == -EEXIST || r == -EFBIG)
		return;
	db->writes.failed++;
	db->writes.error = system_error(db, r);
}

struct store_writes
db_writes(const struct db *db)
{
	return db->writes;
}
