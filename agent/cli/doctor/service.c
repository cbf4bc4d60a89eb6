#include "config.h"
#include "cli/doctor/examine.h"

#include <errno.h>
#include <limits.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/daemon/daemon-client.h"
#include "cli/local/installed-unit.h"
#include "cli/output/advice.h"
#include "config/ini.h"

#define ABOUT "service"

static void
examine_seen(struct doctor *d, const char *key, const char *path)
{
	bool daemon = !path || installed_unit_sees(&d->unit, path);
	bool hands = !path || installed_unit_sees(&d->hands, path);
	if (!daemon || !hands)
		advice_add(&d->advices, ADVICE_TO_DO, ABOUT,
			"%s: %s: the unit hides it from the service "
			"(PrivateTmp, "
			"ProtectHome, InaccessiblePaths): move it, or change "
			"that with `systemctl edit %s`",
			key, path,
			daemon          ? "logmend-hands@"
				: hands ? "logmend"
					: "logmend logmend-hands@");
}

/* The one hidden path that has a drop-in of its own. A socket elsewhere is
 * hidden by what a person wrote. */
static void
examine_socket(struct doctor *d, const char *socket, bool runs)
{
	bool usual = socket &&
		(strcmp(socket, "/run/docker.sock") == 0 ||
			strcmp(socket, "/var/run/docker.sock") == 0);
	if (!usual ||
		(installed_unit_sees(&d->unit, "/run/docker.sock") &&
			installed_unit_sees(&d->docker, "/run/docker.sock") &&
			installed_unit_sees(&d->hands, "/run/docker.sock"))) {
		examine_seen(d, "docker-socket", socket);
		return;
	}
	advice_add(&d->advices, ADVICE_TO_DO, ABOUT,
		"docker-socket: %s: the unit hides it from the service, for "
		"whoever may speak to it is root; this opens it",
		socket);
	advice_command(&d->advices, "%s", INSTALLED_UNIT_OPENS_SOCKET);
	advice_command(&d->advices, "sudo systemctl daemon-reload");
	if (runs)
		advice_command(&d->advices, "sudo systemctl restart logmend");
}

static void
examine_written(struct doctor *d, const struct installed_unit *unit,
	const char *name, const char *key, const char *folder)
{
	if (!folder || !unit->path || installed_unit_writes(unit, folder))
		return;
	advice_add(&d->advices, ADVICE_TO_DO, ABOUT,
		"%s: %s: the unit lets the service write nothing there: add "
		"two lines to it, [Service] and ReadWritePaths=%s",
		key, folder, folder);
	advice_command(&d->advices, "sudo systemctl edit %s", name);
	advice_command(&d->advices, "sudo systemctl restart logmend");
}

/* systemd gives the service its own folders; one that a person chose for the
 * store may still be root's, whom the service once ran as. */
static void
examine_owner(struct doctor *d, const char *key, const char *folder)
{
	const struct passwd *user =
		d->unit.user ? getpwnam(d->unit.user) : NULL;
	struct stat st;
	if (!user || user->pw_uid == 0 || stat(folder, &st) < 0 ||
		st.st_uid == user->pw_uid ||
		strcmp(folder, "/var/lib/logmend") == 0 ||
		!installed_unit_writes(&d->unit, folder))
		return;
	own(str) char *to = advice_word(folder);
	advice_add(&d->advices, ADVICE_TO_DO, ABOUT,
		"%s: %s: does not belong to user %s, whom the service runs as",
		key, folder, d->unit.user);
	advice_command(&d->advices, "sudo chown -R %s: %s", d->unit.user, to);
}

/* The path that a key of [agent] names; NULL if it is not there. */
static const char *
agent_path(const struct settings *s, const char *key)
{
	for (size_t i = 0; i < s->conf->n_sections; i++) {
		const struct ini_section *sec = &s->conf->sections[i];
		const struct ini_entry *e = ini_find(sec, key);
		if (e && strcmp(sec->name, "agent") == 0)
			return e->value;
	}
	return NULL;
}

