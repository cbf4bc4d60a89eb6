#include "config.h"
#include "hands/plan/plan.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/escape.h"
#include "hands/diagnose/census.h"
#include "hands/diagnose/findings.h"
#include "hands/plan/guard.h"
#include "hands/plan/privileges.h"
#include "hands/prisma/history.h"
#include "hands/prisma/migrations.h"
#include "hands/sql/script.h"
#include "wire/fault.h"
#include "wire/finding.h"
#include "wire/plan.h"

#define NAME_LONGEST 200u /* Prisma's own column holds 255 */
#define STATEMENT_SHOWN 900u
#define REASON_LONGEST 900u

/* The second after a 14-digit UTC time; false if it is none. */
static bool
next_second(const char *name, char to[15])
{
	struct tm tm = { 0 };
	char digits[15], again[15];
	snprintf(digits, sizeof(digits), "%.14s", name);
	const char *end = strptime(digits, "%Y%m%d%H%M%S", &tm);
	if (!end || *end)
		return false;
	time_t t = timegm(&tm);
	strftime(again, sizeof(again), "%Y%m%d%H%M%S", &tm);
	if (strcmp(again, digits) != 0)
		return false;
	t++;
	gmtime_r(&t, &tm);
	return strftime(to, 15, "%Y%m%d%H%M%S", &tm) == 14;
}

static char *
clean_stem(const char *stem)
{
	own(buf) struct buf b = { 0 };
	for (const char *p = stem; *p && b.len < NAME_LONGEST; p++) {
		bool fine = (*p >= 'a' && *p <= 'z') ||
			(*p >= 'A' && *p <= 'Z') || (*p >= '0' && *p <= '9') ||
			*p == '_' || *p == '-' || *p == '.';
		buf_add_char(&b, fine ? *p : '_');
	}
	return b.len ? buf_take_str(&b) : xstrdup("stray");
}

/* Whether another folder or a row has this name. */
static bool
is_taken(const struct diagnosis *d, const char *name)
{
	if (migrations_find(d->migrations, name))
		return true;
	for (size_t i = 0; i < d->history->n; i++)
		if (strcmp(d->history->rows[i].name, name) == 0)
			return true;
	return false;
}

static void
name_proposal(struct diagnosis *d)
{
	char prefix[15] = "";
	const char *newest = history_newest(d->history);
	if (newest && next_second(newest, prefix)) {
		d->proposal_note = xprintf(
			"one second after the last applied, %s", newest);
	} else {
		/* The same tomorrow as today, or no approval would hold. */
		struct tm tm;
		gmtime_r(&d->stray->modified, &tm);
		strftime(prefix, sizeof(prefix), "%Y%m%d%H%M%S", &tm);
		d->proposal_note =
			xstrdup("no applied migration's name begins with a "
				"time, so it has the file's own");
	}
	own(str) char *stem = clean_stem(d->stray->stem);
	char *name = xprintf("%s_%s", prefix, stem);
	while (is_taken(d, name) && next_second(name, prefix)) {
		free(name);
		name = xprintf("%s_%s", prefix, stem);
	}
	d->proposal.name = name;
}

static void
add_run(struct diagnosis *d, struct migration *m)
{
	d->run = xrealloc(d->run, d->n_run + 1, sizeof(struct migration *));
	d->run[d->n_run++] = m;
}

static int
choose(struct diagnosis *d, struct session *s, struct why *why)
{
	for (size_t i = 0; i < d->migrations->n; i++)
		if (d->migrations->list[i].state == MIGRATION_PENDING)
			add_run(d, &d->migrations->list[i]);
	if (d->cause != CAUSE_STRAY_SQL)
		return 0;
	name_proposal(d);
	buf_add_span(&d->proposal.text, buf_span(&d->stray->text));
	buf_str(&d->proposal.text);
	memcpy(d->proposal.checksum, d->stray->checksum, SHA256_HEX);
	/* The stray's own statements move: it is not asked again. */
	d->proposal.script = d->stray->script;
	d->stray->script = (struct script){ 0 };
	add_run(d, &d->proposal);
	/* All again, in the order of the run. */
	return census_take(s, d->url.schema, d->run, d->n_run, why);
}

/* Whether it makes what needs the privilege to create in our schema. */
static bool
makes_something(const struct diagnosis *d, const struct script *s)
{
	for (size_t i = 0; i < s->n; i++)
		for (size_t k = 0; k < s->statements[i].n_makes; k++) {
			const struct made *m = &s->statements[i].makes[k];
			bool ours = !m->schema ||
				strcmp(m->schema, d->target.schema) == 0;
			if (ours && !m->part && !m->exists &&
				(m->kind == MADE_RELATION ||
					m->kind == MADE_TYPE ||
					m->kind == MADE_FUNCTION))
				return true;
		}
	return false;
}

