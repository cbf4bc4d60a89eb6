#include "config.h"
#include "hands/plan/obstacle.h"

#include <string.h>

#include "hands/diagnose/census.h"
#include "hands/migrator/history.h"
#include "hands/plan/in-script.h"
#include "hands/postgres/pooler.h"
#include "hands/sql/script.h"
#include "hands/sql/statement.h"
#include "wire/fault.h"

/* What shows that the URL to mend through leads through a pooler, or NULL. */
static const char *
sign_of_pooler(const struct diagnosis *d)
{
	if (d->migrate_url.pooled)
		return d->migrate_url.pooled;
	return d->mend.pooler == POOLER_SHARED ? pooler_seen_sharing : NULL;
}

/* The server, and the way to it. */
static char *
place_obstacle(const struct diagnosis *d)
{
	const char *pooler = sign_of_pooler(d);
	if (pooler)
		return pooler_text(
			"the database URL", pooler, d->migrator->describe.name);
	if (d->mend.problem)
		return xstrdup(d->mend.problem);
	if (d->target.read_only)
		return xstrdup("the server is a standby or read-only");
	/* A string that ends elsewhere than the guard's may hide a DROP. */
	if (d->target.backslashes || d->mend.backslashes)
		return xstrdup("standard_conforming_strings is off, so the "
			       "server does not read scripts as they were "
			       "judged");
	if (diagnosis_other_search_path(d))
		return xprintf("statements without a schema would work in "
			       "schema \"%s\", not in %s",
			d->target.schema, d->url.schema);
	return NULL;
}

/* The folder as a whole, and the files around it. */
static char *
folder_obstacle(const struct diagnosis *d)
{
	for (size_t i = 0; i < d->folder->n_notes; i++)
		if (d->folder->notes[i].obstacle)
			return xstrdup(d->folder->notes[i].obstacle);
	if (d->strays_differ)
		return xstrdup("several .sql files create it, and they differ: "
			       "which one is meant?");
	return NULL;
}

static bool
needs_create(const struct diagnosis *d, const struct made *m)
{
	bool ours = !m->schema || strcmp(m->schema, d->target.schema) == 0;
	return ours && !m->part &&
		(m->kind == MADE_RELATION || m->kind == MADE_TYPE ||
			m->kind == MADE_FUNCTION);
}

/* Whether the unit makes what needs the privilege to create in our schema. */
static bool
makes_something(const struct diagnosis *d, size_t unit)
{
	const struct script *s = census_units(d->run)[unit].script;
	for (size_t i = 0; i < s->n; i++)
		for (size_t k = 0; k < s->statements[i].n_makes; k++)
			if (!census_exists(d->run, unit, i, k) &&
				needs_create(d, &s->statements[i].makes[k]))
				return true;
	return false;
}

/* A later grammar has statements that the parser does not know. */
static bool
is_newer_than_parser(const struct diagnosis *d)
{
	return d->target.version / 10000 > script_parser_version();
}

static char *
name_obstacle(const struct diagnosis *d, const struct unit_script *run)
{
	const struct unit *u = run->unit;
	const struct script *script = run->script;
	const struct migrator_words *words = &d->migrator->describe;
	if (u->problem)
		return xprintf("migration %s cannot be read, and %s would stop "
			       "there too%s: %s",
			u->name, words->name, words->unreadable_code,
			u->problem);
	if (script->refused && !is_newer_than_parser(d))
		return xprintf("migration %s would fail, and %s would stop "
			       "there too: %s",
			u->name, words->name, script->unknown);
	if (!d->migrator->can_record(u->name))
		return xprintf("the name of %.100s... is no name that %s can "
			       "record",
			u->name, words->name);
	return NULL;
}

