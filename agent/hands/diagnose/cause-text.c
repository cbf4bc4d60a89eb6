#include "config.h"
#include "hands/diagnose/cause-text.h"

#include <string.h>

#include "base/escape.h"
#include "hands/diagnose/census.h"
#include "hands/migrator/history.h"
#include "hands/sql/statement.h"

static const struct migrator_words *
words_of(const struct diagnosis *d)
{
	return &d->migrator->describe;
}

static char *
unreachable_text(const struct diagnosis *d, const char *object)
{
	(void)object; /* the connection comes before any object */
	return xstrdup(d->unreachable);
}

static char *
not_confirmed_text(const struct diagnosis *d, const char *object)
{
	if (d->class == CLASS_DB_UNREACHABLE)
		return xstrdup("the database can be reached");
	if (d->class == CLASS_FAILED_MIGRATION)
		return xstrdup("the history has no such failed migration");
	return xprintf("%s exists", object);
}

static char *
deploy_text(const struct diagnosis *d, const char *object)
{
	(void)object; /* the deploy may be about anything */
	return xprintf("a migration is under way: %s's lock is held by %s",
		words_of(d)->name, d->lock_holder);
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

/* The sentence ends with the next step, for those who are woken by it. */
static char *
failed_text(const struct diagnosis *d, const char *object)
{
	const struct migrator_words *words = words_of(d);
	const char *name = history_failed(d->history, NULL)->name;
	(void)object; /* a failed row blocks every object */
	own(str) char *blocks =
		xprintf("migration %s failed and blocks every later deploy%s "
			"until it is resolved",
			name, words->failed_code);
	switch (diagnosis_failed_objects(d)) {
	case ANSWER_NO:
		return xprintf("%s; none of the objects that it creates "
			       "exist: once what its log says is put right, "
			       "`%s %s` lets deploys go on",
			blocks, words->resolve_rolled_back,
			is_plain_word(name) ? name : "NAME");
	case ANSWER_YES:
		return xprintf("%s; some of the objects that it creates exist: "
			       "compare them with its script before `%s`",
			blocks, words->resolve);
	default:
		return take(blocks);
	}
}

/* What the server says of a second object of a name. */
static const char *
sqlstate_of(enum made_kind kind)
{
	switch (kind) {
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

/* The first pending unit that creates what exists; census_size() if none. */
static size_t
find_blocker(const struct census *c)
{
	size_t i = 0;
	while (i < census_size(c) && !census_count(c, i)->conflicts)
		i++;
	return i;
}

/* How much of the blocker's objects exist, and whether the creator is that very
 * unit or only comes with it. */
static char *
blocker_text(const struct diagnosis *d, size_t blocker, const char *object)
{
	const struct unit *b = census_units(d->pending)[blocker].unit;
	const struct census_count *count = census_count(d->pending, blocker);
	if (b == d->creator)
		return xprintf("the pending migration %s creates %s, but %u of "
			       "the %u objects that it creates exist already",
			b->name, object, count->conflicts, count->made);
	return xprintf("the pending migration %s creates %s, but %s is pending "
		       "too, and %u of the %u objects that it creates exist "
		       "already",
		d->creator->name, object, b->name, count->conflicts,
		count->made);
}

/* Applied, it would be recorded as done, and nothing of it be true. */
static char *
hollow_text(const struct diagnosis *d, const char *object)
{
	own(str) char *table = made_text(d->hollow.table);
	return xprintf("the pending migration %s creates %s, but %s has %s IF "
		       "NOT EXISTS, which exists and has no column \"%s\": "
		       "nothing would be changed there, and recorded as done",
		d->creator->name, object, d->hollow.unit->name, table,
		d->hollow.lacks->name);
}

/* The sentence warns of the baseline that people write by hand: deploying it
 * fails, and marking it as applied hides the fault (DESIGN section 6). */
static char *
baseline_text(const struct diagnosis *d, const char *object)
{
	const struct migrator_words *words = words_of(d);
	size_t blocker = find_blocker(d->pending);
	if (blocker == census_size(d->pending) && d->hollow.lacks)
		return hollow_text(d, object);
	if (blocker == census_size(d->pending))
		return xprintf("the pending migration %s creates %s, but "
			       "schema %s has tables and no history: %s; a "
			       "baseline is needed first",
			d->creator->name, object, d->url.schema,
			words->without_history);
	own(str) char *before = blocker_text(d, blocker, object);
	const struct made *conflict =
		census_count(d->pending, blocker)->conflict;
	own(str) char *first = made_text(conflict);
	if (!d->history->exists)
		return xprintf("%s (the first is %s), and there is no history: "
			       "%s",
			before, first, words->without_history);
	return xprintf("%s: %s would fail with %s already exists (%s) and %s",
		before, words->deploy, first, sqlstate_of(conflict->kind),
		words->after_failure);
}

static size_t
count_pending(const struct diagnosis *d)
{
	return census_size(d->pending);
}

static char *
pending_text(const struct diagnosis *d, const char *object)
{
	size_t n = count_pending(d);
	if (n == 1)
		return xprintf("%s is missing because migration %s, which "
			       "creates it, was never applied here",
			object, d->creator->name);
	return xprintf("%s is missing because migration %s, which creates it, "
		       "was never applied here; %zu are pending",
		object, d->creator->name, n);
}

static char *
stray_text(const struct diagnosis *d, const char *object)
{
	return xprintf("%s is created only by %s, which lies outside any "
		       "migration folder: %s never reads it, and %s would %s",
		object, d->stray->path, words_of(d)->name, words_of(d)->deploy,
		count_pending(d) ? "not create it" : "do nothing");
}

/* Why this pending script might create the object, for all that was read of
 * it; owned, NULL if it was read whole. */
static char *
unread_part(const struct unit_script *u)
{
	if (!u->script->known)
		return xstrdup(u->unit->problem ? u->unit->problem
						: u->script->unknown);
	for (size_t i = 0; i < u->script->n; i++)
		if (u->script->statements[i].opaque)
			return xprintf("it has a statement (%s) that runs code "
				       "which no parser sees",
				u->script->statements[i].what);
	return NULL;
}

/* About the first pending script that was not read at all, or else the first
 * that was not read whole; NULL if all were. */
static char *
unread_text(const struct diagnosis *d, const char *object)
{
	const struct unit_script *list = census_units(d->pending);
	const struct unit_script *found = NULL;
	for (size_t i = 0; i < census_size(d->pending); i++) {
		own(str) char *part = unread_part(&list[i]);
		if (part && (!found || !list[i].script->known))
			found = &list[i];
		if (found && !found->script->known)
			break;
	}
	own(str) char *part = found ? unread_part(found) : NULL;
	return part ? xprintf("%s is missing, and whether the pending "
			      "migration %s creates it could not be told: %s",
			      object, found->unit->name, part)
		    : NULL;
}

static char *
unknown_text(const struct diagnosis *d, const char *object)
{
	if (d->fault == ANSWER_UNKNOWN)
		return xstrdup("it could not be measured; the findings say "
			       "why");
	if (!d->folder)
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
	char *unread = unread_text(d, object);
	if (unread)
		return unread;
	return xprintf("%s is missing, and no %s creates it", object,
		d->folder->n ? "pending migration or .sql file"
			     : ".sql file (and there is no migration in the "
			       "configured folder)");
}

/* For a statement that people copy: the parts of a name are in quotes, and a
 * quote in it is doubled. Owned. */
static char *
sql_name(const char *name)
{
	own(buf) struct buf b = { 0 };
	buf_add_str(&b, "\"");
	for (const char *c = name; *c; c++)
		buf_printf(&b, *c == '"' ? "\"%c" : "%c", *c);
	buf_add_str(&b, "\"");
	return buf_take_str(&b);
}

static char *
privilege_text(const struct diagnosis *d, const char *object)
{
	const char *table = d->object->value[OBJECT_TABLE];
	own(str) char *schema = sql_name(d->schema);
	own(str) char *name = sql_name(table);
	own(str) char *role = sql_name(d->target.user);
	own(str) char *on = d->probe.schema_usable
		? xprintf("SELECT, INSERT, UPDATE, DELETE ON %s.%s", schema,
			  name)
		: xprintf("USAGE ON SCHEMA %s", schema);
	return xprintf("%s exists, but role %s, as which the application "
		       "connects, may not use it: GRANT %s TO %s",
		object, d->target.user, on, role);
}

/* How much another application's history or tables weigh. */
static char *
database_text(const struct diagnosis *d, const char *object)
{
	const struct presence *p = &d->presence;
	const char *first = NULL;
	size_t orphans = history_orphans(d->history, d->folder, &first);
	own(str) char *whose = orphans
		? xprintf("its history has %zu migrations, and none of them is "
			  "in %s (the first is %s)",
			  orphans, d->folder->path, first)
		: xprintf("it has %zu tables that no migration of %s creates "
			  "(the first is %s)",
			  p->strangers, d->folder->path, p->first_stranger);
	return xprintf("%s is missing, and this seems to be another "
		       "application's database: %s, and of the %zu tables that "
		       "this one knows %zu are there; does the database URL "
		       "name the right database?",
		object, whose, p->tables, p->here);
}

/* A second `?` in a URL makes the rest of it a part of the schema's name. */
static char *
schema_text(const struct diagnosis *d, const char *object)
{
	const struct presence *p = &d->presence;
	if (d->probe.table_exists)
		return xprintf("%s exists, but statements that name no schema "
			       "look into \"%s\" for role %s: name the schema "
			       "in the database URL (?schema=%s), or change "
			       "the search_path of the role or database",
			object, d->target.schema, d->target.user, d->schema);
	return xprintf("%s is missing, and schema %s has %zu of the %zu tables "
		       "that the application knows, while schema %s has none: "
		       "does the database URL name the right schema?%s",
		object, p->elsewhere, p->there, p->tables, d->schema,
		strchr(d->schema, '?') ? " It has a `?` in the schema's name: "
					 "behind the first, parts are divided "
					 "by `&`"
				       : "");
}

static char *
edited_text(const struct diagnosis *d, const char *object)
{
	return xprintf("%s is missing: migration %s creates it now, but its "
		       "text was changed after it was applied, and %s runs it "
		       "no second time; the change belongs into a new "
		       "migration",
		object, d->recorded->name, words_of(d)->name);
}

static char *
older_text(const struct diagnosis *d, const char *object)
{
	own(str) char *did = d->renamed
		? xprintf("renamed it to %s", d->renamed)
		: xstrdup("dropped it");
	return xprintf("%s is missing because migration %s, which was applied "
		       "here, %s: the application that asks for it is older "
		       "than the database (was its image rolled back, or is a "
		       "deploy under way?), so deploy the newer one",
		object, d->remover->name, did);
}

static char *
recorded_text(const struct diagnosis *d, const char *object)
{
	return xprintf("%s is missing, though the history says that %s was "
		       "applied, which creates it: was it dropped, or was the "
		       "migration only marked as applied?",
		object, d->recorded->name);
}

static char *
model_text(const struct diagnosis *d, const char *object)
{
	return xprintf("%s is missing because no migration creates it, though "
		       "%s has it: %s, where the application is developed, "
		       "makes the migration; commit it and deploy",
		object, d->schema_file, words_of(d)->make);
}

/* Those that are not listed have no sentence of their own yet. */
static char *(*const texts[CAUSES])(
	const struct diagnosis *d, const char *object) = {
	[CAUSE_UNREACHABLE] = unreachable_text,
	[CAUSE_NOT_CONFIRMED] = not_confirmed_text,
	[CAUSE_DEPLOY_UNDER_WAY] = deploy_text,
	[CAUSE_FAILED_MIGRATION] = failed_text,
	[CAUSE_BASELINE_CONFLICT] = baseline_text,
	[CAUSE_PENDING_MIGRATION] = pending_text,
	[CAUSE_STRAY_SQL] = stray_text,
	[CAUSE_NO_PRIVILEGE] = privilege_text,
	[CAUSE_WRONG_DATABASE] = database_text,
	[CAUSE_WRONG_SCHEMA] = schema_text,
	[CAUSE_EDITED_MIGRATION] = edited_text,
	[CAUSE_APP_OLDER_THAN_DATABASE] = older_text,
	[CAUSE_RECORDED_BUT_ABSENT] = recorded_text,
	[CAUSE_MODEL_WITHOUT_MIGRATION] = model_text,
};

char *
cause_text(const struct diagnosis *d)
{
	own(str) char *object = diagnosis_object(d);
	own(str) char *text =
		(texts[d->cause] ? texts[d->cause] : unknown_text)(d, object);
	own(str) char *all = d->no_plan && diagnosis_remedy(d)
		? xprintf("%s; there is no plan, because %s", text, d->no_plan)
		: xstrdup(text);
	return escape_str(span_of(all), 1900, ESCAPE_LINE);
}
