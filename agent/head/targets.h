/* Which database each app uses: asked of hands at start, and again while it
 * cannot be told. */
#pragma once

#include "head/desk.h"

struct targets;

struct targets *targets_new(const struct settings *settings);
void targets_free(struct targets *t);
/* Asks for what is not known yet and due. */
void targets_run(struct targets *t, struct desk *d, usec now);
/* Hands answered: stores it, and places the faults that waited for it. */
void targets_take(struct targets *t, struct desk *d, const struct app *app,
	struct report *r, usec now);
/* Whether the app's faults are counted without a schema for now. */
bool targets_failed(const struct targets *t, const struct app *app);
