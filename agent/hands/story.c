#include "config.h"
#include "hands/story.h"

#include <string.h>

#include "base/escape.h"

#define NAMES_SHOWN 5
#define LOG_SHOWN 1200

void
story_unreachable(struct diagnosis *d, const char *text)
{
	findings_add(&d->findings, "reachable", ANSWER_NO, "%s", text);
}

void
story_target(struct diagnosis *d)
{
	own(str) char *where = url_text(&d->url);
	findings_add(&d->findings, "reachable", ANSWER_YES,
		"connected to %s: PostgreSQL %d.%d, as role %s", where,
		d->target.version / 10000, d->target.version % 10000,
		d->target.user);
	if (strcmp(d->schema, d->url.schema) != 0)
		findings_add(&d->findings, "same-schema", ANSWER_NO,
			"the fault names schema %s, the database URL schema %s",
			d->schema, d->url.schema);
	const char *host = d->object->value[OBJECT_HOST];
	const char *port = d->object->value[OBJECT_PORT];
	if ((host && strcmp(host, d->url.host) != 0) ||
		(port && strcmp(port, d->url.port) != 0))
		findings_add(&d->findings, "same-host", ANSWER_NO,
			"the fault names another place than the database URL: "
			"%s:%s",
			host ? host : "?", port ? port : "?");
	if (d->target.read_only)
		findings_add(&d->findings, "writable", ANSWER_NO,
			"the server is a standby or read-only");
	if (strcmp(d->target.schema, d->url.schema) != 0)
		findings_add(&d->findings, "search-path", ANSWER_NO,
			"statements without a schema would work in schema "
			"\"%s\", not in %s",
			d->target.schema, d->url.schema);
}

static bool
is_pending(const struct migration *m)
{
	return m->state == MIGRATION_PENDING;
}

static bool
is_edited(const struct migration *m)
{
	return m->edited;
}

static bool
is_retried(const struct migration *m)
{
	return m->state == MIGRATION_PENDING && m->rolled_back;
}

/* How many migrations are such, and the names of the first. */
static size_t
names_of(const struct migrations *ms, bool (*is)(const struct migration *),
	struct buf *to)
{
	size_t n = 0;
	for (size_t i = 0; i < ms->n; i++) {
		if (!is(&ms->list[i]))
			continue;
		if (n < NAMES_SHOWN)
			buf_printf(to, "%s%s", n ? ", " : "", ms->list[i].name);
		else if (n == NAMES_SHOWN)
			buf_add_str(to, ", ...");
		n++;
	}
	return n;
}

static void
tell_failed(struct diagnosis *d)
{
	const struct row *row = history_failed(d->history, NULL);
	if (!row)
		return;
	own(str) char *log = row->logs && *row->logs
		? escape_joined(span_of(row->logs), LOG_SHOWN)
		: xstrdup("nothing");
	findings_add(&d->findings, "history-failed", ANSWER_YES,
		"migration %s began %s and neither finished nor was rolled "
		"back, which blocks every deploy (P3009); its log: %s",
		row->name, row->started, log);
}

static void
tell_folder(struct diagnosis *d)
{
	static const struct {
		const char *name;
		bool (*is)(const struct migration *);
		const char *text;
	} groups[] = {
		{ "history-pending", is_pending, "pending" },
		{ "history-edited", is_edited, "edited since applied" },
		{ "history-rolled-back", is_retried,
			"rolled back once, and pending again" },
	};
	for (size_t i = 0; i < ELEMENTS(groups); i++) {
		own(buf) struct buf names = { 0 };
		size_t n = names_of(d->migrations, groups[i].is, &names);
		if (n)
			findings_add(&d->findings, groups[i].name, ANSWER_YES,
				"%zu %s: %s", n, groups[i].text,
				buf_str(&names));
	}
	const char *first = NULL;
	size_t orphans = history_orphans(d->history, d->migrations, &first);
	if (orphans)
		findings_add(&d->findings, "history-orphans", ANSWER_YES,
			"%zu applied migrations have no folder in %s, the "
			"first is %s",
			orphans, d->migrations->folder, first);
	if (d->migrations->linked)
		findings_add(&d->findings, "linked-folder", ANSWER_YES,
			"%s/%s is a symbolic link, and Prisma takes only real "
			"folders for migrations",
			d->migrations->folder, d->migrations->linked);
	if (d->migrations->provider &&
		strcmp(d->migrations->provider, "postgresql") != 0)
		findings_add(&d->findings, "provider", ANSWER_NO,
			"migration_lock.toml says %s, not postgresql (P3019)",
			d->migrations->provider);
}

