/* The command `doctor`: looks at everything that logmend needs, and tells what
 * is to be done, in order. Changes nothing. */
#include "config.h"
#include "cli/command.h"
#include "cli/doctor/examine.h"
#include "cli/output/advice.h"
#include "cli/output/page.h"
#include "cli/output/terminal.h"
#include "config/settings.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cli/local/installed-unit.h"
char *
doctor_command(const struct doctor *d, const char *what)
{
	own(str) char *file = advice_word(d->in->config);
	bool given = d->in->config_given;
	return xprintf("sudo logmend %s%s%s%s", given ? "-c " : "",
		given ? file : "", given ? " " : "", what);
}

char *
doctor_folder(const char *path)
{
	const char *slash = strrchr(path, '/');
	return xstrndup(
		path, slash && slash > path ? (size_t)(slash - path) : 1);
}

/* A configuration that is wrong comes first: what hangs on it was not looked
 * at. */
static int
exit_code(const struct advices *a)
{
	unsigned n[ADVICE_KINDS] = { 0 };
	for (size_t i = 0; i < a->n; i++)
		n[a->list[i].kind]++;
	return n[ADVICE_WRONG]      ? EXIT_USAGE
		: n[ADVICE_UNKNOWN] ? EXIT_UNABLE
		: n[ADVICE_TO_DO]   ? EXIT_NO
				    : EXIT_DONE;
}

static int
print(const struct doctor *d, bool json)
{
	int code = exit_code(&d->advices), r;
	if (json) {
		json_t *all = json_pack("{s:s, s:i, s:o}", "configuration",
			d->in->config, "exit", code, "advices",
			advices_json(&d->advices));
		r = page_print_json(all);
		json_decref(all);
	} else {
		r = advices_print(&d->advices);
		if (code == EXIT_DONE)
			puts("\nNothing is to be done.");
	}
	return r == EXIT_DONE && terminal_flush() ? code : EXIT_UNABLE;
}

static void
examine_all(struct doctor *d)
{
	own(settings) struct settings *settings = NULL;
	installed_unit_read("", INSTALLED_UNIT_DAEMON, &d->unit);
	installed_unit_read("", INSTALLED_UNIT_HANDS, &d->hands);
	installed_unit_read("", INSTALLED_UNIT_DOCKER, &d->docker);
	examine_rights(d);
	examine_configuration(d, &settings);
	d->settings = settings;
	if (settings) {
		examine_labels(d, settings);
		examine_sources(d);
		examine_databases(d);
		examine_receivers(d);
	}
	examine_machine(d);
	if (settings)
		examine_stops(d);
	examine_service(d);
	d->settings = NULL;
}

int
command_doctor(const struct command *c, const struct invocation *given)
{
	struct invocation in = *given;
	struct doctor d = { .in = &in };
	bool json = command_flag(&in, "--json");
	d.send = command_flag(&in, "--send");
	if (!command_operands(c, &in, 0, 0))
		return EXIT_USAGE;
	examine_all(&d);
	int code = print(&d, json);
	advices_free(&d.advices);
	installed_unit_free(&d.unit);
	installed_unit_free(&d.hands);
	installed_unit_free(&d.docker);
	return code;
}
