#include "config.h"
#include "support/pg.h"

#include <arpa/inet.h>
#include <check.h>
#include <glob.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/io/file.h"
#include "base/hash.h"
#include "base/io/spawn.h"

#define PASSWORD "app-p%C3%A4ssw%C3%B6rd%40%2F"
#define PASSWORD_PLAIN "app-p\xc3\xa4ssw\xc3\xb6rd@/"

static void
skip(const char *text)
{
	fprintf(stderr, "SKIP: %s\n", text);
	exit(77);
}

static bool
runs(const char *const *argv, bool loud)
{
	struct spawn s = { .argv = argv };
	own(spawn_result) struct spawn_result result = { 0 };
	struct why why;
	int r = spawn_run(
		&s, clock_mono() + 60 * USEC_SECOND, 1 << 20, &result, &why);
	bool fine = r == 0 && result.status == 0;
	if (!fine && loud)
		fprintf(stderr, "%s failed: %s\n%s%s\n", argv[0],
			r < 0 ? why.text : "", buf_str(&result.out),
			buf_str(&result.err));
	return fine;
}

static void
run(const char *const *argv)
{
	if (!runs(argv, true))
		exit(1);
}

/* Whom PostgreSQL may run as when we are root, which it refuses. */
static const struct passwd *
unprivileged(void)
{
	const struct passwd *user = getpwnam("postgres");
	return user ? user : getpwnam("nobody");
}

static bool
runs_as(const struct pg *pg, const char *program, const char *const *args,
	bool loud)
{
	const char *argv[24];
	size_t n = 0;
	own(str) char *path = xprintf("%s/%s", pg->bin, program);
	own(str) char *uid = NULL;
	own(str) char *gid = NULL;
	if (geteuid() == 0) {
		const struct passwd *user = unprivileged();
		uid = xprintf("--reuid=%u", user->pw_uid);
		gid = xprintf("--regid=%u", user->pw_gid);
		argv[n++] = "/usr/bin/setpriv";
		argv[n++] = uid;
		argv[n++] = gid;
		argv[n++] = "--clear-groups";
		argv[n++] = "--reset-env";
	}
	argv[n++] = path;
	for (size_t i = 0; args[i]; i++)
		argv[n++] = args[i];
	argv[n] = NULL;
	return runs(argv, loud);
}

static void
run_as(const struct pg *pg, const char *program, const char *const *args)
{
	if (!runs_as(pg, program, args, true))
		exit(1);
}

/* The first free one from `port` on, which somebody may take before we do. */
static int
free_port(int port)
{
	for (int p = port; p < port + 200; p++) {
		own(fd) int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
		struct sockaddr_in at = {
			.sin_family = AF_INET,
			.sin_port = htons((uint16_t)p),
			.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
		};
		if (bind(fd, (struct sockaddr *)&at, sizeof(at)) == 0)
			return p;
	}
	skip("no port is free");
	return -1;
}

static char *
find_bin(void)
{
	glob_t g = { 0 };
	char *found = NULL;
	if (glob("/usr/lib/postgresql/*/bin/initdb", 0, NULL, &g) == 0)
		found = xstrndup(g.gl_pathv[g.gl_pathc - 1],
			strlen(g.gl_pathv[g.gl_pathc - 1]) - strlen("/initdb"));
	globfree(&g);
	return found;
}

static void
start_server(struct pg *pg, int port, const char *data)
{
	own(str) char *log = xprintf("%s/log", pg->folder);
	for (int i = 0; i < 8; i++) {
		pg->port = free_port(port + (int)getpid() % 100 + 10 * i);
		own(str) char *options =
			xprintf("-c port=%d -c listen_addresses=127.0.0.1 -c "
				"unix_socket_directories=%s -c fsync=off",
				pg->port, pg->folder);
		const char *const args[] = { "-D", data, "-l", log, "-w", "-o",
			options, "start", NULL };
		if (runs_as(pg, "pg_ctl", args, i == 7))
			return;
	}
	exit(1);
}

void
pg_start(struct pg *pg, int port)
{
	const struct passwd *user = unprivileged();
	pg->bin = find_bin();
	if (!pg->bin)
		skip("PostgreSQL's server is not installed");
	if (geteuid() == 0 && !user)
		skip("there is no user postgres or nobody to run the server "
		     "as");
	char folder[] = "/tmp/logmend-pg.XXXXXX";
	if (!mkdtemp(folder))
		skip("no temporary folder");
	pg->folder = xstrdup(folder);
	if (geteuid() == 0 && chown(folder, user->pw_uid, user->pw_gid) < 0)
		skip("the temporary folder cannot be given away");
	own(str) char *data = xprintf("%s/data", folder);
	run_as(pg, "initdb",
		(const char *const[]){ "-D", data, "-U", "postgres",
			"--auth-host=scram-sha-256", "--auth-local=trust",
			"--no-sync", "-E", "UTF8", "--locale", "C.UTF-8",
			NULL });
	start_server(pg, port, data);
	pg_do(pg, "postgres",
		"CREATE ROLE app LOGIN CREATEDB PASSWORD '" PASSWORD_PLAIN "'");
}

