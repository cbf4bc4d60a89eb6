#include "config.h"
#include "head/loaded.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/hash.h"
#include "base/io/file.h"
#include "config/credentials.h"
#include "config/ini.h"
#include "config/load-settings.h"
#include "head/app-rules.h"
#include "rule/rule.h"

/* As the reader of the configuration has it. */
#define FILE_MOST (4u << 20)

/* One that cannot be read has the value of no bytes. */
static uint64_t
hash_of(const char *file)
{
	own(buf) struct buf text = { 0 };
	(void)file_read(file, FILE_MOST, &text, NULL);
	return hash64(buf_span(&text));
}

/* The file is hashed before it is read: one that is written in between counts
 * as changed, and not as known. */
int
loaded_new(const char *file, struct loaded **ret, char ***mistakes)
{
	own(loaded) struct loaded *l = xcalloc(1, sizeof(*l));
	struct why why;
	l->at = clock_wall();
	l->text = hash_of(file);
	int r = load_settings_all(file, &l->settings, mistakes);
	if (r < 0)
		return r;
	/* The sentences of rule files may quote a credential. */
	l->credentials = credentials_new(l->settings);
	r = rules_load(l->settings->rules, &l->rules, &why);
	if (r >= 0)
		r = app_rules_check(l->settings, l->rules, &why);
	if (r < 0) {
		strings_add(mistakes, why.text);
		return r;
	}
	*ret = take(l);
	return 0;
}

void
loaded_free(struct loaded *l)
{
	if (!l)
		return;
	credentials_free(l->credentials);
	rules_free(l->rules);
	settings_free(l->settings);
	free(l);
}

/* The line of a key of [agent]; 1 if it is not set. */
static unsigned
line_of(const struct settings *s, const char *key)
{
	for (size_t i = 0; s->conf && i < s->conf->n_sections; i++)
		if (strcmp(s->conf->sections[i].name, "agent") == 0)
			return settings_line(s, s->conf->sections[i].line, key);
	return 1;
}

int
loaded_may_replace(
	const struct loaded *l, const struct loaded *old, char ***mistakes)
{
	const struct settings *s = l->settings, *was = old->settings;
	const struct {
		const char *key, *now, *before;
	} kept[] = {
		{ "store", s->store, was->store },
		{ "socket", s->socket, was->socket },
	};
	int r = 0;
	for (size_t i = 0; i < ELEMENTS(kept); i++) {
		if (strcmp(kept[i].now, kept[i].before) == 0)
			continue;
		own(str) char *text = xprintf(
			"%s:%u: %s: logmend runs with another one, and only a "
			"restart changes it",
			s->file, line_of(s, kept[i].key), kept[i].key);
		strings_add(mistakes, text);
		r = -EBUSY;
	}
	return r;
}

bool
loaded_changed(const struct loaded *l)
{
	return hash_of(l->settings->file) != l->text;
}
