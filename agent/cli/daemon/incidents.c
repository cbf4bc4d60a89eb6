#include "config.h"
#include "cli/command.h"

#include <jansson.h>
#include <stdio.h>

#include "cli/daemon/daemon-client.h"
#include "cli/output/page.h"
#include "wire/fault.h"

#define COLUMNS 7
#define FAULT 3 /* the widest column */

/* `missing-table public.AnalyticsEvent`. Owned. */
static char *
what_of(const json_t *incident)
{
	const char *class = page_json_text(incident, "class");
	int c = class_by_name(span_of(class));
	if (c < 0)
		return xstrdup(class ? class : "?");
	own(object) struct object o;
	object_from_json(json_object_get(incident, "object"), &o);
	own(str) char *object = object_text((enum fault_class)c, &o);
	return xprintf("%s %s", class, object);
}

static void
add_row(char ***cells, const json_t *incident)
{
	own(str) char *id = xprintf("%lld",
		(long long)json_integer_value(json_object_get(incident, "id")));
	own(str) char *count = xprintf("%lld",
		(long long)json_integer_value(
			json_object_get(incident, "count")));
	own(str) char *what = what_of(incident);
	const char *cause = page_json_text(incident, "cause");
	const char *last = page_json_text(incident, "last_seen");
	/* Whole seconds are enough for people. */
	own(str) char *when =
		last ? xstrndup(last, strcspn(last, ".Z")) : xstrdup("-");
	const char *row[COLUMNS] = { id, page_json_text(incident, "state"),
		page_json_text(incident, "app"), what, cause ? cause : "-",
		count, when };
	for (size_t i = 0; i < COLUMNS; i++)
		strings_add(cells, row[i] ? row[i] : "-");
}

static int
print_table(const json_t *incidents)
{
	own(page) struct page p = page_new();
	static const char *const heads[COLUMNS] = { "ID", "STATE", "APP",
		"FAULT", "CAUSE", "SEEN", "LAST (UTC)" };
	own(strings) char **cells = NULL;
	for (size_t i = 0; i < COLUMNS; i++)
		strings_add(&cells, heads[i]);
	size_t i;
	json_t *incident;
	json_array_foreach (incidents, i, incident)
		add_row(&cells, incident);
	if (json_array_size(incidents) == 0)
		page_printf(&p, "no incidents\n");
	else
		page_table(&p, cells, json_array_size(incidents) + 1, COLUMNS,
			FAULT);
	return page_print(&p);
}

/* One object a line, as `scan --json` does. */
static int
print_lines(const json_t *incidents)
{
	int code = EXIT_DONE;
	size_t i;
	json_t *incident;
	json_array_foreach (incidents, i, incident)
		if (code == EXIT_DONE)
			code = page_print_json(incident);
	return code;
}

int
command_incidents(const struct command *c, const struct invocation *given)
{
	struct invocation in = *given;
	bool json = command_flag(&in, "--json");
	if (!command_operands(c, &in, 0, 0))
		return EXIT_USAGE;
	json_t *reply = NULL;
	int code = daemon_ask(&in, daemon_ask_for("incidents"), &reply);
	if (code != EXIT_DONE)
		return code;
	const json_t *incidents = json_object_get(reply, "answer");
	code = json ? print_lines(incidents) : print_table(incidents);
	if (json_is_true(json_object_get(reply, "cut")))
		fprintf(stderr,
			"logmend: only the newest %zu incidents are listed\n",
			json_array_size(incidents));
	json_decref(reply);
	return code;
}
