/* Why an object is missing: what the scripts of the folder, and files around
 * it, would do to this database; and the facts that the cause is drawn from. */
#pragma once

#include "hands/diagnose/cause.h"
#include "hands/diagnose/diagnosis.h"
#include "hands/postgres/session.h"

/* What is known so far, as cause_of() takes it. */
struct facts cause_facts_of(const struct diagnosis *d);

/* For a fault that was measured. The diagnosis has target, history and folder;
 * filled in is what was read of the scripts. Where a failed row or a deploy
 * under way explains it, nothing else is read. Negative: the database could not
 * be asked. */
int cause_facts_find(
	struct diagnosis *d, struct session *s, usec deadline, struct why *why);
/* For the summary of a history: files that look like migrations and are none.
 */
void cause_facts_find_stray_sql(struct diagnosis *d, usec deadline);
/* Whether the script makes a table. */
bool cause_facts_makes_table(const struct script *s);
