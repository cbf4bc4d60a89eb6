#include "config.h"
#include "config/load-settings.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/escape.h"
#include "base/nearest.h"
#include "base/redact.h"
#include "config/docker-root.h"
#include "config/ini.h"
#include "config/options.h"
#include "config/resolve.h"
#include "wire/fault.h"

/* The size of each section's struct; 0: the section is there once. */
static const size_t sizes[SECTIONS] = {
	[SECTION_APP] = sizeof(struct app),
	[SECTION_POLICY] = sizeof(struct policy),
	[SECTION_REMEDY] = sizeof(struct remedy),
	[SECTION_NOTIFY] = sizeof(struct notify),
};

/* Adds an element with its defaults to the section's array, and returns it. The
 * array may move: nothing points into it before resolve_names(). */
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

/* Finds the shipped rules of a program that does not run from the prefix it was
 * configured for: they lie below its own prefix, or in the source tree that it
 * was built in. */
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
load_settings_default(void)
{
	struct settings *c = xcalloc(1, sizeof(*c));
	options_set_defaults(SECTION_AGENT, c);
	find_rules(c);
	add_element(c, SECTION_POLICY, "(default)", 0);
	return c;
}

/* Names go into messages, shell lines that people copy, and file names, so
 * they have no other characters. */
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

/* Reads `remedy.CLASS`, the one key whose name has a variable part: 1 if the
 * key is one, 0 if it is another, or a negative errno. */
static int
read_class_remedy(struct app *app, const struct ini_entry *e, struct why *why)
{
	if (strncmp(e->key, "remedy.", 7) != 0)
		return 0;
	int c = class_by_name(span_of(e->key + 7));
	if (c < 0) {
		own(str) char *shown = redact_quote(e->key + 7);
		own(str) char *names = class_names(CLASS_IN_REMEDIES);
		return because(why, -EINVAL,
			"there is no class '%s': those with a remedy are %s",
			shown, names);
	}
	if (!*e->value)
		return because(why, -EINVAL, "is empty");
	app->remedy_names[c] = xstrdup(e->value);
	return 1;
}

/* Only the key that may be meant is told: the other may be a secret. */
static int
no_key(enum section_kind s, const char *key, struct why *why)
{
	own(strings) char **keys = option_keys(s);
	const char *meant = nearest_meant(key, keys);
	return because(why, -EINVAL, "is no key of [%s]%s%s%s", section_name(s),
		meant ? "; is `" : "", meant ? meant : "",
		meant ? "` meant?" : "");
}

/* Reads one key into the section's struct; the sentence in `why` begins behind
 * the key's name. */
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
		return no_key(s, e->key, why);
	if (!o->read)
		return because(why, -EOPNOTSUPP, "is not built yet");
	return o->read(e->value, (char *)to + o->field, why);
}

/* Puts file, line and key before what a reader says, and escapes it, for it
 * quotes the file. */
static int
read_entries(enum section_kind s, void *to, const struct ini *conf,
	const struct ini_section *sec, char ***mistakes)
{
	int ret = 0;
	for (size_t i = 0; i < sec->n_entries; i++) {
		const struct ini_entry *e = &sec->entries[i];
		struct why what;
		int r = read_entry(s, to, e, &what);
		if (r >= 0)
			continue;
		own(str) char *said =
			escape_str(span_of(what.text), 600, ESCAPE_LINE);
		own(str) char *key = redact_quote(e->key);
		own(str) char *text = xprintf(
			"%s:%u: %s: %s", conf->file, e->line, key, said);
		strings_add(mistakes, text);
		ret = ret ? ret : r;
	}
	return ret;
}

