#include "config.h"
#include "config/options.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>

#include "base/own.h"
#include "config/values.h"

static const char *const sections[SECTIONS] = {
	[SECTION_AGENT] = "agent",
	[SECTION_APP] = "app",
	[SECTION_POLICY] = "policy",
	[SECTION_REMEDY] = "remedy",
	[SECTION_NOTIFY] = "notify",
};

#define AGENT(field) offsetof(struct settings, field)
#define APP(field) offsetof(struct app, field)
#define POLICY(field) offsetof(struct policy, field)
#define REMEDY(field) offsetof(struct remedy, field)
#define NOTIFY(field) offsetof(struct notify, field)
/* A key that is planned and not built yet. */
#define LATER(section, key)                 \
	{                                   \
		section, key, NULL, 0, NULL \
	}

/* Columns: section, key, how to read it, its field, its default. Every default
 * does the less dangerous thing. */
static const struct option options[] = {
	{ SECTION_AGENT, "store", values_store, AGENT(store),
		"/var/lib/logmend/logmend.db" },
	{ SECTION_AGENT, "socket", values_path, AGENT(socket),
		"/run/logmend/control" },
	{ SECTION_AGENT, "docker-root", values_path, AGENT(docker_root),
		"/var/lib/docker" },
	{ SECTION_AGENT, "docker-socket", values_socket, AGENT(docker_socket),
		NULL },
	{ SECTION_AGENT, "rules", values_paths, AGENT(rules),
		RULES_DIR ", " SYSCONF_DIR "/rules.d" },
	{ SECTION_AGENT, "freeze-file", values_path, AGENT(freeze_file),
		SYSCONF_DIR "/freeze" },
	{ SECTION_AGENT, "approvers", values_list, AGENT(approvers), "root" },
	LATER(SECTION_AGENT, "keep"),
	LATER(SECTION_AGENT, "storm"),

	{ SECTION_APP, "source", values_source, 0, NULL },
	{ SECTION_APP, "service", values_text, APP(service), NULL },
	{ SECTION_APP, "start", values_start, APP(start), "24h" },
	{ SECTION_APP, "silence", values_duration, APP(silence), "0s" },
	{ SECTION_APP, "database-url-file", values_path, APP(database_url_file),
		NULL },
	{ SECTION_APP, "database-url", values_inside,
		APP(database_in_container), NULL },
	{ SECTION_APP, "database-url-env", values_variable,
		APP(database_url_env), "DATABASE_URL" },
	{ SECTION_APP, "migrate-url-file", values_path, APP(migrate_url_file),
		NULL },
	{ SECTION_APP, "migrations", values_folder, APP(migrations), NULL },
	{ SECTION_APP, "schema-file", values_path, APP(schema_file), NULL },
	{ SECTION_APP, "proposals", values_path, APP(proposals), NULL },
	{ SECTION_APP, "packs", values_list, APP(packs), NULL },
	{ SECTION_APP, "rules.off", values_list, APP(rules_off), NULL },
	{ SECTION_APP, "policy", values_text, APP(policy_name), NULL },
	{ SECTION_APP, "notify", values_list, APP(notify_names), NULL },
	LATER(SECTION_APP, "stream"),
	LATER(SECTION_APP, "network"),

	{ SECTION_POLICY, "mode", values_mode, POLICY(mode), "report" },
	{ SECTION_POLICY, "attempts", values_rate, POLICY(attempts),
		"3/h, 10/d" },
	{ SECTION_POLICY, "cooldown", values_duration, POLICY(cooldown),
		"10m" },
	{ SECTION_POLICY, "quiet", values_duration, POLICY(quiet), "5m" },
	{ SECTION_POLICY, "approval", values_timeout, POLICY(approval), "30m" },
	LATER(SECTION_POLICY, "window"),
	LATER(SECTION_POLICY, "breaker"),
	LATER(SECTION_POLICY, "dry-run"),

	{ SECTION_REMEDY, "kind", values_remedy_kind, 0, NULL },
	{ SECTION_REMEDY, "lock-timeout", values_timeout, REMEDY(lock_timeout),
		"500ms" },
	{ SECTION_REMEDY, "statement-timeout", values_timeout,
		REMEDY(statement_timeout), "60s" },
	{ SECTION_REMEDY, "deadline", values_timeout, REMEDY(deadline),
		"120s" },
	{ SECTION_REMEDY, "rehearse", values_rehearse, 0, "same-server" },
	{ SECTION_REMEDY, "pg-dump", values_path, REMEDY(pg_dump), NULL },
	LATER(SECTION_REMEDY, "command"),
	LATER(SECTION_REMEDY, "workdir"),
	LATER(SECTION_REMEDY, "user"),
	LATER(SECTION_REMEDY, "url-env"),
	LATER(SECTION_REMEDY, "rehearsable"),
	LATER(SECTION_REMEDY, "history-table"),
	LATER(SECTION_REMEDY, "probe"),
	LATER(SECTION_REMEDY, "file"),
	LATER(SECTION_REMEDY, "before"),
	LATER(SECTION_REMEDY, "after"),

	{ SECTION_NOTIFY, "kind", values_notify_kind, NOTIFY(kind), NULL },
	{ SECTION_NOTIFY, "url-file", values_path, NOTIFY(url_file), NULL },
	{ SECTION_NOTIFY, "private", values_bool, NOTIFY(private), "no" },
	LATER(SECTION_NOTIFY, "events"),
};

const char *
section_name(enum section_kind s)
{
	return sections[s];
}

int
section_by_name(struct span word)
{
	for (int s = 0; s < SECTIONS; s++)
		if (span_is(word, sections[s]))
			return s;
	return -1;
}

const struct option *
option_find(enum section_kind s, const char *key)
{
	for (size_t i = 0; i < ELEMENTS(options); i++)
		if (options[i].section == s && strcmp(options[i].key, key) == 0)
			return &options[i];
	return NULL;
}

char **
option_keys(enum section_kind s)
{
	char **list = NULL;
	for (size_t i = 0; i < ELEMENTS(options); i++)
		if (options[i].section == s && options[i].read)
			strings_add(&list, options[i].key);
	return list;
}

void
options_set_defaults(enum section_kind s, void *to)
{
	for (size_t i = 0; i < ELEMENTS(options); i++) {
		const struct option *o = &options[i];
		if (o->section != s || !o->fallback)
			continue;
		/* A default that its own reader refuses is our mistake. */
		int r = o->read(o->fallback, (char *)to + o->field, NULL);
		assert(r == 0);
		(void)r;
	}
}
