#include "config.h"
#include "hands/diagnose/mend-target.h"

#include "hands/diagnose/findings.h"
#include "hands/postgres/pooler.h"
#include "hands/postgres/server-identity.h"
#include "hands/postgres/session.h"

/* A URL need not say that it leads through a pooler. */
static void
find_pooler(
	struct diagnosis *d, struct session *s, const struct session_how *with)
{
	enum pooler between = POOLER_PROXY;
	/* Where the question fails, so does what comes next. */
	(void)pooler_find(s, &d->migrate_url, with, &between, NULL);
	d->proxied = between != POOLER_NONE;
	if (between == POOLER_SHARED)
		d->migrate_url.pooled = xstrdup(
			"its server process was given to another connection");
	if (d->proxied)
		findings_add(&d->findings, "direct-connection", ANSWER_NO,
			"something stands between logmend and the server%s",
			between == POOLER_SHARED
				? ", and gives connections away between "
				  "transactions"
				: ": a pooler or a proxy");
}

/* The URL to mend through must lead to the very database that was looked at. */
void
mend_target_find(struct diagnosis *d, struct session *look,
	const struct session_how *with)
{
	own(session) struct session *s = NULL;
	own(server_identity) struct server_identity there = { 0 };
	struct why why;
	bool planned = d->cause == CAUSE_PENDING_MIGRATION ||
		d->cause == CAUSE_STRAY_SQL;
	if (!planned || d->migrate_url.pooled)
		return;
	if (!d->app->migrate_url_file) {
		find_pooler(d, look, with);
		d->mend_role = xstrdup(d->target.user);
		if (!d->target.may_create)
			d->powerless_role = xstrdup(d->target.user);
		return;
	}
	int r = session_open(&d->migrate_url, with, &s, &why);
	if (r == 0)
		r = server_identity_read(s,
			d->migrate_url.schema_given ? d->migrate_url.schema
						    : NULL,
			&there, &why);
	if (r < 0) {
		d->mend_problem = xprintf("`migrate-url-file`: %s", why.text);
		return;
	}
	find_pooler(d, s, with);
	d->mend_role = xstrdup(there.user);
	d->target.backslashes |= there.backslashes;
	if (!server_identity_same(&there, &d->target))
		d->mend_problem = xstrdup(
			"`migrate-url-file` leads to another "
			"database or schema than the application's URL");
	else if (!there.may_create)
		d->powerless_role = xstrdup(there.user);
}
