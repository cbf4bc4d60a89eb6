#include "config.h"
#include "head/control/status-answer.h"

#include <jansson.h>

#include "config/settings.h"
#include "head/control/control.h"
#include "head/control/uncommitted-json.h"
#include "head/model/incident.h"
#include "head/policy/limits.h"
#include "head/store/store.h"

#define GAPS_SHOWN 20

/* How many incidents are in each state, and how many messages wait. */
static int
add_counts(const struct request_call *c, json_t *to, struct why *why)
{
	size_t counts[INCIDENT_STATES];
	int r = store_incident_counts(c->v->store, counts, why);
	if (r < 0)
		return r;
	json_t *incidents = json_object();
	for (int s = STATE_OPEN; s < INCIDENT_STATES; s++)
		if (counts[s])
			json_object_set_new(incidents,
				state_name((enum incident_state)s),
				json_integer((json_int_t)counts[s]));
	json_object_set_new(to, "incidents", incidents);
	uint64_t waiting, given_up;
	r = store_outbox_count(c->v->store, &waiting, &given_up, why);
	if (r == 0)
		json_object_set_new(to, "notices",
			json_pack("{s:I, s:I}", "waiting", (json_int_t)waiting,
				"given_up", (json_int_t)given_up));
	return r;
}

static int
add_gaps(const struct request_call *c, json_t *to, struct why *why)
{
	struct gap *list;
	size_t n;
	int r = store_gaps(c->v->store, GAPS_SHOWN, &list, &n, why);
	if (r < 0)
		return r;
	json_t *gaps = json_array();
	for (size_t i = 0; i < n; i++) {
		char when[CLOCK_TEXT];
		json_array_append_new(gaps,
			json_pack("{s:s, s:s, s:s, s:I, s:I, s:b, s:s}", "time",
				clock_text(list[i].at, when), "app",
				list[i].app, "path", list[i].path, "from",
				(json_int_t)list[i].from, "lost",
				(json_int_t)list[i].lost, "possible",
				list[i].possible, "reason", list[i].reason));
	}
	gaps_free(list, n);
	json_object_set_new(to, "gaps", gaps);
	return 0;
}

json_t *
status_answer(const struct request_call *c)
{
	const struct settings *settings = c->v->settings;
	usec since;
	struct why why;
	int r = store_paused(c->v->store, &since, &why);
	if (r < 0)
		return request_unable(&why);
	json_t *status = json_pack("{s:s, s:b, s:s, s:o, s:b}", "version",
		PACKAGE_VERSION, "running", c->v->status != NULL, "store",
		settings->store, "paused", request_paused_json(since), "frozen",
		(int)limits_frozen(settings->freeze_file));
	r = add_counts(c, status, &why);
	if (r == 0)
		r = add_gaps(c, status, &why);
	json_t *to_commit = NULL;
	if (r == 0)
		r = uncommitted_json(
			c->v->store, settings, 0, &to_commit, &why);
	if (r < 0) {
		json_decref(status);
		return request_unable(&why);
	}
	json_object_set_new(status, "to_commit", to_commit);
	if (c->v->status)
		c->v->status(status, c->v->arg);
	return control_reply(status);
}
