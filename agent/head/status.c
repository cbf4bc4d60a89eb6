#include "config.h"
#include "head/status.h"

#include <jansson.h>

#include "base/escape.h"
#include "rule/rule.h"

/* What nobody could read any more if its descriptor were closed. */
static json_int_t
held_bytes(const json_t *sources)
{
	json_int_t sum = 0;
	size_t i;
	json_t *one;
	json_array_foreach (sources, i, one)
		if (json_is_true(json_object_get(one, "unlinked")))
			sum += json_integer_value(
				       json_object_get(one, "size")) -
				json_integer_value(
					json_object_get(one, "read"));
	return sum;
}

/* [{app, bytes, since}] */
static json_t *
unread_of(const json_t *apps)
{
	json_t *list = json_array();
	size_t i;
	json_t *app;
	json_array_foreach (apps, i, app) {
		json_t *one = json_deep_copy(json_object_get(app, "unread"));
		if (!one)
			continue;
		json_object_set(one, "app", json_object_get(app, "app"));
		json_array_append_new(list, one);
	}
	return list;
}

void
status_fill(json_t *status, const struct status_figures *f, json_t *sources,
	json_t *apps)
{
	char text[CLOCK_TEXT];
	const struct {
		const char *name;
		json_int_t value;
	} figures[] = {
		{ "eyes", f->eyes },
		{ "hands", (json_int_t)f->hands },
		{ "held_bytes", held_bytes(sources) },
		{ "batches", (json_int_t)f->batches },
		{ "bytes", (json_int_t)f->bytes },
		{ "faults", (json_int_t)f->faults },
		{ "broken_lines", (json_int_t)f->broken },
		{ "undecided", (json_int_t)f->undecided },
		{ "containers_left_out", (json_int_t)f->left },
	};
	json_object_set_new(
		status, "started", json_string(clock_text(f->started, text)));
	json_object_set_new(
		status, "loaded", json_string(clock_text(f->loaded, text)));
	for (size_t i = 0; i < ELEMENTS(figures); i++)
		json_object_set_new(status, figures[i].name,
			json_integer(figures[i].value));
	json_object_set_new(status, "sources", sources);
	json_object_set_new(status, "unread", unread_of(apps));
	json_object_set_new(status, "apps", apps);
}

void
status_changes(json_t *status, const struct rules *rules, char *const *folders,
	const char *configuration)
{
	json_t *changes = json_array();
	own(strings) char **list = rules_changes(rules, folders);
	for (char **c = list; c && *c; c++) {
		own(str) char *shown =
			escape_str(span_of(*c), 1000, ESCAPE_LINE);
		json_array_append_new(changes, json_string(shown));
	}
	json_object_set_new(status, "rules_changed", changes);
	own(str) char *path = configuration
		? escape_str(span_of(configuration), 1000, ESCAPE_LINE)
		: NULL;
	json_object_set_new(status, "configuration_changed",
		path ? json_string(path) : json_null());
}
