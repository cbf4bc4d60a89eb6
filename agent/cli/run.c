#include "config.h"
#include "cli/command.h"

#include "head/head.h"

int
command_run(const struct command *c, const struct invocation *in)
{
	struct invocation rest = *in;
	if (!command_operands(c, &rest, 0, 0))
		return EXIT_USAGE;
	struct why why;
	own(settings) struct settings *settings = NULL;
	if (settings_load(in->config, &settings, &why) < 0)
		return command_fails(EXIT_USAGE, "%s", why.text);
	return head_run(settings);
}
