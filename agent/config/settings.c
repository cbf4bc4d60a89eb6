#include "config.h"
#include "config/settings.h"

#include <stdlib.h>
#include <string.h>

#include "config/ini.h"
#include "config/labels.h"

/* Asks the file that was read, for the structs keep no line of each key. */
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

static void
app_clear(struct app *a)
{
	labels_clear(a);
	free(a->name);
	free(a->service);
	free(a->database_url_file);
	free(a->database_url_env);
	/* The password does not outlive its use in freed memory. */
	if (a->database_url)
		explicit_bzero(a->database_url, strlen(a->database_url));
	free(a->database_url);
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
	free(c->docker_socket);
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

/* NULL for what has no section. */
static const struct ini_section *
section_at(const struct settings *c, unsigned line)
{
	for (size_t i = 0; line && c->conf && i < c->conf->n_sections; i++)
		if (c->conf->sections[i].line == line)
			return &c->conf->sections[i];
	return NULL;
}

static void
digest_section(struct sha256 *h, const struct ini_section *s)
{
	sha256_field(h, span_of(s ? "section" : "none"));
	for (size_t i = 0; s && i < s->n_entries; i++) {
		sha256_field(h, span_of(s->entries[i].key));
		sha256_field(h, span_of(s->entries[i].value));
	}
}

void
settings_app_digest(
	const struct settings *c, const struct app *a, char hex[SHA256_HEX])
{
	struct sha256 *h = sha256_new();
	digest_section(h, section_at(c, a->line));
	digest_section(h, section_at(c, a->policy->line));
	for (int k = 0; k < CLASSES; k++)
		digest_section(h,
			section_at(c, a->remedy[k] ? a->remedy[k]->line : 0));
	sha256_end(h, hex);
}

const char *
settings_docker_socket(const struct settings *c)
{
	if (!c->docker_socket)
		return DOCKER_SOCKET_DEFAULT;
	return *c->docker_socket ? c->docker_socket : NULL;
}
