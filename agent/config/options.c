#include "config.h"
#include "config/options.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>

#include "base/buf.h"

static const char *const sections[SECTIONS] = {
	[SECTION_AGENT] = "agent",
	[SECTION_APP] = "app",
	[SECTION_POLICY] = "policy",
	[SECTION_REMEDY] = "remedy",
	[SECTION_NOTIFY] = "notify",
};

static int
not_built(struct why *why, const char *value)
{
	return because(why, -EOPNOTSUPP, "'%.80s' is not built yet", value);
}

static bool
one_of(const char *value, const char *const *words)
{
	for (; *words; words++)
		if (strcmp(value, *words) == 0)
			return true;
	return false;
}

char **
options_list(const char *value)
{
	char **list = NULL;
	struct span rest = span_of(value), word;
	while (span_cut(&rest, ',', &word)) {
		word = span_trim(word);
		own(str) char *s =
			xstrndup(word.len ? word.data : "", word.len);
		if (*s)
			strings_add(&list, s);
	}
	return list;
}

static int
read_text(const char *value, void *field, struct why *why)
{
	char **to = field;
	if (!*value)
		return because(why, -EINVAL, "is empty");
	free(*to);
	*to = xstrdup(value);
	return 0;
}

static int
read_path(const char *value, void *field, struct why *why)
{
	if (value[0] != '/')
		return because(why, -EINVAL,
			"expects an absolute path, not '%.80s'", value);
	return read_text(value, field, why);
}

static int
read_folder(const char *value, void *field, struct why *why)
{
	if (strncmp(value, "container:", 10) == 0)
		return not_built(why, value);
	return read_path(value, field, why);
}

static int
read_store(const char *value, void *field, struct why *why)
{
	if (strncmp(value, "postgresql://", 13) == 0)
		return not_built(why, "postgresql://");
	return read_path(value, field, why);
}

static int
read_list(const char *value, void *field, struct why *why)
{
	char ***to = field;
	char **list = options_list(value);
	if (!list)
		return because(why, -EINVAL, "is empty");
	strings_free(*to);
	*to = list;
	return 0;
}

static int
read_paths(const char *value, void *field, struct why *why)
{
	own(strings) char **list = options_list(value);
	for (size_t i = 0; list && list[i]; i++)
		if (list[i][0] != '/')
			return because(why, -EINVAL,
				"expects absolute paths, not '%.80s'", list[i]);
	return read_list(value, field, why);
}

static int
read_duration(const char *value, void *field, struct why *why)
{
	if (!duration_parse(span_of(value), field))
		return because(why, -EINVAL,
			"expects a duration such as 500ms, 2s, 10m, 6h or 1d, "
			"not '%.80s'",
			value);
	return 0;
}

/* 0 would mean "no limit" to PostgreSQL, or an attempt that can never end. */
static int
read_timeout(const char *value, void *field, struct why *why)
{
	int r = read_duration(value, field, why);
	if (r == 0 && *(usec *)field == 0)
		return because(why, -EINVAL, "must be longer than 0");
	if (r == 0 && *(usec *)field > USEC_DAY)
		return because(why, -EINVAL, "must be at most 1d");
	return r;
}

static int
read_bool(const char *value, void *field, struct why *why)
{
	bool yes = strcmp(value, "yes") == 0;
	if (!yes && strcmp(value, "no") != 0)
		return because(
			why, -EINVAL, "expects yes or no, not '%.80s'", value);
	*(bool *)field = yes;
	return 0;
}

static int
read_source(const char *value, void *field, struct why *why)
{
	(void)field; /* docker is the only one yet */
	if (strcmp(value, "docker") == 0)
		return 0;
	if (strcmp(value, "journal") == 0 || strncmp(value, "unit:", 5) == 0 ||
		strncmp(value, "file:", 5) == 0 || strchr(value, ','))
		return not_built(why, value);
	return because(why, -EINVAL,
		"expects docker, journal, unit:NAME or file:GLOB, not '%.80s'",
		value);
}

