/* The command `status`: what the daemon reads, which bytes only an unlinked
 * file still holds, and what nobody could read. */
#include "config.h"
#include "cli/command.h"

#include <jansson.h>
#include <string.h>

#include "cli/daemon/daemon-client.h"
#include "cli/daemon/to-commit.h"
#include "cli/output/page.h"

#define APP_WIDEST 30u
#define ID_SHOWN 12u /* as `docker ps` shows it */

static long long
number(const json_t *object, const char *key)
{
	return json_integer_value(json_object_get(object, key));
}

static const char *
plural(const json_t *object, const char *key)
{
	return number(object, key) == 1 ? "" : "s";
}

static size_t
widest_app(const json_t *list)
{
	size_t i, width = 0;
	json_t *one;
	json_array_foreach (list, i, one)
		width = MAX(
			width, json_string_length(json_object_get(one, "app")));
	return MIN(width, APP_WIDEST);
}

/* An app's name, and room up to the widest one. */
static void
add_app(struct page *p, const char *app, size_t width)
{
	size_t len = app ? strlen(app) : 0;
	page_add(p, COLOUR_BOLD, app);
	page_printf(p, "%*s", len < width ? (int)(width - len) + 2 : 2, "");
	page_mark_column(p);
}

/* The freeze file and `logmend pause` both hold attempts back; the pause is
 * shown first, for it names when it began. */
static void
add_general(struct page *p, const json_t *s)
{
	bool running = json_is_true(json_object_get(s, "running"));
	page_label(p, "logmend");
	page_add(p, COLOUR_BOLD, page_json_text(s, "version"));
	page_printf(p, ", ");
	page_add(p, running ? COLOUR_GOOD : COLOUR_BAD,
		running ? "running" : "not running");
	page_printf(p, "\n");
	if (running && !json_integer_value(json_object_get(s, "eyes"))) {
		page_label(p, "Eyes");
		page_add(p, COLOUR_BAD, "not running: nothing is read");
		page_printf(p, "; the log of logmend says why\n");
	}
	page_field(p, "Store", page_json_text(s, "store"));
	if (page_json_text(s, "loaded"))
		page_field(p, "Loaded", page_json_text(s, "loaded"));
	page_label(p, "Mending");
	const char *paused = page_json_text(s, "paused");
	bool frozen = json_is_true(json_object_get(s, "frozen"));
	if (paused) {
		page_add(p, COLOUR_WARN, "paused since ");
		page_add(p, COLOUR_WARN, paused);
	} else {
		page_add(p, frozen ? COLOUR_WARN : COLOUR_NONE,
			frozen ? "frozen: the freeze file exists"
			       : "as the policies say");
	}
	page_printf(p, "\n");
}

/* By which way containers are found: through Docker's socket, which also tells
 * of deaths, or by Docker's own files. */
static void
add_docker(struct page *p, const json_t *docker)
{
	const char *api = page_json_text(docker, "api");
	if (!docker)
		return;
	page_label(p, "Docker");
	if (api) {
		page_printf(p, "through ");
		page_add(p, COLOUR_NONE, page_json_text(docker, "socket"));
		page_printf(p, ", version ");
		page_add(p, COLOUR_NONE, api);
		page_printf(p, " of its API\n");
		return;
	}
	page_printf(p, "by its own files; deaths of containers are not told: ");
	page_mark_column(p);
	page_add(p, COLOUR_NONE, page_json_text(docker, "trouble"));
	page_printf(p, "\n");
}

/* The process that sends notices. Without a receiver there need be none. */
static void
add_sender(struct page *p, const json_t *sender)
{
	const char *trouble = page_json_text(sender, "trouble");
	long long pid = number(sender, "pid");
	if (!trouble && !pid)
		return;
	page_label(p, "Sender");
	if (trouble) {
		page_add(p, COLOUR_BAD, "not running: no notice is sent: ");
		page_mark_column(p);
		page_add(p, COLOUR_NONE, trouble);
	} else {
		page_printf(p, "running, process %lld", pid);
	}
	page_printf(p, "\n");
}

