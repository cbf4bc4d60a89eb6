/* The connection to mend through: whether it leads to the database that was
 * looked at, what stands before the server, and as which role. */
#pragma once

#include "hands/diagnose/diagnosis.h"
#include "hands/postgres/session.h"

/* `look` is the session of the look, opened as `with` says. Opens the URL of
 * `migrate-url-file`, where there is one, only if the cause has a plan. */
void mend_target_find(struct diagnosis *d, struct session *look,
	const struct session_how *with);
