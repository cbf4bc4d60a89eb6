/* The command `reload`: the daemon loads its configuration and rules anew, all
 * of it or nothing, and goes on where it was. */
#include "config.h"
#include "cli/command.h"

#include <jansson.h>
#include <stdio.h>

#include "cli/daemon/daemon-client.h"

int
command_reload(const struct command *c, const struct invocation *given)
{
	struct invocation in = *given;
	if (!command_operands(c, &in, 0, 0))
		return EXIT_USAGE;
	json_t *reply = NULL;
	int code = daemon_ask(&in, daemon_ask_for("reload"), &reply);
	if (code == EXIT_DONE)
		puts("loaded: the daemon goes on with the settings and rules "
		     "as they are now");
	json_decref(reply);
	return code;
}
