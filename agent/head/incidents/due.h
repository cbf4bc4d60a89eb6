/* What is to be done about an incident now, by its state. */
#pragma once

#include "head/incidents/incidents.h"

/* Does it, where its time has come; else makes it due then. The incident is as
 * it is stored, its app is configured, and no hands of this run are at it. */
void due_do(struct incidents *d, struct incident *i, usec now);