/* Why nothing may be planned, whatever the statements are; or NULL. Owned. */
static char *
obstacle(const struct diagnosis *d)
{
	if (!diagnosis_remedy(d))
		return xprintf("no remedy is configured for %s",
			class_info(d->class)->name);
	if (d->migrate_url.pooled)
		return xprintf("the database URL leads through a pooler (%s), "
			       "which loses Prisma's lock and search_path: "
			       "give the direct one as `migrate-url-file`",
			d->migrate_url.pooled);
	if (d->mend_problem)
		return xstrdup(d->mend_problem);
	if (d->target.read_only)
		return xstrdup("the server is a standby or read-only");
	/* A string that ends elsewhere than the guard's may hide a DROP. */
	if (d->target.backslashes)
		return xstrdup("standard_conforming_strings is off, so the "
			       "server does not read scripts as they were "
			       "judged");
	if (strcmp(d->target.schema, d->url.schema) != 0)
		return xprintf("statements without a schema would work in "
			       "schema \"%s\", not in %s",
			d->target.schema, d->url.schema);
	const char *provider = d->migrations->provider;
	if (provider && strcmp(provider, "postgresql") != 0)
		return xstrdup("migration_lock.toml is another database's");
	if (d->strays_differ)
		return xstrdup("several .sql files create it, and they differ: "
			       "which one is meant?");
	for (size_t i = 0; i < d->n_run; i++) {
		const struct migration *m = d->run[i];
		if (m->problem)
			return xprintf(
				"migration %s cannot be read, and Prisma "
				"would stop there too (P3015): %s",
				m->name, m->problem);
		if (strlen(m->name) > 255 || !utf8_valid(span_of(m->name)))
			return xprintf("the name of %.100s... is no name that "
				       "Prisma can record",
				m->name);
		if (m->conflicts)
			return xprintf("%s creates %s, which exists already",
				m == &d->proposal ? d->stray->path : m->name,
				m->conflict);
		/* The copy would not show it: there the role owns all. */
		if (d->powerless_role && makes_something(d, &m->script))
			return xprintf(
				"role %s may not create anything in schema %s: "
				"GRANT CREATE ON SCHEMA \"%s\" TO \"%s\", or "
				"give an URL that may as `migrate-url-file`",
				d->powerless_role, d->target.schema,
				d->target.schema, d->powerless_role);
	}
	return NULL;
}

/* Doubts about the history, which no statement shows. */
static const char *
doubt(const struct diagnosis *d)
{
	const char *first = NULL;
	if (!d->history->exists)
		return "the database has no history of migrations: is it the "
		       "right one?";
	if (history_orphans(d->history, d->migrations, &first))
		return "the history has migrations that the folder lacks: is "
		       "it the right folder?";
	for (size_t i = 0; i < d->migrations->n; i++)
		if (d->migrations->list[i].edited)
			return "an applied migration was edited since";
	for (size_t i = 0; i < d->n_run; i++)
		if (d->run[i]->rolled_back)
			return "a pending migration was tried before and "
			       "rolled back";
	if (migrations_order_differs(d->migrations))
		return "Prisma's versions differ in the order of the pending "
		       "migrations";
	if (d->proxied)
		return "a pooler or a proxy stands before the server, and "
		       "whether it keeps Prisma's lock could not be told";
	if (!d->atomic)
		return "it cannot run in one transaction";
	return NULL;
}

static void
judge(struct diagnosis *d)
{
	own(str) char *reason = NULL;
	d->plan.verdict = guard_judge(d->run, d->n_run, d->url.schema, &reason);
	d->atomic = true;
	for (size_t i = 0; i < d->n_run; i++)
		d->atomic &= script_is_atomic(&d->run[i]->script);
	const char *why = doubt(d);
	if (d->plan.verdict == VERDICT_AUTO && why) {
		d->plan.verdict = VERDICT_ASK;
		d->plan.reason = xstrdup(why);
		return;
	}
	d->plan.reason =
		escape_str(span_of(reason), REASON_LONGEST, ESCAPE_LINE);
}

static void
show_statements(struct diagnosis *d, const struct migration *m)
{
	struct span text = buf_span(&m->text);
	if (!m->script.known) {
		own(str) char *all =
			escape_str(text, STATEMENT_SHOWN, ESCAPE_LINES);
		plan_step(&d->plan, "%s", all);
	}
	for (size_t i = 0; i < m->script.n; i++) {
		own(str) char *sql =
			escape_str(script_text(text, &m->script.statements[i]),
				STATEMENT_SHOWN, ESCAPE_LINES);
		plan_step(&d->plan, "%s", sql);
	}
}

