#include "config.h"
#include "hands/plan/judgement.h"

#include <stdlib.h>
#include <string.h>

#include "base/escape.h"
#include "hands/sql/script.h"

void
judgements_free(struct judgements *j)
{
	for (size_t i = 0; i < j->n; i++) {
		free(j->list[i].reason);
		free(j->list[i].figures);
	}
	free(j->list);
	*j = (struct judgements){ 0 };
}

struct judgement *
judgements_add(struct judgements *j, const struct judgement *one)
{
	j->list = xrealloc(j->list, j->n + 1, sizeof(*j->list));
	j->list[j->n] = *one;
	return &j->list[j->n++];
}

enum verdict
judgements_verdict(const struct judgements *j)
{
	enum verdict ret = VERDICT_AUTO;
	for (size_t i = 0; i < j->n; i++)
		ret = MAX(ret, j->list[i].verdict);
	return ret;
}

const struct judgement *
judgements_of(const struct judgements *j, size_t unit, size_t statement)
{
	const struct judgement *ret = NULL;
	for (size_t i = 0; i < j->n; i++) {
		const struct judgement *one = &j->list[i];
		if (one->unit == unit && one->statement == statement &&
			(!ret || one->verdict > ret->verdict))
			ret = one;
	}
	return ret;
}

/* On a table of the run's own a lock keeps nobody waiting. */
static const struct guard_rule *
rule_that_counts(const struct judgement *j, size_t unit, size_t statement)
{
	return j->unit == unit && j->statement == statement && j->part &&
			!j->fresh
		? part_rule(j->part)
		: NULL;
}

enum lock_level
judgements_lock(const struct judgements *j, size_t unit, size_t statement)
{
	enum lock_level ret = LOCK_NONE;
	for (size_t i = 0; i < j->n; i++) {
		const struct guard_rule *r =
			rule_that_counts(&j->list[i], unit, statement);
		if (r)
			ret = MAX(ret, r->lock);
	}
	return ret;
}

enum effect
judgements_effect(const struct judgements *j, size_t unit, size_t statement)
{
	enum effect ret = EFFECT_NONE;
	for (size_t i = 0; i < j->n; i++) {
		const struct guard_rule *r =
			rule_that_counts(&j->list[i], unit, statement);
		if (r)
			ret = MAX(ret, r->effect);
	}
	return ret;
}

char *
judgements_note(const struct judgements *j, size_t unit, size_t statement)
{
	const struct judgement *strictest = judgements_of(j, unit, statement);
	enum lock_level lock = judgements_lock(j, unit, statement);
	if (!strictest ||
		(strictest->verdict == VERDICT_AUTO && lock == LOCK_NONE))
		return NULL;
	const char *figures = strictest->figures ? strictest->figures : "";
	return xprintf("lock %s, effect %s, %s%s%s", lock_level_name(lock),
		effect_name(judgements_effect(j, unit, statement)),
		verdict_name(strictest->verdict), *figures ? ": " : "",
		figures);
}

char *
judgement_text(
	const struct judgement *j, const struct census *run, bool figures)
{
	const struct unit_script *u = &census_units(run)[j->unit];
	own(str) char *name =
		escape_str(span_of(u->unit->name), 120, ESCAPE_LINE);
	const char *reason = j->reason ? j->reason : "runs by itself";
	const char *more = figures && j->figures ? j->figures : "";
	const char *between = *more ? ": " : "";
	if (!j->part)
		return xprintf("%s %s", name, reason);
	own(str) char *what =
		escape_str(span_of(u->script->statements[j->statement].what),
			80, ESCAPE_LINE);
	return xprintf("statement %zu of %s (%s) %s%s%s", j->statement + 1,
		name, what, reason, between, more);
}

/* Every doubt is kept, not the strictest alone: a person who is asked must not
 * learn of one statement and approve another with it. */
char **
judgements_doubts(
	const struct judgements *j, const struct census *run, bool figures)
{
	char **ret = NULL;
	for (enum verdict v = VERDICT_NEVER; v > VERDICT_AUTO; v--)
		for (size_t i = 0; i < j->n; i++) {
			if (j->list[i].verdict != v)
				continue;
			own(str) char *text =
				judgement_text(&j->list[i], run, figures);
			strings_add(&ret, text);
		}
	return ret;
}
