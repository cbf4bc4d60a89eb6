/* What other settings mean for incidents that are there. */
#pragma once

#include "head/incidents/incidents.h"

struct scheduler;

/* What was reported, or is asked, for an app that is told something else than
 * when this was last called, be it by a daemon before, is looked at and decided
 * anew. `loaded_anew`, and everything else that is probed again by itself is
 * probed soon, for a file that the settings name may hold something else. */
void reload_decide_anew(
	struct scheduler *s, const struct settings *settings, bool loaded_anew);

/* Docker told the labels of the app's service. Where they changed what it may
 * do
 * (`told_else`), hands that mend and may not any more are told to stop, and
 * what was reported or is asked is decided anew; where nothing was known of
 * them before
 * (`first`), only a question is taken back that may not be asked. */
void reload_labels(
	struct scheduler *s, const struct app *app, bool told_else, bool first);
