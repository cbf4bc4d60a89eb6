/* Measuring a fault in the database itself. */
#pragma once

#include "hands/diagnose/findings.h"
#include "hands/postgres/session.h"
#include "wire/fault.h"

/* Whether the table or column is there now; adds what else was seen (another
 * schema, another spelling, privileges). Negative: nothing could be told. */
int probe_object(struct session *s, enum fault_class class,
	const struct object *o, const char *schema, struct findings *f,
	enum answer *ret_there, struct why *why);

/* Somebody else in this database who holds Prisma's advisory lock: who, in
 * words and owned, or NULL. `except` is a server process that is ours. */
int probe_deploy(struct session *s, int except, char **ret, struct why *why);
