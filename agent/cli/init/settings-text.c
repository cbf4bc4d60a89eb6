#include "config.h"
#include "cli/init/settings-text.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/buf.h"
#include "base/escape.h"
#include "config/options.h"

#define SHOWN 200u
#define WEBHOOK "slack"
#define INSIDE "container"

static const char *
find_socket(void)
{
	static const char *const places[] = { "/run/docker.sock",
		"/var/run/docker.sock" };
	struct stat st;
	for (size_t i = 0; i < ELEMENTS(places); i++)
		if (stat(places[i], &st) == 0 && S_ISSOCK(st.st_mode))
			return places[i];
	return NULL;
}

/* Whether the configuration takes such a folder. */
static bool
takes_inside(const struct option *o)
{
	char *text = NULL;
	int r = o && o->read ? o->read(INSIDE ":/a", &text, NULL) : -ENOENT;
	free(text);
	return r == 0;
}

struct access_ways
access_ways_known(bool without_socket)
{
	const struct option *url = option_find(SECTION_APP, "database-url");
	const struct option *folder = option_find(SECTION_APP, "migrations");
	const char *socket = without_socket ? NULL : find_socket();
	bool can = socket && url && url->read;
	return (struct access_ways){ .socket = can ? socket : NULL,
		.url_in_container = can,
		.migrations_in_container = can && takes_inside(folder) };
}

/* An app may be called as the webhook's file is. */
char *
settings_text_url_file(const char *folder, const struct chosen_app *a)
{
	return xprintf("%s/%s%s.url", folder, a->name,
		strcmp(a->name, WEBHOOK) == 0 ? ".database" : "");
}

char *
settings_text_direct_file(const char *folder, const struct chosen_app *a)
{
	return xprintf("%s/%s.direct.url", folder, a->name);
}

char *
settings_text_webhook_file(const char *folder)
{
	return xprintf("%s/" WEBHOOK ".url", folder);
}

char *
settings_text_copy(const struct chosen_app *a)
{
	return xprintf("/captain/apps/%s/prisma/migrations", a->name);
}

static void
add_head(struct buf *to, const struct settings_text_how *h)
{
	buf_add_str(to,
		"# Written by `logmend init`, from what it saw on this host.\n"
		"# Every key is described in logmend.conf(5). After a change:\n"
		"# `sudo logmend reload`, which names mistakes and then loads\n"
		"# nothing.\n"
		"\n");
	bool elsewhere = h->docker_root &&
		strcmp(h->docker_root, "/var/lib/docker") != 0;
	if (elsewhere || h->ways.socket)
		buf_add_str(to, "[agent]\n");
	if (elsewhere)
		buf_printf(to, "docker-root = %s\n", h->docker_root);
	if (h->ways.socket)
		buf_printf(to,
			"# Asked for what is inside containers: an app's URL "
			"and its migrations.\n"
			"docker-socket = %s\n",
			h->ways.socket);
	if (elsewhere || h->ways.socket)
		buf_add_str(to, "\n");
	if (h->no_docker) {
		own(str) char *shown =
			escape_str(span_of(h->no_docker), SHOWN, ESCAPE_LINE);
		buf_printf(to,
			"# No Docker was found: %s.\n"
			"#[agent]\n"
			"#docker-root = /var/lib/docker\n"
			"\n",
			shown);
	}
}

static void
add_limits(struct buf *to, const struct settings_text_how *h)
{
	const char *mark = h->webhook ? "" : MARK_NOTIFY;
	own(str) char *file = settings_text_webhook_file(h->folder);
	buf_add_str(to,
		"# What may be done: `report` changes nothing; `ask` mends "
		"once a\n"
		"# person approved; `act` mends by itself what is safe to "
		"mend.\n"
		"[policy careful]\n"
		"mode     = report\n"
		"attempts = 3/h, 10/d\n"
		"cooldown = 10m\n"
		"quiet    = 5m\n"
		"\n"
		"# How it would be mended, in modes ask and act.\n"
		"[remedy prisma]\n"
		"kind         = prisma\n"
		"lock-timeout = 500ms\n"
		"deadline     = 120s\n"
		"\n");
	if (!h->webhook)
		buf_printf(to,
			"# Where notices go. These lines wait for the file "
			"with "
			"the webhook's URL;\n"
			"# this takes their mark away:\n"
			"# sed -i 's/^" MARK_NOTIFY "//' FILE\n");
	else
		buf_add_str(to, "# Where notices go.\n");
	buf_printf(to, "%s[notify ops]\n%skind     = slack\n%surl-file = %s\n",
		mark, mark, mark, file);
}

