#include "config.h"
#include "config/caprover.h"

#include <fcntl.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "base/escape.h"
#include "base/io/file.h"
#include "base/json.h"
#include "config/credentials.h"

/* Docker's own files have a few KiB. */
#define CONFIG_MAX (1u << 20)
#define NAME_LIMIT 128u
#define CAPROVER_PREFIX "srv-captain--"

const struct app *
caprover_find_app(const struct settings *settings, const char *service)
{
	for (size_t i = 0; service && i < settings->n_apps; i++)
		if (caprover_is_service(&settings->apps[i], service))
			return &settings->apps[i];
	return NULL;
}

const char *
caprover_app_name(const char *service)
{
	size_t len = sizeof(CAPROVER_PREFIX) - 1;
	return strncmp(service, CAPROVER_PREFIX, len) == 0 ? service + len
							   : service;
}

bool
caprover_is_service(const struct app *a, const char *service)
{
	return a->service ? strcmp(a->service, service) == 0
			  : strcmp(a->name, caprover_app_name(service)) == 0;
}

char **
caprover_services(const struct app *a)
{
	own(str) char *prefixed = xprintf(CAPROVER_PREFIX "%s", a->name);
	const char *const names[] = { a->service ? a->service : prefixed,
		a->name };
	char **list = NULL;
	for (size_t i = 0; i < ELEMENTS(names); i++)
		if (caprover_is_service(a, names[i]) &&
			(i == 0 || strcmp(names[0], names[i]) != 0))
			strings_add(&list, names[i]);
	return list;
}

/* `scan` calls this for any path it is given, so the file may be anybody's: no
 * link is followed to it, its size and the name's length are limited, and the
 * name is escaped. */
char *
caprover_app_beside(const char *path, const struct settings *settings)
{
	const char *slash = strrchr(path, '/');
	own(str) char *folder = slash
		? xstrndup(path, (size_t)(slash - path) + 1)
		: xstrdup(".");
	own(fd) int dir = open(folder, O_PATH | O_DIRECTORY | O_CLOEXEC);
	own(buf) struct buf text = { 0 };
	if (dir < 0 ||
		file_read_beneath(
			dir, "config.v2.json", CONFIG_MAX, &text, NULL) < 0)
		return NULL;
	json_replace_nul(text.data, text.len);
	json_t *root = json_loadb(text.data, text.len, 0, NULL);
	if (text.len)
		explicit_bzero(text.data, text.len);
	const json_t *config = json_object_get(root, "Config");
	const char *service = json_string_value(
		json_object_get(json_object_get(config, "Labels"),
			"com.docker.swarm.service.name"));
	credentials_know_environment(
		settings, service, json_object_get(config, "Env"));
	char *app = NULL;
	if (service && strlen(service) <= NAME_LIMIT)
		app = escape_str(span_of(caprover_app_name(service)),
			NAME_LIMIT, ESCAPE_LINE);
	json_decref(root);
	return app;
}
