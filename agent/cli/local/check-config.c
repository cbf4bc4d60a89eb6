/* The command `check-config`: reports every problem at once, each with file
 * and line, and changes nothing. */
#include "config.h"
#include "cli/command.h"
#include "cli/local/config-check.h"
#include "cli/local/docker-labels.h"
#include "cli/output/terminal.h"
#include "config/labels.h"
#include "config/load-settings.h"
#include "config/settings.h"
#include "docker/engine.h"
#include "hands/hands.h"
#include "head/head.h"
#include "rule/rule.h"

#include <errno.h>
#include <jansson.h>
#include <stdio.h>

static void
print_problem(void *arg, bool problem, const char *text)
{
	(void)arg;
	(void)problem;
	fprintf(stderr, "%s\n", text);
}

static void
print_note(void *arg, const char *text)
{
	(void)arg;
	(void)terminal_fails(0, "%s", text);
}

static void
print_unknown(void *arg, const struct app *app, const char *text)
{
	(void)arg;
	(void)terminal_fails(0,
		"app %s: which labels its service has could not be told: %s",
		app->name, text);
}

/* A label that changes nothing is no mistake of the file. */
static void
print_labels(const struct app *a)
{
	for (char **l = a->labels ? a->labels->lowered : NULL; l && *l; l++)
		printf("app %s: %s\n", a->name, *l);
	for (size_t i = 0; a->labels && i < a->labels->n_troubles; i++) {
		own(str) char *text =
			label_trouble_text(&a->labels->troubles[i]);
		(void)terminal_fails(0, "app %s: %s", a->name, text);
	}
}

/* What is read of each app, or why nothing would be: no mistake of the
 * configuration, as an app may come later, but the first thing to know. */
static void
print_apps(const struct settings *s)
{
	json_t *apps = head_look_for_apps(s, print_note, NULL);
	size_t i;
	json_t *app;
	json_array_foreach (apps, i, app) {
		const char *trouble =
			json_string_value(json_object_get(app, "trouble"));
		json_int_t n =
			json_integer_value(json_object_get(app, "containers"));
		own(str) char *found = trouble
			? xstrdup(trouble)
			: xprintf("%lld container%s", (long long)n,
				  n == 1 ? "" : "s");
		own(str) char *mode = labels_mode_text(&s->apps[i]);
		printf("app %s: %s, %s\n", s->apps[i].name, mode, found);
		print_labels(&s->apps[i]);
	}
	json_decref(apps);
}

/* How jobs will reach the databases that Docker's networks know. */
static void
print_ways(const struct settings *s)
{
	for (size_t i = 0; i < s->n_apps; i++) {
		own(str) char *way = hands_check_way(&s->apps[i]);
		if (way)
			printf("database of %s: reached %s\n", s->apps[i].name,
				way);
	}
}

/* By which way containers would be found. A socket that somebody named must be
 * there; at the default place there need not be one. A Docker that does not
 * answer is asked nothing else: each question would wait as long. */
static void
check_docker(struct config_check *c)
{
	const struct settings *s = c->settings;
	const char *socket = settings_docker_socket(s);
	struct why why = { "docker-socket is off" };
	own(engine) struct engine *e = NULL;
	int r = socket ? engine_open(socket, &e, &why) : -ENOENT;
	c->ask_docker = r != -ETIMEDOUT;
	if (r == 0)
		printf("docker: through %s, version %s of its API\n", socket,
			engine_version(e));
	else if (socket && s->docker_socket)
		config_check_problem(
			c, config_check_agent(s), "docker-socket", why.text);
	else
		printf("docker: by its own files; deaths of containers are not "
		       "told: %s\n",
			why.text);
}

int
command_check_config(const struct command *c, const struct invocation *in)
{
	struct invocation rest = *in;
	if (!command_operands(c, &rest, 0, 0))
		return EXIT_USAGE;
	struct why why;
	own(settings) struct settings *settings = NULL;
	own(rules) struct rules *rules = NULL;
	own(strings) char **mistakes = NULL;
	int r = load_settings_all(in->config, &settings, &mistakes);
	for (char **m = mistakes; m && *m; m++)
		(void)terminal_fails(0, "%s", *m);
	if (r < 0)
		return exit_code_of_file(r);
	r = rules_load(settings->rules, &rules, &why);
	if (r < 0)
		return terminal_fails(exit_code_of_file(r), "%s", why.text);
	struct config_check check = {
		.settings = settings, .tell = print_problem, .ask_sender = true
	};
	config_check_rules(&check, rules);
	check_docker(&check);
	config_check_run(&check);
	if (check.ask_docker)
		docker_labels_ask(settings, print_unknown, NULL);
	print_apps(settings);
	if (check.ask_docker)
		print_ways(settings);
	if (check.problems)
		return terminal_fails(EXIT_USAGE, "%u problem%s in %s",
			check.problems, check.problems == 1 ? "" : "s",
			settings->file);
	if (!settings->n_apps)
		printf("%s: no app is configured, so nothing would be read: "
		       "`logmend init --print` shows what would fit, see "
		       "logmend.conf(5)\n",
			settings->file);
	printf("%s: fine: %zu app%s, %zu rules in %zu files of rules and "
	       "shapes\n",
		settings->file, settings->n_apps,
		settings->n_apps == 1 ? "" : "s", rules_count(rules),
		rules_files(rules));
	return EXIT_DONE;
}
