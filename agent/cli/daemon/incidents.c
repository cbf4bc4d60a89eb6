/* The command `incidents`: a table for people, one object a line for programs.
 */
#include "config.h"
#include "cli/command.h"

#include <jansson.h>

#include "base/escape.h"
#include "cli/daemon/daemon-client.h"
#include "cli/output/page.h"
#include "cli/output/terminal.h"
#include "wire/fault.h"

#define COLUMNS 7
/* The column of the fault; on a narrow terminal it gets lines of its own. */
#define FAULT 3

/* Describes the fault: `missing-table public.AnalyticsEvent`. A class that
 * this version does not know is shown by its name. Owned. */
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

/* Adds one page to the list; *next is where the one after it begins, 0: there
 * is none. Pages end at an incident's number, which never changes: what is
 * opened meanwhile shifts nothing. */
static int
ask_page(const struct invocation *in, json_int_t *next, json_int_t left,
	json_t *to)
{
	json_t *request = daemon_ask_for("incidents");
	json_t *reply = NULL;
	if (*next)
		json_object_set_new(request, "before", json_integer(*next));
	if (left)
		json_object_set_new(request, "limit", json_integer(left));
	int code = daemon_ask(in, request, &reply);
	if (code != EXIT_DONE)
		return code;
	json_int_t before = *next;
	(void)json_array_extend(to, json_object_get(reply, "answer"));
	*next = json_integer_value(json_object_get(reply, "next"));
	json_decref(reply);
	if (before && *next >= before)
		return terminal_fails(EXIT_UNABLE, "the answer makes no sense");
	return EXIT_DONE;
}

/* So many of the newest; 0: all. */
static int
ask_all(const struct invocation *in, uint64_t limit, json_t *to)
{
	json_int_t next = 0;
	int code;
	do {
		size_t n = json_array_size(to);
		code = ask_page(
			in, &next, limit ? (json_int_t)(limit - n) : 0, to);
	} while (code == EXIT_DONE && next &&
		(!limit || json_array_size(to) < limit));
	return code;
}

int
command_incidents(const struct command *c, const struct invocation *given)
{
	struct invocation in = *given;
	uint64_t limit = 0;
	bool json = command_flag(&in, "--json");
	const char *most = command_option(&in, "--limit");
	if (!command_operands(c, &in, 0, 0))
		return EXIT_USAGE;
	if (most &&
		(!span_u64(span_of(most), &limit) || !limit ||
			limit > INT32_MAX)) {
		own(str) char *shown =
			escape_str(span_of(most), 100, ESCAPE_LINE);
		return terminal_fails(EXIT_USAGE,
			"--limit is a number from 1, not '%s'", shown);
	}
	json_t *incidents = json_array();
	int code = ask_all(&in, limit, incidents);
	if (code == EXIT_DONE)
		code = json ? print_lines(incidents) : print_table(incidents);
	json_decref(incidents);
	return code;
}
