#include "config.h"
#include "cli/command.h"

#include <jansson.h>
#include <stdio.h>

#include "cli/daemon/daemon-client.h"

int
command_resume(const struct command *c, const struct invocation *given)
{
	struct invocation in = *given;
	if (!command_operands(c, &in, 0, 0))
		return EXIT_USAGE;
	json_t *reply = NULL;
	int code = daemon_ask(&in, daemon_ask_for("resume"), &reply);
	if (code == EXIT_DONE)
		puts("not paused");
	json_decref(reply);
	return code;
}
