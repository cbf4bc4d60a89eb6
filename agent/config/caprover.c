#include "config.h"
#include "config/caprover.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "base/escape.h"
#include "base/file.h"

#define CONFIG_MAX (1u << 20)
#define NAME_LIMIT 128u
#define CAPROVER_PREFIX "srv-captain--"

char *
caprover_app_beside(const char *path)
{
	const char *slash = strrchr(path, '/');
	own(str) char *beside = slash
		? xprintf("%.*s/config.v2.json", (int)(slash - path), path)
		: xstrdup("config.v2.json");
	own(buf) struct buf text = { 0 };
	if (file_read(beside, CONFIG_MAX, &text, NULL) < 0)
		return NULL;
	json_t *root = json_loadb(text.data, text.len, 0, NULL);
	const char *service = json_string_value(json_object_get(
		json_object_get(json_object_get(root, "Config"), "Labels"),
		"com.docker.swarm.service.name"));
	char *app = NULL;
	if (service && strlen(service) <= NAME_LIMIT) {
		size_t skip = strlen(CAPROVER_PREFIX);
		if (strncmp(service, CAPROVER_PREFIX, skip) == 0)
			service += skip;
		app = escape_str(span_of(service), NAME_LIMIT, ESCAPE_LINE);
	}
	json_decref(root);
	return app;
}
