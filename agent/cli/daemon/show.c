/* The command `show ID`: all that the store knows of one incident, or with
 * --plan every byte of what it would run. `answer` is
 * the object that `--json` prints; `more` holds what only people get to see. */
#include "config.h"
#include "cli/command.h"

#include <jansson.h>
#include <string.h>

#include "cli/daemon/daemon-client.h"
#include "cli/daemon/to-commit.h"
#include "cli/output/page.h"

#define KIND_WIDTH 10

/* `2026-11-23T03:04:05Z` as people read it: `2026-11-23 03:04:05`. */
static void
add_time(struct page *p, const char *time)
{
	own(str) char *text =
		time ? xstrndup(time, strcspn(time, ".Z")) : xstrdup("-");
	char *t = strchr(text, 'T');
	if (t)
		*t = ' ';
	page_add(p, COLOUR_NONE, text);
}

/* `wait` is there while the incident waits for a time, and says what for. */
static void
add_title(struct page *p, const json_t *a, const json_t *more)
{
	page_printf(p, "Incident %lld  ",
		(long long)json_integer_value(json_object_get(a, "id")));
	page_add(p, COLOUR_BOLD, page_json_text(a, "app"));
	page_printf(p, ": ");
	page_add(p, COLOUR_BOLD, page_json_text(more, "what"));
	page_printf(p, "\n");
	const char *state = page_json_text(a, "state");
	page_label(p, "State");
	page_add(p, page_colour(state), state);
	page_printf(p, " since ");
	add_time(p, page_json_text(more, "since"));
	page_printf(p, " UTC\n");
	const json_t *wait = json_object_get(more, "wait");
	if (wait) {
		page_label(p, "");
		page_printf(p, "until ");
		add_time(p, page_json_text(wait, "until"));
		page_printf(p, ": ");
		page_add(p, COLOUR_NONE, page_json_text(wait, "reason"));
		page_printf(p, "\n");
	}
}

/* The times are those of the log; a log without times leaves them out. */
static void
add_seen(struct page *p, const json_t *a, const json_t *more)
{
	long long count = json_integer_value(json_object_get(a, "count"));
	page_label(p, "Seen");
	page_printf(p, "%lld time%s", count, count == 1 ? "" : "s");
	if (page_json_text(a, "first_seen")) {
		page_printf(p, ", ");
		add_time(p, page_json_text(a, "first_seen"));
		page_printf(p, " to ");
		add_time(p, page_json_text(a, "last_seen"));
		page_printf(p, " UTC");
	}
	page_printf(p, " (rule ");
	page_add(p, COLOUR_NONE, page_json_text(a, "rule"));
	page_printf(p, ")\n");
	const json_t *previous = json_object_get(more, "previous");
	if (previous)
		page_printf(p, "%-13sas incident %lld before\n", "",
			(long long)json_integer_value(previous));
}

static void
add_cause(struct page *p, const json_t *a, const json_t *more)
{
	const char *cause = page_json_text(a, "cause");
	page_label(p, "Cause");
	page_add(p, COLOUR_BOLD, cause ? cause : "not known yet");
	page_printf(p, "\n");
	page_field(p, "", page_json_text(more, "cause_text"));
	page_field(p, "Database", page_json_text(more, "target"));
	const json_t *decision = json_object_get(a, "decision");
	if (!json_is_object(decision))
		return;
	page_label(p, "Decision");
	page_add(p, COLOUR_BOLD, page_json_text(decision, "action"));
	page_printf(p, ": ");
	page_add(p, COLOUR_NONE, page_json_text(decision, "reason"));
	page_printf(p, "\n");
}

/* The answer stands first, in a column as wide as `yes`. */
static void
add_findings(struct page *p, const json_t *list)
{
	size_t i;
	json_t *finding;
	if (json_array_size(list))
		page_heading(p, "Findings");
	json_array_foreach (list, i, finding) {
		const char *answer = page_json_text(finding, "answer");
		bool yes = answer && strcmp(answer, "yes") == 0;
		bool no = answer && strcmp(answer, "no") == 0;
		page_printf(p, "  ");
		page_add(p,
			yes          ? COLOUR_GOOD
				: no ? COLOUR_BAD
				     : COLOUR_WARN,
			yes          ? "yes"
				: no ? "no "
				     : "?  ");
		page_printf(p, "  ");
		page_add(p, COLOUR_NONE, page_json_text(finding, "name"));
		page_printf(p, "\n");
		page_lines(p, "       ", page_json_text(finding, "text"));
	}
}

/* What a person must know before they read the plan: what the guard did not
 * pass, and where all of it stands. */
