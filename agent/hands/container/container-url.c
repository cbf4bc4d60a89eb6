#include "config.h"
#include "hands/container/container-url.h"

#include <errno.h>
#include <string.h>

#include "base/io/secret-line.h"
#include "hands/container/docker-app.h"

/* The value of NAME=value in a list of such strings, borrowed; NULL: none. */
static const char *
value_in(const json_t *env, const char *name)
{
	size_t i, len = strlen(name);
	json_t *one;
	json_array_foreach (env, i, one) {
		const char *s = json_string_value(one);
		if (s && strncmp(s, name, len) == 0 && s[len] == '=')
			return s + len + 1;
	}
	return NULL;
}

static int
take_value(const struct app *app, const json_t *env, const char *where,
	char **ret, struct why *why)
{
	const char *value = value_in(env, app->database_url_env);
	if (!value || !*value)
		return because(why, -ESRCH,
			"%s of app %s has no %s in its environment: name the "
			"variable that has the database's URL as "
			"`database-url-env`",
			where, app->name, app->database_url_env);
	if (strlen(value) > SECRET_LINE_MOST)
		return because(why, -EFBIG,
			"%s of app %s has %zu bytes in %s, and a database's "
			"URL has at most %u: name the variable that has it as "
			"`database-url-env`",
			where, app->name, strlen(value), app->database_url_env,
			SECRET_LINE_MOST);
	*ret = xstrdup(value);
	return 0;
}

static const json_t *
newest_running(const struct docker_app *c)
{
	for (size_t i = 0; i < c->n; i++)
		if (docker_app_container_runs(c->list[i]))
			return c->list[i];
	return NULL;
}

int
container_url_read(
	const struct app *app, usec deadline, char **ret, struct why *why)
{
	own(docker_app) struct docker_app c = { 0 };
	int r = docker_app_find(app, deadline, &c, why);
	if (r < 0)
		return r;
	const json_t *running = newest_running(&c);
	if (!running && !c.service)
		return because(why, -ESRCH,
			"Docker has neither a running container nor a service "
			"of app %s, so its database's URL cannot be taken from "
			"there (`service` names another one)",
			app->name);
	if (!running)
		return take_value(app,
			json_at(c.service, "TaskTemplate", "ContainerSpec",
				"Env", NULL),
			"the service", ret, why);
	json_t *whole = NULL;
	r = docker_app_inspect(&c, "containers",
		docker_app_container_id(running), &whole, why);
	if (r == 0)
		r = take_value(app, json_at(whole, "Config", "Env", NULL),
			"the container", ret, why);
	json_decref(whole);
	return r;
}
