/* The database's URL out of the environment of the app's container, for
 * `database-url = container`. */
#pragma once

#include "base/clock.h"
#include "base/why.h"
#include "config/settings.h"

/* From the newest container that runs, else from the service that starts the
 * next one. *ret holds a password: it is owned, and wiped by who frees it. No
 * sentence quotes any of it. -ESRCH: Docker knows no such app, or the variable
 * is not set. -EFBIG: it is longer than SECRET_LINE_MOST. */
int container_url_read(
	const struct app *app, usec deadline, char **ret, struct why *why);
