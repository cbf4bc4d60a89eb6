#include "config.h"
#include "config/resolve.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/own.h"
#include "base/redact.h"
#include "wire/fault.h"

#define NAMES_SHOWN 8u

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

/* The name of the i-th section of a kind; NULL behind the last. */
typedef const char *name_of(const struct settings *c, size_t i);

static const char *
policy_name(const struct settings *c, size_t i)
{
	/* The first has no section. */
	return i + 1 < c->n_policies ? c->policies[i + 1].name : NULL;
}

static const char *
remedy_name(const struct settings *c, size_t i)
{
	return i < c->n_remedies ? c->remedies[i].name : NULL;
}

static const char *
notify_name(const struct settings *c, size_t i)
{
	return i < c->n_notifies ? c->notifies[i].name : NULL;
}

/* What there is instead of a section that is missing. A name that may be a
 * secret is only counted. */
static char *
names_there_are(const struct settings *c, const char *kind, name_of *name)
{
	struct buf names = { 0 };
	size_t shown = 0, others = 0;
	for (size_t i = 0; name(c, i); i++) {
		own(str) char *text = redact_quote(name(c, i));
		if (shown == NAMES_SHOWN || strcmp(text, name(c, i)) != 0)
			others++;
		else
			buf_printf(&names, "%s%s", shown++ ? ", " : "", text);
	}
	if (others)
		buf_printf(&names, "%s%zu other%s", shown ? " and " : "",
			others, others == 1 ? "" : "s");
	else if (!shown)
		buf_printf(&names, "no [%s NAME]", kind);
	return buf_take_str(&names);
}

/* Says that the app's key names a section that the file has not. */
static int
no_section(const struct settings *c, const struct app *a, const char *key,
	const char *kind, const char *name, struct why *why)
{
	name_of *of = strcmp(kind, "policy") == 0 ? policy_name
		: strcmp(kind, "remedy") == 0     ? remedy_name
						  : notify_name;
	own(str) char *shown = redact_quote(name);
	own(str) char *there = names_there_are(c, kind, of);
	return because(why, -EINVAL,
		"%s:%u: [app %s] %s: there is no section [%s %s]: the file has "
		"%s",
		c->file, settings_line(c, a->line, key), a->name, key, kind,
		shown, there);
}

/* Whether the key stands there, well or ill: what is wrong with it was told. */
static bool
is_written(const struct settings *c, unsigned section, const char *key)
{
	return settings_line(c, section, key) != section;
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
	if (!a->remedy[class])
		return no_section(c, a, key, "remedy", name, why);
	if (a->policy->mode == MODE_REPORT)
		return 0;
	if (!class_info(class)->mendable)
		return because(why, -EINVAL,
			"%s:%u: [app %s] remedy.%s: this class can only be "
			"reported, "
			"and policy '%s' has mode %s",
			c->file, line, a->name, of, a->policy->name,
			mode_name(a->policy->mode));
	if ((!app_has_database(a) &&
		    !is_written(c, a->line, "database-url-file") &&
		    !is_written(c, a->line, "database-url")) ||
		(!a->migrations && !is_written(c, a->line, "migrations")))
		return because(why, -EINVAL,
			"%s:%u: [app %s] remedy.%s: needs `database-url-file` "
			"and `migrations`",
			c->file, line, a->name, of);
	return 0;
}

/* What the app's keys want of Docker. */
static int
resolve_docker(const struct settings *c, struct app *a, struct why *why)
{
	const char *key = a->database_in_container ? "database-url"
		: app_migrations_are_inside(a)     ? "migrations"
						   : NULL;
	const char *socket = settings_docker_socket(c);
	/* At its default place it is used for what the app's keys ask of it;
	 * names in files are the host's unless somebody says otherwise. */
	a->docker_socket = key || c->docker_socket ? socket : NULL;
	if (a->database_in_container && a->database_url_file)
		return because(why, -EINVAL,
			"%s:%u: [app %s] database-url: `database-url-file` "
			"names a URL already: one of the two is enough",
			c->file, settings_line(c, a->line, key), a->name);
	if (key && !socket)
		return because(why, -EINVAL,
			"%s:%u: [app %s] %s: needs `docker-socket` in [agent], "
			"which is off",
			c->file, settings_line(c, a->line, key), a->name, key);
	return 0;
}

/* Sets every pointer of the app, or says which name leads nowhere. */
static int
resolve_app(const struct settings *c, struct app *a, struct why *why)
{
	a->policy = a->policy_name ? find_policy(c, a->policy_name)
				   : &c->policies[0];
	if (!a->policy)
		return no_section(
			c, a, "policy", "policy", a->policy_name, why);
	int r = resolve_docker(c, a, why);
	for (int k = 0; k < CLASSES && r == 0; k++)
		r = resolve_remedy(c, a, (enum fault_class)k, why);
	if (r < 0)
		return r;
	size_t n = strings_count(a->notify_names);
	a->notify = xcalloc(n, sizeof(*a->notify));
	for (size_t i = 0; i < n; i++) {
		a->notify[i] = find_notify(c, a->notify_names[i]);
		if (!a->notify[i])
			return no_section(c, a, "notify", "notify",
				a->notify_names[i], why);
	}
	a->n_notify = n;
	return 0;
}

/* Turns names into pointers. Runs after the last section was read: sections
 * may stand in any order, and the arrays move while they grow. */
int
resolve_names(struct settings *c, char ***mistakes)
{
	struct why why;
	int ret = 0, r;
	for (size_t i = 0; i < c->n_notifies; i++) {
		const struct notify *n = &c->notifies[i];
		if (n->url_file || is_written(c, n->line, "url-file"))
			continue;
		ret = because(&why, -EINVAL,
			"%s:%u: [notify %s]: `url-file` is missing", c->file,
			c->notifies[i].line, c->notifies[i].name);
		strings_add(mistakes, why.text);
	}
	for (size_t i = 0; i < c->n_apps; i++) {
		r = resolve_app(c, &c->apps[i], &why);
		if (r < 0)
			strings_add(mistakes, why.text);
		ret = r < 0 ? r : ret;
	}
	return ret;
}