static void
add_reading(struct page *p, const json_t *a, const json_t *more)
{
	const json_t *doubts = json_object_get(more, "doubts");
	long long n = json_integer_value(json_object_get(more, "statements"));
	long long not_passed =
		json_integer_value(json_object_get(more, "not_passed"));
	size_t i;
	json_t *doubt;
	page_printf(p, "  %lld statement%s; the guard did not pass %lld\n", n,
		n == 1 ? "" : "s", not_passed);
	json_array_foreach (doubts, i, doubt) {
		page_printf(p, "  ! ");
		page_mark_column(p);
		page_add(p, COLOUR_WARN, json_string_value(doubt));
		page_printf(p, "\n");
	}
	if (not_passed > (long long)json_array_size(doubts))
		page_printf(p, "  ! and %lld more\n",
			not_passed - (long long)json_array_size(doubts));
	page_printf(p, "  %s: logmend show %lld --plan\n",
		json_is_true(json_object_get(more, "plan_cut"))
			? "not all of it stands here; every byte"
			: "every byte of it",
		(long long)json_integer_value(json_object_get(a, "id")));
}

/* A step is a sentence, and below it the statements. */
static void
add_plan(struct page *p, const json_t *a, const json_t *more)
{
	const json_t *plan = json_object_get(a, "plan");
	if (!json_is_object(plan))
		return;
	page_heading(p, "Plan");
	add_reading(p, a, more);
	page_printf(p, "  remedy ");
	page_add(p, COLOUR_NONE, page_json_text(plan, "remedy"));
	page_printf(p, ", hash ");
	page_add(p, COLOUR_NONE, page_json_text(plan, "hash"));
	page_printf(p, "\n");
	if (page_json_text(more, "plan_reason")) {
		page_printf(p, "  guard: ");
		page_add(p, COLOUR_NONE, page_json_text(more, "plan_reason"));
		page_printf(p, "\n");
	}
	size_t i;
	json_t *step;
	json_array_foreach (json_object_get(plan, "steps"), i, step) {
		const char *text = json_string_value(step);
		size_t first = text ? strcspn(text, "\n") : 0;
		own(str) char *head = text ? xstrndup(text, first) : NULL;
		page_printf(p, "  %2zu. ", i + 1);
		page_mark_column(p);
		page_add(p, COLOUR_NONE, head);
		page_printf(p, "\n");
		if (text && text[first])
			page_lines(p, "      ", text + first + 1);
	}
}

/* For rehearsal and verification, which look alike in JSON. */
static void
add_outcome(struct page *p, const char *label, const json_t *o)
{
	if (!json_is_object(o))
		return;
	const char *outcome = page_json_text(o, "outcome");
	page_label(p, label);
	page_add(p, COLOUR_BOLD, outcome ? outcome : "under way");
	if (page_json_text(o, "text")) {
		page_printf(p, ": ");
		page_add(p, COLOUR_NONE, page_json_text(o, "text"));
	}
	if (page_json_text(o, "quiet_until")) {
		page_printf(p, " (quiet until ");
		add_time(p, page_json_text(o, "quiet_until"));
		page_printf(p, " UTC)");
	}
	page_printf(p, "\n");
}

/* Writes the line that approves the plan, ready to be copied, while the
 * question stands. */
static void
add_approval(struct page *p, const json_t *a, const json_t *more)
{
	const json_t *approval = json_object_get(a, "approval");
	const char *state = page_json_text(a, "state");
	if (!json_is_object(approval))
		return;
	const char *by = page_json_text(approval, "approved_by");
	page_label(p, "Approval");
	if (by) {
		page_printf(p, "by ");
		page_add(p, COLOUR_NONE, by);
		page_printf(p, " at ");
		add_time(p, page_json_text(more, "approved_at"));
		page_printf(p, " UTC\n");
	} else if (state && strcmp(state, "awaiting-approval") == 0) {
		own(str) char *line = xprintf("logmend approve %lld %s",
			(long long)json_integer_value(json_object_get(a, "id")),
			page_json_text(approval, "code"));
		page_add(p, COLOUR_BOLD, line);
		page_printf(p, "   until ");
		add_time(p, page_json_text(approval, "expires"));
		page_printf(p, " UTC\n");
	} else {
		page_printf(p, "none\n");
	}
}

/* What speaks for the mend, in the order in which it happened: rehearsal,
 * approval, attempts, verification. */
