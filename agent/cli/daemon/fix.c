/* The command `fix ID`. */
#include "config.h"
#include "cli/command.h"

#include <jansson.h>

#include "cli/daemon/daemon-client.h"

int
command_fix(const struct command *c, const struct invocation *given)
{
	struct invocation in = *given;
	if (!command_operands(c, &in, 1, 1))
		return EXIT_USAGE;
	json_t *request = daemon_ask_about("fix", in.argv[1]);
	return request ? daemon_ask_and_tell(&in, request) : EXIT_USAGE;
}
