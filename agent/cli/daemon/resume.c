/* The command `resume`, which ends a pause. */
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
	const char *since = json_string_value(json_object_get(
		json_object_get(reply, "answer"), "was_paused"));
	if (code == EXIT_DONE && since)
		printf("resumed: it was paused since %s\n", since);
	else if (code == EXIT_DONE)
		puts("it was not paused: nothing has changed");
	json_decref(reply);
	return code;
}
