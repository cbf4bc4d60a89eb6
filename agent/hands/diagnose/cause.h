/* The cause drawn from what was measured: the first that holds, in the order of
 * DESIGN section 6. Pure, so that a table can test it. */
#pragma once

#include "wire/finding.h"

struct facts {
	bool reachable;
	enum answer there; /* the object, or a healthy history; now */
	bool forbidden;    /* it is there, and the application may not use it */
	bool aside;        /* it is there, and statements look elsewhere */
	bool deploying;    /* somebody holds the migrator's lock */
	bool failed;       /* a row neither finished nor rolled back */
	bool foreign;      /* the database is another application's */
	bool elsewhere;    /* another schema has what this one should have */
	bool creates;      /* a pending script creates the object */
	bool conflicts;    /* a pending script creates what exists already */
	bool unbased;      /* no history, and the schema is not empty */
	bool edited;       /* an applied script creates it, whose text is not
			    * the one that was applied */
	bool removed;      /* an applied script took it away */
	bool recorded;     /* an applied script creates it */
	bool stray;        /* a .sql file outside any folder creates it */
	bool modelled;     /* the application's own schema has it */
};

enum cause cause_of(const struct facts *f);
