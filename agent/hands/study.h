/* Why an object is missing: the migration folder, what lies around it and what
 * of it exists, each a finding; and the facts that the cause is drawn from. */
#pragma once

#include "hands/cause.h"
#include "hands/diagnosis.h"
#include "hands/session.h"

/* For a fault that was measured. The diagnosis has target, history and
 * migrations; filled in are creator, blocker and stray, and the facts behind
 * `there`. Negative: the database could not be asked. */
int study_causes(struct diagnosis *d, struct session *s, struct facts *f,
	usec deadline, struct why *why);
/* For the summary of a history: files that look like migrations and are none.
 */
void study_summary(struct diagnosis *d, usec deadline);
