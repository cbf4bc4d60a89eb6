/* The cause drawn from what was measured: the first that holds, in the order of
 * DESIGN section 6. Pure, so that a table can test it. */
#pragma once

#include "wire/finding.h"

struct facts {
	bool reachable;
	enum answer there; /* the object, or a healthy history; now */
	bool deploying;    /* somebody holds the migrator's lock */
	bool failed;       /* a row neither finished nor rolled back */
	bool creates;      /* a pending script creates the object */
	bool conflicts;    /* a pending script creates what exists already */
	bool unbased;      /* no history, and the schema is not empty */
	bool stray;        /* a .sql file outside any folder creates it */
};

enum cause cause_of(const struct facts *f);
