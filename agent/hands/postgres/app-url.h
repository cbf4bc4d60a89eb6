/* The database URLs of an app, from the files that its section names. */
#pragma once

#include "config/settings.h"
#include "hands/postgres/url.h"

/* The application's own URL. -EINVAL: the app names no file. */
int app_url_read(const struct app *app, struct url *ret, struct why *why);
/* The file of the URL to mend through: `migrate-url-file`, else
 * `database-url-file`; NULL if the app names neither. */
const char *app_url_mend_file(const struct app *app);
/* The URL in that file. */
int app_url_read_mend(const struct app *app, struct url *ret, struct why *why);
