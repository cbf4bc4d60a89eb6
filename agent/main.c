/* The program `logmend`: reads the options before the command and dispatches
 * to it, or, started by logmend itself with --role=, becomes a role. */
#include "config.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "base/io/log.h"
#include "base/own.h"
#include "cli/command.h"
#include "cli/output/terminal.h"
#include "config/settings.h"
#include "docker/docker.h"
#include "eyes/eyes.h"
#include "hands/hands.h"
#include "launch/launch.h"
#include "notify/notify.h"

static const struct command commands[] = {
	{ "run", "",
		"The daemon, in the foreground, until SIGTERM or SIGINT.\n",
		command_run },
	{ "scan",
		"[--all] [--json] [--exit-code] [--since TIME] [--until TIME] "
		"[--rules DIR] [--app NAME] "
		"PATH|APP...|-",
		"Faults in logs that exist; cannot act.\n"
		"\n"
		"  APP           the logs of that app's containers, rotated "
		"ones "
		"too\n"
		"  --all         every fault, and no summary\n"
		"  --json        one JSON object a line\n"
		"  --exit-code   exit status 1 if a fault was found\n"
		"  --since TIME  only faults from then on: 2h (ago), a day, or "
		"RFC 3339\n"
		"  --until TIME  only faults before then\n"
		"  --rules DIR   rules of this folder instead of the "
		"configured ones\n"
		"  --app NAME    report the faults as this app's\n",
		command_scan },
	{ "test", "[RULEFILE...]",
		"The rules' own samples.\n"
		"\n"
		"  RULEFILE      only those of these files\n",
		command_test },
	{ "gate", "--offline DIR [--format text|json|sarif]",
		"Judges a folder of migrations without a database.\n"
		"\n"
		"  --offline DIR a table that no migration there creates "
		"counts as one\n"
		"                with rows; exit status 1 if something would "
		"not run by itself\n"
		"  --format F    text, json (an object a line) or sarif\n",
		command_gate },
	{ "init",
		"[--print] [--json] [-o FILE] [--docker-root DIR] "
		"[--migrations [APP=]DIR]... [--without-socket]",
		"Writes a configuration from what is on this host.\n"
		"\n"
		"  --print       to standard output; writes no file\n"
		"  --json        one JSON object about what was decided\n"
		"  -o FILE       writes FILE instead of the configuration\n"
		"  --docker-root DIR\n"
		"                where Docker keeps its files\n"
		"  --migrations [APP=]DIR\n"
		"                looks for migrations there, too\n"
		"  --without-socket\n"
		"                copies the URLs, and uses Docker's socket for "
		"nothing\n",
		command_init },
	{ "check-config", "",
		"Checks every file and every key; says file and line.\n",
		command_check_config },
	{ "doctor", "[--send] [--json]",
		"Looks at all that logmend needs, and says what is to be "
		"done.\n"
		"\n"
		"  --send        sends a test message to the receivers, too\n"
		"  --json        one JSON object\n",
		command_doctor },
	{ "notify-test", "[NAME]",
		"Sends a test message to the receivers of notices.\n"
		"\n"
		"  NAME          only to that of [notify NAME]\n",
		command_notify_test },
	{ "notify-failure", "[--after TIME]",
		"For systemd: tells that the daemon does not run.\n"
		"\n"
		"  --after TIME  if it still does not by then (0s)\n",
		command_notify_failure },
	{ "diagnose", "APP [CLASS OBJECT] [--json]",
		"Probes the app's database now; changes nothing.\n"
		"\n"
		"  CLASS OBJECT  what to probe, such as missing-table "
		"public.AnalyticsEvent\n"
		"                or missing-column Job.batchId; without it the "
		"connection\n"
		"                and the migration history\n"
		"  --json        one JSON object\n",
		command_diagnose },
	{ "incidents", "[--json] [--limit N]",
		"Lists the incidents, the newest first.\n"
		"\n"
		"  --json        one JSON object a line\n"
		"  --limit N     only the newest N\n",
		command_incidents },
	{ "show", "ID [--plan] [--json]",
		"All about one incident: seen, found, decided, done.\n"
		"\n"
		"  --plan        every byte of what its plan would run\n"
		"  --json        one JSON object\n",
		command_show },
	{ "approve", "ID CODE", "Approves the plan that CODE stands for.\n",
		command_approve },
	{ "reject", "ID", "Rejects the plan that waits for approval.\n",
		command_reject },
	{ "fix", "ID",
		"Has an incident looked at and decided now: a question\n"
		"that expired is asked again.\n",
		command_fix },
	{ "reset", "APP",
		"Closes the breaker of an app, which a fault that came\n"
		"back after its mend opened.\n",
		command_reset },
	{ "close", "ID",
		"Closes an incident that is not being mended or verified.\n",
		command_close },
	{ "pause", "", "No attempt starts from now on.\n", command_pause },
	{ "resume", "", "Ends a pause.\n", command_resume },
	{ "reload", "", "Loads configuration and rules anew, all or nothing.\n",
		command_reload },
	{ "status", "[--json]",
		"What the daemon reads, holds and does.\n"
		"\n"
		"  --json        one JSON object\n",
		command_status },
};

/* Commands that are planned: logmend refuses them with a sentence of their own
 * until they work. */
static const char *const not_built[] = { "learn", "rules", "explain", "report",
	"rehearse", "mute" };

