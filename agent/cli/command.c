#include "config.h"
#include "cli/command.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/output/wrap.h"

/* wrap() puts further lines of a long synopsis below its first option. */
void
command_synopsis(const struct command *c, FILE *to)
{
	own(buf) struct buf lines = { 0 };
	own(str) char *text = xprintf("usage: logmend [-c FILE] %s%s%c%s\n",
		c->name, *c->synopsis ? " " : "", WRAP_HERE, c->synopsis);
	wrap(&lines, span_of(text), 80);
	fputs(buf_str(&lines), to);
}

int
command_usage(const struct command *c)
{
	command_synopsis(c, stderr);
	fprintf(stderr, "       logmend %s --help tells more\n", c->name);
	return EXIT_USAGE;
}

/* Takes `count` arguments out of argv, from argv[at] on. The NULL behind the
 * last argument moves with the rest. */
static void
remove_arguments(struct invocation *in, int at, int count)
{
	for (int i = at; i + count <= in->argc; i++)
		in->argv[i] = in->argv[i + count];
	in->argc -= count;
}

bool
command_flag(struct invocation *in, const char *name)
{
	for (int i = 1; i < in->argc && strcmp(in->argv[i], "--") != 0; i++)
		if (strcmp(in->argv[i], name) == 0) {
			remove_arguments(in, i, 1);
			return true;
		}
	return false;
}

/* `--name` without a value stays in argv, where command_operands() complains.
 */
const char *
command_option(struct invocation *in, const char *name)
{
	size_t len = strlen(name);
	for (int i = 1; i < in->argc && strcmp(in->argv[i], "--") != 0; i++) {
		char *arg = in->argv[i];
		if (strcmp(arg, name) == 0 && i + 1 < in->argc) {
			const char *value = in->argv[i + 1];
			remove_arguments(in, i, 2);
			return value;
		}
		if (strncmp(arg, name, len) == 0 && arg[len] == '=') {
			remove_arguments(in, i, 1);
			return arg + len + 1;
		}
	}
	return NULL;
}

/* A lone `-` is an operand: standard input. */
bool
command_operands(
	const struct command *c, struct invocation *in, int least, int most)
{
	for (int i = 1; i < in->argc; i++) {
		const char *arg = in->argv[i];
		if (strcmp(arg, "--") == 0) {
			remove_arguments(in, i, 1);
			break;
		}
		if (arg[0] == '-' && arg[1]) {
			fprintf(stderr,
				"logmend %s: '%s' is no option of it, or lacks "
				"its value\n",
				c->name, arg);
			command_usage(c);
			return false;
		}
	}
	int n = in->argc - 1;
	if (n >= least && n <= most)
		return true;
	command_usage(c);
	return false;
}
