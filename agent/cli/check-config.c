#include "config.h"
#include "cli/command.h"

#include <errno.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/conf.h"
#include "base/file.h"
#include "rule/rule.h"
#include "wire/settings.h"

/* One problem a line; how many there were. */
struct problems {
	const struct settings *settings;
	unsigned count;
};

static void
problem(struct problems *p, unsigned section, const char *key, const char *text)
{
	fprintf(stderr, "%s:%u: %s: %s\n", p->settings->file,
		settings_line(p->settings, section, key), key, text);
	p->count++;
}

/* The secret itself is looked at by nobody here but for being there. */
static void
check_secret(
	struct problems *p, unsigned section, const char *key, const char *path)
{
	struct why why;
	own(str) char *secret = NULL;
	if (!path)
		return;
	if (file_read_secret(path, &secret, &why) < 0)
		problem(p, section, key, why.text);
	else
		explicit_bzero(secret, strlen(secret));
}

static void
check_kind(struct problems *p, unsigned section, const char *key,
	const char *path, mode_t kind)
{
	struct stat st;
	if (!path)
		return;
	own(str) char *text = NULL;
	if (stat(path, &st) < 0)
		text = xprintf("%s: %s", path, strerror(errno));
	else if ((st.st_mode & S_IFMT) != kind)
		text = xprintf("%s: is no %s", path,
			kind == S_IFDIR ? "folder" : "regular file");
	if (text)
		problem(p, section, key, text);
}

static void
check_app(struct problems *p, const struct rules *rules, const struct app *a)
{
	struct why why;
	struct source all = { 0 };
	if (rules_select(rules, a->packs, NULL, &all, &why) < 0)
		problem(p, a->line, "packs", why.text);
	else if (rules_select(rules, a->packs, a->rules_off, &all, &why) < 0)
		problem(p, a->line, "rules.off", why.text);
	check_secret(p, a->line, "database-url-file", a->database_url_file);
	check_secret(p, a->line, "migrate-url-file", a->migrate_url_file);
	check_kind(p, a->line, "migrations", a->migrations, S_IFDIR);
	check_kind(p, a->line, "proposals", a->proposals, S_IFDIR);
	check_kind(p, a->line, "schema-file", a->schema_file, S_IFREG);
}

static unsigned
agent_line(const struct settings *s)
{
	for (size_t i = 0; i < s->conf->n_sections; i++)
		if (strcmp(s->conf->sections[i].name, "agent") == 0)
			return s->conf->sections[i].line;
	return 1;
}

/* A name that was mistyped is nobody who may approve. */
static void
check_approvers(struct problems *p)
{
	const struct settings *s = p->settings;
	for (char **a = s->approvers; a && *a; a++) {
		uint64_t uid;
		if (span_u64(span_of(*a), &uid) || getpwnam(*a))
			continue;
		own(str) char *text = xprintf("there is no user '%s'", *a);
		problem(p, agent_line(s), "approvers", text);
	}
}

static void
check_files(struct problems *p, const struct rules *rules)
{
	const struct settings *s = p->settings;
	own(buf) struct buf folders = { 0 };
	for (char **f = s->rules; *f; f++)
		buf_printf(&folders, "%s%s", f == s->rules ? "" : ", ", *f);
	if (rules_count(rules) == 0) {
		buf_add_str(&folders,
			": no rule is there, so no fault would "
			"be seen");
		problem(p, agent_line(s), "rules", buf_str(&folders));
	}
	for (size_t i = 0; i < s->n_apps; i++)
		check_app(p, rules, &s->apps[i]);
	for (size_t i = 0; i < s->n_notifies; i++)
		check_secret(p, s->notifies[i].line, "url-file",
			s->notifies[i].url_file);
	for (size_t i = 0; i < s->n_remedies; i++) {
		const struct remedy *r = &s->remedies[i];
		check_secret(p, r->line, "rehearse", r->rehearse_url_file);
		check_kind(p, r->line, "pg-dump", r->pg_dump, S_IFREG);
	}
}

int
command_check_config(const struct command *c, const struct invocation *in)
{
	struct invocation rest = *in;
	if (!command_operands(c, &rest, 0, 0))
		return EXIT_USAGE;
	struct why why;
	own(settings) struct settings *settings = NULL;
	own(rules) struct rules *rules = NULL;
	if (settings_load(in->config, &settings, &why) < 0 ||
		rules_load(settings->rules, &rules, &why) < 0)
		return command_fails(EXIT_USAGE, "%s", why.text);
	struct problems problems = { .settings = settings };
	check_files(&problems, rules);
	check_approvers(&problems);
	if (problems.count)
		return command_fails(EXIT_USAGE, "%u problem%s in %s",
			problems.count, problems.count == 1 ? "" : "s",
			settings->file);
	printf("%s: fine: %zu app%s, %zu rules in %zu files\n", settings->file,
		settings->n_apps, settings->n_apps == 1 ? "" : "s",
		rules_count(rules), rules_files(rules));
	return EXIT_DONE;
}
