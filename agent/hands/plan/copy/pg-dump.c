#include "config.h"
#include "hands/plan/copy/pg-dump.h"

#include <errno.h>
#include <glob.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/escape.h"
#include "base/io/descriptors.h"
#include "base/io/file.h"
#include "base/io/spawn.h"
#include "hands/plan/copy/container-dump.h"
#include "hands/postgres/route.h"

/* The first descriptor that spawn.h hands a child. */
#define PASSWORD_FILE "/proc/self/fd/3"
#define VERSION_TIME (10 * USEC_SECOND)
#define VERSIONED "/usr/lib/postgresql/*/bin/pg_dump"

/* libpq takes no file with a password from here: /dev/null is no folder, so
 * there never is such a file. Of /dev/null itself it would warn. */
#define NO_FILE "/dev/null/none"

/* The environment of libpq's programs. It holds no password, for root's
 * programs and whoever may look at this process can read it. Owned. */
static char **
environment(const struct url *u, const char *hosts, const char *addresses,
	bool has_password)
{
	const char *const pairs[][2] = {
		{ "PGHOST", hosts },
		{ "PGHOSTADDR", addresses },
		{ "PGPORT", u->port },
		{ "PGUSER", u->user },
		{ "PGDATABASE", u->database },
		{ "PGSSLMODE", u->sslmode },
		{ "PGSSLROOTCERT", u->sslrootcert },
		{ "PGOPTIONS", u->options },
		{ "PGCHANNELBINDING", u->channel_binding },
		{ "PGPASSFILE", has_password ? PASSWORD_FILE : NO_FILE },
		{ "PGSERVICEFILE", NO_FILE },
		{ "PGSYSCONFDIR", "/nonexistent" },
		{ "PGGSSENCMODE", "disable" },
		{ "PGCONNECT_TIMEOUT", "10" },
		{ "PGAPPNAME", "logmend rehearsal" },
		{ "PGCLIENTENCODING", "UTF8" },
		{ "PATH", "/usr/bin:/bin" },
		{ "LANG", "C" },
	};
	char **env = NULL;
	for (size_t i = 0; i < ELEMENTS(pairs); i++) {
		if (!pairs[i][1])
			continue;
		own(str) char *pair =
			xprintf("%s=%s", pairs[i][0], pairs[i][1]);
		strings_add(&env, pair);
	}
	return env;
}

/* A line of a password file for every host, port, database and user:
 * https://www.postgresql.org/docs/15/libpq-pgpass.html. */
static void
add_password_line(struct buf *to, const char *password)
{
	buf_reserve(to, 2 * strlen(password) + 16);
	buf_add_str(to, "*:*:*:*:");
	for (const char *p = password; *p; p++) {
		if (*p == ':' || *p == '\\')
			buf_add_char(to, '\\');
		buf_add_char(to, *p);
	}
	buf_add_char(to, '\n');
}

/* Makes the password file in memory, for the child to open again through its
 * own descriptor. libpq wants a regular file that only its owner may read. *ret
 * stays as it is without a password. */
static int
password_file(const struct url *u, int *ret, struct why *why)
{
	if (!u->password || !*u->password)
		return 0;
	if (strpbrk(u->password, "\r\n"))
		return because(why, -EINVAL,
			"the database URL's password has a line break in it, "
			"which pg_dump cannot be given");
	own(fd) int fd = memfd_create("pgpass", MFD_CLOEXEC);
	own(buf) struct buf line = { 0 };
	add_password_line(&line, u->password);
	int r = fd < 0 || fchmod(fd, 0600) < 0 ? -errno
					       : write_all(fd, buf_span(&line));
	explicit_bzero(line.data, line.len);
	if (r < 0)
		return because(why, r,
			"no password can be handed to pg_dump: %s",
			descriptors_error(r));
	*ret = take(fd);
	return 0;
}

/* What a program complained about, for a sentence. */
static char *
complaint(const struct url *u, const struct buf *err)
{
	own(str) char *all = xstrndup(err->data ? err->data : "", err->len);
	own(str) char *text = url_censor(u, all);
	return escape_joined(span_of(text), 600);
}

static int
run(const struct url *u, const char *const *argv, usec deadline,
	struct buf *out, struct why *why)
{
	own(fd) int password = -1;
	own(str) char *hosts = NULL;
	own(str) char *addresses = NULL;
	int r = password_file(u, &password, why);
	if (r == 0)
		r = route_find(u, deadline, &hosts, &addresses, why);
	if (r < 0)
		return r;
	own(strings) char **env =
		environment(u, hosts, addresses, password >= 0);
	struct spawn s = {
		.argv = argv,
		.env = (const char *const *)env,
		.dies_with_us = true,
		.fds = &password,
		.n_fds = password >= 0,
	};
	own(spawn_result) struct spawn_result result = { 0 };
	r = spawn_run(&s, deadline, PG_DUMP_MAX, &result, why);
	if (r < 0)
		return r;
	if (result.status != 0) {
		char status[64];
		own(str) char *said = complaint(u, &result.err);
		return because(why, -EIO, "%s: %s: %s", argv[0],
			spawn_status_text(result.status, status), said);
	}
	buf_add_span(out, buf_span(&result.out));
	buf_str(out);
	return 0;
}

static int
leading_number(const char *s)
{
	uint64_t n;
	struct span digits = { s, strspn(s, "0123456789") };
	return span_u64(digits, &n) && n < 10000 ? (int)n : 0;
}

