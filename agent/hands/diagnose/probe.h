/* Measuring a fault in the database itself. */
#pragma once

#include "hands/postgres/session.h"
#include "wire/fault.h"
#include "wire/finding.h"

enum probe_state {
	PROBE_NOT_ASKED,
	PROBE_NONE,           /* the class has no probe yet */
	PROBE_OBJECT_UNKNOWN, /* the fault does not say what is missing */
	PROBE_ASKED,
};

/* What the catalog says about the table or column of a fault. */
struct probe {
	enum probe_state state;
	bool wants_column;
	bool table_exists;
	/* where it exists */
	char relkind;
	bool usable;        /* the role of the session may select from it */
	bool schema_usable; /* and may use its schema */
	bool column_exists;
	/* where it does not */
	bool schema_missing;
	char *elsewhere; /* schemas that have a table of this name, or NULL */
	char *alike;     /* tables of another spelling, or NULL */
};

/* Negative: the database could not be asked; what was told before stands in
 * `ret`, which is to be freed in any case. */
int
probe_object(struct session *s, enum fault_class class, const struct object *o,
	const char *schema, struct probe *ret, struct why *why);
/* Whether the table or column is there. */
enum answer probe_answer(const struct probe *p);
void probe_free(struct probe *p);
static inline void
probe_let_go(struct probe *p)
{
	probe_free(p);
}
