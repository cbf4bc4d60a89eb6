#include "config.h"
#include "hands/postgres/url.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/escape.h"
#include "base/io/file.h"
#include "base/redact.h"
#include "base/span.h"
#include "hands/postgres/url-parameters.h"

/* Below this a password would take ordinary words out of messages. */
#define PASSWORD_LEAST 4

#define SHOWN 120 /* bytes of a value that a message shows */

/* `authority/path?query#fragment`. */
struct url_parts {
	struct span authority, path, query, fragment;
};

void
url_free(struct url *u)
{
	/* The password does not outlive its use in freed memory. */
	if (u->password)
		explicit_bzero(u->password, strlen(u->password));
	free(u->host);
	free(u->port);
	free(u->user);
	free(u->password);
	free(u->database);
	free(u->schema);
	free(u->sslmode);
	free(u->sslrootcert);
	free(u->options);
	free(u->channel_binding);
	free(u->pooled);
	*u = (struct url){ 0 };
}

struct url
url_copy(const struct url *u)
{
	return (struct url){
		.host = xstrdup(u->host),
		.port = xstrdup(u->port),
		.user = xstrdup(u->user),
		.password = xstrdup(u->password),
		.database = xstrdup(u->database),
		.schema = xstrdup(u->schema),
		.schema_given = u->schema_given,
		.sslmode = xstrdup(u->sslmode),
		.sslrootcert = xstrdup(u->sslrootcert),
		.options = xstrdup(u->options),
		.channel_binding = xstrdup(u->channel_binding),
		.connect_timeout = u->connect_timeout,
		.pooled = xstrdup(u->pooled),
		.app = u->app,
	};
}

/* Everything behind the first colon is the password, further colons too. */
static int
read_userinfo(struct url *u, struct span info, struct why *why)
{
	struct span rest = info, user;
	span_cut(&rest, ':', &user);
	u->user = user.len ? url_decode(user, false) : NULL;
	u->password = rest.data ? url_decode(rest, false) : NULL;
	if ((user.len && !u->user) || (rest.data && !u->password))
		return because(why, -EINVAL,
			"user or password of the database URL is not UTF-8");
	return 0;
}

static bool
is_port(struct span s)
{
	uint64_t port;
	return span_u64(s, &port) && port > 0 && port < 65536;
}

/* A host without a name is libpq's and the URL standard's localhost. */
static int
read_host(struct url *u, struct span at, struct why *why)
{
	struct span host = at, port = SPAN_NONE;
	if (at.len && at.data[0] == '[') {
		ptrdiff_t end = span_find(at, SPAN("]"));
		if (end < 0)
			return because(why, -EINVAL,
				"the database URL has a [ without its ]");
		host = (struct span){ at.data + 1, (size_t)end - 1 };
		struct span behind = span_from(at, (size_t)end + 1);
		if (behind.len && behind.data[0] != ':')
			return because(why, -EINVAL,
				"behind the ] of the database URL's host "
				"stands no port");
		if (behind.len)
			port = span_from(behind, 1);
	} else {
		if (span_find(at, SPAN(",")) >= 0)
			return because(why, -EINVAL,
				"the database URL names several hosts: give "
				"the one that is written to");
		port = at;
		(void)span_cut(&port, ':', &host);
		if (span_find(at, SPAN("]")) >= 0 ||
			span_find(port, SPAN(":")) >= 0)
			return because(why, -EINVAL,
				"the database URL's host lacks a bracket: an "
				"IPv6 address stands in [ and ], as in "
				"[2001:db8::1]:5432 (a password with / ? # or "
				"@ must be percent-encoded)");
	}
	if (port.len && !is_port(port))
		return because(why, -EINVAL,
			"the database URL's port is not a number from 1 to "
			"65535 (a password with / ? # or @ must be "
			"percent-encoded)");
	char *name = url_decode(host, false);
	if (!name)
		return because(
			why, -EINVAL, "the database URL's host is not UTF-8");
	url_set(&u->host, *name ? name : (free(name), xstrdup("localhost")));
	url_set(&u->port,
		port.len ? xstrndup(port.data, port.len) : xstrdup("5432"));
	return 0;
}

/* What people write into a URL's file by mistake. A scheme that is not in this
 * list is not quoted: without `postgresql://` the first bytes of the text may
 * be the password itself. */
static const char *const other_schemes[] = { "cockroachdb", "file", "http",
	"https", "jdbc:postgresql", "mariadb", "mongodb", "mongodb+srv",
	"mssql", "mysql", "mysqlx", "oracle", "prisma", "prisma+postgres",
	"redis", "rediss", "sqlite", "sqlserver" };

static int
refuse_scheme(struct span text, struct why *why)
{
	ptrdiff_t end = span_find(text, SPAN("://"));
	struct span scheme = span_first(text, end < 0 ? 0 : (size_t)end);
	const char *other = NULL;
	for (size_t i = 0; i < ELEMENTS(other_schemes); i++)
		if (span_is(scheme, other_schemes[i]))
			other = other_schemes[i];
	if (other && strncmp(other, "prisma", 6) == 0)
		return because(why, -EINVAL,
			"a %s:// URL is Prisma's own service, not a PostgreSQL "
			"server: give the direct URL of the database",
			other);
	if (other)
		return because(why, -EINVAL,
			"a %s:// URL is not one of PostgreSQL, which is all "
			"that logmend knows",
			other);
	bool named = scheme.len && memchr(scheme.data, '=', scheme.len);
	return because(why, -EINVAL,
		"the database URL begins neither with postgresql:// nor with "
		"postgres://%s",
		named ? ": the file holds the URL alone, without a name and =, "
			"and without quotes"
		      : "");
}

