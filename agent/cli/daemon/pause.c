#include "config.h"
#include "cli/command.h"

#include <jansson.h>
#include <stdio.h>

#include "cli/daemon/daemon-client.h"

int
command_pause(const struct command *c, const struct invocation *given)
{
	struct invocation in = *given;
	if (!command_operands(c, &in, 0, 0))
		return EXIT_USAGE;
	json_t *reply = NULL;
	int code = daemon_ask(&in, daemon_ask_for("pause"), &reply);
	if (code == EXIT_DONE)
		puts("paused: no attempt starts before `logmend resume`");
	json_decref(reply);
	return code;
}
