#include "config.h"
#include "cli/local/docker-labels.h"

#include <errno.h>
#include <string.h>

#include "config/labels.h"
#include "docker/app-labels.h"
#include "docker/engine.h"

/* 1: Docker is not asked. A socket at the default place is nobody's wish: where
 * none answers there, the file holds, as for the daemon. */
static int
open_engine(
	const struct settings *settings, struct engine **ret, struct why *why)
{
	const char *socket = settings_docker_socket(settings);
	int r = socket ? engine_open(socket, ret, why) : 1;
	return r < 0 && !settings->docker_socket ? 1 : r;
}

void
docker_labels_ask(struct settings *settings,
	void (*tell)(void *arg, const struct app *app, const char *text),
	void *arg)
{
	own(engine) struct engine *e = NULL;
	struct why why;
	int r = open_engine(settings, &e, &why);
	for (size_t i = 0; r <= 0 && i < settings->n_apps; i++) {
		struct app *app = &settings->apps[i];
		int told = r < 0 ? r : app_labels_ask(e, app, &why);
		if (told < 0)
			tell(arg, app, why.text);
		/* A Docker that is silent is not asked for each app. */
		if (told == -ETIMEDOUT)
			r = told;
	}
}

/* What only a label names is unknown where Docker does not say. */
char *
docker_labels_migrations(struct settings *settings, const char *name)
{
	struct app *app = (struct app *)settings_app(settings, name);
	own(engine) struct engine *e = NULL;
	bool open =
		!app->migrations || strcmp(app->migrations, APP_INSIDE) == 0;
	if (open && open_engine(settings, &e, NULL) == 0)
		(void)app_labels_ask(e, app, NULL);
	return xstrdup(labels_migrations(app));
}
