#include "config.h"
#include "head/control/uncommitted-json.h"

#include <jansson.h>

#include "base/escape.h"
#include "config/settings.h"
#include "head/model/incident.h"
#include "wire/finding.h"
#include "wire/result.h"

#define NAME_SHOWN 255u
#define FOLDER_SHOWN 8192u

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

/* With what is told of its incident: the app, and a sentence. */
static json_t *
pack(const struct attempt *a, const char *app, const char *text)
{
	char when[CLOCK_TEXT];
	own(str) char *name = name_shown(a);
	own(str) char *folder = escape_str(
		span_of(a->proposal.folder), FOLDER_SHOWN, ESCAPE_LINE);
	own(str) char *said =
		escape_str(span_of(text), RESULT_TEXT_MAX, ESCAPE_LINE);
	return json_pack("{s:I, s:s, s:s, s:s, s:s, s:s, s:s}", "incident",
		(json_int_t)a->incident, "app", app, "migration", name,
		"folder", folder, "applied", clock_text(a->ended, when),
		"deployed", answer_name(a->deployed), "text", said);
}

/* One incident that cannot be read hides neither its own reminder nor those of
 * others. */
static json_t *
one_json(struct store *s, const struct settings *settings,
	const struct attempt *a)
{
	own(incident) struct incident i = { 0 };
	struct why why;
	int r = store_incident_get(s, a->incident, &i, &why);
	if (r >= 0 && i.app)
		return pack(a, i.app,
			deployed_text(a, settings_app(settings, i.app)));
	own(str) char *text = xprintf("of which app it is cannot be told: %s",
		r < 0 ? why.text : "the incident names none");
	return pack(a, "-", text);
}

int
uncommitted_json(struct store *s, const struct settings *settings,
	uint64_t incident, json_t **ret, struct why *why)
{
	struct attempt *list = NULL;
	size_t n = 0;
	int r = store_uncommitted(s, incident, &list, &n, why);
	if (r < 0)
		return r;
	*ret = json_array();
	for (size_t k = 0; k < n; k++)
		json_array_append_new(*ret, one_json(s, settings, &list[k]));
	attempts_free(list, n);
	return 0;
}
