#include "config.h"
#include "cli/init/app-migrations.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include "base/io/in-root.h"
#include "base/span.h"
#include "cli/init/migrations-folder.h"
#include "hands/hands.h"

/* So many names are looked at for one app, in all places together: whoever
 * makes images may fill them with folders. */
#define NAMES_MOST 50000u

/* What lies around the folder says which variables have the URLs. */
static void
read_variables(int root, const char *path, struct chosen_app *a)
{
	own(fd) int dir =
		in_root_open(root, path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
	if (dir >= 0 && !a->url_env && !a->direct_env)
		hands_url_variables(dir, &a->url_env, &a->direct_env);
}

/* Takes the first, and keeps the rest for people to see. */
static char *
take_first(int root, char **found, struct chosen_app *a)
{
	if (found)
		read_variables(root, found[0], a);
	for (char **p = found ? found + 1 : NULL; p && *p; p++)
		strings_add(&a->others, *p);
	return found ? xstrdup(found[0]) : NULL;
}

/* The image's WORKDIR first, then where images have their apps else. */
static char *
find_in(int root, const struct docker_service *s, struct chosen_app *a,
	unsigned *names)
{
	const char *const starts[] = {
		strcmp(s->workdir, "/") == 0 ? "/app" : s->workdir, "/app",
		"/usr/src/app", "/usr/app", "/srv", "/opt", "/home", "/prisma"
	};
	char *path = NULL;
	for (size_t i = 0; !path && i < ELEMENTS(starts); i++) {
		own(strings) char **found =
			migrations_folder_find(root, starts[i], names);
		path = take_first(root, found, a);
	}
	return path;
}

static void
find_in_container(const struct docker_service *s, struct chosen_app *a)
{
	unsigned names = NAMES_MOST;
	for (char **p = s->roots; !a->in_container && p && *p; p++) {
		own(fd) int root = open(*p, O_PATH | O_DIRECTORY | O_CLOEXEC);
		if (root >= 0)
			a->in_container = find_in(root, s, a, &names);
	}
}

static void
find_on_host(const char *start, struct chosen_app *a)
{
	own(fd) int root = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (a->migrations || root < 0)
		return;
	unsigned names = NAMES_MOST;
	own(strings) char **found = migrations_folder_find(root, start, &names);
	a->migrations = take_first(root, found, a);
}

/* Whether a part of the path is the app's name. */
static bool
names(const char *path, const char *app)
{
	struct span rest = span_of(path), part;
	while (span_cut(&rest, '/', &part))
		if (span_is(part, app))
			return true;
	return false;
}

/* APP=DIR is for that app. DIR is the app's if the app's name is in it, or if
 * there is but one service with a database; else it may hold a folder with that
 * name. */
static void
find_in_given(
	const struct choice_how *how, const char *given, struct chosen_app *a)
{
	const char *equals = strchr(given, '=');
	if (equals && *given != '/') {
		struct span app = { given, (size_t)(equals - given) };
		if (span_is(app, a->name) || span_is(app, a->of->name))
			find_on_host(equals + 1, a);
		return;
	}
	size_t apps = 0;
	for (size_t i = 0; i < how->services->n; i++)
		apps += how->services->list[i].database_url ||
			how->services->list[i].n_urls;
	own(str) char *below = xprintf("%s/%s", given, a->name);
	find_on_host(below, a);
	if (apps == 1 || names(given, a->name))
		find_on_host(given, a);
}

void
app_migrations_find(const struct choice_how *how, struct chosen_app *a)
{
	static const char *const usual[] = { "/captain/apps", "/captain",
		"/srv", "/opt" };
	for (char *const *p = how->folders; p && *p; p++)
		find_in_given(how, *p, a);
	a->given = a->migrations != NULL;
	for (size_t i = 0; i < ELEMENTS(usual); i++) {
		own(str) char *start = xprintf("%s/%s", usual[i], a->name);
		find_on_host(start, a);
	}
	find_in_container(a->of, a);
}
