#include "config.h"
#include "hands/postgres/app-url.h"

#include <errno.h>

static int
read_file(const struct app *app, const char *file, struct url *ret,
	struct why *why)
{
	if (!file)
		return because(why, -EINVAL,
			"app %s has no `database-url-file`", app->name);
	return url_read(file, ret, why);
}

/* A path only: the URL itself stands in a file that its owner protects. */
int
app_url_read(const struct app *app, struct url *ret, struct why *why)
{
	return read_file(app, app->database_url_file, ret, why);
}

const char *
app_url_mend_file(const struct app *app)
{
	return app->migrate_url_file ? app->migrate_url_file
				     : app->database_url_file;
}

int
app_url_read_mend(const struct app *app, struct url *ret, struct why *why)
{
	return read_file(app, app_url_mend_file(app), ret, why);
}
