#include "config.h"
#include "cli/init/choice.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include "base/escape.h"
#include "cli/init/app-migrations.h"
#include "config/caprover.h"
#include "hands/hands.h"

#define SHOWN 128u
#define URL_NAME "DATABASE_URL"
#define DIRECT_NAME "DIRECT_URL"

static void
app_clear(struct chosen_app *a)
{
	free(a->name);
	free(a->url_env);
	free(a->direct_env);
	free(a->host);
	free(a->migrations);
	free(a->in_container);
	strings_free(a->others);
}

void
choice_free(struct choice *c)
{
	for (size_t i = 0; i < c->n; i++)
		app_clear(&c->apps[i]);
	free(c->apps);
	strings_free(c->left_out);
	strings_free(c->reasons);
	*c = (struct choice){ 0 };
}

/* As load_settings() wants the name of a section. */
static bool
is_name(const char *name)
{
	static const char fine[] = "abcdefghijklmnopqrstuvwxyz"
				   "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				   "0123456789._-";
	size_t len = strlen(name);
	return len && len <= 128 && strspn(name, fine) == len &&
		!strchr(".-", name[0]);
}

/* What people call a container of no service; owned. */
static char *
name_for_people(const struct docker_service *s)
{
	const char *name = s->container ? s->container : s->id;
	return *s->name ? xstrdup(s->name)
			: xprintf("%.128s", *name == '/' ? name + 1 : name);
}

/* The database of a URL that is none of PostgreSQL; NULL: not known. */
static const char *
other_database(const char *url)
{
	static const char *const table[][2] = {
		{ "mysql:", "MySQL" },
		{ "mariadb:", "MariaDB" },
		{ "mongodb:", "MongoDB" },
		{ "mongodb+srv:", "MongoDB" },
		{ "sqlserver:", "SQL Server" },
		{ "file:", "SQLite" },
		{ "prisma:", "Prisma Accelerate" },
		{ "prisma+postgres:", "Prisma Accelerate" },
	};
	for (size_t i = 0; i < ELEMENTS(table); i++)
		if (strncmp(url, table[i][0], strlen(table[i][0])) == 0)
			return table[i][1];
	return NULL;
}

static char *
without_url(const struct docker_service *s)
{
	if (!s->other_url)
		return xstrdup("no DATABASE_URL in its environment");
	own(str) char *other =
		escape_str(span_of(s->other_url), SHOWN, ESCAPE_LINE);
	return xprintf("no DATABASE_URL in its environment; %s holds a URL of "
		       "PostgreSQL: configure it by hand, see "
		       "logmend.conf(5)",
		other);
}

/* What the schema names counts if the environment has it. */
static void
pick_urls(const struct docker_service *s, struct chosen_app *a)
{
	own(str) char *host = NULL;
	const char *direct = a->direct_env ? a->direct_env : DIRECT_NAME;
	const char *named = head_service_url(s, a->url_env);
	if (!named || strcmp(a->url_env, URL_NAME) == 0)
		str_free(take(a->url_env));
	a->url = a->url_env ? named : s->database_url;
	a->direct_url = head_service_url(s, direct);
	if (!a->direct_url || !a->url || strcmp(a->direct_url, a->url) == 0 ||
		strpbrk(a->direct_url, "\r\n") ||
		hands_check_url_text(a->direct_url, &host, NULL) < 0)
		a->direct_url = NULL;
}

/* What the URL leads to. Returns why it is none that can be used, owned; NULL:
 * it can. */
static char *
judge_url(struct chosen_app *a)
{
	struct why why;
	const char *other = other_database(a->url);
	const char *name = a->url_env ? a->url_env : URL_NAME;
	if (other)
		return xprintf("its %s is one of %s; logmend knows PostgreSQL "
			       "alone",
			name, other);
	/* It has to fit on the one line of a file. */
	if (strpbrk(a->url, "\r\n"))
		return xprintf("its %s has several lines", name);
	own(str) char *host = NULL;
	if (hands_check_url_text(a->url, &host, &why) < 0)
		return xprintf("its %s cannot be used: %s", name, why.text);
	a->host = escape_str(span_of(host), SHOWN, ESCAPE_LINE);
	return NULL;
}

/* Why a service is not configured, owned; NULL: it is. */
static char *
judge(const struct choice_how *how, const struct docker_service *s,
	struct chosen_app *a)
{
	if (!*s->name)
		return xstrdup("is a container of no Swarm service, as the "
			       "apps of CapRover are");
	if (!is_name(a->name))
		return xstrdup("its name has other letters than a "
			       "configuration takes: a-z, 0-9, . _ and -");
	if (s->database_url || s->n_urls)
		app_migrations_find(how, a);
	pick_urls(s, a);
	if (!a->url)
		return without_url(s);
	char *reason = judge_url(a);
	if (reason)
		return reason;
	if (s->driver && strcmp(s->driver, "json-file") != 0)
		return xprintf("logs with the driver '%s', which cannot be "
			       "read: set json-file",
			s->driver);
	if (a->migrations || a->in_container)
		return NULL;
	return xprintf("no folder of Prisma migrations was found %s: name it "
		       "with --migrations %s=DIR",
		s->roots ? "in its container or on this host"
			 : "on this host, and its container's files are not "
			   "there",
		a->name);
}

/* Whether another service would have the same name. */
static bool
is_ambiguous(const struct docker_services *all, size_t at)
{
	const char *name = caprover_app_name(all->list[at].name);
	for (size_t i = 0; i < all->n; i++)
		if (i != at && *all->list[i].name &&
			strcmp(caprover_app_name(all->list[i].name), name) == 0)
			return true;
	return false;
}

/* Docker's embedded DNS knows services by these names, and the host does not.
 */
static bool
is_inside(const struct docker_services *all, const char *host)
{
	for (size_t i = 0; i < all->n; i++)
		if (*all->list[i].name &&
			strcmp(caprover_app_name(all->list[i].name),
				caprover_app_name(host)) == 0)
			return true;
	return strcmp(caprover_app_name(host), host) != 0;
}

static void
add(struct choice *c, const struct choice_how *how, size_t i)
{
	const struct docker_service *s = &how->services->list[i];
	bool prefixed = is_ambiguous(how->services, i);
	struct chosen_app a = {
		.name = xstrdup(
			prefixed ? s->name : caprover_app_name(s->name)),
		.prefixed = prefixed,
		.of = s,
	};
	own(str) char *reason = judge(how, s, &a);
	if (reason) {
		own(str) char *name = name_for_people(s);
		strings_add(&c->left_out, name);
		strings_add(&c->reasons, reason);
		app_clear(&a);
		return;
	}
	a.inside = is_inside(how->services, a.host);
	c->apps = xrealloc(c->apps, c->n + 1, sizeof(*c->apps));
	c->apps[c->n++] = a;
}

void
choice_make(const struct choice_how *how, struct choice *ret)
{
	*ret = (struct choice){ 0 };
	for (size_t i = 0; i < how->services->n; i++)
		add(ret, how, i);
}
