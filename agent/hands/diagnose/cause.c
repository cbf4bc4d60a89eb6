#include "config.h"
#include "hands/diagnose/cause.h"

enum cause
cause_of(const struct facts *f)
{
	if (!f->reachable)
		return CAUSE_UNREACHABLE;
	if (f->there == ANSWER_YES)
		return CAUSE_NOT_CONFIRMED;
	if (f->there == ANSWER_UNKNOWN)
		return CAUSE_UNKNOWN;
	if (f->deploying)
		return CAUSE_DEPLOY_UNDER_WAY;
	if (f->failed)
		return CAUSE_FAILED_MIGRATION;
	/* A migrator runs all that is pending, in order: one script that
	 * cannot run keeps the right one from being reached. */
	if (f->creates && (f->conflicts || f->unbased))
		return CAUSE_BASELINE_CONFLICT;
	if (f->creates)
		return CAUSE_PENDING_MIGRATION;
	if (f->stray)
		return CAUSE_STRAY_SQL;
	return CAUSE_UNKNOWN;
}
