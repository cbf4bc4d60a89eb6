/* SQLite, as the store uses it: the settings that make a commit durable, set
 * and asserted; a schema that is upgraded in place. Errors are a negative errno
 * and a sentence. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/own.h"
#include "base/why.h"

struct db;
struct store_writes;

/* Creates the file (0600) where missing. */
int db_open(const char *path, struct db **ret, struct why *why);
void db_close(struct db *db);
OWN(db, struct db *, db_close);
/* Brings the schema to version n, the number of scripts: script i leads from
 * version i to i + 1. All in one transaction. -EPROTONOSUPPORT: it is at a
 * later version. */
int db_upgrade(
	struct db *db, const char *const *scripts, unsigned n, struct why *why);

/* -EBUSY if one is open already. */
int db_begin(struct db *db, struct why *why);
/* Whatever goes wrong: the transaction is over, and nothing of it was done. */
int db_commit(struct db *db, struct why *why);
void db_rollback(struct db *db);
/* A sync failed, or the file is gone: nothing is done any more. */
bool db_broken(const struct db *db);
/* How writes ended, as store_writes() tells it. */
struct store_writes db_writes(const struct db *db);
/* Rows that the last change touched, and the id of the last inserted one. */
uint64_t db_changes(const struct db *db);
uint64_t db_last_id(const struct db *db);
