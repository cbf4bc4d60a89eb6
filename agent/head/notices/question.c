#include "config.h"
#include "head/notices/question.h"

#include <string.h>

#include "base/escape.h"
#include "head/model/incident.h"
#include "wire/plan.h"

#define LINE_MAX 500u

/* The sentences are escaped by hands, and once more here: hands parse what
 * anybody may have written. */
static bool
add_doubt(struct buf *to, const char *sentence)
{
	buf_add_str(to, "\n! ");
	return escape(to, span_of(sentence), LINE_MAX, ESCAPE_LINE);
}

bool
question_doubts(struct buf *to, const struct incident *i)
{
	const struct plan *p = &i->plan;
	bool whole = true;
	size_t n = 0;
	if (!p->n_doubts) {
		buf_printf(to, "\nThe guard passed %s.",
			p->statements == 1 ? "the only statement"
					   : "every statement");
		return true;
	}
	buf_printf(to,
		"\nThe guard did not pass %u of %u statement%s:", p->n_doubts,
		p->statements, p->statements == 1 ? "" : "s");
	for (; p->doubts && p->doubts[n] && n < QUESTION_DOUBTS_MAX; n++)
		whole &= add_doubt(to, p->doubts[n]);
	if (n < p->n_doubts)
		buf_printf(to, "\n! and %zu more", p->n_doubts - n);
	return whole && n == p->n_doubts;
}

/* A step whose lines stand below its number. */
static void
add_step(struct buf *to, size_t number, const char *step)
{
	own(buf) struct buf text = { 0 };
	(void)escape(&text, span_of(step), 4 * PLAN_TEXT_MAX, ESCAPE_LINES);
	struct span rest = buf_span(&text), line;
	own(str) char *head = xprintf("%zu. ", number);
	for (bool first = true; span_cut(&rest, '\n', &line); first = false)
		buf_printf(to, "%s%s" SPAN_FMT, to->len ? "\n" : "",
			first ? head : "   ", SPAN_ARG(line));
}

/* Chats do not show these as they are: quotes that end a block of code, links,
 * and calls to people (slack.c). */
static bool
is_altered(const char *step)
{
	return strpbrk(step, "`@") || strstr(step, "://");
}

bool
question_steps(struct buf *to, const struct incident *i)
{
	bool exact = true;
	for (size_t k = 0; i->plan.steps && i->plan.steps[k]; k++) {
		size_t before = to->len;
		exact &= !is_altered(i->plan.steps[k]);
		add_step(to, k + 1, i->plan.steps[k]);
		if (to->len <= QUESTION_PLAN_MAX)
			continue;
		/* Whole steps only: half of one could read as another. */
		to->len = before;
		return false;
	}
	return exact && !i->plan.cut;
}

void
question_write(struct question *ret, const struct incident *i)
{
	*ret = (struct question){ 0 };
	bool all = question_doubts(&ret->doubts, i);
	ret->whole = question_steps(&ret->steps, i) && all;
}

void
question_free(struct question *q)
{
	buf_free(&q->doubts);
	buf_free(&q->steps);
}

bool
question_is_whole(const struct incident *i)
{
	own(question) struct question q;
	question_write(&q, i);
	return q.whole;
}
