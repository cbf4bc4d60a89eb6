#include "config.h"
#include "config/settings.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/escape.h"
#include "config/ini.h"
#include "config/options.h"

static const size_t sizes[SECTIONS] = {
	[SECTION_APP] = sizeof(struct app),
	[SECTION_POLICY] = sizeof(struct policy),
	[SECTION_REMEDY] = sizeof(struct remedy),
	[SECTION_NOTIFY] = sizeof(struct notify),
};

/* A further element of the section's array, zeroed, with its defaults. */
static void *
add_element(struct settings *c, enum section_kind s, const char *name,
	unsigned line)
{
	struct list {
		void **array;
		size_t *count;
	} lists[SECTIONS] = {
		[SECTION_APP] = { (void **)&c->apps, &c->n_apps },
		[SECTION_POLICY] = { (void **)&c->policies, &c->n_policies },
		[SECTION_REMEDY] = { (void **)&c->remedies, &c->n_remedies },
		[SECTION_NOTIFY] = { (void **)&c->notifies, &c->n_notifies },
	};
	struct list *l = &lists[s];
	*l->array = xrealloc(*l->array, *l->count + 1, sizes[s]);
	char *element = (char *)*l->array + (*l->count)++ * sizes[s];
	memset(element, 0, sizes[s]);
	/* Each of these structs begins with its name and line. */
	struct policy *head = (struct policy *)element;
	head->name = xstrdup(name);
	head->line = line;
	options_set_defaults(s, element);
	return element;
}

_Static_assert(offsetof(struct app, line) == offsetof(struct policy, line) &&
		offsetof(struct remedy, line) ==
			offsetof(struct policy, line) &&
		offsetof(struct notify, line) == offsetof(struct policy, line),
	"sections begin alike");

/* A program that was not installed where it was configured for has its rules
 * beside it: below its prefix, or in the source tree that it was built in. */
static void
find_rules(struct settings *c)
{
	static const char *const beside[] = { "share/logmend/rules", "rules" };
	char exe[PATH_MAX];
	if (access(RULES_DIR, F_OK) == 0)
		return;
	ssize_t len = readlink("/proc/self/exe", exe, sizeof(exe));
	const char *slash = len > 0 ? memrchr(exe, '/', (size_t)len) : NULL;
	for (size_t i = 0; slash && i < ELEMENTS(beside); i++) {
		own(str) char *path = xprintf(
			"%.*s/../%s", (int)(slash - exe), exe, beside[i]);
		char *real = realpath(path, NULL);
		if (!real)
			continue;
		free(c->rules[0]); /* RULES_DIR */
		c->rules[0] = real;
		return;
	}
}

struct settings *
settings_default(void)
{
	struct settings *c = xcalloc(1, sizeof(*c));
	options_set_defaults(SECTION_AGENT, c);
	find_rules(c);
	add_element(c, SECTION_POLICY, "(default)", 0);
	return c;
}

static bool
is_name(struct span s)
{
	if (!s.len || s.len > 128)
		return false;
	for (size_t i = 0; i < s.len; i++) {
		char ch = s.data[i];
		bool fine = (ch >= 'a' && ch <= 'z') ||
			(ch >= 'A' && ch <= 'Z') || (ch >= '0' && ch <= '9') ||
			ch == '.' || ch == '_' || ch == '-';
		if (!fine)
			return false;
	}
	return true;
}

/* remedy.CLASS; 1 if the key was one of these. */
static int
read_class_remedy(struct app *app, const struct ini_entry *e, struct why *why)
{
	if (strncmp(e->key, "remedy.", 7) != 0)
		return 0;
	int c = class_by_name(span_of(e->key + 7));
	if (c < 0)
		return because(
			why, -EINVAL, "there is no class '%s'", e->key + 7);
	if (!*e->value)
		return because(why, -EINVAL, "is empty");
	app->remedy_names[c] = xstrdup(e->value);
	return 1;
}

static int
read_entry(enum section_kind s, void *to, const struct ini_entry *e,
	struct why *why)
{
	if (s == SECTION_APP) {
		int r = read_class_remedy(to, e, why);
		if (r != 0)
			return r < 0 ? r : 0;
	}
	const struct option *o = option_find(s, e->key);
	if (!o)
		return because(
			why, -EINVAL, "is no key of [%s]", section_name(s));
	if (!o->read)
		return because(why, -EOPNOTSUPP, "is not built yet");
	return o->read(e->value, (char *)to + o->field, why);
}

