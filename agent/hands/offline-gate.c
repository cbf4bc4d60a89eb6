#include "config.h"
#include "hands/hands.h"

#include <ctype.h>
#include <dirent.h>
#include <stdlib.h>
#include <string.h>

#include "base/escape.h"
#include "base/redact.h"
#include "hands/diagnose/census.h"
#include "hands/migrators.h"
#include "hands/plan/guard.h"
#include "hands/plan/judgement.h"
#include "hands/sql/rules/part.h"
#include "hands/sql/script.h"

#define REASON_LONGEST 400u
/* What the remedy has by default. */
#define LOCK_TIMEOUT (2 * USEC_SECOND)
#define STATEMENT_TIMEOUT (60 * USEC_SECOND)

struct offline {
	const struct migrator *migrator;
	const struct unit_folder *folder;
	const struct census *run;
	struct judgements judged;
	void (*each)(void *arg, const struct gate_line *line);
	void *arg;
};

/* No database is asked. Nothing that the folder makes is taken to be there. A
 * type that it does not make counts as an enumeration if its name is written
 * as migrators write those, and is otherwise one that nobody knows. */
static int
exists(void *arg, const char *schema, const struct made *m, bool *ret,
	struct why *why)
{
	(void)arg;
	(void)schema;
	(void)why;
	*ret = m->kind == USED_ENUM && isupper((unsigned char)m->name[0]);
	return 0;
}

/* On a table that has rows and cannot be asked. */
static enum verdict
assume(const struct judgement *j)
{
	const struct guard_rule *r = j->part ? part_rule(j->part) : NULL;
	if (!r || j->fresh || j->verdict != VERDICT_GATED)
		return j->verdict;
	bool same_in_all = r->gate == GATE_DEFAULT && j->part->value &&
		strcmp(r->name, "add-column-unique") == 0;
	return r->gate == GATE_EMPTY || same_in_all ? VERDICT_FAILS
						    : j->verdict;
}

static unsigned
line_at(struct span text, size_t at)
{
	unsigned n = 1;
	for (size_t i = 0; i < at && i < text.len; i++)
		n += text.data[i] == '\n';
	return n;
}

static char *
file_of(const struct offline *o, const struct unit *u)
{
	const char *script = o->migrator->describe.script;
	return xprintf("%s/%s/%s", o->folder->path, u->name, script);
}

static void
tell(const struct offline *o, const char *file, struct gate_line *line)
{
	own(str) char *shown = escape_str(span_of(file), 4096, ESCAPE_LINE);
	own(str) char *on = line->on
		? escape_str(span_of(line->on), 200, ESCAPE_LINE)
		: NULL;
	own(str) char *bare = redact(span_of(line->reason));
	own(str) char *reason =
		escape_str(span_of(bare), REASON_LONGEST, ESCAPE_LINE);
	line->file = shown;
	line->on = on;
	line->reason = reason;
	o->each(o->arg, line);
}

static void
tell_statement(const struct offline *o, const char *file,
	const struct unit_script *u, size_t unit, size_t statement)
{
	const struct statement *s = &u->script->statements[statement];
	const struct judgement *j = judgements_of(&o->judged, unit, statement);
	const struct guard_part *p = j && j->part ? j->part : s->parts;
	struct gate_line line = {
		.line = line_at(buf_span(&u->unit->text), s->from),
		.statement = (unsigned)statement + 1,
		.kind = part_rule(p)->name,
		.on = p->table ? p->table : s->table,
		.lock = lock_level_name(
			judgements_lock(&o->judged, unit, statement)),
		.effect = effect_name(
			judgements_effect(&o->judged, unit, statement)),
		.verdict = j ? j->verdict : VERDICT_AUTO,
		.reason = j && j->reason ? j->reason : "",
	};
	tell(o, file, &line);
}

static void
tell_whole(const struct offline *o, const char *file, const char *kind,
	enum verdict v, const char *reason)
{
	struct gate_line line = {
		.line = 1,
		.kind = kind,
		.lock = lock_level_name(LOCK_NONE),
		.effect = effect_name(EFFECT_NONE),
		.verdict = v,
		.reason = reason,
	};
	tell(o, file, &line);
}

