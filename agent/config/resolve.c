#include "config.h"
#include "config/resolve.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/own.h"
#include "base/redact.h"
#include "wire/fault.h"

/* Skips the first, which is the policy of apps that name none and has no
 * section. */
static const struct policy *
find_policy(const struct settings *c, const char *name)
{
	for (size_t i = 1; i < c->n_policies; i++)
		if (strcmp(c->policies[i].name, name) == 0)
			return &c->policies[i];
	return NULL;
}

static const struct remedy *
find_remedy(const struct settings *c, const char *name)
{
	for (size_t i = 0; i < c->n_remedies; i++)
		if (strcmp(c->remedies[i].name, name) == 0)
			return &c->remedies[i];
	return NULL;
}

static const struct notify *
find_notify(const struct settings *c, const char *name)
{
	for (size_t i = 0; i < c->n_notifies; i++)
		if (strcmp(c->notifies[i].name, name) == 0)
			return &c->notifies[i];
	return NULL;
}

/* Finds the remedy of one class, and refuses what could never work at the
 * moment it is needed: a class that cannot be mended, an app without a
 * database. */
static int
resolve_remedy(const struct settings *c, struct app *a, enum fault_class class,
	struct why *why)
{
	const char *name = a->remedy_names[class];
	const char *of = class_info(class)->name;
	if (!name)
		return 0;
	own(str) char *key = xprintf("remedy.%s", of);
	unsigned line = settings_line(c, a->line, key);
	a->remedy[class] = find_remedy(c, name);
	if (!a->remedy[class]) {
		own(str) char *shown = redact_quote(name);
		return because(why, -EINVAL,
			"%s:%u: [app %s] remedy.%s: there is no section "
			"[remedy %s]",
			c->file, line, a->name, of, shown);
	}
	if (a->policy->mode == MODE_REPORT)
		return 0;
	if (!class_info(class)->mendable)
		return because(why, -EINVAL,
			"%s:%u: [app %s] remedy.%s: this class can only be "
			"reported, "
			"and policy '%s' has mode %s",
			c->file, line, a->name, of, a->policy->name,
			mode_name(a->policy->mode));
	if (!a->database_url_file || !a->migrations)
		return because(why, -EINVAL,
			"%s:%u: [app %s] remedy.%s: needs `database-url-file` "
			"and `migrations`",
			c->file, line, a->name, of);
	return 0;
}

/* Sets every pointer of the app, or says which name leads nowhere. */
static int
resolve_app(const struct settings *c, struct app *a, struct why *why)
{
	a->policy = a->policy_name ? find_policy(c, a->policy_name)
				   : &c->policies[0];
	if (!a->policy) {
		own(str) char *shown = redact_quote(a->policy_name);
		return because(why, -EINVAL,
			"%s:%u: [app %s] policy: there is no section [policy "
			"%s]",
			c->file, settings_line(c, a->line, "policy"), a->name,
			shown);
	}
	for (int k = 0; k < CLASSES; k++) {
		int r = resolve_remedy(c, a, (enum fault_class)k, why);
		if (r < 0)
			return r;
	}
	size_t n = strings_count(a->notify_names);
	a->notify = xcalloc(n, sizeof(*a->notify));
	for (size_t i = 0; i < n; i++) {
		a->notify[i] = find_notify(c, a->notify_names[i]);
		if (!a->notify[i]) {
			own(str) char *shown = redact_quote(a->notify_names[i]);
			return because(why, -EINVAL,
				"%s:%u: [app %s] notify: there is no section "
				"[notify %s]",
				c->file, settings_line(c, a->line, "notify"),
				a->name, shown);
		}
	}
	a->n_notify = n;
	return 0;
}

/* Turns names into pointers. Runs after the last section was read: sections
 * may stand in any order, and the arrays move while they grow. */
int
resolve_names(struct settings *c, struct why *why)
{
	for (size_t i = 0; i < c->n_notifies; i++)
		if (!c->notifies[i].url_file)
			return because(why, -EINVAL,
				"%s:%u: [notify %s]: `url-file` is missing",
				c->file, c->notifies[i].line,
				c->notifies[i].name);
	for (size_t i = 0; i < c->n_apps; i++) {
		int r = resolve_app(c, &c->apps[i], why);
		if (r < 0)
			return r;
	}
	return 0;
}
