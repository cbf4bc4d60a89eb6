#include "config.h"
#include "head/notices/notice.h"

#include <stdlib.h>
#include <string.h>

#include "base/escape.h"
#include "head/model/incident.h"
#include "head/notices/question.h"
#include "head/notices/way-to-ask.h"
#include "wire/finding.h"
#include "wire/result.h"

#define STEPS_SHOWN 6u
#define STEP_MAX 200u
#define SENTENCE_MAX 700u

static const char *const names[NOTICES] = {
	[NOTICE_LOOKING] = "looking",
	[NOTICE_CAUSE] = "cause",
	[NOTICE_QUESTION] = "question",
	[NOTICE_END] = "end",
};

const char *
notice_kind_name(enum notice_kind k)
{
	return names[k];
}

/* How it ended, for the lock screen. */
static const char *
end_words(const struct incident *i)
{
	/* One that failed may be resolved later, by somebody else. */
	bool ours = i->committed && i->verified &&
		i->verification == OUTCOME_PASSED;
	/* A look that told of the attempt, and proved nothing. */
	bool open = !i->verified && i->verification_text;
	switch (i->state) {
	case STATE_RESOLVED:
		return ours    ? "RESOLVED, mended and verified"
			: open ? "RESOLVED, whether by us is not known"
			       : "RESOLVED, not by us";
	case STATE_FAILED:
		return "FAILED: the mend did not work";
	case STATE_IN_DOUBT:
		return "IN DOUBT: a person must look";
	case STATE_REGRESSED:
		return "it CAME BACK after the mend";
	case STATE_EXPIRED:
		return i->approved_by
			? "the approval expired, nothing was done"
			: "the question expired, nothing was done";
	case STATE_REJECTED:
		return "rejected, nothing was done";
	case STATE_CLOSED:
		return "closed";
	case STATE_NOT_CONFIRMED:
		return "the database does not show it any more, nothing was "
		       "done";
	default:
		return "reported, nothing was done";
	}
}

/* The first line: all that a lock screen shows. */
static void
add_headline(struct buf *to, enum notice_kind kind, const struct incident *i)
{
	static const char *const next[ACTIONS] = {
		[ACTION_NONE] = "not decided",
		[ACTION_CLOSE] = "nothing to do",
		[ACTION_REFUSE] = "refused",
		[ACTION_REPORT] = "only reported",
		[ACTION_WAIT] = "waiting",
		[ACTION_ASK] = "to be asked",
		[ACTION_ACT] = "to be mended",
	};
	own(str) char *what = incident_what(i);
	buf_printf(to, "%s: %s - ", i->app, what);
	switch (kind) {
	case NOTICE_LOOKING:
		buf_add_str(to, "found, still looking for the cause");
		break;
	case NOTICE_CAUSE:
		/* A class without a probe has none. */
		if (i->cause != CAUSE_NONE)
			buf_printf(to, "%s, ", cause_name(i->cause));
		buf_add_str(to, next[i->action]);
		break;
	case NOTICE_QUESTION:
		buf_printf(to, "%s, may I mend it?", cause_name(i->cause));
		break;
	default:
		buf_add_str(to, end_words(i));
	}
}

/* A line of its own, if there is something to say. */
static void
add_line(struct buf *to, const char *label, const char *text)
{
	if (!text || !*text)
		return;
	own(buf) struct buf line = { 0 };
	if (!escape(&line, span_of(text), SENTENCE_MAX, ESCAPE_LINE))
		buf_add_str(&line, " ...");
	buf_printf(to, "\n%s%s", label, buf_str(&line));
}

static void
add_count(struct buf *to, const struct incident *i)
{
	char first[CLOCK_TEXT];
	buf_printf(to, "\nIncident %llu, seen %llu time%s",
		(unsigned long long)i->id, (unsigned long long)i->count,
		i->count == 1 ? "" : "s");
	if (i->first_ns)
		buf_printf(to, " since %s",
			clock_text((usec)i->first_ns / NSEC_USEC, first));
	buf_add_char(to, '.');
}

