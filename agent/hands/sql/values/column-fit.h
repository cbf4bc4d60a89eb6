/* Whether what a statement writes out has room in the type that it gets. The
 * server stores the default of a column as it is written and makes it the
 * column's type at each row: a default that is too long lets nobody write a row
 * that leaves the column out. Runs in the throw-away child only. */
#pragma once

#include "hands/sql/allowed-parts.h"

/* Looks at the default of a column, and at a number that becomes another type.
 * False: the statement has an objection. */
allowed_fn column_fit;
