#include "config.h"
#include "hands/plan/gates/gates.h"

#include <errno.h>
#include <stdlib.h>

#include "base/escape.h"
#include "hands/plan/gates/gate.h"
#include "hands/postgres/session.h"
#include "hands/sql/rules/part.h"

static gate_fn *const gates[GATES] = {
	[GATE_SIZE] = gate_time,
	[GATE_APART] = gate_time,
	[GATE_EMPTY] = gate_empty,
	[GATE_NULLS] = gate_nulls,
	[GATE_UNIQUE] = gate_unique,
	[GATE_KEY] = gate_key,
	[GATE_CHECK] = gate_check,
	[GATE_FOREIGN] = gate_foreign,
	[GATE_DEFAULT] = gate_default,
	[GATE_TYPE] = gate_type,
	[GATE_ROOM] = gate_room,
	[GATE_COUNT] = gate_count,
	[GATE_LOSS] = gate_loss,
};

/* What a gate may decide, or tell people more about. On a table of the run
 * there is nothing to measure. */
static gate_fn *
gate_of(const struct judgement *j)
{
	return j->part && !j->fresh && !j->settled
		? gates[part_rule(j->part)->gate]
		: NULL;
}

/* Where IF NOT EXISTS finds the column, nothing happens. */
static int
is_there_already(struct gate_work *g, bool *ret, struct why *why)
{
	char *const names[] = { g->part->name, NULL };
	*ret = false;
	return g->part->unless_there && g->part->name &&
			part_rule(g->part)->lock == LOCK_ACCESS_EXCLUSIVE
		? gate_has_columns(g, names, ret, why)
		: 0;
}

static int
run(struct gate_work *g, gate_fn *measure, struct why *why)
{
	bool done = false;
	int r = gate_exists(g, g->table, &g->exists, why);
	if (r < 0)
		return r;
	if (!g->exists) {
		if (g->verdict == VERDICT_GATED || g->verdict == VERDICT_AUTO) {
			g->verdict = VERDICT_ASK;
			gate_says(g, "the table is not there yet");
		}
		return 0;
	}
	r = is_there_already(g, &done, why);
	if (r < 0)
		return r;
	if (done) {
		g->verdict = VERDICT_AUTO;
		return 0;
	}
	r = measure(g, why);
	if (r == 0 && g->verdict == VERDICT_GATED)
		g->verdict = VERDICT_AUTO;
	return r;
}

/* A question that the server does not answer is no measurement. */
static int
measure_one(struct gate_walk *w, struct judgement *j, struct why *why)
{
	struct gate_work g = { .w = w, .part = j->part, .verdict = j->verdict };
	struct why inner;
	if (!j->part->table)
		return 0;
	g.table = gate_name(&g, j->part->schema, j->part->table);
	int r = run(&g, gate_of(j), &inner);
	if (r == -EBADMSG) {
		own(str) char *text =
			escape_str(span_of(inner.text), 200, ESCAPE_LINE);
		if (g.verdict == VERDICT_GATED || g.verdict == VERDICT_AUTO)
			g.verdict = VERDICT_ASK;
		gate_says(&g, "it could not be measured: %s", text);
		r = 0;
	}
	if (r == 0) {
		j->verdict = g.verdict;
		free(j->figures);
		j->figures = take(g.figures);
	} else {
		(void)because(why, r, "%s", inner.text);
	}
	free(g.table);
	free(g.figures);
	return r;
}

int
gates_measure(const struct census *run_of, struct session *s,
	struct judgements *j, struct why *why)
{
	struct gate_walk w = { .s = s, .run = run_of };
	int r = 0;
	for (size_t i = 0; i < j->n && r == 0; i++)
		if (gate_of(&j->list[i]))
			r = measure_one(&w, &j->list[i], why);
	return r;
}
