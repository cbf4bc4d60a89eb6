#include "config.h"
#include "config/label-keys.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/escape.h"
#include "base/nearest.h"
#include "config/settings.h"
#include "config/values.h"

static char *
name_of(const struct label *b)
{
	return xprintf("the label " LABEL_PREFIX "%s of service %s", b->key,
		b->service);
}

static void
say_lowered(const struct label *b, const char *what)
{
	own(str) char *by = name_of(b);
	own(str) char *text = xprintf("%s, by %s", what, by);
	strings_add(&labels_of(b->app)->lowered, text);
}

static int
would_raise(const char *what, const char *file, struct why *why)
{
	return because(why, -EPERM,
		"%s, and the file says %s: a label only "
		"lowers what the file allows",
		what, file);
}

static int
lower_mode(const struct label *b, struct why *why)
{
	struct app_labels *l = labels_of(b->app);
	enum mode mode = MODE_REPORT, most = l->file_policy->mode;
	bool off = strcmp(b->value, "off") == 0;
	if (!off && values_mode(b->value, &mode, NULL) < 0)
		return because(why, -EINVAL, "expects off, report, ask or act");
	if (mode > most)
		return would_raise(
			"it would raise the mode", mode_name(most), why);
	bool lowers = mode < l->policy.mode || (off && !l->off);
	l->policy.mode = MIN(mode, l->policy.mode);
	l->off |= off;
	if (!lowers)
		return 0;
	free(l->mode_by);
	l->mode_by = name_of(b);
	return 0;
}

static int
lower_attempts(const struct label *b, struct why *why)
{
	struct app_labels *l = labels_of(b->app);
	struct rate rate = l->policy.attempts;
	const struct rate file = l->file_policy->attempts;
	int r = values_rate_over(b->value, &rate, why);
	own(str) char *text = xprintf("%u/h, %u/d", file.hour, file.day);
	if (r < 0)
		return r;
	if (rate.hour > file.hour || rate.day > file.day)
		return would_raise("it would allow more attempts", text, why);
	rate.hour = MIN(rate.hour, l->policy.attempts.hour);
	rate.day = MIN(rate.day, l->policy.attempts.day);
	l->policy.attempts = rate;
	own(str) char *said = xprintf(
		"attempts %u/h, %u/d instead of %s", rate.hour, rate.day, text);
	if (rate.hour < file.hour || rate.day < file.day)
		say_lowered(b, said);
	return 0;
}

/* A length of time that may only be longer than the file's, or only shorter.
 * `file` is 0 where the file sets none, and any may be. */
static int
lower_length(const struct label *b, usec *field, usec file, bool longer,
	struct why *why)
{
	char text[CLOCK_TEXT], file_text[CLOCK_TEXT];
	usec value = 0;
	int r = values_duration(b->value, &value, why);
	(void)duration_text(file, file_text);
	if (r < 0)
		return r;
	if (!longer && value == 0)
		return because(why, -EINVAL, "must be longer than 0");
	if (longer && value < file)
		return would_raise("it is shorter", file_text, why);
	if (!longer && file && value > file)
		return would_raise("it is longer", file_text, why);
	*field = !*field ? value
		: longer ? MAX(*field, value)
			 : MIN(*field, value);
	own(str) char *said =
		xprintf("%s %s%s%s", b->key, duration_text(*field, text),
			file ? " instead of " : "", file ? file_text : "");
	if (*field != file)
		say_lowered(b, said);
	return 0;
}

static int
lower_cooldown(const struct label *b, struct why *why)
{
	struct app_labels *l = labels_of(b->app);
	return lower_length(
		b, &l->policy.cooldown, l->file_policy->cooldown, true, why);
}

static int
lower_quiet(const struct label *b, struct why *why)
{
	struct app_labels *l = labels_of(b->app);
	return lower_length(
		b, &l->policy.quiet, l->file_policy->quiet, true, why);
}

static int
lower_approval(const struct label *b, struct why *why)
{
	struct app_labels *l = labels_of(b->app);
	return lower_length(
		b, &l->policy.approval, l->file_policy->approval, false, why);
}

static int
lower_silence(const struct label *b, struct why *why)
{
	return lower_length(b, &b->app->silence,
		labels_of(b->app)->file_silence, false, why);
}

/* The receiver of this name among those that the file gives the app. */
static const struct notify *
find_notify(const struct app_labels *l, const char *name)
{
	for (size_t i = 0; i < l->n_file_notify; i++)
		if (strcmp(l->file_notify[i]->name, name) == 0)
			return l->file_notify[i];
	return NULL;
}

static bool
holds(const struct notify *const *list, size_t n, const struct notify *one)
{
	for (size_t i = 0; i < n; i++)
		if (list[i] == one)
			return true;
	return false;
}

