/* Why an object is missing: the migration folder, what lies around it and what
 * of it exists, each a finding; and the facts that the cause is drawn from. */
#pragma once

#include "hands/diagnose/cause.h"
#include "hands/diagnose/diagnosis.h"
#include "hands/postgres/session.h"

/* For a fault that was measured. The diagnosis has target, history and
 * migrations; filled in are creator, blocker and stray, and the facts behind
 * `there`. Negative: the database could not be asked. */
int causes_find(struct diagnosis *d, struct session *s, struct facts *f,
	usec deadline, struct why *why);
/* For the summary of a history: files that look like migrations and are none.
 */
void causes_summary(struct diagnosis *d, usec deadline);
