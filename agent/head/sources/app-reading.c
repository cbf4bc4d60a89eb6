#include "config.h"
#include "head/sources/app-reading.h"

#include <jansson.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/escape.h"
#include "base/nearest.h"
#include "config/caprover.h"
#include "config/labels.h"
#include "head/sources/discovery.h"
#include "head/sources/followed-log.h"
#include "head/sources/followed-logs.h"
#include "wire/batch.h"

#define TEXT_MOST 2000u
/* So many names of other apps a sentence has room for. */
#define NAMES_SHOWN 8u

/* Its bytes may have been read since the last tick. */
static void
add_unread(struct unread *u, const struct followed_log *t)
{
	if (!t->stuck_ticks || t->stuck_at != position_least(&t->source.from))
		return;
	u->bytes += followed_log_unread(t);
	u->ticks = MAX(u->ticks, t->stuck_ticks);
	u->since = u->since ? MIN(u->since, t->stuck_since) : t->stuck_since;
}

static enum app_trouble
trouble_of(const struct app_reading *a, const struct discovery *d, bool looked)
{
	const struct app *app = a->app;
	if (app->scaled_to_none)
		return APP_IS_READ;
	if (a->driver)
		return APP_DRIVER;
	if (a->error)
		return APP_UNOPENED;
	if (a->logs && app->silence && a->heard + app->silence < clock_mono())
		return APP_SILENT;
	if (a->logs)
		return APP_IS_READ;
	if (discovery_trouble(d))
		return APP_UNLISTED;
	if (!a->containers)
		return APP_ABSENT;
	return looked ? APP_IS_READ : APP_UNOPENED;
}

void
app_readings(const struct settings *settings, const struct discovery *d,
	const struct followed_logs *logs, struct app_reading *ret)
{
	size_t n = settings->n_apps;
	struct discovered *found = xcalloc(n + 1, sizeof(*found));
	discovery_apps(d, found);
	for (size_t i = 0; i < n; i++)
		ret[i] = (struct app_reading){ .app = &settings->apps[i],
			.containers = found[i].containers,
			.driver = found[i].driver,
			.service = found[i].service,
			.error = found[i].trouble };
	free(found);
	for (struct followed_log *t = logs ? logs->first : NULL; t;
		t = t->next) {
		struct app_reading *a = &ret[t->app - settings->apps];
		a->logs++;
		a->last_read = MAX(a->last_read, t->moved_at);
		a->heard = MAX(a->heard, t->heard_at);
		a->heard_now |= t->heard_now;
		add_unread(&a->unread, t);
	}
	for (size_t i = 0; i < n; i++)
		ret[i].trouble = trouble_of(&ret[i], d, !logs);
}

/* Which other apps there are says what was mistyped. */
static void
add_absent(struct buf *text, const struct app *app, const struct discovery *d)
{
	own(strings) char **services = discovery_services(d);
	own(str) char *others =
		nearest_list(app->service ? app->service : app->name, services,
			caprover_app_name, NAMES_SHOWN);
	buf_add_str(text, "no container belongs to it");
	if (!services)
		buf_add_str(text,
			"; there is none of any Swarm service, and those that "
			"docker compose or docker run makes are of none");
	else
		buf_printf(text,
			"; there are services %s (`service` in [app %s] says "
			"which one is meant)",
			others, app->name);
}

static void
add_counts(struct buf *text, const struct app_reading *a)
{
	buf_printf(text, "%zu log%s of %zu container%s", a->logs,
		a->logs == 1 ? "" : "s", a->containers,
		a->containers == 1 ? "" : "s");
	if (a->app->scaled_to_none)
		buf_add_str(text, "; its service is scaled to 0");
}

static void
add_silent(struct buf *text, const struct app_reading *a)
{
	char last[CLOCK_TEXT], silence[CLOCK_TEXT];
	buf_printf(text,
		"nothing was logged since %s, and `silence` of [app %s] is %s",
		a->last_read ? clock_text(a->last_read, last) : "ever",
		a->app->name, duration_text(a->app->silence, silence));
}

char *
app_reading_text(const struct app_reading *a, const struct discovery *d)
{
	own(buf) struct buf text = { 0 };
	switch (a->trouble) {
	case APP_IS_READ:
		add_counts(&text, a);
		break;
	case APP_UNLISTED:
		buf_printf(&text, "no container can be found: %s",
			discovery_trouble(d));
		break;
	case APP_ABSENT:
		add_absent(&text, a->app, d);
		break;
	case APP_DRIVER:
		buf_printf(&text,
			"its container logs with the driver '%s', which cannot "
			"be read: set json-file (`docker service update "
			"--log-driver json-file --log-opt max-size=512m %s`)",
			a->driver, a->service);
		break;
	case APP_UNOPENED:
		buf_printf(&text, "nothing is read: %s",
			a->error ? a->error : "its container has no log yet");
		break;
	case APP_SILENT:
		add_silent(&text, a);
		break;
	}
	return escape_str(buf_span(&text), TEXT_MOST, ESCAPE_LINE);
}

/* What labels of the app's service do, and do not. */
static void
add_labels(json_t *to, const struct app *app)
{
	const struct app_labels *l = app->labels;
	own(str) char *mode = labels_mode_text(app);
	json_t *lowered = json_array(), *troubles = json_array();
	for (char **text = l ? l->lowered : NULL; text && *text; text++)
		json_array_append_new(lowered, json_string(*text));
	for (size_t i = 0; l && i < l->n_troubles; i++) {
		own(str) char *text = label_trouble_text(&l->troubles[i]);
		json_array_append_new(troubles, json_string(text));
	}
	json_object_set_new(to, "mode_text", json_string(mode));
	json_object_set_new(
		to, "labels_awaited", json_boolean(app->labels_awaited));
	json_object_set_new(to, "lowered", lowered);
	json_object_set_new(to, "label_troubles", troubles);
}

static json_t *
reading_json(const struct app_reading *a, const struct discovery *d)
{
	char text[CLOCK_TEXT];
	own(str) char *said = app_reading_text(a, d);
	json_t *one = json_pack("{s:s, s:s, s:I, s:I}", "app", a->app->name,
		"mode", mode_name(a->app->policy->mode), "containers",
		(json_int_t)a->containers, "logs", (json_int_t)a->logs);
	json_object_set_new(
		one, "scaled_to_none", json_boolean(a->app->scaled_to_none));
	add_labels(one, a->app);
	if (a->last_read)
		json_object_set_new(one, "last_read",
			json_string(clock_text(a->last_read, text)));
	if (a->trouble != APP_IS_READ)
		json_object_set_new(one, "trouble", json_string(said));
	if (a->unread.ticks)
		json_object_set_new(one, "unread",
			json_pack("{s:I, s:s}", "bytes",
				(json_int_t)a->unread.bytes, "since",
				clock_text(a->unread.since, text)));
	return one;
}

json_t *
app_readings_json(const struct settings *settings, const struct discovery *d,
	const struct followed_logs *logs)
{
	json_t *list = json_array();
	struct app_reading *all = xcalloc(settings->n_apps + 1, sizeof(*all));
	app_readings(settings, d, logs, all);
	for (size_t i = 0; i < settings->n_apps; i++)
		json_array_append_new(list, reading_json(&all[i], d));
	free(all);
	return list;
}