static void
add_store_trouble(struct page *p, const json_t *trouble)
{
	const char *why = page_json_text(trouble, "why");
	if (!why)
		return;
	page_label(p, "Writing");
	page_add(p, COLOUR_BAD, "the store cannot be written");
	page_printf(p, " since ");
	page_add(p, COLOUR_NONE, page_json_text(trouble, "since"));
	page_printf(p, ": nothing is mended meanwhile: ");
	page_mark_column(p);
	page_add(p, COLOUR_NONE, why);
	page_printf(p, "\n");
}

static void
add_incidents(struct page *p, json_t *counts)
{
	page_label(p, "Incidents");
	const char *state;
	json_t *count;
	bool any = false;
	json_object_foreach (counts, state, count) {
		page_printf(p, "%s%lld ", any ? ", " : "",
			(long long)json_integer_value(count));
		page_add(p, page_colour(state), state);
		any = true;
	}
	page_printf(p, "%s\n", any ? "" : "none");
}

/* Names the log by the start of its container's id, which is shorter than its
 * path and what `docker ps` shows. */
static void
add_place(struct page *p, const json_t *source, size_t width)
{
	const char *container = page_json_text(source, "container");
	add_app(p, page_json_text(source, "app"), width);
	if (!container) {
		page_add(p, COLOUR_NONE, page_json_text(source, "path"));
		return;
	}
	own(str) char *start =
		xstrndup(container, strnlen(container, ID_SHOWN));
	page_printf(p, "container ");
	page_add(p, COLOUR_NONE, start);
}

/* Bytes that are not read yet of a file without a name are lost when the
 * daemon and the service manager lose its descriptor, so they are told apart.
 */
static void
add_sources(struct page *p, const json_t *sources)
{
	size_t i, width = widest_app(sources);
	json_t *source;
	if (json_array_size(sources))
		page_heading(p, "Sources");
	json_array_foreach (sources, i, source) {
		long long done = number(source, "read");
		long long size = number(source, "size");
		bool unlinked =
			json_is_true(json_object_get(source, "unlinked"));
		page_printf(p, "  ");
		add_place(p, source, width);
		page_printf(p, ": %lld of %lld bytes read", done, size);
		if (unlinked && size > done)
			page_printf(p,
				", %lld are left only here: the file is "
				"unlinked",
				size - done);
		page_printf(p, "\n");
	}
}

static void
add_sentences(struct page *p, enum colour colour, const json_t *list)
{
	size_t i;
	json_t *one;
	json_array_foreach (list, i, one) {
		page_printf(p, "    ");
		page_mark_column(p);
		page_add(p, colour, json_string_value(one));
		page_printf(p, "\n");
	}
}

/* One line for each configured app: what is read of it, or why nothing is. */
static void
add_apps(struct page *p, const json_t *apps)
{
	size_t i, width = widest_app(apps);
	json_t *app;
	if (json_array_size(apps))
		page_heading(p, "Apps");
	json_array_foreach (apps, i, app) {
		const char *trouble = page_json_text(app, "trouble");
		const char *read = page_json_text(app, "last_read");
		page_printf(p, "  ");
		add_app(p, page_json_text(app, "app"), width);
		page_add(p, COLOUR_NONE, page_json_text(app, "mode_text"));
		if (json_is_true(json_object_get(app, "labels_awaited")))
			page_printf(p,
				" (once Docker has told the labels of its "
				"service)");
		page_printf(p, ", ");
		if (trouble) {
			page_add(p, COLOUR_BAD, trouble);
		} else {
			page_printf(p, "%lld log%s of %lld container%s, ",
				number(app, "logs"), plural(app, "logs"),
				number(app, "containers"),
				plural(app, "containers"));
			page_printf(p, "last read ");
			page_add(p, COLOUR_NONE, read ? read : "never");
			if (json_is_true(
				    json_object_get(app, "scaled_to_none")))
				page_printf(p, "; its service is scaled to 0");
		}
		page_printf(p, "\n");
		add_sentences(p, COLOUR_NONE, json_object_get(app, "lowered"));
		add_sentences(
			p, COLOUR_WARN, json_object_get(app, "label_troubles"));
	}
}

