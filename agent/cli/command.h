/* The subcommands. Each has a file of its own and one row in main.c. */
#pragma once

#include <stdbool.h>
#include <stdio.h>

#include "base/why.h"
#include "wire/exit-code.h"

struct invocation {
	const char *config; /* absolute path; the default unless -c */
	bool config_given;
	int argc; /* the command's own: argv[0] is its name */
	char **argv;
};

struct command {
	const char *name;
	const char *synopsis; /* behind the name */
	const char *help;     /* a sentence for the list, then the options */
	int (*run)(const struct command *c, const struct invocation *in);
};

int command_run(const struct command *c, const struct invocation *in);
int command_scan(const struct command *c, const struct invocation *in);
int command_test(const struct command *c, const struct invocation *in);
int command_check_config(const struct command *c, const struct invocation *in);
int command_diagnose(const struct command *c, const struct invocation *in);
int command_incidents(const struct command *c, const struct invocation *in);
int command_show(const struct command *c, const struct invocation *in);
int command_approve(const struct command *c, const struct invocation *in);
int command_reject(const struct command *c, const struct invocation *in);
int command_close(const struct command *c, const struct invocation *in);
int command_pause(const struct command *c, const struct invocation *in);
int command_resume(const struct command *c, const struct invocation *in);
int command_status(const struct command *c, const struct invocation *in);

/* `usage: logmend [-c FILE] NAME ...`, in lines of 80 columns. */
void command_synopsis(const struct command *c, FILE *to);
/* The usage of one command on standard error; EXIT_USAGE. */
int command_usage(const struct command *c);
/* Handles options that are plain flags: consumes `--name` from argv wherever it
 * stands before `--`; true if it was there. */
bool command_flag(struct invocation *in, const char *name);
/* The same for `--name VALUE` and `--name=VALUE`; NULL if it was not there. */
const char *command_option(struct invocation *in, const char *name);
/* After the options are consumed: whether anything is left that looks like one,
 * or the number of operands is not within [least, most]. Complains. */
bool command_operands(
	const struct command *c, struct invocation *in, int least, int most);