/* Root may see and write what the unit keeps from the service. */
static void
examine_paths(struct doctor *d, bool runs)
{
	const struct settings *s = d->settings;
	own(str) char *store = doctor_folder(s->store);
	own(str) char *socket = doctor_folder(s->socket);
	examine_written(d, &d->unit, "logmend", "store", store);
	examine_written(d, &d->hands, "logmend-hands@", "store", store);
	examine_owner(d, "store", store);
	examine_written(d, &d->unit, "logmend", "socket", socket);
	examine_seen(d, "docker-root", s->docker_root);
	examine_socket(d, agent_path(s, "docker-socket"), runs);
	examine_seen(d, "freeze-file", s->freeze_file);
	for (char **f = s->rules; f && *f; f++)
		examine_seen(d, "rules", *f);
	for (size_t i = 0; i < s->n_apps; i++) {
		const struct app *a = &s->apps[i];
		examine_seen(d, "database-url-file", a->database_url_file);
		examine_seen(d, "migrate-url-file", a->migrate_url_file);
		examine_seen(d, "migrations", a->migrations);
		examine_seen(d, "schema-file", a->schema_file);
		examine_written(d, &d->hands, "logmend-hands@", "proposals",
			a->proposals);
	}
	for (size_t i = 0; i < s->n_notifies; i++)
		examine_seen(d, "url-file", s->notifies[i].url_file);
}

/* The service has its own idea of both. */
static void
examine_difference(struct doctor *d)
{
	char *program = realpath("/proc/self/exe", NULL);
	if (program && d->unit.program && strcmp(program, d->unit.program) != 0)
		advice_add(&d->advices, ADVICE_NOTE, ABOUT,
			"the unit starts %s, and this is %s", d->unit.program,
			program);
	free(program);
	if (strcmp(d->in->config, CONFIG_FILE) != 0)
		advice_add(&d->advices, ADVICE_NOTE, ABOUT,
			"the unit reads " CONFIG_FILE ", and this looked at "
			"%s",
			d->in->config);
}

/* 1: it runs; 0: it does not; -EACCES: that may not be asked, and a socket of a
 * daemon that is gone refuses in the same way. */
static int
is_running(struct doctor *d)
{
	struct why why;
	int r = d->settings ? daemon_client_reach(d->settings->socket, &why)
			    : -ENOENT;
	if (r == -EACCES)
		advice_add(&d->advices, ADVICE_UNKNOWN, ABOUT,
			"whether logmend runs could not be told: %s", why.text);
	return r == -EACCES ? r : r == 0;
}

/* The units that the daemon asks for its processes come with its own. */
static void
examine_role(struct doctor *d, const char *role)
{
	own(installed_unit) struct installed_unit service = { 0 };
	own(installed_unit) struct installed_unit socket = { 0 };
	own(str) char *of = xprintf("logmend-%s@.service", role);
	own(str) char *at = xprintf("logmend-%s.socket", role);
	installed_unit_read("", of, &service);
	installed_unit_read("", at, &socket);
	if (!service.path || !socket.path) {
		advice_add(&d->advices, ADVICE_TO_DO, ABOUT,
			"no unit %s is installed, and %s needs it: install "
			"logmend again",
			service.path ? at : of, d->unit.path);
		return;
	}
	if (!service.user || getpwnam(service.user))
		return;
	advice_add(&d->advices, ADVICE_TO_DO, ABOUT,
		"%s: there is no user %s, whom it runs as", service.path,
		service.user);
	advice_command(&d->advices, "sudo systemd-sysusers");
}

static void
examine_roles(struct doctor *d)
{
	static const char *const roles[] = { "eyes", "hands", "notify",
		"docker" };
	for (size_t i = 0; d->unit.roles && i < ELEMENTS(roles); i++)
		examine_role(d, roles[i]);
}

void
examine_service(struct doctor *d)
{
	own(str) char *run = doctor_command(d, "run");
	int runs = is_running(d);
	if (d->unit.path) {
		examine_difference(d);
		examine_roles(d);
		if (d->settings)
			examine_paths(d, runs);
	}
	if (runs < 0)
		return;
	if (d->unit.path && d->unit.enabled && runs) {
		advice_add(&d->advices, ADVICE_FINE, ABOUT,
			"%s: runs, and starts with the host", d->unit.path);
	} else if (d->unit.path) {
		advice_add(&d->advices, ADVICE_TO_DO, ABOUT, "%s: %s%s%s",
			d->unit.path, runs ? "" : "does not run",
			runs || d->unit.enabled ? "" : ", and ",
			d->unit.enabled ? "" : "does not start with the host");
		advice_command(
			&d->advices, "sudo systemctl enable --now logmend");
	} else if (runs) {
		advice_add(&d->advices, ADVICE_NOTE, ABOUT,
			"logmend runs, and no unit logmend.service is "
			"installed: it will not start with the host");
	} else {
		advice_add(&d->advices, ADVICE_TO_DO, ABOUT,
			"no unit logmend.service is installed, and logmend "
			"does not run");
		advice_command(&d->advices, "%s", run);
	}
}