static int
read_start(const char *value, void *field, struct why *why)
{
	struct start_at *to = field;
	to->kind = START_SINCE;
	if (strcmp(value, "tail") == 0)
		to->kind = START_TAIL;
	else if (strcmp(value, "head") == 0)
		to->kind = START_HEAD;
	else if (!duration_parse(span_of(value), &to->since))
		return because(why, -EINVAL,
			"expects a duration such as 24h, or tail, or head, not "
			"'%.80s'",
			value);
	return 0;
}

const char *
mode_name(enum mode m)
{
	static const char *const names[] = { "report", "ask", "act" };
	return names[m];
}

static int
read_mode(const char *value, void *field, struct why *why)
{
	for (int m = MODE_REPORT; m <= MODE_ACT; m++)
		if (strcmp(value, mode_name((enum mode)m)) == 0) {
			*(enum mode *)field = (enum mode)m;
			return 0;
		}
	return because(
		why, -EINVAL, "expects report, ask or act, not '%.80s'", value);
}

static bool
read_one_rate(struct span s, struct rate *to)
{
	uint64_t n;
	s = span_trim(s);
	if (s.len < 3 || s.data[s.len - 2] != '/' ||
		!span_u64(span_first(s, s.len - 2), &n) || n > 1000000)
		return false;
	if (s.data[s.len - 1] == 'h')
		to->hour = (unsigned)n;
	else if (s.data[s.len - 1] == 'd')
		to->day = (unsigned)n;
	else
		return false;
	return true;
}

static int
read_rate(const char *value, void *field, struct why *why)
{
	/* What is not said stays as strict as the default. */
	struct rate rate = { 3, 10 };
	struct span rest = span_of(value), one;
	while (span_cut(&rest, ',', &one))
		if (!read_one_rate(one, &rate))
			return because(why, -EINVAL,
				"expects attempts per hour and day such as "
				"`3/h, 10/d`, not '%.80s'",
				value);
	*(struct rate *)field = rate;
	return 0;
}

static int
read_remedy_kind(const char *value, void *field, struct why *why)
{
	(void)field; /* prisma is the only one yet */
	static const char *const later[] = { "sql", "exec", "docker-exec",
		"service-update", NULL };
	if (strcmp(value, "prisma") == 0)
		return 0;
	if (one_of(value, later))
		return not_built(why, value);
	return because(why, -EINVAL,
		"expects prisma, sql, exec, docker-exec or service-update, not "
		"'%.80s'",
		value);
}

static int
read_notify_kind(const char *value, void *field, struct why *why)
{
	static const char *const built[NOTIFY_KINDS] = {
		[NOTIFY_SLACK] = "slack",
	};
	static const char *const later[] = { "slack-compatible", "discord",
		"ntfy", "alertmanager", "pagerduty", "generic", "heartbeat",
		NULL };
	for (size_t i = 0; i < NOTIFY_KINDS; i++)
		if (strcmp(value, built[i]) == 0) {
			*(enum notify_kind *)field = (enum notify_kind)i;
			return 0;
		}
	if (one_of(value, later))
		return not_built(why, value);
	return because(why, -EINVAL,
		"expects slack or another kind of webhook, not '%.80s'", value);
}

static int
read_rehearse(const char *value, void *field, struct why *why)
{
	struct remedy *to = field;
	if (strcmp(value, "same-server") == 0)
		to->rehearse = REHEARSE_SAME_SERVER;
	else if (strcmp(value, "off") == 0)
		to->rehearse = REHEARSE_OFF;
	else if (value[0] == '/')
		to->rehearse = REHEARSE_URL;
	else
		return because(why, -EINVAL,
			"expects same-server, off or the absolute path of a "
			"URL file, not '%.80s'",
			value);
	return to->rehearse == REHEARSE_URL
		? read_path(value, &to->rehearse_url_file, why)
		: 0;
}

#define AGENT(field) offsetof(struct settings, field)
#define APP(field) offsetof(struct app, field)
#define POLICY(field) offsetof(struct policy, field)
#define REMEDY(field) offsetof(struct remedy, field)
#define NOTIFY(field) offsetof(struct notify, field)
#define LATER(section, key)                 \
	{                                   \
		section, key, NULL, 0, NULL \
	}

