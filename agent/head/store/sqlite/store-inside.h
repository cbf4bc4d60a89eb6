/* The inside of the SQLite store, for its own files (store-*.c) only. */
#pragma once

#include "head/store/sqlite/db.h"
#include "head/store/sqlite/incident-columns.h"
#include "head/store/sqlite/query.h"
#include "head/store/store.h"

struct store {
	struct db *db;
	struct queries *queries;
	int lock;
	struct incident_sql sql;
};