static void
print_help(FILE *to)
{
	fputs("usage: logmend [-c FILE] COMMAND ...\n\n"
	      "Watches the logs of the apps on a CapRover host, finds out why "
	      "a\n"
	      "fault happens, and reports or mends it under the limits you "
	      "set.\n\n",
		to);
	for (size_t i = 0; i < ELEMENTS(commands); i++)
		fprintf(to, "  %-14s %.*s\n", commands[i].name,
			(int)strcspn(commands[i].help, "\n"), commands[i].help);
	fputs("\n  -c FILE       the configuration (" CONFIG_FILE ")\n"
	      "  --help        this text; behind a command, the command's own\n"
	      "  --version     the version\n\n"
	      "Manuals: logmend(8), logmend.conf(5), logmend.rules(5).\n",
		to);
}

static const struct command *
find_command(const char *name)
{
	for (size_t i = 0; i < ELEMENTS(commands); i++)
		if (strcmp(commands[i].name, name) == 0)
			return &commands[i];
	return NULL;
}

static int
refuse_command(const char *name)
{
	for (size_t i = 0; i < ELEMENTS(not_built); i++)
		if (strcmp(not_built[i], name) == 0)
			return terminal_fails(
				EXIT_USAGE, "%s: not built yet", name);
	return terminal_fails(EXIT_USAGE,
		"there is no command '%s'; logmend --help lists them", name);
}

/* Becomes what starts the role `argv[0]` for head, which is user `argv[1]`. */
static int
run_launcher(int argc, char **argv)
{
	if (argc != 2)
		return terminal_fails(EXIT_USAGE,
			"--role=launch takes a role, and the user whom it is "
			"started for");
	log_open("logmend-launch");
	return launch_main(argv[0], argv[1]);
}

/* Becomes a role. `config` is NULL unless -c was given. */
static int
run_role(const char *role, const char *config)
{
	if (strcmp(role, "eyes") == 0) {
		log_open("logmend-eyes");
		/* Else ps and systemd would call it `exe`, for it was started
		 * through /proc/self/exe. */
		(void)prctl(PR_SET_NAME, "logmend-eyes");
		/* The kernel kills eyes when their parent dies (prctl(2)): they
		 * may be killed at any time, and serve nobody else. Hands have
		 * no such signal, for a mend outlives head. */
		(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
		return eyes_main();
	}
	if (strcmp(role, "hands") == 0) {
		log_open("logmend-hands");
		(void)prctl(PR_SET_NAME, "logmend-hands");
		return hands_main(config);
	}
	if (strcmp(role, "docker") == 0) {
		log_open("logmend-docker");
		(void)prctl(PR_SET_NAME, "logmend-docker");
		/* Like eyes: it serves nobody but head. */
		(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
		return docker_main();
	}
	if (strcmp(role, "notify") == 0) {
		log_open("logmend-notify");
		(void)prctl(PR_SET_NAME, "logmend-notify");
		/* Like eyes: the store has what it did not send. */
		(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
		return notify_main();
	}
	return terminal_fails(EXIT_USAGE, "there is no role '%s'", role);
}

/* Reads the options before the command. Returns the index of the command in
 * argv, or argc if there is none. */
static int
read_options(int argc, char **argv, struct invocation *in, const char **role)
{
	int i = 1;
	for (; i < argc && argv[i][0] == '-' && argv[i][1]; i++) {
		if (strcmp(argv[i], "-c") == 0 && i + 1 < argc) {
			in->config = argv[++i];
			in->config_given = true;
		} else if (strncmp(argv[i], "--role=", 7) == 0) {
			*role = argv[i] + 7;
		} else if (strcmp(argv[i], "--help") == 0 ||
			strcmp(argv[i], "-h") == 0) {
			print_help(stdout);
			exit(EXIT_DONE);
		} else if (strcmp(argv[i], "--version") == 0) {
			puts("logmend " PACKAGE_VERSION);
			exit(EXIT_DONE);
		} else {
			exit(terminal_fails(EXIT_USAGE,
				"'%s' is no option, or lacks its value; try "
				"--help",
				argv[i]));
		}
	}
	return i;
}

int
main(int argc, char **argv)
{
	/* A peer that has gone away is an error of the write() to it, and must
	 * not end the process. */
	(void)signal(SIGPIPE, SIG_IGN);
	log_open("logmend");
	struct invocation in = { .config = CONFIG_FILE };
	const char *role = NULL;
	int i = read_options(argc, argv, &in, &role);
	in.argc = argc - i;
	in.argv = argv + i;
	/* People write it behind the command, too. */
	const char *behind = i < argc ? command_option(&in, "-c") : NULL;
	if (behind) {
		in.config = behind;
		in.config_given = true;
	}
	/* Hands get the path too, and may run in another folder. */
	own(str) char *config =
		in.config[0] == '/' ? NULL : realpath(in.config, NULL);
	if (config)
		in.config = config;
	if (role && strcmp(role, "launch") == 0)
		return run_launcher(in.argc, in.argv);
	if (role)
		return run_role(role, in.config_given ? in.config : NULL);
	if (i >= argc) {
		print_help(stderr);
		return EXIT_USAGE;
	}
	const struct command *c = find_command(argv[i]);
	if (!c)
		return refuse_command(argv[i]);
	if (command_flag(&in, "--help")) {
		command_synopsis(c, stdout);
		printf("\n%s", c->help);
		return EXIT_DONE;
	}
	return c->run(c, &in);
}
