#include "config.h"
#include "hands/postgres/app-url.h"

#include <errno.h>

/* What stands in the container's environment, without quoting any of it. */
static int
read_inside(const struct app *app, struct url *ret, struct why *why)
{
	struct why inner;
	if (!app->database_url)
		return because(why, -EINVAL,
			"the database's URL of app %s was not taken from its "
			"container",
			app->name);
	int r = url_parse(app->database_url, ret, &inner);
	return r < 0 ? because(why, r, "%s of app %s's container: %s",
			       app->database_url_env, app->name, inner.text)
		     : 0;
}

static int
read_place(const struct app *app, const char *file, struct url *ret,
	struct why *why)
{
	if (!file && !app->database_in_container)
		return because(why, -EINVAL,
			"app %s has no `database-url-file`", app->name);
	int r = file ? url_read(file, ret, why) : read_inside(app, ret, why);
	if (r == 0)
		ret->app = app;
	return r;
}

/* A path only: the URL itself stands in a file that its owner protects. */
int
app_url_read(const struct app *app, struct url *ret, struct why *why)
{
	return read_place(app, app->database_url_file, ret, why);
}

static const char *
mend_file(const struct app *app)
{
	return app->migrate_url_file ? app->migrate_url_file
				     : app->database_url_file;
}

const char *
app_url_mend_place(const struct app *app)
{
	const char *file = mend_file(app);
	return !file && app->database_in_container ? app->database_url_env
						   : file;
}

int
app_url_read_mend(const struct app *app, struct url *ret, struct why *why)
{
	return read_place(app, mend_file(app), ret, why);
}