void
story_history(struct diagnosis *d)
{
	if (d->deploy)
		findings_add(&d->findings, "deploy-under-way", ANSWER_YES,
			"Prisma's migration lock is held by %s", d->deploy);
	if (!d->history)
		return;
	if (!d->history->exists)
		findings_add(&d->findings, "history-exists", ANSWER_NO,
			"schema %s has no table _prisma_migrations%s",
			d->url.schema,
			d->history->other_tables ? ", and has other tables"
						 : ", nor any other");
	if (d->history->elsewhere)
		findings_add(&d->findings, "history-elsewhere", ANSWER_YES,
			"schema %s has a table _prisma_migrations: does the "
			"database URL name the right schema?",
			d->history->elsewhere);
	tell_failed(d);
	bool clean = !history_failed(d->history, NULL);
	if (d->migrations) {
		tell_folder(d);
		own(buf) struct buf names = { 0 };
		clean &= names_of(d->migrations, is_pending, &names) == 0;
	}
	d->history_clean = !clean ? ANSWER_NO
		: d->migrations   ? ANSWER_YES
				  : ANSWER_UNKNOWN;
	if (d->migrations && !d->migrations->n)
		findings_add(&d->findings, "folder-empty", ANSWER_YES,
			"%s holds no migration: is it the right folder?",
			d->migrations->folder);
	else if (d->history_clean == ANSWER_YES)
		findings_add(&d->findings, "history-clean", ANSWER_YES,
			"every migration folder is recorded as applied");
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
	own(buf) struct buf names = { 0 };
	size_t n = names_of(d->migrations, is_pending, &names);
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
	own(buf) struct buf names = { 0 };
	size_t pending = names_of(d->migrations, is_pending, &names);
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

static char *
tell_failed_cause(const struct diagnosis *d)
{
	const struct row *row = history_failed(d->history, NULL);
	return xprintf("migration %s failed and blocks every later deploy "
		       "(P3009) until it is resolved",
		row->name);
}

/* The first script that might create it, for all we know. */
static const struct migration *
riddle(const struct diagnosis *d)
{
	for (size_t i = 0; i < d->migrations->n; i++) {
		const struct migration *m = &d->migrations->list[i];
		if (is_pending(m) && !m->script.known)
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
		for (size_t k = 0; is_pending(m) && k < m->script.n; k++)
			if (m->script.statements[k].opaque) {
				*ret_what = m->script.statements[k].what;
				return m;
			}
	}
	return NULL;
}

/* The text of a finding, or NULL. */
static const char *
story_of(const struct diagnosis *d, const char *name)
{
	for (size_t i = 0; i < d->findings.n; i++)
		if (strcmp(d->findings.list[i].name, name) == 0)
			return d->findings.list[i].text;
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
	const char *applied = story_of(d, "recorded-but-absent");
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
story_cause(struct diagnosis *d)
{
	own(str) char *object = diagnosis_object(d);
	own(str) char *text = tell(d, object);
	const char *obstacle = NULL;
	if (diagnosis_remedy(d))
		obstacle = story_of(d, "plan");
	own(str) char *all = obstacle
		? xprintf("%s; there is no plan, because %s", text, obstacle)
		: xstrdup(text);
	d->text = escape_str(span_of(all), 1900, ESCAPE_LINE);
}