void
pg_stop(struct pg *pg)
{
	own(str) char *data = xprintf("%s/data", pg->folder);
	run_as(pg, "pg_ctl",
		(const char *const[]){
			"-D", data, "-m", "immediate", "-w", "stop", NULL });
	run((const char *const[]){ "/bin/rm", "-rf", pg->folder, NULL });
	free(pg->folder);
	free(pg->bin);
}

PGconn *
pg_connect(const struct pg *pg, const char *database, const char *user)
{
	own(str) char *port = xprintf("%d", pg->port);
	bool super = strcmp(user, "postgres") == 0;
	const char *const names[] = { "host", "port", "user", "password",
		"dbname", NULL };
	const char *const values[] = { super ? pg->folder : "127.0.0.1", port,
		user, PASSWORD_PLAIN, database, NULL };
	PGconn *c = PQconnectdbParams(names, values, 0);
	if (PQstatus(c) != CONNECTION_OK)
		ck_abort_msg("%s", PQerrorMessage(c));
	return c;
}

static void
must(PGconn *c, PGresult *r, const char *sql)
{
	ExecStatusType s = PQresultStatus(r);
	if (s != PGRES_COMMAND_OK && s != PGRES_TUPLES_OK)
		ck_abort_msg("%s: %s", sql, PQerrorMessage(c));
}

void
pg_do(const struct pg *pg, const char *database, const char *sql)
{
	PGconn *c = pg_connect(pg, database, "postgres");
	PGresult *r = PQexec(c, sql);
	must(c, r, sql);
	PQclear(r);
	PQfinish(c);
}

char *
pg_get(const struct pg *pg, const char *database, const char *sql)
{
	PGconn *c = pg_connect(pg, database, "postgres");
	PGresult *r = PQexec(c, sql);
	must(c, r, sql);
	char *value = xstrdup(PQntuples(r) ? PQgetvalue(r, 0, 0) : "");
	PQclear(r);
	PQfinish(c);
	return value;
}

void
pg_database(const struct pg *pg, const char *database)
{
	own(str) char *drop = xprintf(
		"DROP DATABASE IF EXISTS \"%s\" WITH (FORCE)", database);
	own(str) char *create =
		xprintf("CREATE DATABASE \"%s\" OWNER app", database);
	pg_do(pg, "postgres", drop);
	pg_do(pg, "postgres", create);
}

char *
pg_url(const struct pg *pg, const char *database, const char *parameters)
{
	return xprintf("postgresql://app:%s@127.0.0.1:%d/%s%s", PASSWORD,
		pg->port, database, parameters);
}

#define MAKE_HISTORY                                                  \
	"CREATE TABLE IF NOT EXISTS _prisma_migrations ("             \
	"id VARCHAR(36) PRIMARY KEY NOT NULL,"                        \
	"checksum VARCHAR(64) NOT NULL, finished_at TIMESTAMPTZ,"     \
	"migration_name VARCHAR(255) NOT NULL, logs TEXT,"            \
	"rolled_back_at TIMESTAMPTZ, started_at TIMESTAMPTZ NOT NULL" \
	" DEFAULT now(), applied_steps_count INTEGER NOT NULL DEFAULT 0);"

void
pg_record(const struct pg *pg, const char *database, const char *name,
	const char *checksum, const char *finished, const char *rolled_back)
{
	PGconn *c = pg_connect(pg, database, "app");
	own(str) char *sql = xprintf(MAKE_HISTORY
		"INSERT INTO _prisma_migrations (id, checksum,"
		"finished_at, migration_name, rolled_back_at,"
		"started_at, applied_steps_count) VALUES"
		" (gen_random_uuid(), '%s', %s, '%s', %s,"
		" clock_timestamp(), 1)",
		checksum, finished, name, rolled_back);
	PGresult *r = PQexec(c, sql);
	must(c, r, sql);
	PQclear(r);
	PQfinish(c);
}

void
pg_migrate(const struct pg *pg, const char *database, const char *folder,
	const char *name)
{
	own(str) char *path = xprintf("%s/%s/migration.sql", folder, name);
	own(buf) struct buf text = { 0 };
	struct why why;
	if (file_read(path, 1 << 20, &text, &why) < 0)
		ck_abort_msg("%s", why.text);
	PGconn *c = pg_connect(pg, database, "app");
	PGresult *r = PQexec(c, buf_str(&text));
	must(c, r, path);
	PQclear(r);
	PQfinish(c);
	char hex[SHA256_HEX];
	sha256_hex(buf_span(&text), hex);
	pg_record(pg, database, name, hex, "now()", "NULL");
}