static void
add_proofs(struct page *p, const json_t *a, const json_t *more)
{
	if (json_is_object(json_object_get(a, "rehearsal")) ||
		json_is_object(json_object_get(a, "approval")) ||
		json_array_size(json_object_get(a, "attempts")))
		page_printf(p, "\n");
	add_outcome(p, "Rehearsal", json_object_get(a, "rehearsal"));
	add_approval(p, a, more);
	size_t i;
	json_t *attempt;
	json_array_foreach (json_object_get(a, "attempts"), i, attempt) {
		const char *outcome = page_json_text(attempt, "outcome");
		page_label(p, "Attempt");
		page_printf(p, "%lld, ",
			(long long)json_integer_value(
				json_object_get(attempt, "number")));
		add_time(p, page_json_text(attempt, "started"));
		page_printf(p, " UTC: ");
		page_add(p, COLOUR_BOLD, outcome ? outcome : "under way");
		page_printf(p, ", key ");
		page_add(p, COLOUR_NONE, page_json_text(attempt, "key"));
		page_printf(p, "\n");
		page_field(p, "", page_json_text(attempt, "text"));
	}
	add_outcome(p, "Verification", json_object_get(a, "verification"));
	json_t *one;
	json_array_foreach (json_object_get(a, "to_commit"), i, one) {
		page_label(p, "To commit");
		to_commit_add(p, one);
	}
}

static void
add_notices(struct page *p, const json_t *list)
{
	size_t i;
	json_t *n;
	if (json_array_size(list))
		page_heading(p, "Notices");
	json_array_foreach (list, i, n) {
		page_printf(p, "  ");
		add_time(p, page_json_text(n, "queued"));
		page_printf(p, "  ");
		page_mark_column(p);
		page_add(p, COLOUR_NONE, page_json_text(n, "kind"));
		page_printf(p, " for ");
		page_add(p, COLOUR_NONE, page_json_text(n, "notify"));
		if (page_json_text(n, "sent"))
			page_printf(p, ", sent");
		else
			page_add(p, COLOUR_WARN,
				json_is_true(json_object_get(n, "given_up"))
					? ", given up"
					: ", not sent yet");
		if (page_json_text(n, "error")) {
			page_printf(p, ": ");
			page_add(p, COLOUR_NONE, page_json_text(n, "error"));
		}
		page_printf(p, "\n");
	}
}

static void
add_timeline(struct page *p, const json_t *list)
{
	size_t i;
	json_t *moment;
	page_heading(p, "Timeline (UTC)");
	json_array_foreach (list, i, moment) {
		page_printf(p, "  ");
		add_time(p, page_json_text(moment, "time"));
		page_printf(p, "  ");
		const char *kind = page_json_text(moment, "kind");
		page_add(p, COLOUR_NONE, kind);
		int pad = KIND_WIDTH - (int)strlen(kind ? kind : "");
		page_printf(p, "%*s", MAX(pad, 1), "");
		page_mark_column(p);
		page_add(p, COLOUR_NONE, page_json_text(moment, "text"));
		page_printf(p, "\n");
	}
}

static int
print_incident(const json_t *reply)
{
	const json_t *a = json_object_get(reply, "answer");
	const json_t *more = json_object_get(reply, "more");
	own(page) struct page p = page_new();
	add_title(&p, a, more);
	add_seen(&p, a, more);
	add_cause(&p, a, more);
	add_findings(&p, json_object_get(a, "findings"));
	add_plan(&p, a, more);
	add_proofs(&p, a, more);
	if (page_json_text(more, "sample")) {
		page_heading(&p, "First record");
		page_lines(&p, "  | ", page_json_text(more, "sample"));
	}
	add_notices(&p, json_object_get(a, "notices"));
	add_timeline(&p, json_object_get(a, "timeline"));
	if (page_json_text(more, "way")) {
		page_printf(&p, "\n");
		page_lines(&p, "", page_json_text(more, "way"));
	}
	return page_print(&p);
}

static int
print_plan(const json_t *reply)
{
	const json_t *a = json_object_get(reply, "answer");
	own(page) struct page p = page_new();
	page_printf(&p, "The plan of incident %lld, hash ",
		(long long)json_integer_value(json_object_get(a, "id")));
	page_add(&p, COLOUR_NONE, page_json_text(a, "hash"));
	page_printf(&p, "\n");
	page_whole(&p, page_json_text(a, "listing"));
	return page_print(&p);
}

int
command_show(const struct command *c, const struct invocation *given)
{
	struct invocation in = *given;
	bool json = command_flag(&in, "--json");
	bool plan = command_flag(&in, "--plan");
	if (!command_operands(c, &in, 1, 1))
		return EXIT_USAGE;
	json_t *request = daemon_ask_about(plan ? "plan" : "show", in.argv[1]);
	return request ? daemon_ask_and_print(&in, request, json,
				 plan ? print_plan : print_incident)
		       : EXIT_USAGE;
}