/* The program says `pg_dump (PostgreSQL) 15.20 (Debian ...)`: that is 15. */
static int
version_of(const char *program, struct why *why)
{
	const char *const argv[] = { program, "--version", NULL };
	struct spawn s = { .argv = argv };
	own(spawn_result) struct spawn_result result = { 0 };
	int r = spawn_run(&s, clock_mono() + VERSION_TIME, 4096, &result, why);
	if (r < 0)
		return r;
	const char *at = strstr(buf_str(&result.out), "(PostgreSQL) ");
	int version = at ? leading_number(at + strlen("(PostgreSQL) ")) : 0;
	return version > 0 ? version
			   : because(why, -EINVAL,
				     "%s does not tell its version", program);
}

/* The newest one that the system has. */
static int
find_newest(char **ret, struct why *why)
{
	glob_t found = { 0 };
	int best = 0;
	if (glob(VERSIONED, 0, NULL, &found) == 0)
		for (size_t i = 0; i < found.gl_pathc; i++) {
			/* The number stands in the path itself. */
			int v = leading_number(found.gl_pathv[i] +
				strlen("/usr/lib/postgresql/"));
			if (v <= best)
				continue;
			best = v;
			free(*ret);
			*ret = xstrdup(found.gl_pathv[i]);
		}
	globfree(&found);
	if (!*ret && access("/usr/bin/pg_dump", X_OK) == 0)
		*ret = xstrdup("/usr/bin/pg_dump");
	return *ret ? 0
		    : because(why, -ENOENT,
			      "there is no pg_dump here: install "
			      "postgresql-client, or set `pg-dump`");
}

int
pg_dump_find(
	const char *given, int server_version, char **ret_path, struct why *why)
{
	own(str) char *path = xstrdup(given);
	int r = path ? 0 : find_newest(&path, why);
	if (r < 0)
		return r;
	int version = version_of(path, why);
	if (version < 0)
		return version;
	if (version < server_version / 10000)
		return because(why, -ENOTSUP,
			"%s is of version %d, older than the server's %d: "
			"install postgresql-client-%d, or set `pg-dump`",
			path, version, server_version / 10000,
			server_version / 10000);
	*ret_path = take(path);
	return 0;
}

static void
blank_line(struct buf *sql, ptrdiff_t at)
{
	for (size_t i = (size_t)at; i < sql->len && sql->data[i] != '\n'; i++)
		sql->data[i] = ' ';
}

/* Only in the head of a dump, before the first object: what stands further
 * down may be the body of a function. */
#define HEAD 4096u

void
pg_dump_clean(struct buf *sql, int server_version)
{
	struct span all = buf_span(sql), head = span_first(all, HEAD);
	ptrdiff_t at = span_find(head, SPAN("\n\\restrict "));
	if (at >= 0) {
		struct span token = span_from(all, (size_t)at + 11);
		token = span_first(token, strcspn(token.data, "\n"));
		own(str) char *last = xprintf(
			"\n\\unrestrict " SPAN_FMT "\n", SPAN_ARG(token));
		blank_line(sql, at + 1);
		/* The token is random, so nothing else looks like it. */
		ptrdiff_t end = span_find(all, span_of(last));
		if (end >= 0)
			blank_line(sql, end + 1);
	}
	at = span_find(head, SPAN("\nSET transaction_timeout = 0;\n"));
	if (at >= 0 && server_version < 170000)
		blank_line(sql, at + 1);
}

void
pg_dump_free(struct pg_dump *p)
{
	free(p->path);
	free(p->container);
	*p = (struct pg_dump){ 0 };
}

int
pg_dump_choose(const char *given, const struct url *url, int server_version,
	usec deadline, struct pg_dump *ret, struct why *why)
{
	struct why host, inside;
	int r = pg_dump_find(given, server_version, &ret->path, &host);
	if (r == 0)
		return 0;
	/* Who configures one wants that one. */
	int in = given
		? -ENOENT
		: route_container(url, deadline, &ret->container, &inside);
	if (in == 0)
		return 0;
	if (in == -ENOENT)
		return because(why, r, "%s", host.text);
	return because(why, r,
		"%s; nor can the pg_dump of the database's container be used: "
		"%s",
		host.text, inside.text);
}

char *
pg_dump_text(const struct pg_dump *p)
{
	return p->path ? xstrdup(p->path)
		       : xprintf("the pg_dump of the database's container "
				 "%.12s",
				 p->container);
}

/* Owners, grants and the like are other roles' business, and their roles may
 * not be there. */
static const char *const options[] = { "--schema-only", "--no-owner",
	"--no-privileges", "--no-comments", "--no-publications",
	"--no-subscriptions", "--no-security-labels", "--no-tablespaces",
	"--no-password", "--lock-wait-timeout=5000" };

int
pg_dump_schema(const struct pg_dump *p, const struct url *url,
	char *const *left_out, usec deadline, struct buf *to, struct why *why)
{
	own(strings) char **argv = NULL;
	strings_add(&argv, p->path ? p->path : "pg_dump");
	for (size_t i = 0; i < ELEMENTS(options); i++)
		strings_add(&argv, options[i]);
	for (char *const *s = left_out; s && *s; s++) {
		own(str) char *option = xprintf("--exclude-table=%s", *s);
		strings_add(&argv, option);
	}
	const char *const *all = (const char *const *)argv;
	return p->path ? run(url, all, deadline, to, why)
		       : container_dump(url, p->container, all + 1, PG_DUMP_MAX,
				 deadline, to, why);
}
