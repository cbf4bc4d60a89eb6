#include "config.h"
#include "hands/plan/copy/container-dump.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>

#include "base/escape.h"
#include "docker/engine.h"
#include "docker/exec.h"

#define SHOWN 12 /* letters of a container's id, as `docker ps` shows it */
#define SAID_MAX 500

/* Exit statuses that the shell and the Engine give by themselves. */
enum { NOT_RUN = 126, NOT_FOUND = 127 };

/* Above all that nothing of the container's own environment counts. */
static const char *const environment[] = {
	"PGSERVICE=logmend",
	"PGSERVICEFILE=/proc/self/fd/0",
	/* No folder: there is no such file, and libpq does not warn of it. */
	"PGPASSFILE=/dev/null/none",
	"PGPASSWORD=",
	"PGOPTIONS=",
	"PGGSSENCMODE=disable",
	"PGCONNECT_TIMEOUT=10",
	"PGAPPNAME=logmend rehearsal",
	"PGCLIENTENCODING=UTF8",
	"LC_ALL=C",
	NULL,
};

/* A line is taken as it stands, but for blanks at its end. */
static int
add_line(struct buf *to, const char *key, const char *value, struct why *why)
{
	if (!value || !*value)
		return 0;
	size_t len = strlen(value);
	if (strpbrk(value, "\r\n") || isspace((unsigned char)value[len - 1]))
		return because(why, -EINVAL,
			"the %s of the database URL has a line break in it or "
			"a blank at its end, which the pg_dump of a container "
			"cannot be given: set `pg-dump`",
			key);
	buf_printf(to, "%s=", key);
	buf_add_str(to, value);
	buf_add_char(to, '\n');
	return 0;
}

/* https://www.postgresql.org/docs/15/libpq-pgservice.html. The server is asked
 * on the container's own loopback, by the name that its certificate may have.
 */
static int
service_file(const struct url *u, struct buf *to, struct why *why)
{
	const char *const lines[][2] = {
		{ "host", u->host },
		{ "hostaddr", "127.0.0.1" },
		{ "port", u->port },
		{ "sslmode", "prefer" },
		{ "user", u->user },
		{ "dbname", u->database },
		{ "options", u->options },
		{ "password", u->password },
	};
	size_t room = 256;
	int r = 0;
	for (size_t i = 0; i < ELEMENTS(lines); i++)
		room += 16 + (lines[i][1] ? strlen(lines[i][1]) : 0);
	/* At once, so that no copy of the password stays where it moved from.
	 */
	buf_reserve(to, room);
	buf_add_str(to, "[logmend]\n");
	for (size_t i = 0; r == 0 && i < ELEMENTS(lines); i++)
		r = add_line(to, lines[i][0], lines[i][1], why);
	return r;
}

/* Owned. */
static char **
arguments(const char *const *options)
{
	char **argv = NULL;
	strings_add(&argv, "pg_dump");
	for (; *options; options++)
		strings_add(&argv, *options);
	return argv;
}

/* The Engine writes its own errors where the program's output would be. */
static int
failed(const struct url *u, const char *container, struct exec_result *got,
	struct why *why)
{
	struct buf *from = got->err.len ? &got->err : &got->out;
	own(str) char *text = url_censor(u, buf_str(from));
	own(str) char *said = escape_joined(span_of(text), SAID_MAX);
	if (got->status == NOT_RUN || got->status == NOT_FOUND)
		return because(why, -ENOENT,
			"the container %.*s has no sh or no pg_dump that can "
			"be run (%s): set `pg-dump`",
			SHOWN, container, said);
	return because(why, -EIO,
		"the pg_dump of the container %.*s ended with status %d: %s",
		SHOWN, container, got->status, said);
}

static int
run_inside(const struct url *u, const char *container,
	const char *const *options, struct span in, size_t most, usec deadline,
	struct exec_result *got, struct why *why)
{
	own(engine) struct engine *engine = NULL;
	own(strings) char **argv = arguments(options);
	const struct exec_program program = {
		.argv = (const char *const *)argv,
		.env = environment,
		.in = in,
		.most = most,
	};
	struct why inner;
	int r = engine_open(u->app->docker_socket, &engine, why);
	if (r < 0)
		return r;
	r = exec_run(engine, container, &program, deadline, got, &inner);
	return r < 0 ? because(why, r, "the pg_dump of the container %.*s: %s",
			       SHOWN, container, inner.text)
		     : 0;
}

int
container_dump(const struct url *u, const char *container,
	const char *const *options, size_t most, usec deadline, struct buf *to,
	struct why *why)
{
	own(exec_result) struct exec_result got = { 0 };
	own(buf) struct buf in = { 0 };
	int r = service_file(u, &in, why);
	if (r == 0)
		r = run_inside(u, container, options, buf_span(&in), most,
			deadline, &got, why);
	explicit_bzero(in.data, in.len);
	if (r < 0)
		return r;
	if (got.status != 0)
		return failed(u, container, &got, why);
	buf_add_span(to, buf_span(&got.out));
	return 0;
}