static void
show_proposal(struct diagnosis *d)
{
	own(str) char *from =
		escape_str(span_of(d->stray->path), 300, ESCAPE_LINE);
	own(str) char *note =
		escape_str(span_of(d->proposal_note), 300, ESCAPE_LINE);
	if (d->app->proposals) {
		own(str) char *folder = escape_str(
			span_of(d->app->proposals), 300, ESCAPE_LINE);
		plan_step(&d->plan,
			"create the migration folder %s/%s with the bytes of "
			"%s (its name: %s)",
			folder, d->proposal.name, from, note);
		return;
	}
	plan_step(&d->plan,
		"by hand, because `proposals` is not set: create the folder %s "
		"in %s, copy %s into it as migration.sql, and run `prisma "
		"migrate deploy` (its name: %s)",
		d->proposal.name, d->app->migrations, from, note);
}

static void
show(struct diagnosis *d)
{
	if (d->makes_history)
		plan_step(&d->plan, "create the table _prisma_migrations");
	if (d->proposal.name)
		show_proposal(d);
	for (size_t i = 0; i < d->n_run; i++) {
		own(str) char *name =
			escape_str(span_of(d->run[i]->name), 200, ESCAPE_LINE);
		plan_step(&d->plan,
			"apply migration %s and record it as Prisma does%s:",
			name, d->atomic ? ", all in one transaction" : "");
		show_statements(d, d->run[i]);
	}
}

static void
hash_number(struct sha256 *h, uint64_t n)
{
	char text[24];
	snprintf(text, sizeof(text), "%llu", (unsigned long long)n);
	sha256_field(h, span_of(text));
}

static void
hash_url(struct sha256 *h, const struct url *u)
{
	const char *const fields[] = { u->host, u->port, u->database, u->schema,
		u->user ? u->user : "" };
	for (size_t i = 0; i < ELEMENTS(fields); i++)
		sha256_field(h, span_of(fields[i]));
}

static void
hash(struct diagnosis *d)
{
	struct sha256 *h = sha256_new();
	const struct remedy *remedy = diagnosis_remedy(d);
	sha256_field(h, SPAN("logmend plan 1"));
	sha256_field(h, span_of(d->app->name));
	sha256_field(h, span_of(class_info(d->class)->name));
	own(str) char *object = diagnosis_object(d);
	sha256_field(h, span_of(object));
	sha256_field(h, span_of(cause_name(d->cause)));
	hash_url(h, &d->url);
	hash_url(h, &d->migrate_url);
	sha256_field(h, span_of(d->target.system));
	sha256_field(h, span_of(d->target.database));
	sha256_field(h, span_of(remedy->name));
	hash_number(h, remedy->lock_timeout);
	hash_number(h, remedy->statement_timeout);
	hash_number(h, remedy->deadline);
	hash_number(h, remedy->rehearse);
	sha256_field(h, span_of(d->app->proposals ? d->app->proposals : ""));
	sha256_field(h, span_of(d->proposal.name ? d->proposal.name : ""));
	sha256_field(h, span_of(d->stray ? d->stray->path : ""));
	hash_number(h, d->plan.verdict);
	sha256_field(h, span_of(d->plan.reason));
	hash_number(h, d->makes_history);
	hash_number(h, d->atomic);
	hash_number(h, d->n_run);
	for (size_t i = 0; i < d->n_run; i++) {
		sha256_field(h, span_of(d->run[i]->name));
		sha256_field(h, span_of(d->run[i]->checksum));
		sha256_field(h, buf_span(&d->run[i]->text));
	}
	sha256_end(h, d->plan.hash);
}

int
plan_make(struct diagnosis *d, struct session *s, struct why *why)
{
	if (d->cause != CAUSE_PENDING_MIGRATION && d->cause != CAUSE_STRAY_SQL)
		return 0;
	int r = choose(d, s, why);
	if (r < 0)
		return r;
	own(str) char *no = obstacle(d);
	if (!no && d->mend_role)
		r = privileges_missing(s, d->mend_role, d->url.schema, d->run,
			d->n_run, &no, why);
	if (r < 0)
		return r;
	if (no) {
		findings_add(&d->findings, "plan", ANSWER_NO, "%s", no);
		return 0;
	}
	d->makes_history = !d->history->exists;
	d->plan.remedy = xstrdup(diagnosis_remedy(d)->name);
	d->plan.writable = !d->proposal.name || d->app->proposals;
	judge(d);
	show(d);
	hash(d);
	d->planned = true;
	return 0;
}
