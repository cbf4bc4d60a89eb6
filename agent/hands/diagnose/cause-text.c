#include "config.h"
#include "hands/diagnose/cause-text.h"

#include <string.h>

#include "base/escape.h"
#include "hands/prisma/history.h"

static const struct finding *
finding_of(const struct diagnosis *d, const char *name)
{
	for (size_t i = 0; i < d->findings.n; i++)
		if (strcmp(d->findings.list[i].name, name) == 0)
			return &d->findings.list[i];
	return NULL;
}

/* The text of a finding, or NULL. */
static const char *
told_of(const struct diagnosis *d, const char *name)
{
	const struct finding *f = finding_of(d, name);
	return f ? f->text : NULL;
}

static size_t
count_pending(const struct migrations *ms)
{
	size_t n = 0;
	for (size_t i = 0; i < ms->n; i++)
		n += ms->list[i].state == MIGRATION_PENDING;
	return n;
}

static char *
tell_unbased(const struct diagnosis *d, const char *object)
{
	return xprintf("the pending migration %s creates %s, but schema %s has "
		       "tables and no history: `prisma migrate deploy` would "
		       "refuse with P3005, and `prisma migrate resolve "
		       "--applied` would turn the status green while it is "
		       "still missing; a baseline is needed first",
		d->creator->name, object, d->url.schema);
}

/* What the server says of a second object of a name. */
static const char *
sqlstate_of(const struct migration *m)
{
	switch (m->conflict_kind) {
	case MADE_RELATION:
		return "42P07";
	case MADE_COLUMN:
		return "42701";
	case MADE_SCHEMA:
		return "42P06";
	default:
		return "42710";
	}
}

/* The trap of a baseline made by hand: facts that people pay a night for. */
static char *
tell_baseline(const struct diagnosis *d, const char *object)
{
	const struct migration *b = d->blocker;
	if (!b)
		return tell_unbased(d, object);
	own(str) char *before = b == d->creator
		? xprintf("the pending migration %s creates %s, but %u of the "
			  "%u objects that it creates exist already",
			  b->name, object, b->conflicts, b->made)
		: xprintf("the pending migration %s creates %s, but %s is "
			  "pending too, and %u of the %u objects that it "
			  "creates exist already",
			  d->creator->name, object, b->name, b->conflicts,
			  b->made);
	if (!d->history->exists)
		return xprintf(
			"%s (the first is %s), and there is no history: "
			"`prisma migrate deploy` would refuse with P3005, and "
			"`prisma "
			"migrate resolve --applied` would turn the status "
			"green while it is still missing",
			before, b->conflict);
	return xprintf(
		"%s: `prisma migrate deploy` would fail with %s already exists "
		"(%s) and leave a failed row that blocks every later deploy "
		"(P3009); `prisma migrate resolve --applied` would turn the "
		"status green while it is still missing",
		before, b->conflict, sqlstate_of(b));
}

static char *
tell_pending(const struct diagnosis *d, const char *object)
{
	size_t n = count_pending(d->migrations);
	if (n == 1)
		return xprintf("%s is missing because migration %s, which "
			       "creates it, was never applied here",
			object, d->creator->name);
	return xprintf("%s is missing because migration %s, which creates it, "
		       "was never applied here; %zu are pending",
		object, d->creator->name, n);
}

static char *
tell_stray(const struct diagnosis *d, const char *object)
{
	size_t pending = count_pending(d->migrations);
	return xprintf("%s is created only by %s, which lies outside any "
		       "migration folder: Prisma never reads it, and `prisma "
		       "migrate deploy` would %s",
		object, d->stray->path,
		pending ? "not create it" : "do nothing");
}

static char *
tell_not_confirmed(const struct diagnosis *d, const char *object)
{
	if (d->class == CLASS_DB_UNREACHABLE)
		return xstrdup("the database can be reached");
	if (d->class == CLASS_FAILED_MIGRATION)
		return xstrdup("the history has no such failed migration");
	return xprintf("%s exists", object);
}

/* Whether a name may stand in a line that people copy into a shell. */
static bool
is_plain_word(const char *name)
{
	return *name && *name != '-' &&
		name[strspn(name,
			"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
			"0123456789_.-")] == '\0';
}

