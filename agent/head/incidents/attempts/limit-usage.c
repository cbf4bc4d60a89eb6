#include "config.h"
#include "head/incidents/attempts/limit-usage.h"

#include <errno.h>
#include <stdlib.h>

#include "head/policy/limits.h"
#include "head/store/store.h"

/* Promise 4: limits survive restarts, so all that they count is in the store.
 */

/* Limits hold for a database, not for an app: two apps that share one must not
 * mend it at once. */
int
limit_usage_database(const struct incidents *d, const struct app *app,
	char **ret, struct why *why)
{
	own(target) struct target t = { 0 };
	int r = store_target_get(d->store, app->name, &t, why);
	if (r == -ENOENT) {
		/* The app's database is not known yet: its attempts are counted
		 * under the app's name. */
		*ret = xprintf("app %s", app->name);
		return 0;
	}
	if (r >= 0)
		*ret = target_database(&t);
	return r;
}

/* Head asks this when it decides, and again right before it stores an intent.
 * Pause and freeze file are part of it, so that no caller can forget them. */
int
limit_usage_attempt(struct incidents *d, const struct app *app, usec now,
	struct limits_answer *ret, struct why *why)
{
	own(str) char *database = NULL;
	struct past_attempt *past = NULL;
	usec paused = 0;
	struct limits l = { .now = now, .policy = app->policy };
	int r = limit_usage_database(d, app, &database, why);
	if (r >= 0)
		r = store_past_attempts(
			d->store, database, &past, &l.n_past, why);
	if (r >= 0)
		r = store_paused(d->store, &paused, why);
	if (r >= 0) {
		l.past = past;
		l.paused = paused != 0;
		l.awaited = app->labels_awaited;
		l.frozen = limits_frozen(d->settings->freeze_file)
			? d->settings->freeze_file
			: NULL;
		*ret = limits_check(&l);
	}
	free(past);
	return r;
}

/* No app's name has a blank in it. */
char *
limit_usage_look_key(const struct incidents *d, const struct incident *i)
{
	static const char *const suffixes[RANKS] = {
		[RANK_STRANGER] = "",
		[RANK_KNOWN] = " known",
		[RANK_AWAITED] = " awaited",
	};
	return xprintf("%s%s", i->app, suffixes[incidents_rank(d, i)]);
}

int
limit_usage_look(struct incidents *d, const struct incident *i, usec now,
	struct limits_answer *ret, struct why *why)
{
	own(str) char *key = limit_usage_look_key(d, i);
	usec *starts = NULL;
	size_t n = 0;
	int r = store_looks(d->store, key,
		now > USEC_HOUR ? now - USEC_HOUR : 0, &starts, &n, why);
	if (r >= 0)
		*ret = limits_look(starts, n, now);
	free(starts);
	return r;
}
