/* The command `gate`: the guard over a folder of migrations, without a
 * database, for a pipeline that judges a change before it is deployed. */
#include "config.h"
#include "cli/command.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/own.h"
#include "cli/output/terminal.h"
#include "hands/hands.h"

enum format { FORMAT_TEXT, FORMAT_JSON, FORMAT_SARIF, FORMATS };

struct gating {
	enum format format;
	json_t *results; /* of SARIF, which is one object */
	bool passed;
};

static bool
passes(enum verdict v)
{
	return v == VERDICT_AUTO || v == VERDICT_GATED;
}

static void
print_text(const struct gate_line *l)
{
	printf("%s:%u: ", l->file, l->line);
	if (l->statement)
		printf("statement %u, ", l->statement);
	printf("%s%s%s: %s (lock %s, effect %s)%s%s\n", l->kind,
		l->on ? " of " : "", l->on ? l->on : "",
		verdict_name(l->verdict), l->lock, l->effect,
		*l->reason ? ": it " : "", l->reason);
}

static void
print_json(const struct gate_line *l)
{
	json_t *j = json_pack("{s:s, s:i, s:i, s:s, s:s?, s:s, s:s, s:s, s:s}",
		"file", l->file, "line", (int)l->line, "statement",
		(int)l->statement, "kind", l->kind, "on", l->on, "lock",
		l->lock, "effect", l->effect, "verdict",
		verdict_name(l->verdict), "reason", l->reason);
	char *text = json_dumps(j, JSON_COMPACT);
	printf("%s\n", text ? text : "{}");
	free(text);
	json_decref(j);
}

/* What does not pass, as code scanners show it beside the line. */
static void
add_result(json_t *results, const struct gate_line *l)
{
	if (passes(l->verdict))
		return;
	const char *level = l->verdict == VERDICT_ASK ? "warning" : "error";
	own(str) char *text = xprintf("%s: it %s", l->kind, l->reason);
	json_array_append_new(results,
		json_pack("{s:s, s:s, s:{s:s}, s:[{s:{s:{s:s}, s:{s:i}}}]}",
			"ruleId", l->kind, "level", level, "message", "text",
			text, "locations", "physicalLocation",
			"artifactLocation", "uri", l->file, "region",
			"startLine", (int)l->line));
}

static void
on_line(void *arg, const struct gate_line *l)
{
	struct gating *g = arg;
	g->passed &= passes(l->verdict);
	if (g->format == FORMAT_TEXT)
		print_text(l);
	else if (g->format == FORMAT_JSON)
		print_json(l);
	else
		add_result(g->results, l);
}

static void
print_sarif(json_t *results)
{
	json_t *j = json_pack("{s:s, s:s, s:[{s:{s:{s:s}}, s:o}]}", "version",
		"2.1.0", "$schema",
		"https://json.schemastore.org/sarif-2.1.0.json", "runs", "tool",
		"driver", "name", "logmend", "results", results);
	char *text = json_dumps(j, JSON_INDENT(2));
	printf("%s\n", text ? text : "{}");
	free(text);
	json_decref(j);
}

static bool
read_format(const char *name, enum format *ret)
{
	static const char *const names[FORMATS] = { "text", "json", "sarif" };
	for (enum format f = 0; f < FORMATS; f++)
		if (strcmp(name, names[f]) == 0) {
			*ret = f;
			return true;
		}
	return false;
}

int
command_gate(const struct command *c, const struct invocation *invocation)
{
	struct invocation in = *invocation;
	struct gating g = { .passed = true };
	struct why why;
	const char *format = command_option(&in, "--format");
	if (!command_flag(&in, "--offline") ||
		(format && !read_format(format, &g.format)))
		return command_usage(c);
	if (!command_operands(c, &in, 1, 1))
		return EXIT_USAGE;
	g.results = json_array();
	int r = hands_gate(in.argv[1], on_line, &g, &why);
	if (r == 0 && g.format == FORMAT_SARIF)
		print_sarif(json_incref(g.results));
	json_decref(g.results);
	if (r < 0)
		return terminal_fails(exit_code_of_file(r), "%s", why.text);
	return g.passed ? EXIT_DONE : EXIT_NO;
}
