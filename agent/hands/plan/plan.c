#include "config.h"
#include "hands/plan/plan.h"

#include <stdlib.h>
#include <string.h>

#include "base/escape.h"
#include "base/redact.h"
#include "hands/diagnose/catalog.h"
#include "hands/diagnose/census.h"
#include "hands/diagnose/image-folder.h"
#include "hands/plan/gates/gates.h"
#include "hands/plan/guard.h"
#include "hands/plan/in-script.h"
#include "hands/plan/judgement.h"
#include "hands/plan/obstacle.h"
#include "hands/plan/plan-hash.h"
#include "hands/plan/plan-listing.h"
#include "hands/plan/plan-text.h"
#include "hands/plan/privileges.h"
#include "hands/sql/script.h"
#include "wire/plan.h"

#define REASON_LONGEST 900u
#define PASSED SPAN("every statement may run by itself")

static void
make_new_unit(struct diagnosis *d)
{
	const struct stray_script *from = d->stray;
	struct unit *u = &d->new_unit;
	u->name = d->migrator->name_unit(
		d->folder, d->history, from, &d->new_unit_note);
	buf_add_span(&u->text, buf_span(&from->text));
	buf_str(&u->text);
	memcpy(u->checksum, from->checksum, SHA256_HEX);
}

/* The stray file runs as a new unit behind all that is pending, so everything
 * is counted again in the order of the run. */
static int
add_new_unit(struct diagnosis *d, struct session *s, struct why *why)
{
	const struct census_catalog catalog = catalog_of(s);
	size_t n = census_size(d->pending);
	struct unit_script *list = xcalloc(n + 1, sizeof(*list));
	make_new_unit(d);
	memcpy(list, census_units(d->pending), n * sizeof(*list));
	list[n] = (struct unit_script){ &d->new_unit, &d->stray->script };
	int r = census_take(
		&catalog, d->url.schema, list, n + 1, &d->with_new, why);
	free(list);
	d->run = d->with_new;
	return r;
}

static int
choose(struct diagnosis *d, struct session *s, struct why *why)
{
	d->run = d->pending;
	return d->cause == CAUSE_STRAY_SQL ? add_new_unit(d, s, why) : 0;
}

/* Also asks the server about the role: last, because it takes the most. */
static int
find_obstacle(struct diagnosis *d, struct session *s, struct why *why)
{
	d->no_plan = obstacle_find(d);
	if (d->no_plan || !d->mend.role)
		return 0;
	const struct privileges_how how = {
		.role = d->mend.role,
		.schema = d->url.schema,
		.history = d->migrator->describe.history,
	};
	return privileges_missing(s, &how, census_units(d->run),
		census_size(d->run), &d->no_plan, why);
}

/* All in one transaction, or each as the migrator itself would run it. */
static bool
is_atomic(const struct census *run)
{
	for (size_t i = 0; i < census_size(run); i++)
		if (!script_is_atomic(census_units(run)[i].script))
			return false;
	return !in_script_labels_are_used_later(run);
}

static void
keep_doubts(struct plan *p, char *const *doubts)
{
	for (char *const *s = doubts; s && *s; s++) {
		own(str) char *bare = redact(span_of(*s));
		own(str) char *shown =
			escape_str(span_of(bare), REASON_LONGEST, ESCAPE_LINE);
		plan_doubt(p, shown);
	}
}

static uint32_t
count_statements(const struct census *run)
{
	size_t n = 0;
	for (size_t i = 0; i < census_size(run); i++)
		n += census_units(run)[i].script->n;
	return (uint32_t)n;
}

/* What the files are, and what has nothing to do with single statements. */
static char **
file_doubts(const struct diagnosis *d)
{
	char **all = NULL;
	if (d->inside && d->inside->doubt)
		strings_add(&all, d->inside->doubt);
	if (d->image.unsure)
		strings_add(&all, IMAGE_UNTOLD);
	if (image_folder_differs(&d->image)) {
		own(str) char *text = image_folder_text(
			&d->image, d->folder->path, d->inside);
		strings_add(&all, text);
	}
	return all;
}

