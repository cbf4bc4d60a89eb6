/* The command `notify-test`: sends a test message to the receivers of notices.
 */
#include "config.h"
#include "cli/command.h"

#include <stdio.h>
#include <string.h>

#include "cli/output/terminal.h"
#include "config/load-settings.h"
#include "config/settings.h"
#include "head/head.h"

/* Whether the receiver took it. */
static bool
try_one(const struct notify *n)
{
	struct why why;
	unsigned status = 0;
	if (head_try_webhook(n, &status, &why) < 0) {
		(void)terminal_fails(0, "notify %s: %s", n->name, why.text);
		return false;
	}
	printf("notify %s: sent, and taken with status %u: look whether it is "
	       "there\n",
		n->name, status);
	return true;
}

int
command_notify_test(const struct command *c, const struct invocation *given)
{
	struct invocation in = *given;
	if (!command_operands(c, &in, 0, 1))
		return EXIT_USAGE;
	own(settings) struct settings *s = NULL;
	struct why why;
	const char *name = in.argc > 1 ? in.argv[1] : NULL;
	int r = load_settings(in.config, &s, &why);
	if (r < 0)
		return terminal_fails(exit_code_of_file(r), "%s", why.text);
	unsigned tried = 0, failed = 0;
	for (size_t i = 0; i < s->n_notifies; i++) {
		if (name && strcmp(name, s->notifies[i].name) != 0)
			continue;
		tried++;
		failed += !try_one(&s->notifies[i]);
	}
	if (!tried)
		return terminal_fails(EXIT_USAGE,
			name ? "%s has no [notify %s]" : "%s has no [notify]%s",
			s->file, name ? name : "");
	return failed ? EXIT_UNABLE : EXIT_DONE;
}
