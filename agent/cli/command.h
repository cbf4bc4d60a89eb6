/* The subcommands: each has a file of its own, below daemon/ if it asks the
 * daemon, below local/ (or a folder of its own) if it does its work itself, and
 * one row in main.c. */
#pragma once

#include <stdbool.h>
#include <stdio.h>

#include "base/why.h"
#include "wire/exit-code.h"

/* What the user typed. A command copies it before it takes options out. */
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
int command_gate(const struct command *c, const struct invocation *in);
int command_init(const struct command *c, const struct invocation *in);
int command_doctor(const struct command *c, const struct invocation *in);
int command_check_config(const struct command *c, const struct invocation *in);
int
command_notify_failure(const struct command *c, const struct invocation *in);
int command_notify_test(const struct command *c, const struct invocation *in);
int command_diagnose(const struct command *c, const struct invocation *in);
int command_incidents(const struct command *c, const struct invocation *in);
int command_show(const struct command *c, const struct invocation *in);
int command_approve(const struct command *c, const struct invocation *in);
int command_reject(const struct command *c, const struct invocation *in);
int command_fix(const struct command *c, const struct invocation *in);
int command_reset(const struct command *c, const struct invocation *in);
int command_close(const struct command *c, const struct invocation *in);
int command_pause(const struct command *c, const struct invocation *in);
int command_resume(const struct command *c, const struct invocation *in);
int command_reload(const struct command *c, const struct invocation *in);
int command_status(const struct command *c, const struct invocation *in);

/* Writes `usage: logmend [-c FILE] NAME ...`, in lines of 80 columns. */
void command_synopsis(const struct command *c, FILE *to);
/* Writes the usage of one command on standard error; returns EXIT_USAGE. */
int command_usage(const struct command *c);
/* Takes `--name` out of argv, wherever it stands before `--`. Returns true if
 * it was there. */
bool command_flag(struct invocation *in, const char *name);
/* Takes `--name VALUE` or `--name=VALUE` out of argv. Returns VALUE, borrowed;
 * NULL if it was not there. */
const char *command_option(struct invocation *in, const char *name);
/* Checks argv after the options were taken out: false, and a sentence on
 * standard error, if something is left that looks like an option, or if the
 * number of operands is not within [least, most]. A `--` is taken out. */
bool command_operands(
	const struct command *c, struct invocation *in, int least, int most);