/* Why a plan is not passed: what the files are comes before what is in them. */
static char **
all_doubts(const struct diagnosis *d, const struct judgements *j, bool figures)
{
	char **all = file_doubts(d);
	own(strings) char **guards = judgements_doubts(j, d->run, figures);
	for (char **s = guards; s && *s; s++)
		strings_add(&all, *s);
	return all;
}

/* What was not measured, for whatever reason, is asked about. A doubt about the
 * files or the history makes a plan that passed a question, and never one that
 * was refused a milder one. */
static enum verdict
verdict_of(const struct diagnosis *d, const struct judgements *j,
	char *const *doubts, char **ret_reason)
{
	enum verdict v = judgements_verdict(j);
	own(str) char *doubt = obstacle_doubt(d);
	if (v == VERDICT_GATED || (v == VERDICT_AUTO && doubts))
		v = VERDICT_ASK;
	if (v == VERDICT_AUTO && doubt) {
		*ret_reason = take(doubt);
		return VERDICT_ASK;
	}
	*ret_reason = escape_str(doubts ? span_of(doubts[0]) : PASSED,
		REASON_LONGEST, ESCAPE_LINE);
	return v;
}

/* The guard's word before anything is measured, which the hash has: a table
 * that grows by a row makes no other plan. */
static void
rule(struct diagnosis *d, struct judgements *j)
{
	const struct remedy *r = diagnosis_remedy(d);
	const struct guard_how how = {
		.history = d->migrator->describe.history,
		.lock_timeout = r->lock_timeout,
		.statement_timeout = r->statement_timeout,
	};
	guard_judge(d->run, &how, j);
	own(strings) char **doubts = all_doubts(d, j, false);
	d->ruled = verdict_of(d, j, doubts, &d->ruled_reason);
}

static void
judge(struct diagnosis *d, const struct judgements *j)
{
	own(strings) char **doubts = all_doubts(d, j, true);
	d->plan.statements = count_statements(d->run);
	keep_doubts(&d->plan, doubts);
	d->plan.verdict = verdict_of(d, j, doubts, &d->plan.reason);
	if (!plan_listing(d, j, doubts, &d->listing))
		d->plan.cut = true;
}

/* What fails on the rows that are there has no plan: the copy has none. */
static char *
what_fails(const struct diagnosis *d, const struct judgements *j)
{
	for (size_t i = 0; i < j->n; i++)
		if (j->list[i].verdict == VERDICT_FAILS) {
			own(str) char *text =
				judgement_text(&j->list[i], d->run, true);
			own(str) char *bare = redact(span_of(text));
			return escape_str(
				span_of(bare), REASON_LONGEST, ESCAPE_LINE);
		}
	return NULL;
}

int
plan_make(struct diagnosis *d, struct session *s, struct why *why)
{
	if (!diagnosis_has_remedy(d))
		return 0;
	int r = choose(d, s, why);
	if (r == 0)
		r = find_obstacle(d, s, why);
	if (r < 0 || d->no_plan)
		return r;
	d->makes_history = !d->history->exists;
	d->atomic = is_atomic(d->run);
	own(judgements) struct judgements judged = { 0 };
	rule(d, &judged);
	r = gates_measure(d->run, s, &judged, why);
	if (r == 0 && judgements_verdict(&judged) != VERDICT_NEVER)
		d->no_plan = what_fails(d, &judged);
	if (r < 0 || d->no_plan)
		return r;
	d->plan.remedy = xstrdup(diagnosis_remedy(d)->name);
	d->plan.writable = !d->new_unit.name || d->app->proposals;
	judge(d, &judged);
	plan_text(d, &judged, &d->plan);
	plan_hash(d, d->plan.hash);
	d->planned = true;
	return 0;
}