static void
tell_unit(const struct offline *o, size_t unit)
{
	const struct unit_script *u = &census_units(o->run)[unit];
	own(str) char *file = file_of(o, u->unit);
	const struct judgement *whole = judgements_of(&o->judged, unit, 0);
	if (whole && !whole->part)
		tell_whole(o, file, "script", whole->verdict, whole->reason);
	for (size_t i = 0; i < u->script->n; i++)
		tell_statement(o, file, u, unit, i);
}

static int
is_sql(const struct dirent *e)
{
	return span_ends(span_of(e->d_name), SPAN(".sql"));
}

/* SQL files of one folder but the script that is applied. */
static void
tell_strays_in(const struct offline *o, const char *folder)
{
	const struct migrator_words *words = &o->migrator->describe;
	own(str) char *reason =
		xprintf("is an SQL file that %s never reads", words->name);
	struct dirent **list = NULL;
	int n = scandir(folder, &list, is_sql, alphasort);
	for (int i = 0; i < n; i++) {
		own(str) char *path = xprintf("%s/%s", folder, list[i]->d_name);
		if (strcmp(list[i]->d_name, words->script) != 0)
			tell_whole(o, path, "stray-file", VERDICT_ASK, reason);
		free(list[i]);
	}
	free(list);
}

/* What nothing ever applies, and an order that is not the same everywhere. */
static void
tell_folder(const struct offline *o)
{
	tell_strays_in(o, o->folder->path);
	for (size_t i = 0; i < o->folder->n; i++) {
		own(str) char *one = xprintf(
			"%s/%s", o->folder->path, o->folder->units[i].name);
		tell_strays_in(o, one);
	}
	own(str) char *order =
		xprintf("%s's versions differ in the order of these migrations",
			o->migrator->describe.name);
	if (o->migrator->order_differs(
		    census_units(o->run), census_size(o->run)))
		tell_whole(o, o->folder->path, "order", VERDICT_ASK, order);
}

static void
judge(struct offline *o)
{
	const struct guard_how how = {
		.history = o->migrator->describe.history,
		.lock_timeout = LOCK_TIMEOUT,
		.statement_timeout = STATEMENT_TIMEOUT,
	};
	guard_judge(o->run, &how, &o->judged);
	for (size_t i = 0; i < o->judged.n; i++)
		o->judged.list[i].verdict = assume(&o->judged.list[i]);
	for (size_t i = 0; i < census_size(o->run); i++)
		tell_unit(o, i);
	tell_folder(o);
	judgements_free(&o->judged);
}

static int
judge_folder(struct offline *o, struct why *why)
{
	const struct census_catalog nothing = { exists, NULL };
	size_t n = o->folder->n;
	struct script *scripts = xcalloc(n, sizeof(*scripts));
	struct unit_script *list = xcalloc(n, sizeof(*list));
	own(census) struct census *run = NULL;
	for (size_t i = 0; i < n; i++) {
		script_parse(buf_span(&o->folder->units[i].text), USEC_NEVER,
			&scripts[i]);
		list[i] = (struct unit_script){ &o->folder->units[i],
			&scripts[i] };
	}
	int r = census_take(&nothing, "public", list, n, &run, why);
	if (r == 0) {
		o->run = run;
		judge(o);
	}
	census_free(take(run));
	for (size_t i = 0; i < n; i++)
		script_free(&scripts[i]);
	free(scripts);
	free(list);
	return r;
}

int
hands_gate(const char *path,
	void (*each)(void *arg, const struct gate_line *line), void *arg,
	struct why *why)
{
	own(unit_folder) struct unit_folder *folder = NULL;
	struct offline o = {
		.migrator = migrators_pick(NULL),
		.each = each,
		.arg = arg,
	};
	int r = o.migrator->read_folder(path, &folder, why);
	if (r < 0)
		return r;
	o.folder = folder;
	return judge_folder(&o, why);
}
