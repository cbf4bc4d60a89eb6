/* Where paths in a container lead. */
#include "config.h"
#include "hands/container/container-path.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "support/check_main.h"
#include "support/docker-daemon.h"

/* As Docker describes a file: {"name":"x","mode":MODE,"linkTarget":WHERE}. */
#define FILE_AT(path, description)                                          \
	{                                                                   \
		"HEAD /v1.41/containers/c1/archive?path=" path " ", 0,      \
			"HTTP/1.1 200 OK\r\n"                               \
			"X-Docker-Container-Path-Stat: " description "\r\n" \
			"Content-Length: 0\r\nConnection: close\r\n\r\n",   \
		{                                                           \
			0                                                   \
		}                                                           \
	}

static const struct daemon_answer answers[] = {
	DAEMON_VERSION,
	{ "GET /v1.41/containers/json", 200, "[]", { 0 } },
	{ "GET /v1.41/services", 200, "[]", { 0 } },
	/* /usr */
	FILE_AT("%2Fusr",
		"eyJuYW1lIjoieCIsIm1vZGUiOjIxNDc0ODQxNDEsImxpbmtU"
		"YXJnZXQiOiIifQ=="),
	/* /usr/src */
	FILE_AT("%2Fusr%2Fsrc",
		"eyJuYW1lIjoieCIsIm1vZGUiOjIxNDc0ODQxNDEsImxpbmtU"
		"YXJnZXQiOiIifQ=="),
	/* /usr/src/app */
	FILE_AT("%2Fusr%2Fsrc%2Fapp",
		"eyJuYW1lIjoieCIsIm1vZGUiOjIxNDc0ODQxNDEsImxpbmtU"
		"YXJnZXQiOiIifQ=="),
	/* /app */
	FILE_AT("%2Fapp",
		"eyJuYW1lIjoieCIsIm1vZGUiOjEzNDIxODIzOSwibGlua1Rh"
		"cmdldCI6Ii91c3Ivc3JjL2FwcCJ9"),
	/* /usr/src/app/prisma */
	FILE_AT("%2Fusr%2Fsrc%2Fapp%2Fprisma",
		"eyJuYW1lIjoieCIsIm1vZGUiOjEzNDIxODIzOSwibGlua1Rh"
		"cmdldCI6Ii9wYWNrYWdlcy9kYi9wcmlzbWEifQ=="),
	/* /packages */
	FILE_AT("%2Fpackages",
		"eyJuYW1lIjoieCIsIm1vZGUiOjIxNDc0ODQxNDEsImxpbmtU"
		"YXJnZXQiOiIifQ=="),
	/* /packages/db */
	FILE_AT("%2Fpackages%2Fdb",
		"eyJuYW1lIjoieCIsIm1vZGUiOjIxNDc0ODQxNDEsImxpbmtU"
		"YXJnZXQiOiIifQ=="),
	/* /packages/db/prisma */
	FILE_AT("%2Fpackages%2Fdb%2Fprisma",
		"eyJuYW1lIjoieCIsIm1vZGUiOjIxNDc0ODQxNDEsImxpbmtU"
		"YXJnZXQiOiIifQ=="),
	/* /packages/db/prisma/migrations */
	FILE_AT("%2Fpackages%2Fdb%2Fprisma%2Fmigrations",
		"eyJuYW1lIjoieCIsIm1vZGUiOjIxNDc0ODQxNDEsImxpbmtU"
		"YXJnZXQiOiIifQ=="),
	/* /packages/db/prisma/schema.prisma */
	FILE_AT("%2Fpackages%2Fdb%2Fprisma%2Fschema.prisma",
		"eyJuYW1lIjoieCIsIm1vZGUiOjQyMCwibGlua1RhcmdldCI6"
		"IiJ9"),
	/* /packages/db/fifo */
	FILE_AT("%2Fpackages%2Fdb%2Ffifo",
		"eyJuYW1lIjoieCIsIm1vZGUiOjMzNTU0ODUyLCJsaW5rVGFy"
		"Z2V0IjoiIn0="),
	/* /packages/db/root */
	FILE_AT("%2Fpackages%2Fdb%2Froot",
		"eyJuYW1lIjoieCIsIm1vZGUiOjEzNDIxODIzOSwibGlua1Rh"
		"cmdldCI6Ii8ifQ=="),
	/* /packages/db/gone */
	FILE_AT("%2Fpackages%2Fdb%2Fgone",
		"eyJuYW1lIjoieCIsIm1vZGUiOjEzNDIxODIzOSwibGlua1Rh"
		"cmdldCI6Ii9ub3doZXJlIn0="),
	/* /packages/db/odd */
	FILE_AT("%2Fpackages%2Fdb%2Fodd",
		"eyJuYW1lIjoieCIsIm1vZGUiOjEzNDIxODIzOSwibGlua1Rh"
		"cmdldCI6Im9kZCJ9"),
	/* /packages/db/empty */
	FILE_AT("%2Fpackages%2Fdb%2Fempty", ""),
	/* /packages/db/noise */
	FILE_AT("%2Fpackages%2Fdb%2Fnoise", "!!!!"),
	/* /packages/db/text */
	FILE_AT("%2Fpackages%2Fdb%2Ftext", "WzddeHl6"),
	{ 0 },
};

