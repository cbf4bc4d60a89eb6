#include "config.h"
#include "head/notices/way-to-ask.h"

#include "config/labels.h"
#include "wire/finding.h"

/* Whether mode ask alone is missing: what stands against the plan even then, in
 * the order of head/policy/policy.c. */
static bool
mode_is_all(const struct app *app, const struct incident *i)
{
	enum most most = cause_most(i->cause);
	return (most == MOST_ASK || most == MOST_ACT) &&
		app->policy->mode == MODE_REPORT &&
		i->action == ACTION_REPORT && i->state == STATE_REPORTED &&
		i->plan.remedy && app->remedy[i->class] &&
		i->plan.verdict != VERDICT_NEVER && i->plan.writable &&
		!i->breaker && !i->roll_up;
}

/* What the file has to say for mode ask; NULL: it says so. Owned. */
static char *
in_file(const struct settings *s, const struct app *app)
{
	const struct policy *p =
		app->labels ? app->labels->file_policy : app->policy;
	if (p->mode != MODE_REPORT)
		return NULL;
	if (!p->line)
		return xprintf("set `policy = careful` in [app %s] of %s, add "
			       "a section [policy careful] with `mode = ask`, "
			       "then `sudo logmend reload`",
			app->name, s->file);
	return xprintf("set `mode = ask` in [policy %s] of %s, which holds for "
		       "each app with this policy, then `sudo logmend reload`",
		p->name, s->file);
}

char *
way_to_ask(const struct settings *settings, const struct app *app,
	const struct incident *i)
{
	if (!mode_is_all(app, i))
		return NULL;
	own(str) char *file = in_file(settings, app);
	const char *by = app->labels ? app->labels->mode_by : NULL;
	return xprintf("To be asked about this plan: %s%s%s%s.",
		file ? file : "", file && by ? "; and " : "",
		by ? "take away what lowers the mode: " : "", by ? by : "");
}
