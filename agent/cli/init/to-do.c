#include "config.h"
#include "cli/init/to-do.h"

#include <string.h>

#include "cli/local/installed-unit.h"
#include "config/settings.h"

static void
add_taken(struct advices *a, const struct settings_text_how *h,
	const struct chosen_app *app)
{
	bool inside = settings_text_inside(h, app);
	const char *folder = inside || !app->migrations ? app->in_container
							: app->migrations;
	advice_add(a, ADVICE_FINE, app->name,
		"service %s, database on %s, migrations in %s%s, mode report",
		app->of->name, app->host, folder,
		folder == app->in_container ? " of its container" : "");
}

void
to_do_decided(struct advices *a, const struct settings_text_how *h)
{
	const struct choice *c = h->choice;
	if (h->no_docker)
		advice_add(a, ADVICE_NOTE, "Docker",
			"not found: %s: give its folder with --docker-root DIR",
			h->no_docker);
	else
		advice_add(a, ADVICE_FINE, "Docker", "its files are in %s",
			h->docker_root);
	for (size_t i = 0; i < c->n; i++)
		add_taken(a, h, &c->apps[i]);
	for (size_t i = 0; c->left_out && c->left_out[i]; i++)
		advice_add(a, ADVICE_NOTE, c->left_out[i], "left out: %s",
			c->reasons[i]);
}

static void
add_webhook(
	struct advices *a, const struct settings_text_how *h, const char *file)
{
	own(str) char *hook = settings_text_webhook_file(h->folder);
	own(str) char *to = advice_word(hook);
	own(str) char *conf = advice_word(file);
	advice_add(a, ADVICE_TO_DO, "notices",
		"paste the URL of an incoming webhook of Slack, then Enter and "
		"Ctrl-D");
	advice_command(a, "sudo install -m 600 /dev/stdin %s", to);
	advice_command(a, "sudo sed -i 's/^" MARK_NOTIFY "//' %s", conf);
}

/* Never to publish the database's port: it would be open to the world, past
 * the host's own firewall. */
static void
add_address(struct advices *a, const struct settings_text_how *h,
	const struct chosen_app *app)
{
	own(str) char *url = settings_text_url_file(h->folder, app);
	own(str) char *to = advice_word(url);
	advice_add(a, ADVICE_TO_DO, app->name,
		"its database is on %s, a name that Docker alone knows: put an "
		"address in its place that this host reaches, such as its "
		"container's in docker_gwbridge, which changes with each "
		"deploy; do not publish its port, which would be open to "
		"everybody",
		app->host);
	advice_command(a, "sudo docker network inspect docker_gwbridge");
	advice_command(a, "sudo nano %s", to);
}

static void
add_copy(struct advices *a, const struct chosen_app *app, const char *file)
{
	own(str) char *copy = settings_text_copy(app);
	own(str) char *conf = advice_word(file);
	char *above = strrchr(copy, '/');
	const char *container =
		app->of->container ? app->of->container : app->of->id;
	container += *container == '/';
	advice_add(a, ADVICE_TO_DO, app->name,
		"copy its migrations out of the container, again after each "
		"deploy");
	*above = '\0';
	advice_command(a, "sudo rm -rf %s/migrations", copy);
	advice_command(a, "sudo mkdir -p %s", copy);
	advice_command(a, "sudo docker cp %s:%s %s/migrations", container,
		app->in_container, copy);
	advice_command(a, "sudo sed -i 's/^#%s: //' %s", app->name, conf);
}

/* Whether each of the units that need it sees Docker's socket. */
static bool
units_see(const char *socket)
{
	static const char *const names[] = { INSTALLED_UNIT_DAEMON,
		INSTALLED_UNIT_DOCKER, INSTALLED_UNIT_HANDS };
	bool all = true;
	for (size_t i = 0; i < ELEMENTS(names); i++) {
		own(installed_unit) struct installed_unit u = { 0 };
		installed_unit_read("", names[i], &u);
		all &= installed_unit_sees(&u, socket);
	}
	return all;
}

/* `systemctl enable`, which comes next, makes systemd read the drop-in. */
static void
add_socket(struct advices *a, const struct settings_text_how *h)
{
	if (units_see(h->ways.socket))
		return;
	advice_add(a, ADVICE_TO_DO, "Docker's socket",
		"the unit hides %s from the service, for whoever may speak to "
		"it is root; without it no app's database and migrations are "
		"found. This opens it (`logmend init --without-socket` does "
		"without)",
		h->ways.socket);
	advice_command(a, "%s", INSTALLED_UNIT_OPENS_SOCKET);
}

bool
to_do_left(
	struct advices *a, const struct settings_text_how *h, const char *file)
{
	const struct choice *c = h->choice;
	size_t before = a->n;
	for (size_t i = 0; i < c->n; i++) {
		const struct chosen_app *app = &c->apps[i];
		if (!h->ways.url_in_container && app->inside)
			add_address(a, h, app);
		if (!settings_text_inside(h, app) && !app->migrations)
			add_copy(a, app, file);
	}
	if (!h->webhook)
		add_webhook(a, h, file);
	bool edited = a->n > before;
	if (h->ways.socket && c->n)
		add_socket(a, h);
	return edited;
}

/* The service reads the configuration in its usual place, and no other. */
char **
to_do_next(const char *file, bool usual, bool edited)
{
	static const char *const commands[] = { "notify-test", "check-config" };
	char **list = NULL;
	own(str) char *conf = advice_word(file);
	own(str) char *install =
		xprintf("sudo install -D -m 644 %s " CONFIG_FILE, conf);
	for (size_t i = 0; i < ELEMENTS(commands) - !edited; i++) {
		own(str) char *line = xprintf("sudo logmend %s%s%s%s",
			usual ? "" : "-c ", usual ? "" : conf, usual ? "" : " ",
			commands[i]);
		strings_add(&list, line);
	}
	if (!usual)
		strings_add(&list, install);
	strings_add(&list, "sudo systemctl enable --now logmend");
	return list;
}