/* `links`: each with a blank behind it. */
static const struct {
	const char *path;
	int r;
	const char *real;
	mode_t kind;
	const char *links;
} rows[] = {
	{ "/usr/src/app", 0, "/usr/src/app", S_IFDIR, "" },
	{ "/", 0, "", S_IFDIR, "" },
	{ "/app/", 0, "/usr/src/app", S_IFDIR, "/app " },
	{ "/app/./prisma//migrations", 0, "/packages/db/prisma/migrations",
		S_IFDIR, "/app /usr/src/app/prisma " },
	{ "/app/prisma/schema.prisma", 0, "/packages/db/prisma/schema.prisma",
		S_IFREG, "/app /usr/src/app/prisma " },
	/* Above where a link leads, and not above the link. */
	{ "/app/prisma/../prisma", 0, "/packages/db/prisma", S_IFDIR,
		"/app /usr/src/app/prisma " },
	{ "/../../usr", 0, "/usr", S_IFDIR, "" },
	{ "/packages/db/fifo", 0, "/packages/db/fifo", 0, "" },
	{ "/packages/db/root", 0, "", S_IFDIR, "/packages/db/root " },
	{ "/packages/db/root/", 0, "", S_IFDIR, "/packages/db/root " },
	{ "/packages/db/root/usr", 0, "/usr", S_IFDIR, "/packages/db/root " },
	{ "/packages/db/gone", -ESRCH, NULL, 0, NULL },
	{ "/packages/db/gone/x", -ESRCH, NULL, 0, NULL },
	{ "/nothing", -ESRCH, NULL, 0, NULL },
	{ "/packages/db/odd", -EBADMSG, NULL, 0, NULL },
	{ "/packages/db/empty", -EBADMSG, NULL, 0, NULL },
	{ "/packages/db/noise", -EBADMSG, NULL, 0, NULL },
	{ "/packages/db/text", -EBADMSG, NULL, 0, NULL },
};

static void
ck_row(const struct docker_app *c, size_t i)
{
	own(container_path) struct container_path p = { 0 };
	own(buf) struct buf links = { 0 };
	struct why why = { "" };
	int r = container_path_find(c, "c1", rows[i].path, &p, &why);
	ck_assert_msg(r == rows[i].r, "%s: %d: %s", rows[i].path, r, why.text);
	if (r < 0)
		return;
	for (char **l = p.links; l && *l; l++)
		buf_printf(&links, "%s ", *l);
	ck_assert_msg(strcmp(p.real, rows[i].real) == 0, "%s: %s", rows[i].path,
		p.real);
	ck_assert_uint_eq(p.kind, rows[i].kind);
	ck_assert_str_eq(buf_str(&links), rows[i].links);
}

START_TEST(a_path_leads_over_links_and_never_out)
{
	own(str) char *folder = scratch_folder();
	struct docker_daemon d = daemon_start(folder, answers);
	struct app app = { .name = (char *)"shop", .docker_socket = d.socket };
	own(docker_app) struct docker_app c = { 0 };
	own(container_path) struct container_path p = { 0 };
	own(buf) struct buf deep = { 0 };
	ck_assert_int_eq(docker_app_find(&app, clock_mono() + 60 * USEC_SECOND,
				 &c, NULL),
		0);
	for (size_t i = 0; i < ELEMENTS(rows); i++)
		ck_row(&c, i);
	for (unsigned i = 0; i < 1000; i++)
		buf_add_str(&deep, "/.");
	ck_assert_int_eq(
		container_path_find(&c, "c1", buf_str(&deep), &p, NULL),
		-ELOOP);
	own(str) char *requests = daemon_stop(&d);
}
END_TEST

CHECK_MAIN("container-path", a_path_leads_over_links_and_never_out)
