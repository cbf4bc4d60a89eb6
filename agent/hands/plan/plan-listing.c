#include "config.h"
#include "hands/plan/plan-listing.h"

#include "base/escape.h"
#include "hands/diagnose/census.h"
#include "hands/sql/script.h"
#include "wire/plan.h"

/* Escaping makes a byte four at most, so what a line may become fits. */
#define LINE_ESCAPED_MAX (4u * SCRIPT_MAX)

static void
add_doubts(struct buf *to, const struct plan *plan, char *const *doubts)
{
	buf_printf(to, "%u statement%s", plan->statements,
		plan->statements == 1 ? "" : "s");
	if (!doubts)
		buf_add_str(to, ", all passed by the guard\n");
	else
		buf_add_str(to, "; the guard did not pass:\n");
	for (char *const *s = doubts; s && *s; s++)
		buf_printf(to, "! %s\n", *s);
}

/* A script on its way into the listing. */
struct listed {
	const struct unit_script *u;
	size_t next; /* of its statements, the first that did not begin yet */
};

/* How many statements begin before `end`, an offset in the script. Each is told
 * by its first word: comments before it may stand on other lines. */
static size_t
begun_before(struct listed *l, size_t end)
{
	struct span text = buf_span(&l->u->unit->text);
	const struct script *script = l->u->script;
	size_t n = 0;
	for (; l->next < script->n; l->next++, n++) {
		struct span sql =
			script_text(text, &script->statements[l->next]);
		if (sql.len && sql.data >= text.data + end)
			break;
	}
	return n;
}

/* A backslash is written twice, and a tab as one: no two texts look alike. */
static void
add_exactly(struct buf *to, struct span line)
{
	while (line.len) {
		size_t plain = 0;
		while (plain < line.len && line.data[plain] != '\\' &&
			line.data[plain] != '\t')
			plain++;
		(void)escape(to, span_first(line, plain), LINE_ESCAPED_MAX,
			ESCAPE_LINE);
		if (plain < line.len)
			buf_add_str(
				to, line.data[plain] == '\t' ? "\\t" : "\\\\");
		line = span_from(line, plain + 1);
	}
}

static void
add_line(struct buf *to, struct listed *l, size_t number, struct span line)
{
	size_t first = l->next + 1;
	size_t end = (size_t)(line.data - l->u->unit->text.data) + line.len;
	size_t n = begun_before(l, end);
	own(str) char *mark = n == 0 ? xstrdup("")
		: n == 1             ? xprintf("#%zu", first)
				     : xprintf("#%zu-%zu", first, l->next);
	buf_printf(to, "%6zu %6s | ", number, mark);
	add_exactly(to, line);
	buf_add_char(to, '\n');
}

/* What is behind the statements' numbers, where it is more than to make
 * something new. */
static void
add_notes(struct buf *to, const struct judgements *j, size_t unit, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		own(str) char *note = judgements_note(j, unit, i);
		if (note)
			buf_printf(to, "#%zu: %s\n", i + 1, note);
	}
}

static void
add_unit(struct buf *to, const struct diagnosis *d, const struct judgements *j,
	size_t unit)
{
	const struct unit_script *u = &census_units(d->run)[unit];
	struct span rest = buf_span(&u->unit->text), line;
	own(str) char *name =
		escape_str(span_of(u->unit->name), 255, ESCAPE_LINE);
	buf_printf(to, "\nmigration %s, %zu bytes, SHA-256 %s%s:\n", name,
		rest.len, u->unit->checksum,
		d->atomic ? ", all in one transaction" : "");
	if (!u->script->known) {
		own(str) char *why = escape_str(
			span_of(u->script->unknown), 300, ESCAPE_LINE);
		buf_printf(to, "(it cannot be told into statements: %s)\n",
			*why ? why : "it was not parsed");
	}
	add_notes(to, j, unit, u->script->n);
	struct listed l = { .u = u };
	/* What follows the last newline is no line if it is empty. */
	for (size_t n = 1; rest.len && span_cut(&rest, '\n', &line); n++)
		add_line(to, &l, n, line);
}

bool
plan_listing(const struct diagnosis *d, const struct judgements *j,
	char *const *doubts, struct buf *ret)
{
	add_doubts(ret, &d->plan, doubts);
	if (d->makes_history)
		buf_printf(ret, "\nthe table %s is created first\n",
			d->migrator->describe.history);
	for (size_t i = 0;
		i < census_size(d->run) && ret->len <= PLAN_LISTING_MAX; i++)
		add_unit(ret, d, j, i);
	if (ret->len <= PLAN_LISTING_MAX)
		return true;
	buf_free(ret);
	return false;
}