static int
read_section(struct settings *c, const struct ini *conf,
	const struct ini_section *sec, struct why *why)
{
	struct span rest = span_of(sec->name), kind;
	span_cut(&rest, ' ', &kind);
	int s = section_by_name(kind);
	if (s < 0)
		return because(why, -EINVAL,
			"%s:%u: [%s]: there are sections agent, app NAME, "
			"policy NAME, "
			"remedy NAME and notify NAME",
			conf->file, sec->line, sec->name);
	bool named = rest.data != NULL;
	if (named != (s != SECTION_AGENT) || (named && !is_name(rest)))
		return because(why, -EINVAL,
			s == SECTION_AGENT
				? "%s:%u: [%s]: the section agent has no name"
				: "%s:%u: [%s]: a name of letters, digits, . _ "
				  "and - is missing",
			conf->file, sec->line, sec->name);
	own(str) char *name = named ? xstrndup(rest.data, rest.len) : NULL;
	void *to = s == SECTION_AGENT
		? (void *)c
		: add_element(c, (enum section_kind)s, name, sec->line);
	for (size_t i = 0; i < sec->n_entries; i++) {
		struct why what;
		int r = read_entry(
			(enum section_kind)s, to, &sec->entries[i], &what);
		if (r < 0) {
			own(str) char *shown = escape_str(
				span_of(what.text), 600, ESCAPE_LINE);
			return because(why, r, "%s:%u: %s: %s", conf->file,
				sec->entries[i].line, sec->entries[i].key,
				shown);
		}
	}
	return 0;
}

unsigned
settings_line(const struct settings *c, unsigned section, const char *key)
{
	for (size_t i = 0; c->conf && i < c->conf->n_sections; i++) {
		const struct ini_section *s = &c->conf->sections[i];
		const struct ini_entry *e = ini_find(s, key);
		if (s->line == section && e)
			return e->line;
	}
	return section;
}

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
		return because(why, -EINVAL,
			"%s:%u: [app %s] remedy.%s: there is no section "
			"[remedy %s]",
			c->file, line, a->name, of, name);
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

static int
resolve_app(const struct settings *c, struct app *a, struct why *why)
{
	a->policy = a->policy_name ? find_policy(c, a->policy_name)
				   : &c->policies[0];
	if (!a->policy)
		return because(why, -EINVAL,
			"%s:%u: [app %s] policy: there is no section [policy "
			"%s]",
			c->file, settings_line(c, a->line, "policy"), a->name,
			a->policy_name);
	for (int k = 0; k < CLASSES; k++) {
		int r = resolve_remedy(c, a, (enum fault_class)k, why);
		if (r < 0)
			return r;
	}
	size_t n = strings_count(a->notify_names);
	a->notify = xcalloc(n, sizeof(*a->notify));
	for (size_t i = 0; i < n; i++) {
		a->notify[i] = find_notify(c, a->notify_names[i]);
		if (!a->notify[i])
			return because(why, -EINVAL,
				"%s:%u: [app %s] notify: there is no section "
				"[notify %s]",
				c->file, settings_line(c, a->line, "notify"),
				a->name, a->notify_names[i]);
	}
	a->n_notify = n;
	return 0;
}

static int
resolve(struct settings *c, struct why *why)
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

int
settings_load(const char *path, struct settings **ret, struct why *why)
{
	own(settings) struct settings *c = settings_default();
	c->file = xstrdup(path);
	int r = ini_read(path, INI_JOIN_SPACE, &c->conf, why);
	if (r < 0)
		return r;
	for (size_t i = 0; i < c->conf->n_sections; i++) {
		r = read_section(c, c->conf, &c->conf->sections[i], why);
		if (r < 0)
			return r;
	}
	r = resolve(c, why);
	if (r < 0)
		return r;
	*ret = take(c);
	return 0;
}

static void
app_clear(struct app *a)
{
	free(a->name);
	free(a->service);
	free(a->database_url_file);
	free(a->migrate_url_file);
	free(a->migrations);
	free(a->schema_file);
	free(a->proposals);
	strings_free(a->packs);
	strings_free(a->rules_off);
	free(a->policy_name);
	strings_free(a->notify_names);
	for (int k = 0; k < CLASSES; k++)
		free(a->remedy_names[k]);
	free(a->notify);
}

static void
agent_clear(struct settings *c)
{
	free(c->file);
	ini_free(c->conf);
	free(c->store);
	free(c->socket);
	free(c->docker_root);
	strings_free(c->rules);
	free(c->freeze_file);
	strings_free(c->approvers);
}

void
settings_free(struct settings *c)
{
	if (!c)
		return;
	agent_clear(c);
	for (size_t i = 0; i < c->n_apps; i++)
		app_clear(&c->apps[i]);
	for (size_t i = 0; i < c->n_policies; i++)
		free(c->policies[i].name);
	for (size_t i = 0; i < c->n_remedies; i++) {
		free(c->remedies[i].name);
		free(c->remedies[i].rehearse_url_file);
		free(c->remedies[i].pg_dump);
	}
	for (size_t i = 0; i < c->n_notifies; i++) {
		free(c->notifies[i].name);
		free(c->notifies[i].url_file);
	}
	free(c->apps);
	free(c->policies);
	free(c->remedies);
	free(c->notifies);
	free(c);
}

const struct app *
settings_app(const struct settings *c, const char *name)
{
	for (size_t i = 0; i < c->n_apps; i++)
		if (strcmp(c->apps[i].name, name) == 0)
			return &c->apps[i];
	return NULL;
}