static char *
unit_obstacle(const struct diagnosis *d, size_t i)
{
	const struct unit *u = census_units(d->run)[i].unit;
	const struct made *conflict = census_count(d->run, i)->conflict;
	char *no = name_obstacle(d, &census_units(d->run)[i]);
	if (no)
		return no;
	if (conflict) {
		own(str) char *what = made_text(conflict);
		return xprintf("%s creates %s, which exists already",
			u == &d->new_unit ? d->stray->path : u->name, what);
	}
	/* The copy would not show it: there the role owns everything. */
	if (d->mend.role && !d->mend.may_create && makes_something(d, i))
		return xprintf("role %s may not create anything in schema %s: "
			       "GRANT CREATE ON SCHEMA \"%s\" TO \"%s\", or "
			       "give an URL that may as `migrate-url-file`",
			d->mend.role, d->target.schema, d->target.schema,
			d->mend.role);
	return NULL;
}

char *
obstacle_find(const struct diagnosis *d)
{
	if (!diagnosis_remedy(d))
		return xprintf("no remedy is configured for %s",
			class_info(d->class)->name);
	char *no = place_obstacle(d);
	if (!no)
		no = folder_obstacle(d);
	for (size_t i = 0; i < census_size(d->run) && !no; i++)
		no = unit_obstacle(d, i);
	return no;
}

/* Doubts about the records of the folder's units. */
static const char *
record_doubt(const struct diagnosis *d)
{
	const char *first = NULL;
	bool retried = false;
	if (history_orphans(d->history, d->folder, &first))
		return "the history has migrations that the folder lacks: is "
		       "it the right folder?";
	for (size_t i = 0; i < d->folder->n; i++) {
		if (d->records[i].edited)
			return "an applied migration was edited since";
		retried |=
			diagnosis_is_pending(d, i) && d->records[i].rolled_back;
	}
	return retried ? "a pending migration was tried before and rolled back"
		       : NULL;
}

/* Whether the run makes tables, and leaves it to others who may use them. */
static bool
makes_ungranted_tables(const struct diagnosis *d)
{
	bool makes = false;
	for (size_t i = 0; i < census_size(d->run); i++) {
		const struct script *s = census_units(d->run)[i].script;
		for (size_t k = 0; k < s->n; k++) {
			if (span_starts(span_of(s->statements[k].what),
				    SPAN("GRANT")))
				return false;
			makes |=
				s->statements[k].kind == STATEMENT_CREATE_TABLE;
		}
	}
	return makes;
}

/* The application would fail as before, with another error. */
static char *
access_doubt(const struct diagnosis *d)
{
	if (!d->mend.shuts_out || !makes_ungranted_tables(d))
		return NULL;
	return xprintf("role %s, as which the application connects, may not "
		       "use the tables that role %s makes: GRANT SELECT, "
		       "INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA \"%s\" "
		       "TO \"%s\" afterwards, or ALTER DEFAULT PRIVILEGES "
		       "before",
		d->target.user, d->mend.role, d->url.schema, d->target.user);
}

char *
obstacle_doubt(const struct diagnosis *d)
{
	const char *name = d->migrator->describe.name;
	if (!d->history->exists)
		return xstrdup("the database has no history of migrations: is "
			       "it the right one?");
	const char *doubt = record_doubt(d);
	if (doubt)
		return xstrdup(doubt);
	if (d->presence.absent > 1)
		return xprintf("%zu tables are gone that the history says "
			       "exist (the first is %s): was the database "
			       "emptied, or restored in part?",
			d->presence.absent, d->presence.first_absent);
	if (d->hollow.table) {
		own(str) char *table = made_text(d->hollow.table);
		return xprintf("%s creates %s IF NOT EXISTS, which exists: "
			       "nothing is changed there, and whether it is "
			       "the same is not known",
			d->hollow.unit->name, table);
	}
	char *access = access_doubt(d);
	if (access)
		return access;
	/* The new unit is left out: its name is chosen to be the last. */
	if (d->migrator->order_differs(
		    census_units(d->pending), census_size(d->pending)))
		return xprintf("%s's versions differ in the order of the "
			       "pending migrations",
			name);
	if (d->mend.pooler != POOLER_NONE)
		return xprintf("a pooler or a proxy stands before the server, "
			       "and whether it keeps %s's lock could not be "
			       "told",
			name);
	return d->atomic || in_script_runs_apart(d->run)
		? NULL
		: xstrdup("it cannot run in one transaction");
}
