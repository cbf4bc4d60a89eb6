/* The command `reset APP`: closes its breaker. */
#include "config.h"
#include "cli/command.h"

#include <jansson.h>
#include <stdio.h>

#include "base/escape.h"
#include "cli/daemon/daemon-client.h"

int
command_reset(const struct command *c, const struct invocation *given)
{
	struct invocation in = *given;
	if (!command_operands(c, &in, 1, 1))
		return EXIT_USAGE;
	json_t *request = daemon_ask_for("reset");
	/* A name that is no UTF-8 is no app's, as the daemon says. */
	json_t *app = json_string(in.argv[1]);
	json_object_set_new(request, "app", app ? app : json_string("?"));
	json_t *reply = NULL;
	int code = daemon_ask(&in, request, &reply);
	if (code == EXIT_DONE) {
		const char *text = json_string_value(json_object_get(
			json_object_get(reply, "answer"), "text"));
		own(str) char *shown =
			escape_str(span_of(text), 2000, ESCAPE_LINE);
		puts(shown);
	}
	json_decref(reply);
	return code;
}
