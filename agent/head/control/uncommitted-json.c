#include "config.h"
#include "head/control/uncommitted-json.h"

#include <jansson.h>

#include "base/escape.h"
#include "config/settings.h"
#include "head/model/incident.h"
#include "wire/finding.h"

#define NAME_SHOWN 255u

/* A file's name need be no UTF-8. Owned. */
static char *
name_shown(const struct attempt *a)
{
	return escape_str(span_of(a->proposal.name), NAME_SHOWN, ESCAPE_LINE);
}

/* What hands said of the deployed image, or why they say nothing. */
static const char *
deployed_text(const struct attempt *a, const struct app *app)
{
	if (!app)
		return "the app is no longer configured, so nobody asks "
		       "whether its deployed image has it";
	if (!app->docker_socket)
		return "without `docker-socket` nobody can tell whether the "
		       "deployed image has it";
	return a->deployed_text ? a->deployed_text
				: "whether the deployed image has it is not "
				  "known yet";
}

static int
one_json(struct store *s, const struct settings *settings,
	const struct attempt *a, json_t **ret, struct why *why)
{
	own(incident) struct incident i = { 0 };
	char when[CLOCK_TEXT];
	int r = store_incident_get(s, a->incident, &i, why);
	if (r < 0)
		return r;
	own(str) char *name = name_shown(a);
	*ret = json_pack("{s:I, s:s, s:s, s:s?, s:s, s:s, s:s}", "incident",
		(json_int_t)i.id, "app", i.app, "migration", name, "folder",
		a->proposal.folder, "applied", clock_text(a->ended, when),
		"deployed", answer_name(a->deployed), "text",
		deployed_text(a, settings_app(settings, i.app)));
	return 0;
}

int
uncommitted_json(struct store *s, const struct settings *settings,
	uint64_t incident, json_t **ret, struct why *why)
{
	struct attempt *list = NULL;
	size_t n = 0;
	int r = store_uncommitted(s, incident, &list, &n, why);
	json_t *all = json_array();
	for (size_t k = 0; r >= 0 && k < n; k++) {
		json_t *one = NULL;
		r = one_json(s, settings, &list[k], &one, why);
		json_array_append_new(all, one);
	}
	attempts_free(list, n);
	if (r < 0)
		json_decref(all);
	else
		*ret = all;
	return r;
}
