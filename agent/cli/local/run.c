#include "config.h"
#include "cli/command.h"

#include "base/log.h"
#include "cli/local/config-check.h"
#include "cli/output/terminal.h"
#include "config/settings.h"
#include "head/head.h"

static void
warn(const char *text)
{
	log_warn("%s", text);
}

int
command_run(const struct command *c, const struct invocation *in)
{
	struct invocation rest = *in;
	if (!command_operands(c, &rest, 0, 0))
		return EXIT_USAGE;
	struct why why;
	own(settings) struct settings *settings = NULL;
	if (settings_load(in->config, &settings, &why) < 0)
		return terminal_fails(EXIT_USAGE, "%s", why.text);
	/* One app's mistake, or a disk that is not mounted yet, must not blind
	 * the others. */
	struct config_check up = { .settings = settings, .tell = warn };
	config_check_run(&up);
	return head_run(settings);
}
