#include "config.h"
#include "cli/command.h"

#include <jansson.h>

#include "base/escape.h"
#include "cli/daemon/daemon-client.h"

/* Codes are shown in lower case; somebody may type them otherwise. */
static void
set_code(json_t *request, const char *typed)
{
	own(str) char *code = escape_str(span_of(typed), 64, ESCAPE_LINE);
	for (char *p = code; *p; p++)
		if (*p >= 'A' && *p <= 'F')
			*p = (char)(*p | 0x20);
	json_object_set_new(request, "code", json_string(code));
}

int
command_approve(const struct command *c, const struct invocation *given)
{
	struct invocation in = *given;
	if (!command_operands(c, &in, 2, 2))
		return EXIT_USAGE;
	json_t *request = daemon_ask_about("approve", in.argv[1]);
	if (!request)
		return EXIT_USAGE;
	set_code(request, in.argv[2]);
	return daemon_ask_and_tell(&in, request);
}