/* With the next step, for those who are woken by it. */
static char *
tell_failed_cause(const struct diagnosis *d)
{
	const struct history_row *row = history_failed(d->history, NULL);
	const struct finding *left = finding_of(d, "failed-objects");
	own(str) char *blocks =
		xprintf("migration %s failed and blocks every later deploy "
			"(P3009) until it is resolved",
			row->name);
	if (left && left->answer == ANSWER_NO)
		return xprintf("%s; none of the objects that it creates "
			       "exist: once what its log says is put right, "
			       "`prisma migrate resolve --rolled-back %s` lets "
			       "deploys go on",
			blocks, is_plain_word(row->name) ? row->name : "NAME");
	if (left && left->answer == ANSWER_YES)
		return xprintf("%s; some of the objects that it creates exist: "
			       "compare them with its script before `prisma "
			       "migrate resolve`",
			blocks);
	return take(blocks);
}

/* The first script that might create it, for all we know. */
static const struct migration *
riddle(const struct diagnosis *d)
{
	for (size_t i = 0; i < d->migrations->n; i++) {
		const struct migration *m = &d->migrations->list[i];
		if (m->state == MIGRATION_PENDING && !m->script.known)
			return m;
	}
	return NULL;
}

/* Or the first whose code no parser sees through. */
static const struct migration *
opaque(const struct diagnosis *d, const char **ret_what)
{
	for (size_t i = 0; i < d->migrations->n; i++) {
		const struct migration *m = &d->migrations->list[i];
		for (size_t k = 0;
			m->state == MIGRATION_PENDING && k < m->script.n; k++)
			if (m->script.statements[k].opaque) {
				*ret_what = m->script.statements[k].what;
				return m;
			}
	}
	return NULL;
}

/* Claims no more than was read. */
static char *
tell_unknown(const struct diagnosis *d, const char *object)
{
	if (d->fault == ANSWER_UNKNOWN)
		return xstrdup("it could not be measured; the findings say "
			       "why");
	if (!d->migrations)
		return xprintf("%s is missing, and why could not be told: %s",
			object,
			d->app->migrations ? "the migrations folder cannot be "
					     "read"
					   : "no `migrations` folder is "
					     "configured");
	if (!d->history)
		return xprintf("%s is missing, and why could not be told: the "
			       "history cannot be read",
			object);
	const struct migration *m = riddle(d);
	if (m)
		return xprintf("%s is missing, and whether the pending "
			       "migration %s creates it could not be told: %s",
			object, m->name,
			m->problem ? m->problem : m->script.unknown);
	const char *what = NULL;
	m = opaque(d, &what);
	if (m)
		return xprintf("%s is missing, and whether the pending "
			       "migration %s creates it could not be told: it "
			       "has a statement (%s) that runs code which no "
			       "parser sees",
			object, m->name, what);
	const char *applied = told_of(d, "recorded-but-absent");
	if (applied)
		return xprintf("%s is missing, though %s: was it dropped, or "
			       "was the migration only marked as applied?",
			object, applied);
	return xprintf("%s is missing, and no %s creates it", object,
		d->migrations->n ? "pending migration or .sql file"
				 : ".sql file (and there is no migration in "
				   "the configured folder)");
}

static char *
tell(const struct diagnosis *d, const char *object)
{
	switch (d->cause) {
	case CAUSE_UNREACHABLE:
		return xprintf("%s", d->findings.list[d->findings.n - 1].text);
	case CAUSE_NOT_CONFIRMED:
		return tell_not_confirmed(d, object);
	case CAUSE_DEPLOY_UNDER_WAY:
		return xprintf(
			"a migration is under way: Prisma's lock is held by %s",
			d->deploy);
	case CAUSE_FAILED_MIGRATION:
		return tell_failed_cause(d);
	case CAUSE_BASELINE_CONFLICT:
		return tell_baseline(d, object);
	case CAUSE_PENDING_MIGRATION:
		return tell_pending(d, object);
	case CAUSE_STRAY_SQL:
		return tell_stray(d, object);
	default:
		return tell_unknown(d, object);
	}
}

void
cause_text(struct diagnosis *d)
{
	own(str) char *object = diagnosis_object(d);
	own(str) char *text = tell(d, object);
	const char *obstacle = NULL;
	if (diagnosis_remedy(d))
		obstacle = told_of(d, "plan");
	own(str) char *all = obstacle
		? xprintf("%s; there is no plan, because %s", text, obstacle)
		: xstrdup(text);
	d->text = escape_str(span_of(all), 1900, ESCAPE_LINE);
}