/* Apps of which nothing was read for a while although there is something. */
static void
add_unread(struct page *p, const json_t *unread)
{
	size_t i;
	json_t *one;
	if (json_array_size(unread))
		page_heading(p, "Unread (nothing of it was read since)");
	json_array_foreach (unread, i, one) {
		page_printf(p, "  ");
		page_add(p, COLOUR_BOLD, page_json_text(one, "app"));
		page_printf(p, ": ");
		page_mark_column(p);
		page_printf(p, "%lld bytes since ", number(one, "bytes"));
		page_add(p, COLOUR_WARN, page_json_text(one, "since"));
		page_printf(p, "\n");
	}
}

static void
add_to_commit(struct page *p, const json_t *list)
{
	size_t i, width = widest_app(list);
	json_t *one;
	if (json_array_size(list))
		page_heading(p,
			"To commit (applied, and not seen in the deployed "
			"image yet)");
	json_array_foreach (list, i, one) {
		page_printf(p, "  ");
		add_app(p, page_json_text(one, "app"), width);
		to_commit_add(p, one);
	}
}

static void
add_left_out(struct page *p, long long containers)
{
	if (!containers)
		return;
	page_label(p, "Left out");
	page_printf(p,
		"%lld containers, of which there are too many: their logs are "
		"not read\n",
		containers);
}

/* What changes on disk does nothing before it is loaded. */
static void
add_changes(struct page *p, const json_t *rules, const char *configuration)
{
	size_t i;
	json_t *one;
	if (json_array_size(rules) || configuration)
		page_heading(p,
			"Changed on disk since they were loaded: `logmend "
			"reload` uses them");
	if (configuration) {
		page_printf(p, "  ");
		page_add(p, COLOUR_WARN, configuration);
		page_printf(p, " changed\n");
	}
	json_array_foreach (rules, i, one) {
		page_printf(p, "  ");
		page_add(p, COLOUR_WARN, json_string_value(one));
		page_printf(p, "\n");
	}
}

static void
add_gaps(struct page *p, const json_t *gaps)
{
	size_t i;
	json_t *gap;
	if (json_array_size(gaps))
		page_heading(
			p, "Gaps (what nobody could read, or may be lost)");
	json_array_foreach (gaps, i, gap) {
		page_printf(p, "  ");
		page_add(p, COLOUR_NONE, page_json_text(gap, "time"));
		page_printf(p, "  ");
		page_add(p, COLOUR_NONE, page_json_text(gap, "path"));
		page_printf(p, " at byte %lld", number(gap, "from"));
		if (number(gap, "lost"))
			page_printf(p, ", about %.1f MB",
				(double)number(gap, "lost") / 1e6);
		page_printf(p, ": ");
		page_add(p, COLOUR_NONE, page_json_text(gap, "reason"));
		page_printf(p, "\n");
	}
}

static int
print_status(const json_t *reply)
{
	const json_t *s = json_object_get(reply, "answer");
	own(page) struct page p = page_new();
	const json_t *notices = json_object_get(s, "notices");
	add_general(&p, s);
	add_docker(&p, json_object_get(s, "docker"));
	add_sender(&p, json_object_get(s, "sender"));
	add_store_trouble(&p, json_object_get(s, "store_trouble"));
	add_incidents(&p, json_object_get(s, "incidents"));
	page_label(&p, "Notices");
	page_printf(&p, "%lld waiting, %lld given up\n",
		number(notices, "waiting"), number(notices, "given_up"));
	add_left_out(&p, number(s, "containers_left_out"));
	add_to_commit(&p, json_object_get(s, "to_commit"));
	add_changes(&p, json_object_get(s, "rules_changed"),
		page_json_text(s, "configuration_changed"));
	add_apps(&p, json_object_get(s, "apps"));
	add_unread(&p, json_object_get(s, "unread"));
	add_sources(&p, json_object_get(s, "sources"));
	add_gaps(&p, json_object_get(s, "gaps"));
	return page_print(&p);
}

int
command_status(const struct command *c, const struct invocation *given)
{
	struct invocation in = *given;
	bool json = command_flag(&in, "--json");
	if (!command_operands(c, &in, 0, 0))
		return EXIT_USAGE;
	return daemon_ask_and_print(
		&in, daemon_ask_for("status"), json, print_status);
}
