/* The command `diagnose`: starts hands for one look, as head does for an
 * incident, and prints what they found. Works without a daemon; the look
 * changes nothing. */
#include "config.h"
#include "base/escape.h"
#include "base/io/log.h"
#include "cli/command.h"
#include "cli/local/docker-labels.h"
#include "cli/local/fault-code.h"
#include "cli/roles/hands-client.h"
#include "cli/output/page.h"
#include "cli/output/terminal.h"
#include "config/load-settings.h"
#include "config/settings.h"
#include "wire/fault.h"
#include "wire/finding.h"
#include "wire/job.h"
#include "wire/plan.h"
#include "wire/report.h"
#include "wire/result.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#define LOOK_TIME USEC_MINUTE
#define SHOWN 4096u

static json_t *
target_json(const struct result *r)
{
	return json_pack("{s:s?, s:s?, s:s?, s:s?}", "host", r->host, "port",
		r->port, "database", r->database, "schema", r->schema);
}

static json_t *
plan_with_verdict(const struct report *a)
{
	if (!a->planned)
		return json_null();
	json_t *plan = plan_json(&a->plan);
	json_object_set_new(
		plan, "verdict", json_string(verdict_name(a->plan.verdict)));
	json_object_set_new(plan, "reason", json_string(a->plan.reason));
	return plan;
}

/* `asked`: the user gave a class and an object, so cause and fault are about
 * them; else they would be about a class that nobody asked for, and are null.
 */
static void
print_json(const struct job *j, bool asked, const char *cause,
	const struct report *a)
{
	json_t *findings = json_array();
	for (size_t i = 0; i < a->n_findings; i++)
		json_array_append_new(findings, finding_json(&a->findings[i]));
	json_t *object =
		asked ? object_json(j->class, &j->object) : json_null();
	json_t *all = json_pack(
		"{s:s, s:s?, s:o, s:o, s:s?, s:s?, s:s, s:s, s:o, s:o}", "app",
		j->app, "class", asked ? class_info(j->class)->name : NULL,
		"object", object, "target", target_json(&a->result), "cause",
		cause, "fault", asked ? answer_name(a->result.fault) : NULL,
		"history", answer_name(a->result.history), "text",
		a->result.text, "findings", findings, "plan",
		plan_with_verdict(a));
	char *text = json_dumps(all, JSON_INDENT(2));
	puts(text ? text : "{}");
	free(text);
	json_decref(all);
}

/* Adds a text behind `before`, with its further lines indented. Escapes it, for
 * page_printf() does not: hands quote what a database and its files say. */
static void
add_lines(struct page *p, const char *before, const char *text)
{
	own(str) char *shown = escape_str(span_of(text), SHOWN, ESCAPE_LINES);
	struct span rest = span_of(shown), line;
	page_printf(p, "%s", before);
	page_mark_column(p);
	for (bool first = true; span_cut(&rest, '\n', &line); first = false)
		page_printf(p, "%s" SPAN_FMT "\n", first ? "" : "      ",
			SPAN_ARG(line));
}

/* Beyond the reason, which is the first of them. */
static void
add_doubts(struct page *p, const struct plan *plan)
{
	for (size_t i = 1; i < plan->n_doubts && i < PLAN_DOUBTS_MAX; i++)
		add_lines(p, "        and ", plan->doubts[i]);
	if (plan->n_doubts > PLAN_DOUBTS_MAX)
		page_printf(p, "        and %u more\n",
			plan->n_doubts - PLAN_DOUBTS_MAX);
}

static void
add_plan(struct page *p, const struct plan *plan)
{
	own(str) char *before = xprintf("plan:   remedy %s, %s: ", plan->remedy,
		verdict_name(plan->verdict));
	add_lines(p, before, plan->reason);
	add_doubts(p, plan);
	for (size_t i = 0; plan->steps && plan->steps[i]; i++)
		add_lines(p, "    - ", plan->steps[i]);
	page_printf(p, "        hash %.16s...%s\n", plan->hash,
		plan->writable ? ""
			       : "; cannot be carried out without `proposals`");
}

static int
print_text(const struct job *j, const char *cause, const struct report *a)
{
	const struct result *r = &a->result;
	own(page) struct page p = page_new();
	page_printf(&p, "app:    %s\n", j->app);
	if (r->host)
		page_printf(&p, "target: %s:%s/%s, schema %s\n", r->host,
			r->port, r->database, r->schema);
	for (size_t i = 0; i < a->n_findings; i++) {
		own(str) char *before = xprintf("  %-7s %-20s ",
			answer_name(a->findings[i].answer),
			a->findings[i].name);
		add_lines(&p, before, a->findings[i].text);
	}
	if (cause)
		page_printf(&p, "cause:  %s\n", cause);
	add_lines(&p, "        ", r->text ? r->text : "");
	if (a->planned)
		add_plan(&p, &a->plan);
	return page_print(&p);
}

