/* The inside of db.c, for it and for query.c, which stands on it. */
#pragma once

#include <sqlite3.h>
#include <sys/stat.h>

#include "head/store/sqlite/db.h"
#include "head/store/store.h"

struct db {
	sqlite3 *sqlite;
	char *path;
	bool begun;
	bool broken; /* a sync failed, or the file is gone */
	bool gone;   /* the file at the path is not the one that is open */
	struct stat file;
	struct store_writes writes;
	sqlite3_int64 changed; /* what SQLite had changed at the last of them */
};

/* SQLite's code as a negative errno, with a sentence. */
int db_failed(struct db *db, int code, const char *what, struct why *why);
/* A write ended, alone or with its transaction: `r` is 0 or what db_failed()
 * gave. */
void db_wrote(struct db *db, int r);
/* After some errors SQLite rolls back by itself; what follows would then
 * commit one by one. */
bool db_lost(const struct db *db);
/* Whether anything may still be done: not after a sync that failed, nor within
 * a transaction that is lost. */
int db_check(const struct db *db, struct why *why);
/* db_check(), and whether the file is still where it was opened: asked before
 * and after what is to be durable. */
int db_check_file(struct db *db, struct why *why);
