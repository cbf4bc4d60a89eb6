#include "config.h"
#include "cli/local/config-check.h"

#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/io/file.h"
#include "base/buf.h"
#include "base/redact.h"
#include "config/credentials.h"
#include "config/ini.h"
#include "hands/hands.h"
#include "head/head.h"
#include "rule/rule.h"

/* What reading a folder takes: to list it, and to open what is in it. */
#define READ (R_OK | X_OK)

static void
tell_of(const struct config_check *c, bool problem, unsigned section,
	const char *key, const char *text)
{
	own(str) char *shown = redact(span_of(text));
	own(str) char *line = xprintf("%s:%u: %s: %s", c->settings->file,
		settings_line(c->settings, section, key), key, shown);
	c->tell(c->arg, problem, line);
}

void
config_check_problem(struct config_check *c, unsigned section, const char *key,
	const char *text)
{
	tell_of(c, true, section, key, text);
	c->problems++;
}

unsigned
config_check_agent(const struct settings *s)
{
	for (size_t i = 0; i < s->conf->n_sections; i++)
		if (strcmp(s->conf->sections[i].name, "agent") == 0)
			return s->conf->sections[i].line;
	return 1;
}

/* What is wrong with a path; NULL: nothing. Owned. */
static char *
kind_mistake(const char *path, mode_t kind, int use)
{
	struct stat st;
	if (stat(path, &st) < 0)
		return xprintf("%s: %s", path, strerror(errno));
	if ((st.st_mode & S_IFMT) != kind)
		return xprintf("%s: is no %s", path,
			kind == S_IFDIR ? "folder" : "regular file");
	return faccessat(AT_FDCWD, path, use, AT_EACCESS) < 0
		? xprintf("%s: %s", path, strerror(errno))
		: NULL;
}

/* Checks that the path exists, is of this kind, and may be used so by this
 * process: access(2) without AT_EACCESS leaves out capabilities of who is not
 * root. NULL is not set and needs no check. */
static void
check_kind(struct config_check *c, unsigned section, const char *key,
	const char *path, mode_t kind, int use)
{
	own(str) char *text = path ? kind_mistake(path, kind, use) : NULL;
	if (text)
		config_check_problem(c, section, key, text);
}

static void
check_url(struct config_check *c, unsigned section, const char *key,
	const char *url_file)
{
	struct why why;
	if (url_file && hands_check_url(url_file, &why) < 0)
		config_check_problem(c, section, key, why.text);
}

/* Whether the app's policy lets any remedy run. */
static bool
mends(const struct app *a)
{
	for (int k = 0; k < CLASSES; k++)
		if (a->remedy[k] && a->policy->mode != MODE_REPORT)
			return true;
	return false;
}

/* What stands around a URL and is left out: told, and no reason not to run. */
static void
check_dress(struct config_check *c, unsigned section, const char *key,
	const char *path)
{
	own(str) char *dress = file_secret_dress(path);
	if (!dress)
		return;
	own(str) char *text =
		xprintf("%s: is read without what stands around the URL: %s",
			path, dress);
	tell_of(c, false, section, key, text);
}

/* So are secrets that others can read. */
static void
check_secret(struct config_check *c, unsigned section, const char *key,
	const char *path)
{
	struct stat st;
	if (!path)
		return;
	check_dress(c, section, key, path);
	if (stat(path, &st) < 0 || !(st.st_mode & 077))
		return;
	own(str) char *text =
		xprintf("%s: can be read by others (mode %03o): chmod 600 %s",
			path, (unsigned)st.st_mode & 0777, path);
	tell_of(c, false, section, key, text);
}

static void
check_migrations(struct config_check *c, const struct app *a)
{
	struct why why;
	if (!app_migrations_are_inside(a))
		check_kind(
			c, a->line, "migrations", a->migrations, S_IFDIR, READ);
	if (a->migrations && (c->ask_docker || !app_migrations_are_inside(a)) &&
		hands_check_migrations(a, &why) < 0)
		config_check_problem(c, a->line, "migrations", why.text);
}

static void
check_app(struct config_check *c, const struct app *a)
{
	struct why why;
	check_url(c, a->line, "database-url-file", a->database_url_file);
	check_url(c, a->line, "migrate-url-file", a->migrate_url_file);
	check_secret(c, a->line, "database-url-file", a->database_url_file);
	check_secret(c, a->line, "migrate-url-file", a->migrate_url_file);
	if (c->ask_docker && hands_check_inside(a, &why) < 0)
		config_check_problem(c, a->line, "database-url", why.text);
	check_migrations(c, a);
	check_kind(c, a->line, "proposals", a->proposals, S_IFDIR, READ | W_OK);
	check_kind(c, a->line, "schema-file", a->schema_file, S_IFREG, R_OK);
	/* load_settings() refuses an app that mends without a URL. */
	if (mends(a) && hands_check_mend_url(a, &why) < 0)
		config_check_problem(c, a->line, "migrate-url-file", why.text);
}

/* Whether an app may run the remedy and needs a pg_dump on this host for it:
 * the container of its database may have one where Docker is asked. */
static bool
needs_pg_dump(const struct settings *s, const struct remedy *r)
{
	for (size_t i = 0; i < s->n_apps; i++)
		for (int k = 0; k < CLASSES; k++)
			if (s->apps[i].remedy[k] == r && mends(&s->apps[i]) &&
				!s->apps[i].docker_socket)
				return true;
	return false;
}