static int
read_scheme(struct span *rest, struct why *why)
{
	static const char *const fine[] = { "postgres://", "postgresql://" };
	for (size_t i = 0; i < ELEMENTS(fine); i++)
		if (span_starts(*rest, span_of(fine[i]))) {
			*rest = span_from(*rest, strlen(fine[i]));
			return 0;
		}
	return refuse_scheme(*rest, why);
}

static int
read_database(struct url *u, struct span path, struct why *why)
{
	u->database = url_decode(path, false);
	if (!u->database)
		return because(why, -EINVAL,
			"the database URL's database is not UTF-8");
	if (*u->database)
		return 0;
	/* libpq's default, said aloud so that the target can be shown. */
	url_set(&u->database, xstrdup(u->user ? u->user : "postgres"));
	return 0;
}

/* Signs that only the URL has; the server is asked later, too (pooler.c). */
static void
find_pooler(struct url *u)
{
	if (u->pooled)
		return;
	if (strcmp(u->port, "6543") == 0)
		u->pooled = xstrdup("port 6543 is a transaction pooler's");
	else if (strstr(u->host, "-pooler"))
		u->pooled = xstrdup("its host name is a pooler's");
}

static bool
has_at(struct span s)
{
	return s.len && memchr(s.data, '@', s.len);
}

/* An @ that stands behind the host was part of a password which nobody encoded.
 * Going on would take a piece of the password for a name, and show it. Only the
 * value of a parameter may have an @, where user and password stand before the
 * host. */
static int
refuse_late_at(const struct url_parts *p, bool userinfo, struct why *why)
{
	bool late = has_at(p->path) || has_at(p->fragment) ||
		(!userinfo && has_at(p->query));
	struct span query = p->query, pair, name;
	while (!late && query.len && span_cut(&query, '&', &pair)) {
		(void)span_cut(&pair, '=', &name);
		late = has_at(name);
	}
	return late ? because(why, -EINVAL,
			      "the database URL has an @ behind its host: a "
			      "password with / ? # or @ must be "
			      "percent-encoded")
		    : 0;
}

static struct url_parts
split(struct span rest)
{
	struct url_parts p = { .fragment = rest };
	(void)span_cut(&p.fragment, '#', &rest);
	p.query = rest;
	(void)span_cut(&p.query, '?', &rest);
	p.path = rest;
	(void)span_cut(&p.path, '/', &p.authority);
	return p;
}

static int
read_url(struct span rest, struct url *u, struct why *why)
{
	int r = read_scheme(&rest, why);
	if (r < 0)
		return r;
	struct url_parts p = split(rest);
	/* The last @ ends the user and password, as in the URL standard. */
	const char *at = p.authority.len
		? memrchr(p.authority.data, '@', p.authority.len)
		: NULL;
	r = refuse_late_at(&p, at != NULL, why);
	if (r == 0 && at) {
		size_t len = (size_t)(at - p.authority.data);
		r = read_userinfo(u, span_first(p.authority, len), why);
		p.authority = span_from(p.authority, len + 1);
	}
	if (r == 0)
		r = read_host(u, p.authority, why);
	if (r == 0)
		r = read_database(u, p.path, why);
	if (r == 0)
		r = url_parameters(u, p.query, why);
	if (r == 0)
		find_pooler(u);
	return r;
}

int
url_parse(const char *text, struct url *ret, struct why *why)
{
	own(url) struct url u = {
		.schema = xstrdup("public"),
		.connect_timeout = 5 * USEC_SECOND,
	};
	int r = read_url(span_trim(span_of(text)), &u, why);
	if (r < 0)
		return r;
	if (!u.sslmode)
		u.sslmode = xstrdup("prefer");
	*ret = u;
	u = (struct url){ 0 };
	return 0;
}

/* The file's text holds the password, so it is wiped, and no message quotes it.
 */
int
url_read(const char *path, struct url *ret, struct why *why)
{
	own(str) char *text = NULL;
	int r = file_read_secret(path, &text, why);
	if (r < 0)
		return r;
	struct why inner;
	r = url_parse(text, ret, &inner);
	explicit_bzero(text, strlen(text));
	if (r < 0)
		return because(why, r, "%s: %s", path, inner.text);
	return 0;
}

char *
url_text(const struct url *u)
{
	own(str) char *host = escape_str(span_of(u->host), SHOWN, ESCAPE_LINE);
	own(str) char *database =
		escape_str(span_of(u->database), SHOWN, ESCAPE_LINE);
	own(str) char *schema =
		escape_str(span_of(u->schema), SHOWN, ESCAPE_LINE);
	return xprintf("%s:%s/%s, schema %s", host, u->port, database, schema);
}

/* Whether the password is also a name, which is said aloud anyway, or so short
 * that it would take ordinary words out of messages. */
static bool
is_plain(const struct url *u)
{
	return strlen(u->password) < PASSWORD_LEAST ||
		(u->user && strcmp(u->password, u->user) == 0) ||
		strcmp(u->password, u->database) == 0;
}

/* What the server says about this connection may hold the password in the
 * middle of a word, so that redact() alone would be too careful. */
char *
url_censor(const struct url *u, const char *text)
{
	if (!u->password || is_plain(u))
		return redact(span_of(text));
	own(buf) struct buf without = { 0 };
	for (const char *at; (at = strstr(text, u->password));
		text = at + strlen(u->password)) {
		buf_add(&without, text, (size_t)(at - text));
		buf_add_str(&without, "[redacted: password]");
	}
	buf_add_str(&without, text);
	redact_know(span_of(u->password), "password");
	return redact(buf_span(&without));
}