/* What a person named comes first. */
bool
settings_text_inside(
	const struct settings_text_how *h, const struct chosen_app *a)
{
	return h->ways.migrations_in_container && a->in_container && !a->given;
}

static void
add_migrations(struct buf *to, const struct settings_text_how *h,
	const struct chosen_app *a)
{
	for (char **p = a->others; p && *p; p++)
		buf_printf(to, "# This looks like migrations, too: %s\n", *p);
	own(str) char *usual = xprintf("%s/prisma/migrations", a->of->workdir);
	if (settings_text_inside(h, a)) {
		bool found = strcmp(usual, a->in_container) == 0;
		buf_printf(to, "migrations           = " INSIDE "%s%s\n",
			found ? "" : ":", found ? "" : a->in_container);
	} else if (a->migrations) {
		buf_printf(to, "migrations           = %s\n", a->migrations);
	} else {
		own(str) char *copy = settings_text_copy(a);
		buf_printf(to,
			"# In the container they are %s: this line waits\n"
			"# for a copy of them on the host, made after each "
			"deploy.\n"
			"#%s: migrations = %s\n",
			a->in_container, a->name, copy);
	}
}

static void
add_variables(struct buf *to, const struct settings_text_how *h,
	const struct chosen_app *a)
{
	if (a->url_env)
		buf_printf(to, "database-url-env     = %s\n", a->url_env);
	if (!a->direct_url)
		return;
	own(str) char *file = settings_text_direct_file(h->folder, a);
	buf_printf(to,
		"# A copy of %s: write it anew when the app gets another.\n"
		"migrate-url-file     = %s\n",
		a->direct_env ? a->direct_env : "DIRECT_URL", file);
}

/* What the container's own configuration says is anybody's text. */
static void
add_app(struct buf *to, const struct settings_text_how *h,
	const struct chosen_app *a)
{
	own(str) char *image =
		escape_str(span_of(a->of->image), SHOWN, ESCAPE_LINE);
	own(str) char *workdir =
		escape_str(span_of(a->of->workdir), SHOWN, ESCAPE_LINE);
	own(str) char *file = settings_text_url_file(h->folder, a);
	buf_printf(to,
		"\n# Service %s, image %s, in %s; its database is on %s.\n"
		"[app %s]\n",
		a->of->name, image, workdir, a->host, a->name);
	if (a->prefixed)
		buf_printf(to, "service              = %s\n", a->of->name);
	if (h->ways.url_in_container)
		buf_add_str(to, "database-url         = " INSIDE "\n");
	else
		buf_printf(to, "database-url-file    = %s\n", file);
	add_variables(to, h, a);
	add_migrations(to, h, a);
	buf_printf(to,
		"policy               = careful\n"
		"remedy.missing-table = prisma\n"
		"%snotify               = ops\n",
		h->webhook ? "" : MARK_NOTIFY);
}

static void
add_example(struct buf *to, const struct settings_text_how *h)
{
	buf_printf(to,
		"\n# No app was found that could be configured. One looks like "
		"this:\n"
		"#[app shop]\n"
		"#database-url-file    = %s/shop.url\n"
		"#migrations           = /captain/apps/shop/prisma/migrations\n"
		"#policy               = careful\n"
		"#remedy.missing-table = prisma\n"
		"#notify               = ops\n",
		h->folder);
}

char *
settings_text(const struct settings_text_how *h)
{
	const struct choice *c = h->choice;
	struct buf to = { 0 };
	add_head(&to, h);
	add_limits(&to, h);
	for (size_t i = 0; i < c->n; i++)
		add_app(&to, h, &c->apps[i]);
	if (!c->n)
		add_example(&to, h);
	if (c->left_out)
		buf_add_str(&to, "\n# Left out:\n");
	for (size_t i = 0; c->left_out && c->left_out[i]; i++)
		buf_printf(&to, "# %s: %s\n", c->left_out[i], c->reasons[i]);
	return buf_take_str(&to);
}
