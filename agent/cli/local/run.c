/* The command `run`, the daemon. */
#include "config.h"
#include "base/io/log.h"
#include "cli/command.h"
#include "cli/local/config-check.h"
#include "config/settings.h"
#include "head/head.h"

static void
warn(void *arg, bool problem, const char *text)
{
	(void)arg;
	(void)problem;
	log_warn("%s", text);
}

/* Only warns: the mistake of one app, or a disk that is not mounted yet, must
 * not keep logmend from reading the logs of the others. What only Docker knows
 * is left to `check-config`, for it may not answer; of URLs of receivers head
 * warns later, for the same reason. */
static void
check_settings(const struct settings *settings)
{
	struct config_check check = { .settings = settings, .tell = warn };
	config_check_run(&check);
	if (!settings->n_apps)
		log_warn("%s: no app is configured, so nothing is read: each "
			 "has a section [app NAME], and `logmend init --print` "
			 "shows those that would fit",
			settings->file);
}

int
command_run(const struct command *c, const struct invocation *in)
{
	struct invocation rest = *in;
	if (!command_operands(c, &rest, 0, 0))
		return EXIT_USAGE;
	return head_run(in->config, check_settings);
}