static const struct option options[] = {
	{ SECTION_AGENT, "store", read_store, AGENT(store),
		"/var/lib/logmend/logmend.db" },
	{ SECTION_AGENT, "socket", read_path, AGENT(socket),
		"/run/logmend/control" },
	{ SECTION_AGENT, "docker-root", read_path, AGENT(docker_root),
		"/var/lib/docker" },
	{ SECTION_AGENT, "rules", read_paths, AGENT(rules),
		RULES_DIR ", " SYSCONF_DIR "/rules.d" },
	{ SECTION_AGENT, "freeze-file", read_path, AGENT(freeze_file),
		SYSCONF_DIR "/freeze" },
	{ SECTION_AGENT, "approvers", read_list, AGENT(approvers), "root" },
	LATER(SECTION_AGENT, "docker-socket"),
	LATER(SECTION_AGENT, "keep"),
	LATER(SECTION_AGENT, "storm"),

	{ SECTION_APP, "source", read_source, 0, NULL },
	{ SECTION_APP, "service", read_text, APP(service), NULL },
	{ SECTION_APP, "start", read_start, APP(start), "24h" },
	{ SECTION_APP, "database-url-file", read_path, APP(database_url_file),
		NULL },
	{ SECTION_APP, "migrate-url-file", read_path, APP(migrate_url_file),
		NULL },
	{ SECTION_APP, "migrations", read_folder, APP(migrations), NULL },
	{ SECTION_APP, "schema-file", read_path, APP(schema_file), NULL },
	{ SECTION_APP, "proposals", read_path, APP(proposals), NULL },
	{ SECTION_APP, "packs", read_list, APP(packs), NULL },
	{ SECTION_APP, "rules.off", read_list, APP(rules_off), NULL },
	{ SECTION_APP, "policy", read_text, APP(policy_name), NULL },
	{ SECTION_APP, "notify", read_list, APP(notify_names), NULL },
	LATER(SECTION_APP, "stream"),
	LATER(SECTION_APP, "database-url-env"),
	LATER(SECTION_APP, "network"),
	LATER(SECTION_APP, "silence"),

	{ SECTION_POLICY, "mode", read_mode, POLICY(mode), "report" },
	{ SECTION_POLICY, "attempts", read_rate, POLICY(attempts),
		"3/h, 10/d" },
	{ SECTION_POLICY, "cooldown", read_duration, POLICY(cooldown), "10m" },
	{ SECTION_POLICY, "quiet", read_duration, POLICY(quiet), "5m" },
	{ SECTION_POLICY, "approval", read_timeout, POLICY(approval), "30m" },
	LATER(SECTION_POLICY, "window"),
	LATER(SECTION_POLICY, "breaker"),
	LATER(SECTION_POLICY, "dry-run"),

	{ SECTION_REMEDY, "kind", read_remedy_kind, 0, NULL },
	{ SECTION_REMEDY, "lock-timeout", read_timeout, REMEDY(lock_timeout),
		"2s" },
	{ SECTION_REMEDY, "statement-timeout", read_timeout,
		REMEDY(statement_timeout), "60s" },
	{ SECTION_REMEDY, "deadline", read_timeout, REMEDY(deadline), "120s" },
	{ SECTION_REMEDY, "rehearse", read_rehearse, 0, "same-server" },
	{ SECTION_REMEDY, "pg-dump", read_path, REMEDY(pg_dump), NULL },
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

	{ SECTION_NOTIFY, "kind", read_notify_kind, NOTIFY(kind), NULL },
	{ SECTION_NOTIFY, "url-file", read_path, NOTIFY(url_file), NULL },
	{ SECTION_NOTIFY, "private", read_bool, NOTIFY(private), "no" },
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

void
options_set_defaults(enum section_kind s, void *to)
{
	for (size_t i = 0; i < ELEMENTS(options); i++) {
		const struct option *o = &options[i];
		if (o->section != s || !o->fallback)
			continue;
		int r = o->read(o->fallback, (char *)to + o->field, NULL);
		assert(r == 0);
		(void)r;
	}
}