static void
check_remedy(struct config_check *c, const struct remedy *r)
{
	struct why why;
	check_url(c, r->line, "rehearse", r->rehearse_url_file);
	check_secret(c, r->line, "rehearse", r->rehearse_url_file);
	if ((r->pg_dump || needs_pg_dump(c->settings, r)) &&
		hands_check_rehearsal(NULL, r, 0, &why) < 0)
		config_check_problem(c, r->line, "pg-dump", why.text);
}

static void
check_notify(struct config_check *c, const struct notify *n)
{
	struct why why;
	if (c->ask_sender && head_check_webhook(n, &why) < 0)
		config_check_problem(c, n->line, "url-file", why.text);
	check_secret(c, n->line, "url-file", n->url_file);
}

/* Checks that each approver is a user. head compares a peer's uid with those of
 * the names, so a name that was mistyped would silently approve nothing. */
static void
check_approvers(struct config_check *c)
{
	const struct settings *s = c->settings;
	for (char **a = s->approvers; a && *a; a++) {
		uint64_t uid;
		if (span_u64(span_of(*a), &uid) || getpwnam(*a))
			continue;
		own(str) char *shown = redact_quote(*a);
		own(str) char *text = xprintf("there is no user '%s'", shown);
		config_check_problem(
			c, config_check_agent(s), "approvers", text);
	}
}

/* The folder of the store or the socket, which the service makes where they are
 * left as they are. */
static void
check_parent(struct config_check *c, const char *key, const char *path,
	const char *usual)
{
	const char *slash = strrchr(path, '/');
	own(str) char *folder = xstrndup(
		path, slash && slash > path ? (size_t)(slash - path) : 1);
	if (strncmp(path, usual, strlen(usual)) == 0 &&
		faccessat(AT_FDCWD, folder, F_OK, AT_EACCESS) < 0)
		return;
	check_kind(c, config_check_agent(c->settings), key, folder, S_IFDIR,
		W_OK | X_OK);
}

static void
check_state(struct config_check *c)
{
	const struct settings *s = c->settings;
	struct sockaddr_un address;
	check_parent(c, "store", s->store, "/var/lib/logmend/");
	check_parent(c, "socket", s->socket, "/run/logmend/");
	if (strlen(s->socket) < sizeof(address.sun_path))
		return;
	own(str) char *text = xprintf("is longer than a socket's path may be "
				      "(%zu bytes)",
		sizeof(address.sun_path) - 1);
	config_check_problem(c, config_check_agent(s), "socket", text);
}

/* Nobody wrote the default, so it has no line. */
static void
check_docker_root(struct config_check *c, unsigned agent)
{
	const struct settings *s = c->settings;
	for (size_t i = 0; i < s->conf->n_sections; i++) {
		const struct ini_section *sec = &s->conf->sections[i];
		if (sec->line == agent && ini_find(sec, "docker-root")) {
			check_kind(c, agent, "docker-root", s->docker_root,
				S_IFDIR, READ);
			return;
		}
	}
	own(str) char *text = kind_mistake(s->docker_root, S_IFDIR, READ);
	own(str) char *line = xprintf(
		"%s: docker-root is not set, and its default does not do: %s: "
		"set it in [agent] to the folder that `docker info` calls "
		"Docker Root Dir",
		s->file, text ? text : "");
	if (!text)
		return;
	c->tell(c->arg, true, line);
	c->problems++;
}

/* Checks the folders. Those of the default `rules` may be missing: a host
 * without rules of its own has no rules.d. */
static void
check_folders(struct config_check *c)
{
	const struct settings *s = c->settings;
	unsigned agent = config_check_agent(s);
	if (s->n_apps)
		check_docker_root(c, agent);
	for (size_t i = 0; i < s->conf->n_sections; i++) {
		const struct ini_section *sec = &s->conf->sections[i];
		if (sec->line != agent || !ini_find(sec, "rules"))
			continue;
		for (char **f = s->rules; *f; f++)
			check_kind(c, agent, "rules", *f, S_IFDIR, READ);
	}
}

void
config_check_run(struct config_check *c)
{
	const struct settings *s = c->settings;
	credentials_know(s);
	check_approvers(c);
	check_folders(c);
	check_state(c);
	for (size_t i = 0; i < s->n_apps; i++)
		check_app(c, &s->apps[i]);
	for (size_t i = 0; i < s->n_remedies; i++)
		check_remedy(c, &s->remedies[i]);
	for (size_t i = 0; i < s->n_notifies; i++)
		check_notify(c, &s->notifies[i]);
}

/* Selects the rules as head does, first without `rules.off`, so that the error
 * names the key that is wrong. */
static void
check_packs(
	struct config_check *c, const struct rules *rules, const struct app *a)
{
	struct why why;
	struct source all = { 0 };
	if (rules_select(rules, a->packs, NULL, &all, &why) < 0)
		config_check_problem(c, a->line, "packs", why.text);
	else if (rules_select(rules, a->packs, a->rules_off, &all, &why) < 0)
		config_check_problem(c, a->line, "rules.off", why.text);
}

void
config_check_rules(struct config_check *c, const struct rules *rules)
{
	const struct settings *s = c->settings;
	own(buf) struct buf folders = { 0 };
	for (char **f = s->rules; *f; f++)
		buf_printf(&folders, "%s%s", f == s->rules ? "" : ", ", *f);
	if (rules_count(rules) == 0) {
		buf_add_str(&folders,
			": no rule is there, so no fault would be seen");
		config_check_problem(
			c, config_check_agent(s), "rules", buf_str(&folders));
	}
	for (size_t i = 0; i < s->n_apps; i++)
		check_packs(c, rules, &s->apps[i]);
}