/* Those of the names that are still told of the app's faults, which are *ret_n
 * of *list, a list of n_file_notify. */
static int
keep_named(const struct label *b, char *const *names,
	const struct notify **list, size_t *ret_n, struct why *why)
{
	const struct app *a = b->app;
	const struct app_labels *l = a->labels;
	for (; *names; names++) {
		const struct notify *one = find_notify(l, *names);
		if (!one)
			return because(why, -EPERM,
				"names a receiver that `notify` of [app %s] "
				"does not: a label only leaves some of those "
				"out",
				a->name);
		if (!holds(list, *ret_n, one) &&
			holds(a->notify, a->n_notify, one))
			list[(*ret_n)++] = one;
	}
	return 0;
}

/* Only `off` silences an app: labels of two services that have no receiver in
 * common are more likely a mistake. */
static int
lower_notify(const struct label *b, struct why *why)
{
	struct app_labels *l = labels_of(b->app);
	struct app *a = b->app;
	own(strings) char **names = values_split(b->value);
	size_t n = 0;
	if (!names)
		return because(why, -EINVAL, "names no receiver");
	const struct notify **list =
		xcalloc(l->n_file_notify + 1, sizeof(*list));
	int r = keep_named(b, names, list, &n, why);
	if (r == 0 && n == 0 && !l->off)
		r = because(why, -EPERM,
			"another service's label " LABEL_PREFIX
			"%s leaves none "
			"of those that it names, and only " LABEL_PREFIX
			"mode=off leaves nobody who is told",
			b->key);
	if (r < 0) {
		free(list);
		return r;
	}
	if (a->notify != l->file_notify)
		free(a->notify);
	a->notify = list;
	a->n_notify = n;
	if (n < l->n_file_notify)
		say_lowered(b, "fewer receivers");
	return 0;
}

/* A folder of the host, and one that the file has another for, is not the
 * labels' business; what a deploy puts into its own image is the deployer's
 * anyway. Whether hands ask Docker for the app, and so whose the names in its
 * URL file are, is said by the file alone. */
int
labels_take_migrations(struct app *a, const char *value, struct why *why)
{
	struct app_labels *l = labels_of(a);
	bool open = !l->file_migrations ||
		strcmp(l->file_migrations, APP_INSIDE) == 0;
	char *folder = NULL;
	int r = values_folder(value, &folder, why);
	if (r == 0 && *folder == '/')
		r = because(why, -EPERM,
			"expects `container` or `container:FOLDER`: folders "
			"of the host are named in the file alone");
	else if (r == 0 && !open)
		r = because(why, -EPERM,
			"the file names a folder already, and a label names "
			"one only where the file says `container` or nothing");
	else if (r == 0 && !a->docker_socket)
		r = because(why, -EPERM,
			"the file does not let logmend ask Docker for [app "
			"%s]: set `docker-socket` in [agent], or `migrations = "
			"container` in [app %s]",
			a->name, a->name);
	if (r < 0) {
		free(folder);
		return r;
	}
	if (a->migrations != l->file_migrations)
		free(a->migrations);
	a->migrations = folder;
	return 0;
}

static int
lower_migrations(const struct label *b, struct why *why)
{
	int r = labels_take_migrations(b->app, b->value, why);
	own(str) char *shown = escape_str(span_of(b->value), 200, ESCAPE_LINE);
	own(str) char *said = xprintf("migrations %s", shown);
	if (r == 0)
		say_lowered(b, said);
	return r;
}

static const struct {
	const char *key;
	int (*lower)(const struct label *b, struct why *why);
} keys[] = {
	{ "mode", lower_mode },
	{ "attempts", lower_attempts },
	{ "cooldown", lower_cooldown },
	{ "quiet", lower_quiet },
	{ "approval", lower_approval },
	{ "silence", lower_silence },
	{ "notify", lower_notify },
	{ "migrations", lower_migrations },
};

/* A key that the file alone may have is told apart from a mistyped one. */
static int
no_key(const struct label *b, struct why *why)
{
	own(strings) char **names = NULL;
	for (size_t i = 0; i < ELEMENTS(keys); i++)
		strings_add(&names, keys[i].key);
	own(str) char *all = nearest_list(b->key, names, NULL, ELEMENTS(keys));
	const char *meant = nearest_meant(b->key, names);
	return because(why, -ENOENT,
		"logmend knows no such label%s%s%s: there "
		"are %s, all else is set in the file",
		meant ? "; is " LABEL_PREFIX : "", meant ? meant : "",
		meant ? " meant" : "", all);
}

int
label_lower(const struct label *b, struct why *why)
{
	for (size_t i = 0; i < ELEMENTS(keys); i++)
		if (strcmp(keys[i].key, b->key) == 0)
			return b->value ? keys[i].lower(b, why)
					: because(why, -EINVAL,
						  "its value is too long");
	return no_key(b, why);
}
