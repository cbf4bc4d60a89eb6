/* storecheck STORE: whether SQLite finds a store of logmend intact, which it is
 * once a journal that a dead process left has been rolled back. Prints what is
 * wrong with it and exits with 1. */
#include "config.h"

#include <err.h>
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>

static int
on_row(void *arg, int n, char **values, char **names)
{
	int *faults = arg;
	(void)n;
	(void)names;
	if (values[0] && strcmp(values[0], "ok") == 0)
		return 0;
	printf("%s\n", values[0] ? values[0] : "a reference leads nowhere");
	++*faults;
	return 0;
}

int
main(int argc, char **argv)
{
	sqlite3 *db;
	int faults = 0;
	if (argc != 2)
		errx(2, "usage: storecheck STORE");
	if (sqlite3_open_v2(argv[1], &db, SQLITE_OPEN_READWRITE, NULL) !=
			SQLITE_OK ||
		sqlite3_exec(db,
			"PRAGMA integrity_check; PRAGMA foreign_key_check",
			on_row, &faults, NULL) != SQLITE_OK) {
		printf("%s: %s\n", argv[1], sqlite3_errmsg(db));
		faults = 1;
	}
	sqlite3_close(db);
	return faults ? 1 : 0;
}
