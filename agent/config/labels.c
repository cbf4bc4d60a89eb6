#include "config.h"
#include "config/labels.h"

#include <stdlib.h>
#include <string.h>

#include "base/escape.h"
#include "base/redact.h"
#include "config/label-keys.h"

#define KEY_MOST 64u

struct app_labels *
labels_of(struct app *a)
{
	if (a->labels)
		return a->labels;
	struct app_labels *l = xcalloc(1, sizeof(*l));
	l->policy = *a->policy;
	l->file_policy = a->policy;
	l->file_notify = a->notify;
	l->n_file_notify = a->n_notify;
	l->file_silence = a->silence;
	l->file_migrations = a->migrations;
	a->labels = l;
	a->policy = &l->policy;
	return l;
}

static void
free_troubles(struct app_labels *l)
{
	for (size_t i = 0; i < l->n_troubles; i++) {
		free(l->troubles[i].text);
		free(l->troubles[i].command);
	}
	free(l->troubles);
}

void
labels_clear(struct app *a)
{
	struct app_labels *l = a->labels;
	if (!l)
		return;
	if (a->notify != l->file_notify)
		free(a->notify);
	if (a->migrations != l->file_migrations)
		free(a->migrations);
	a->policy = l->file_policy;
	a->notify = l->file_notify;
	a->n_notify = l->n_file_notify;
	a->silence = l->file_silence;
	a->migrations = l->file_migrations;
	a->labels = NULL;
	free_troubles(l);
	strings_free(l->lowered);
	free(l->mode_by);
	free(l);
}

const char *
labels_migrations(const struct app *a)
{
	return a->labels && a->migrations != a->labels->file_migrations
		? a->migrations
		: NULL;
}

/* Whether a shell and a person take the key as it is. */
static bool
is_plain(const char *key)
{
	static const char fine[] = "abcdefghijklmnopqrstuvwxyz"
				   "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				   "0123456789._-";
	own(str) char *shown = redact_quote(key);
	return strlen(key) <= KEY_MOST && key[strspn(key, fine)] == '\0' &&
		strcmp(shown, key) == 0;
}

static void
add_trouble(const struct label *b, const struct why *why)
{
	struct app_labels *l = labels_of(b->app);
	bool plain = is_plain(b->key);
	own(str) char *said = escape_str(span_of(why->text), 600, ESCAPE_LINE);
	l->troubles =
		xrealloc(l->troubles, l->n_troubles + 1, sizeof(*l->troubles));
	l->troubles[l->n_troubles++] = (struct label_trouble){
		.text = xprintf("the label " LABEL_PREFIX
				"%s of service %s changes nothing: %s",
			plain ? b->key : "...", b->service, said),
		.command = plain
			? xprintf("sudo docker service update "
				  "--label-rm " LABEL_PREFIX "%s %s",
				  b->key, b->service)
			: xprintf("sudo docker service inspect %s", b->service),
	};
}

void
labels_apply(struct app *a, const char *service, char *const *labels)
{
	for (; labels && *labels; labels++) {
		const char *at = strchr(*labels, '=');
		size_t len = at ? (size_t)(at - *labels) : strlen(*labels);
		size_t prefix = strlen(LABEL_PREFIX);
		if (len <= prefix ||
			strncmp(*labels, LABEL_PREFIX, prefix) != 0)
			continue;
		own(str) char *key = xstrndup(*labels + prefix, len - prefix);
		struct label b = { a, service, key, at ? at + 1 : NULL };
		struct why why;
		if (label_lower(&b, &why) < 0)
			add_trouble(&b, &why);
	}
	/* Whatever receivers another label leaves. */
	if (a->labels && a->labels->off)
		a->n_notify = 0;
}

void
labels_too_many(struct app *a, const char *service)
{
	struct app_labels *l = labels_of(a);
	struct label_trouble t = {
		.text = xprintf("service %s has more labels " LABEL_PREFIX
				"* than are read, and one of the others may "
				"say anything: so its app is only reported",
			service),
		.command = xprintf("sudo docker service inspect %s", service),
	};
	l->troubles =
		xrealloc(l->troubles, l->n_troubles + 1, sizeof(*l->troubles));
	l->troubles[l->n_troubles++] = t;
	if (l->policy.mode == MODE_REPORT)
		return;
	l->policy.mode = MODE_REPORT;
	free(l->mode_by);
	l->mode_by = xprintf("too many labels of service %s", service);
}

char *
labels_mode_text(const struct app *a)
{
	const struct app_labels *l = a->labels;
	const char *mode = mode_name(a->policy->mode);
	if (!l || !l->mode_by)
		return xstrdup(mode);
	return xprintf("%s%s (lowered by %s; the file allows %s)", mode,
		l->off ? ", and nobody is told" : "", l->mode_by,
		mode_name(l->file_policy->mode));
}

char *
label_trouble_text(const struct label_trouble *t)
{
	return xprintf("%s; `%s` %s", t->text, t->command,
		strstr(t->command, "--label-rm") ? "removes it"
						 : "shows its labels");
}