static void
add_plan(struct buf *to, const struct incident *i)
{
	size_t n = strings_count(i->plan.steps);
	if (!i->plan.remedy || !n)
		return;
	buf_printf(to, "\nPlan (remedy %s):", i->plan.remedy);
	for (size_t k = 0; k < n && k < STEPS_SHOWN; k++) {
		struct span step = span_of(i->plan.steps[k]);
		size_t line = strcspn(i->plan.steps[k], "\n");
		own(str) char *text = escape_str(
			span_first(step, line), STEP_MAX, ESCAPE_LINE);
		buf_printf(to, "\n%zu. %s%s", k + 1, text,
			line < step.len || line > STEP_MAX ? " ..." : "");
	}
	if (n > STEPS_SHOWN)
		buf_printf(to, "\n... and %zu more", n - STEPS_SHOWN);
}

static void
add_decision(struct buf *to, const struct incident *i)
{
	static const char *const labels[ACTIONS] = {
		[ACTION_NONE] = "",
		[ACTION_CLOSE] = "Nothing to do: ",
		[ACTION_REFUSE] = "Refused: ",
		[ACTION_REPORT] = "Only reported: ",
		[ACTION_WAIT] = "Waiting: ",
		[ACTION_ASK] = "",
		[ACTION_ACT] = "Will be mended: ",
	};
	add_line(to, labels[i->action], i->reason);
}

/* Decisions that lean on a sentence quote it: it need not stand there twice. */
static bool
is_in_reason(const struct incident *i, const char *sentence)
{
	return sentence && *sentence && i->reason &&
		strstr(i->reason, sentence);
}

static void
add_rehearsal(struct buf *to, const struct incident *i)
{
	if (!is_in_reason(i, i->rehearsal_text))
		add_line(to, "Rehearsal: ", i->rehearsal_text);
}

/* What became of it: what was done, the proof, how long it took. */
static void
add_end(struct buf *to, const struct incident *i, const struct attempt *last)
{
	char text[CLOCK_TEXT];
	if (i->state == STATE_EXPIRED) {
		add_line(to, "", i->reason);
	} else if (i->state == STATE_REPORTED) {
		add_line(to, "", i->reason);
		add_rehearsal(to, i);
	} else if (last) {
		own(str) char *label = xprintf("Attempt %u %s: ", last->number,
			last->ended ? outcome_name(last->outcome)
				    : "under way");
		add_line(to, label, last->text ? last->text : "-");
	}
	add_line(to, "", i->verification_text);
	if (i->state == STATE_FAILED || i->state == STATE_IN_DOUBT) {
		own(str) char *next = xprintf(
			"It is not tried again by itself. Mended by hand, it "
			"is resolved at a later look; after `logmend close "
			"%llu` the next fault opens a new incident.",
			(unsigned long long)i->id);
		add_line(to, "", next);
	}
	if (i->state == STATE_RESOLVED && i->since > i->opened)
		buf_printf(to, "\nIt was open for %s.",
			duration_text(i->since - i->opened, text));
}

/* The plan follows as the excerpt, and the line to type behind it. */
static void
add_question(struct buf *to, const struct incident *i, const struct question *q)
{
	unsigned long long id = i->id;
	char text[CLOCK_TEXT];
	add_decision(to, i);
	buf_add_span(to, buf_span(&q->doubts));
	add_rehearsal(to, i);
	buf_printf(to,
		"\nThis question stands until %s; `logmend reject %llu` ends "
		"it. ",
		clock_text(i->expires, text), id);
	if (q->whole)
		buf_add_str(to,
			"The plan, and the line with which root approves it:");
	else
		buf_printf(to,
			"The plan is longer than fits here. Read all %u "
			"statements with `logmend show %llu --plan`: only "
			"then is it approved. It begins:",
			i->plan.statements, id);
}

static void
add_body(struct buf *to, enum notice_kind kind, const struct incident *i,
	const struct attempt *last, const struct question *q)
{
	if (kind == NOTICE_LOOKING) {
		add_line(to, "", i->wait_reason);
		add_count(to, i);
		add_line(to, "What changed: ", i->changed);
		return;
	}
	if ((kind != NOTICE_END || i->state != STATE_RESOLVED) &&
		!is_in_reason(i, i->cause_text))
		add_line(to, "", i->cause_text);
	add_count(to, i);
	if (kind != NOTICE_END)
		add_line(to, "What changed: ", i->changed);
	add_line(to, "Database: ", i->target);
	if (kind == NOTICE_CAUSE && i->state == STATE_NOT_CONFIRMED) {
		buf_add_str(to,
			"\nThe log shows it again and again, and this database "
			"never does: is that the app's database? If it is not, "
			"`database-url-file` leads to the wrong one. If it is, "
			"somebody may write such lines. This is asked once.");
	} else if (kind == NOTICE_CAUSE) {
		add_decision(to, i);
		add_plan(to, i);
	} else if (kind == NOTICE_QUESTION) {
		add_question(to, i, q);
	} else {
		add_end(to, i, last);
	}
	add_line(to, "", i->way);
}

