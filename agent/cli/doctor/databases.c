#include "config.h"
#include "cli/doctor/examine.h"

#include <string.h>

#include "cli/local/installed-unit.h"
#include "cli/roles/hands-client.h"
#include "cli/output/advice.h"
#include "config/labels.h"
#include "config/settings.h"
#include "hands/hands.h"
#include "wire/fault.h"
#include "wire/job.h"
#include "wire/report.h"

#define LOOK_TIME USEC_MINUTE

/* Findings that somebody has to do something about, whatever the fault is. */
static bool
is_trouble(const struct finding *f)
{
	static const char *const names[] = { "folder-readable",
		"history-readable", "script-readable", "provider",
		"migrate-url" };
	for (size_t i = 0; i < ELEMENTS(names); i++)
		if (f->answer != ANSWER_YES && strcmp(f->name, names[i]) == 0)
			return true;
	return false;
}

static bool
mends(const struct app *a, const struct remedy *r)
{
	for (int k = 0; k < CLASSES; k++)
		if (a->remedy[k] && (!r || a->remedy[k] == r))
			return true;
	return false;
}

/* In mode report nothing is rehearsed, but a person will change that. */
static void
examine_rehearsal(struct doctor *d, const struct app *a, const char *about,
	const struct remedy *r, const struct result *looked)
{
	struct why why;
	enum advice_kind kind =
		a->policy->mode == MODE_REPORT ? ADVICE_NOTE : ADVICE_TO_DO;
	if (r->rehearse == REHEARSE_OFF)
		return;
	if (r->rehearse == REHEARSE_SAME_SERVER && !looked->may_copy)
		advice_add(&d->advices, kind, about,
			"its role may not create databases, so no plan can be "
			"rehearsed: as its superuser, ALTER ROLE ... CREATEDB");
	if (hands_check_rehearsal(a, r, looked->server, &why) >= 0)
		return;
	advice_add(&d->advices, kind, about, "%s", why.text);
	advice_command(&d->advices, "sudo apt install postgresql-client-%u",
		looked->server / 10000);
}

/* The database is reached from inside a network of Docker's: the commands that
 * a person gives may enter it, and the service may not yet. */
static void
examine_reach(struct doctor *d, const char *about, const struct report *r)
{
	for (size_t i = 0; i < r->n_findings; i++) {
		if (strcmp(r->findings[i].name, "from-inside") != 0 ||
			installed_unit_enters(&d->hands))
			continue;
		advice_add(&d->advices, ADVICE_TO_DO, about,
			"%s; the service may not enter a network, this lets it",
			r->findings[i].text);
		advice_command(&d->advices, "%s", INSTALLED_UNIT_LETS_ENTER);
		advice_command(&d->advices, "sudo systemctl daemon-reload");
	}
}

static void
tell_fine(struct doctor *d, const char *about, const struct app *a,
	const struct result *looked)
{
	own(str) char *way = hands_check_way(a);
	advice_add(&d->advices, ADVICE_FINE, about,
		"PostgreSQL %u on %s:%s, database %s%s%s",
		looked->server / 10000, looked->host ? looked->host : "?",
		looked->port ? looked->port : "?",
		looked->database ? looked->database : "?",
		way ? ", reached " : "", way ? way : "");
}

static void
tell_result(struct doctor *d, const char *about, const struct app *a,
	const struct report *r)
{
	const struct result *looked = &r->result;
	const char *text = looked->text ? looked->text : "";
	size_t before = d->advices.n;
	if (looked->outcome != OUTCOME_DONE)
		advice_add(&d->advices, ADVICE_UNKNOWN, about, "%s", text);
	else if (looked->cause == CAUSE_UNREACHABLE)
		advice_add(&d->advices, ADVICE_TO_DO, about, "%s", text);
	else if (looked->cause == CAUSE_FAILED_MIGRATION)
		advice_add(&d->advices, ADVICE_TO_DO, about, "%s", text);
	else if (looked->cause == CAUSE_DEPLOY_UNDER_WAY)
		advice_add(&d->advices, ADVICE_NOTE, about, "%s", text);
	for (size_t i = 0; i < r->n_findings; i++)
		if (is_trouble(&r->findings[i]))
			advice_add(&d->advices, ADVICE_TO_DO, about, "%s",
				r->findings[i].text);
	examine_reach(d, about, r);
	if (d->advices.n == before)
		tell_fine(d, about, a, looked);
}

static void
examine_database(struct doctor *d, const struct app *a)
{
	own(str) char *about = xprintf("database of %s", a->name);
	own(report) struct report r = { 0 };
	own(job) struct job j = {
		.kind = JOB_LOOK,
		.app = xstrdup(a->name),
		.migrations = xstrdup(labels_migrations(a)),
		.class = CLASS_FAILED_MIGRATION,
		.time = LOOK_TIME,
	};
	struct why why;
	/* `database-url` may say that it is taken from elsewhere. */
	bool named = a->database_url_file ||
		settings_line(d->settings, a->line, "database-url") != a->line;
	if (!named) {
		advice_add(&d->advices,
			mends(a, NULL) ? ADVICE_TO_DO : ADVICE_NOTE, about,
			"none is configured (`database-url-file`), so faults "
			"are told without their cause");
		return;
	}
	if (hands_client_ask(d->in->config, &j, &r, &why) < 0) {
		advice_add(&d->advices, ADVICE_UNKNOWN, about, "%s", why.text);
		return;
	}
	tell_result(d, about, a, &r);
	const struct settings *s = d->settings;
	for (size_t i = 0; r.result.server && i < s->n_remedies; i++)
		if (mends(a, &s->remedies[i]))
			examine_rehearsal(
				d, a, about, &s->remedies[i], &r.result);
}

void
examine_databases(struct doctor *d)
{
	for (size_t i = 0; i < d->settings->n_apps; i++)
		examine_database(d, &d->settings->apps[i]);
}
