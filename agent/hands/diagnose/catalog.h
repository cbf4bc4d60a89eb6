/* PostgreSQL's own catalog as the census asks it. */
#pragma once

#include "hands/diagnose/census.h"
#include "hands/postgres/session.h"

/* The catalog of the session's database; borrows the session. */
struct census_catalog catalog_of(struct session *s);