/* Which section it is, and its name in `name`; -1 and why, if it is none. */
static int
section_of(const struct ini *conf, const struct ini_section *sec,
	struct span *name, struct why *why)
{
	struct span kind;
	*name = span_of(sec->name);
	span_cut(name, ' ', &kind);
	int s = section_by_name(kind);
	bool named = name->data != NULL;
	own(str) char *shown = redact_quote(sec->name);
	const char *text = NULL;
	if (s < 0)
		text = "there are sections agent, app NAME, policy NAME, "
		       "remedy NAME and notify NAME";
	else if (s == SECTION_AGENT && named)
		text = "the section agent has no name";
	else if (s != SECTION_AGENT && !(named && is_name(*name)))
		text = "a name of letters, digits, . _ and - is missing";
	if (!text)
		return s;
	(void)because(
		why, 0, "%s:%u: [%s]: %s", conf->file, sec->line, shown, text);
	return -1;
}

/* *broken: a section that cannot be told may be one that others name. */
static int
read_section(struct settings *c, const struct ini_section *sec,
	char ***mistakes, bool *broken)
{
	struct span rest;
	struct why why;
	int s = section_of(c->conf, sec, &rest, &why);
	if (s < 0) {
		*broken = true;
		strings_add(mistakes, why.text);
		return -EINVAL;
	}
	own(str) char *name = rest.data ? xstrndup(rest.data, rest.len) : NULL;
	void *to = s == SECTION_AGENT
		? (void *)c
		: add_element(c, (enum section_kind)s, name, sec->line);
	return read_entries((enum section_kind)s, to, c->conf, sec, mistakes);
}

static int
read_file(const char *path, struct ini **ret, char ***mistakes)
{
	own(strings) char **found = NULL;
	int r = ini_read(path, INI_JOIN_SPACE, ret, &found);
	own(str) char *none = xprintf(
		"%s: there is no configuration: `sudo logmend init` writes one "
		"for this host, and logmend.conf(5) has an example",
		path);
	if (r == -ENOENT)
		strings_add(mistakes, none);
	for (char **m = found; r != -ENOENT && m && *m; m++)
		strings_add(mistakes, *m);
	return r;
}

/* Everything but the names; 0 or the errno of the first mistake. */
static int
read_sections(struct settings *c, char ***mistakes, bool *broken)
{
	int first = read_file(c->file, &c->conf, mistakes);
	*broken = c->conf && c->conf->lost;
	for (size_t i = 0; c->conf && i < c->conf->n_sections; i++) {
		int r = read_section(
			c, &c->conf->sections[i], mistakes, broken);
		first = first < 0 ? first : r;
	}
	return first;
}

/* Builds the whole configuration before the caller sees any of it: one with an
 * error is never in force in part. */
int
load_settings_all(const char *path, struct settings **ret, char ***mistakes)
{
	own(settings) struct settings *c = load_settings_default();
	bool broken = false;
	c->file = xstrdup(path);
	int first = read_sections(c, mistakes, &broken);
	if (c->conf && !broken) {
		int r = resolve_names(c, mistakes);
		first = first < 0 ? first : r;
	}
	if (first < 0)
		return first;
	docker_root_remapped(&c->docker_root);
	*ret = take(c);
	return 0;
}

struct settings *
load_settings_in_part(const char *path)
{
	own(settings) struct settings *c = load_settings_default();
	own(strings) char **mistakes = NULL;
	bool broken = false;
	c->file = xstrdup(path);
	(void)read_sections(c, &mistakes, &broken);
	return c->conf ? take(c) : NULL;
}

int
load_settings_why(char *const *mistakes, int r, struct why *why)
{
	size_t n = strings_count(mistakes);
	if (n == 1)
		return because(why, r, "%s", mistakes[0]);
	if (n > 1)
		return because(why, r,
			"%s (and %zu more: `logmend check-config` tells each)",
			mistakes[0], n - 1);
	return r;
}

int
load_settings(const char *path, struct settings **ret, struct why *why)
{
	own(strings) char **mistakes = NULL;
	int r = load_settings_all(path, ret, &mistakes);
	return load_settings_why(mistakes, r, why);
}