/* The only part that anybody may have written: bounded, and escaped. */
static char *
excerpt_of(const struct incident *i)
{
	if (!i->sample || !*i->sample)
		return NULL;
	own(buf) struct buf text = { 0 };
	if (!escape(&text, span_trim(span_of(i->sample)),
		    NOTICE_EXCERPT_MAX - 4, ESCAPE_LINES))
		buf_add_str(&text, " ...");
	return buf_take_str(&text);
}

void
notice_write(struct outgoing *ret, enum notice_kind kind,
	const struct incident *i, const struct attempt *last)
{
	own(buf) struct buf text = { 0 };
	add_headline(&text, kind, i);
	own(question) struct question q = { 0 };
	if (kind == NOTICE_QUESTION)
		question_write(&q, i);
	add_body(&text, kind, i, last, &q);
	*ret = (struct outgoing){
		.incident = i->id,
		.kind = xstrdup(names[kind]),
		.text = xstrndup(text.data, text.len),
	};
	if (kind == NOTICE_QUESTION && *i->code)
		ret->command = xprintf("logmend approve %llu %s",
			(unsigned long long)i->id, i->code);
	else
		ret->command =
			xprintf("logmend show %llu", (unsigned long long)i->id);
	if (kind == NOTICE_CAUSE || kind == NOTICE_LOOKING)
		ret->excerpt = excerpt_of(i);
	if (kind == NOTICE_QUESTION && q.steps.len) /* one step has room */
		ret->excerpt = buf_take_str(&q.steps);
}

/* One row for each target, so that one that does not answer holds up no other.
 */
static int
queue_all(struct store *s, const struct app *app, const struct outgoing *what,
	usec now, struct why *why)
{
	for (size_t k = 0; k < app->n_notify; k++) {
		struct outgoing o = *what;
		o.notify = app->notify[k]->name; /* all of it is borrowed */
		o.queued = now;
		o.due = now;
		int r = store_outbox_add(s, &o, why);
		if (r < 0)
			return r;
	}
	return 0;
}

/* `cause for ops, dev`. Owned. */
static char *
moment_text(const struct app *app, enum notice_kind kind)
{
	struct buf text = { 0 };
	buf_printf(&text, "%s for ", names[kind]);
	for (size_t k = 0; k < app->n_notify; k++)
		buf_printf(&text, "%s%s", k ? ", " : "", app->notify[k]->name);
	if (!app->n_notify)
		buf_add_str(&text, "nobody: the app names no `notify`");
	return buf_take_str(&text);
}

/* What changed before the incident is one of its findings. */
static int
find_changed(struct store *s, struct incident *i, struct why *why)
{
	struct finding *list;
	size_t n;
	int r = store_findings(s, i->id, &list, &n, why);
	if (r < 0)
		return r;
	for (size_t k = 0; k < n; k++)
		if (strcmp(list[k].name, FINDING_CHANGED) == 0)
			incident_set(&i->changed, list[k].text);
	finding_list_free(list, n);
	return 0;
}

int
notice_queue(struct store *s, const struct settings *settings,
	const struct app *app, enum notice_kind kind, struct incident *i,
	usec now, char **ret_moment, struct why *why)
{
	struct attempt *list;
	size_t n;
	int r = find_changed(s, i, why);
	if (r >= 0)
		r = store_attempts(s, i->id, &list, &n, why);
	if (r < 0)
		return r;
	own(str) char *way = way_to_ask(settings, app, i);
	incident_set(&i->way, way);
	own(outgoing) struct outgoing what;
	notice_write(&what, kind, i, n ? &list[n - 1] : NULL);
	attempts_free(list, n);
	r = queue_all(s, app, &what, now, why);
	if (r < 0)
		return r;
	i->notices |= 1u << kind;
	*ret_moment = moment_text(app, kind);
	return 0;
}
