/* The database URLs of an app: out of the files that its section names, or the
 * one that hands took from its container. */
#pragma once

#include "config/settings.h"
#include "hands/postgres/url.h"

/* The application's own URL. -EINVAL: the app names none. */
int app_url_read(const struct app *app, struct url *ret, struct why *why);
/* Where the URL to mend through stands, for sentences: the path of
 * `migrate-url-file` or of `database-url-file`, or the container's variable;
 * NULL if the app names none. Borrowed. */
const char *app_url_mend_place(const struct app *app);
/* The URL there. */
int app_url_read_mend(const struct app *app, struct url *ret, struct why *why);
