/* Which implementation of the seam (migrator/migrator.h) an app has. */
#pragma once

#include "hands/migrator/migrator.h"

/* Never NULL: the configuration knows no remedy without one. */
const struct migrator *migrators_pick(const struct app *app);
