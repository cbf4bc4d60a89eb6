#include "config.h"
#include "hands/plan/plan-text.h"

#include "base/escape.h"
#include "base/redact.h"
#include "hands/diagnose/census.h"
#include "hands/sql/script.h"

#define STATEMENT_SHOWN 900u

/* Without secrets, such as the password of a role: the plan goes to many. What
 * is left out here, for whatever reason, stands in the listing, which whoever
 * approves must have read then. */
static void
show_sql(struct plan *to, struct span sql, const char *note)
{
	/* A statement may be long; what lies far behind is not shown. */
	struct span most = span_first(sql, 4 * STATEMENT_SHOWN);
	own(str) char *bare = redact(most);
	own(buf) struct buf shown = { 0 };
	if (!escape(&shown, span_of(bare), STATEMENT_SHOWN, ESCAPE_LINES))
		buf_add_str(&shown, " ...");
	to->cut |= !span_eq(buf_span(&shown), sql);
	if (note)
		buf_printf(&shown, "\n-- %s", note);
	plan_step(to, "%s", buf_str(&shown));
}

/* The bytes of a script that does not parse are shown as they are. */
static void
show_statements(struct plan *to, const struct unit_script *u,
	const struct judgements *j, size_t unit)
{
	struct span text = buf_span(&u->unit->text);
	if (!u->script->known)
		show_sql(to, text, NULL);
	for (size_t i = 0; i < u->script->n; i++) {
		own(str) char *note = judgements_note(j, unit, i);
		show_sql(
			to, script_text(text, &u->script->statements[i]), note);
	}
}

/* The folder for the new unit: who makes it, and what its name comes from. */
static void
show_new_unit(const struct diagnosis *d, struct plan *to)
{
	own(str) char *from =
		escape_str(span_of(d->stray->path), 300, ESCAPE_LINE);
	const struct migrator_words *words = &d->migrator->describe;
	own(str) char *note =
		escape_str(span_of(d->new_unit_note), 300, ESCAPE_LINE);
	if (d->app->proposals) {
		own(str) char *folder = escape_str(
			span_of(d->app->proposals), 300, ESCAPE_LINE);
		plan_step(to,
			"create the migration folder %s/%s with the bytes of "
			"%s (its name: %s)",
			folder, d->new_unit.name, from, note);
		return;
	}
	if (d->inside && d->inside->from) {
		plan_step(to,
			"by hand, because `proposals` is not set: create the "
			"folder %s beside the other migrations of the app's "
			"sources, copy %s into it as %s, and deploy (its name: "
			"%s)",
			d->new_unit.name, from, words->script, note);
		return;
	}
	plan_step(to,
		"by hand, because `proposals` is not set: create the folder %s "
		"in %s, copy %s into it as %s, and run %s (its name: %s)",
		d->new_unit.name, d->app->migrations, from, words->script,
		words->deploy, note);
}

/* Every statement is shown, because it is what a person approves; plan_step()
 * counts what is too much to show. */
void
plan_text(
	const struct diagnosis *d, const struct judgements *j, struct plan *to)
{
	const struct migrator_words *words = &d->migrator->describe;
	const struct unit_script *list = census_units(d->run);
	if (d->makes_history)
		plan_step(to, "create the table %s", words->history);
	if (d->new_unit.name)
		show_new_unit(d, to);
	for (size_t i = 0; i < census_size(d->run); i++) {
		own(str) char *name = escape_str(
			span_of(list[i].unit->name), 200, ESCAPE_LINE);
		plan_step(to,
			"apply migration %s and record it as %s does%s:", name,
			words->name,
			d->atomic ? ", all in one transaction" : "");
		show_statements(to, &list[i], j, i);
	}
}
