#include "config.h"
#include "hands/hands.h"

#include <errno.h>
#include <string.h>

#include "config/settings.h"
#include "docker/engine.h"
#include "hands/container/docker-app.h"
#include "hands/container/container-url.h"
#include "hands/migrators.h"
#include "hands/plan/copy/pg-dump.h"
#include "hands/postgres/app-url.h"
#include "hands/postgres/pooler.h"
#include "hands/postgres/route.h"
#include "hands/postgres/url.h"

/* The same functions that a job would use, so that the check and the job never
 * disagree. */
int
hands_check_url(const char *url_file, struct why *why)
{
	own(url) struct url u = { 0 };
	return url_read(url_file, &u, why);
}

/* What Docker says now; the daemon asks again before each job. */
int
hands_check_inside(const struct app *app, struct why *why)
{
	own(str) char *text = NULL;
	own(url) struct url u = { 0 };
	struct app with = *app;
	if (!app->database_in_container)
		return 0;
	int r = container_url_read(app, clock_mono() + ENGINE_TIME, &text, why);
	if (r < 0)
		return r;
	with.database_url = text;
	r = app_url_read(&with, &u, why);
	if (r == 0 && !app->migrate_url_file)
		r = hands_check_mend_url(&with, why);
	explicit_bzero(text, strlen(text));
	return r;
}

int
hands_check_url_text(const char *text, char **ret_host, struct why *why)
{
	own(url) struct url u = { 0 };
	int r = url_parse(text, &u, why);
	if (r == 0)
		*ret_host = take(u.host);
	return r;
}

int
hands_check_mend_url(const struct app *app, struct why *why)
{
	own(url) struct url u = { 0 };
	if (app_url_read_mend(app, &u, NULL) < 0 || !u.pooled)
		return 0;
	own(str) char *where =
		xprintf("%s: the database URL", app_url_mend_place(app));
	own(str) char *text = pooler_text(
		where, u.pooled, migrators_pick(app)->describe.name);
	return because(why, -EINVAL, "%s", text);
}

/* The folder itself is not looked for: that takes a copy of it. */
static int
check_container(const struct app *app, struct why *why)
{
	own(docker_app) struct docker_app c = { 0 };
	int r = docker_app_find(app, clock_mono() + ENGINE_TIME, &c, why);
	if (r < 0 || c.n || c.service)
		return r;
	return because(why, -ESRCH,
		"Docker has neither a container nor a service of app %s now "
		"(`service` names another one)",
		app->name);
}

int
hands_check_migrations(const struct app *app, struct why *why)
{
	const struct migrator *m = migrators_pick(app);
	if (app_migrations_are_inside(app))
		return check_container(app, why);
	return m->check_level ? m->check_level(app->migrations, why) : 0;
}

/* By the look of it alone: no app has been configured yet that says which
 * migrator it has. */
bool
hands_is_migrations(int dir)
{
	const struct app any = { 0 };
	const struct migrator *m = migrators_pick(&any);
	return m->is_folder && m->is_folder(dir);
}

void
hands_url_variables(int dir, char **ret_url, char **ret_direct)
{
	const struct app any = { 0 };
	const struct migrator *m = migrators_pick(&any);
	*ret_url = *ret_direct = NULL;
	if (m->url_variables)
		m->url_variables(dir, ret_url, ret_direct);
}

static int
choose_for(const struct app *app, const char *given, int server,
	struct pg_dump *ret, struct why *why)
{
	own(str) char *text = NULL;
	own(url) struct url u = { 0 };
	usec deadline = clock_mono() + ENGINE_TIME;
	struct app with = *app;
	int r = app->database_in_container
		? container_url_read(app, deadline, &text, why)
		: 0;
	with.database_url = text ? text : app->database_url;
	if (r == 0)
		r = app_url_read_mend(&with, &u, why);
	if (r == 0)
		r = pg_dump_choose(given, &u, server, deadline, ret, why);
	if (text)
		explicit_bzero(text, strlen(text));
	return r;
}

int
hands_check_rehearsal(const struct app *app, const struct remedy *remedy,
	uint32_t server, struct why *why)
{
	own(pg_dump) struct pg_dump found = { 0 };
	if (remedy->rehearse == REHEARSE_OFF)
		return 0;
	int r = pg_dump_find(remedy->pg_dump, (int)server, &found.path, why);
	return r == 0 || !app || !app->docker_socket
		? r
		: choose_for(app, remedy->pg_dump, (int)server, &found, why);
}

char *
hands_check_way(const struct app *app)
{
	own(str) char *text = NULL;
	own(url) struct url u = { 0 };
	usec deadline = clock_mono() + ENGINE_TIME;
	struct app with = *app;
	struct why why;
	int r = !app->docker_socket ? -ENOENT
		: app->database_in_container
		? container_url_read(app, deadline, &text, &why)
		: 0;
	if (text)
		with.database_url = text;
	if (r == 0)
		r = app_url_read(&with, &u, &why);
	if (text)
		explicit_bzero(text, strlen(text));
	return r < 0 ? NULL : route_text(&u, deadline);
}