/* The cause's name, or NULL if there is none to show. Without a class only
 * those count that concern the whole database. */
static const char *
cause_shown(const struct report *a, bool asked)
{
	enum cause c = a->result.cause;
	bool general = c == CAUSE_UNREACHABLE || c == CAUSE_FAILED_MIGRATION ||
		c == CAUSE_DEPLOY_UNDER_WAY;
	return (asked || general) && c != CAUSE_NONE ? cause_name(c) : NULL;
}

static int
read_class(const struct invocation *in, struct job *j)
{
	struct span given = span_of(in->argv[2]);
	int class = class_by_name(given);
	own(str) char *names = class_names(CLASS_IN_PROBES);
	own(str) char *shown = escape_str(given, 100, ESCAPE_LINE);
	if (class < 0)
		class = class_by_code(given);
	if (class < 0)
		return terminal_fails(EXIT_USAGE,
			"there is no class '%s', and no code of this name is "
			"known: those that can be probed are %s",
			shown, names);
	j->class = (enum fault_class) class;
	if (!class_info(j->class)->probed)
		return terminal_fails(EXIT_USAGE,
			"%s: probing the class %s is not built yet: those that "
			"can be probed are %s",
			shown, class_info(j->class)->name, names);
	struct why why;
	if (object_parse(j->class, span_of(in->argv[3]), &j->object, &why) < 0)
		return terminal_fails(EXIT_USAGE, "%s", why.text);
	return 0;
}

/* Without a class, what was not applied is the news: its finding, else NULL. */
static const struct finding *
find_pending(const struct report *a)
{
	for (size_t i = 0; i < a->n_findings; i++)
		if (strcmp(a->findings[i].name, "history-pending") == 0 &&
			a->findings[i].answer == ANSWER_YES)
			return &a->findings[i];
	return NULL;
}

/* What an answer about the history alone comes to. */
static void
sum_up(struct report *a, const struct finding *pending)
{
	free(a->result.text);
	a->result.text = pending
		? xprintf("no migration failed, but not all of them are "
			  "applied here: %s",
			  pending->text)
		: xstrdup("no migration failed");
}

/* Exits 0 only if the look could tell: an unreachable database is an answer
 * only to whoever asked about that. 1: to "is all well?" the answer is no. */
static int
run_look(
	const struct invocation *in, const struct job *j, bool asked, bool json)
{
	own(report) struct report a = { 0 };
	struct why why;
	int r = hands_client_ask(in->config, j, &a, &why);
	if (r < 0)
		return terminal_fails(EXIT_UNABLE, "%s", why.text);
	if (!a.result.text)
		a.result.text = xstrdup("");
	const char *cause = cause_shown(&a, asked);
	if (a.result.outcome != OUTCOME_DONE)
		return terminal_fails(EXIT_UNABLE, "%s", a.result.text);
	const struct finding *pending = asked ? NULL : find_pending(&a);
	if (!asked && !cause && a.result.fault == ANSWER_NO)
		sum_up(&a, pending);
	int code = EXIT_DONE;
	if (json)
		print_json(j, asked, cause, &a);
	else
		code = print_text(j, cause, &a);
	if (code != EXIT_DONE)
		return code;
	bool could_tell = a.result.cause != CAUSE_UNREACHABLE ||
		j->class == CLASS_DB_UNREACHABLE;
	if (!could_tell || a.result.fault == ANSWER_UNKNOWN)
		return EXIT_UNABLE;
	bool failed = !asked && a.result.fault == ANSWER_YES;
	return pending || failed ? EXIT_NO : EXIT_DONE;
}

int
command_diagnose(const struct command *c, const struct invocation *given)
{
	struct invocation in = *given;
	bool json = command_flag(&in, "--json");
	if (!command_operands(c, &in, 1, 3))
		return EXIT_USAGE;
	if (in.argc == 3)
		return command_usage(c);
	own(settings) struct settings *settings = NULL;
	struct why why;
	int r = load_settings(in.config, &settings, &why);
	if (r < 0)
		return terminal_fails(exit_code_of_file(r), "%s", why.text);
	if (!settings_app(settings, in.argv[1]))
		return terminal_fails(EXIT_USAGE, "%s has no [app %s]",
			in.config, in.argv[1]);
	bool asked = in.argc == 4;
	own(job) struct job j = {
		.kind = JOB_LOOK,
		.app = xstrdup(in.argv[1]),
		.migrations = docker_labels_migrations(settings, in.argv[1]),
		.class = CLASS_FAILED_MIGRATION,
		.time = LOOK_TIME,
	};
	int code = asked ? read_class(&in, &j) : 0;
	return code ? code : run_look(&in, &j, asked, json);
}
