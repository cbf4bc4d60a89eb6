#include "config.h"
#include "hands/diagnose/cause.h"

enum cause
cause_of(const struct facts *f)
{
	if (!f->reachable)
		return CAUSE_UNREACHABLE;
	if (f->there == ANSWER_YES && f->forbidden)
		return CAUSE_NO_PRIVILEGE;
	if (f->there == ANSWER_YES)
		return f->aside ? CAUSE_WRONG_SCHEMA : CAUSE_NOT_CONFIRMED;
	if (f->there == ANSWER_UNKNOWN)
		return CAUSE_UNKNOWN;
	if (f->deploying)
		return CAUSE_DEPLOY_UNDER_WAY;
	if (f->failed)
		return CAUSE_FAILED_MIGRATION;
	/* In the wrong place everything seems to be pending. */
	if (f->foreign)
		return CAUSE_WRONG_DATABASE;
	if (f->elsewhere)
		return CAUSE_WRONG_SCHEMA;
	/* A migrator runs all that is pending, in order: one script that
	 * cannot run keeps the right one from being reached. */
	if (f->creates && (f->conflicts || f->unbased))
		return CAUSE_BASELINE_CONFLICT;
	if (f->creates)
		return CAUSE_PENDING_MIGRATION;
	if (f->edited)
		return CAUSE_EDITED_MIGRATION;
	if (f->removed)
		return CAUSE_APP_OLDER_THAN_DATABASE;
	if (f->recorded)
		return CAUSE_RECORDED_BUT_ABSENT;
	if (f->stray)
		return CAUSE_STRAY_SQL;
	if (f->modelled)
		return CAUSE_MODEL_WITHOUT_MIGRATION;
	return CAUSE_UNKNOWN;
}
