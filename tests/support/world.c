#include "config.h"
#include "support/world.h"

#include <fcntl.h>
#include <poll.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/io/file.h"
#include "base/io/spawn.h"

struct pg pg;

static int server_port;
static char *world;

static void
start_server(void)
{
	pg_start(&pg, server_port);
}

static void
stop_server(void)
{
	pg_stop(&pg);
}

char *
at(const char *fmt, ...)
{
	own(buf) struct buf b = { 0 };
	va_list args;
	va_start(args, fmt);
	buf_printf(&b, "%s/", world);
	buf_vprintf(&b, fmt, args);
	va_end(args);
	return buf_take_str(&b);
}

void
write_file(const char *path, const char *text)
{
	own(fd) int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	ck_assert_msg(fd >= 0, "%s", path);
	ck_assert_int_eq(write_all(fd, span_of(text)), 0);
}

void
run_tool(const char *const *argv)
{
	struct spawn s = { .argv = argv };
	own(spawn_result) struct spawn_result result = { 0 };
	ck_assert_int_eq(spawn_run(&s, clock_mono() + 10 * USEC_SECOND, 65536,
				 &result, NULL),
		0);
	ck_assert_int_eq(result.status, 0);
}

void
add_migration(const char *name, const char *sql)
{
	own(str) char *folder = at("prisma/migrations/%s", name);
	own(str) char *file = xprintf("%s/migration.sql", folder);
	ck_assert_int_eq(mkdir(folder, 0755), 0);
	write_file(file, sql);
}

void
remove_migration(const char *name)
{
	own(str) char *folder = at("prisma/migrations/%s", name);
	run_tool((const char *const[]){ "/bin/rm", "-rf", folder, NULL });
}

void
set_any_url(const char *url)
{
	own(str) char *file = at("url");
	write_file(file, url);
}

void
set_url(const char *parameters)
{
	own(str) char *url = pg_url(&pg, "moving", parameters);
	set_any_url(url);
}

struct url
world_url(void)
{
	own(str) char *file = at("url");
	struct url u;
	struct why why;
	ck_assert_msg(url_read(file, &u, &why) == 0, "%s", why.text);
	return u;
}

struct session *
world_session(enum session_kind kind)
{
	own(url) struct url u = world_url();
	struct session *s = NULL;
	struct session_how how = {
		.kind = kind,
		.name = "test",
		.deadline = clock_mono() + 60 * USEC_SECOND,
	};
	struct why why;
	ck_assert_msg(session_open(&u, &how, &s, &why) == 0, "%s", why.text);
	return s;
}

void
set_config(const char *app, const char *remedy)
{
	own(str) char *file = at("logmend.conf");
	own(str) char *text =
		xprintf("[agent]\nstore = %s/state/logmend.db\n"
			"[app moving]\ndatabase-url-file = %s/url\n"
			"migrations = %s/prisma/migrations\npolicy = act\n"
			"remedy.missing-table = prisma\n"
			"remedy.missing-column = prisma\n%s\n"
			"[policy act]\nmode = act\n"
			"[remedy prisma]\nkind = prisma\ndeadline = 20s\n%s\n",
			world, world, world, app, remedy);
	write_file(file, text);
}

static void
make_world(void)
{
	char folder[] = "/tmp/logmend-hands.XXXXXX";
	ck_assert_ptr_nonnull(mkdtemp(folder));
	world = xstrdup(folder);
	own(str) char *prisma = at("prisma");
	own(str) char *state = at("state");
	run_tool((const char *const[]){ "/bin/cp", "-r", "--no-preserve=mode",
		TEST_DATA "/moving", prisma, NULL });
	own(str) char *bad = at("prisma/baseline");
	run_tool((const char *const[]){ "/bin/rm", "-rf", bad, NULL });
	ck_assert_int_eq(mkdir(state, 0700), 0);
	set_config("", "");
	set_url("?schema=public");
	pg_database(&pg, "moving");
}

static void
unmake_world(void)
{
	run_tool((const char *const[]){ "/bin/rm", "-rf", world, NULL });
	free(world);
}

void
apply_four(void)
{
	static const char *const names[] = { "20240110120000_init",
		"20240305093000_add_assets", "20240618141500_add_batches",
		"20250212101000_add_ai_metrics" };
	own(str) char *folder = at("prisma/migrations");
	for (size_t i = 0; i < ELEMENTS(names); i++)
		pg_migrate(&pg, "moving", folder, names[i]);
}

struct job
job_of(enum job_kind kind, enum fault_class class, const char *object)
{
	struct job j = {
		.kind = kind,
		.app = xstrdup("moving"),
		.class = class,
		.incident = 1,
		.attempt = 1,
		.time = 30 * USEC_SECOND,
	};
	if (object)
		ck_assert_int_eq(
			object_parse(class, span_of(object), &j.object, NULL),
			0);
	return j;
}

void
do_job(struct job *j, struct answer_of_hands *a)
{
	own(str) char *config = at("logmend.conf");
	hands_do(config, j, a);
	/* Whatever happens, the password is nobody's to read. */
	const char *all = buf_str(&a->everything);
	static const char *const secrets[] = { "sswsecret", "\xc3\xa4ssw",
		"C3%A4ssw", "postgresql://app" };
	for (size_t i = 0; i < ELEMENTS(secrets); i++)
		ck_assert_ptr_null(strstr(all, secrets[i]));
}

void
look_for(const char *object, struct answer_of_hands *a)
{
	own(job) struct job j = job_of(JOB_LOOK, CLASS_MISSING_TABLE, object);
	do_job(&j, a);
	ck_outcome(a, OUTCOME_DONE);
}

void
act_on(enum job_kind kind, const char *hash, const char *key,
	struct answer_of_hands *a)
{
	own(job) struct job j =
		job_of(kind, CLASS_MISSING_TABLE, "AnalyticsEvent");
	snprintf(j.plan_hash, sizeof(j.plan_hash), "%s", hash);
	snprintf(j.key, sizeof(j.key), "%s", key);
	j.approved = kind == JOB_MEND;
	do_job(&j, a);
}

char *
plan_for(const char *object)
{
	struct answer_of_hands a;
	look_for(object, &a);
	ck_assert_msg(a.planned, "%s", buf_str(&a.everything));
	char *hash = xstrdup(a.plan.hash);
	answer_of_hands_free(&a);
	return hash;
}

void
ck_cause(const struct answer_of_hands *a, enum cause cause)
{
	ck_assert_msg(a->result.cause == cause, "%s: %s",
		cause_name(a->result.cause), a->result.text);
}

void
ck_outcome(const struct answer_of_hands *a, enum outcome outcome)
{
	ck_assert_msg(a->result.outcome == outcome, "%s: %s",
		outcome_name(a->result.outcome), a->result.text);
}

void
ck_value(const char *sql, const char *expected)
{
	own(str) char *value = pg_get(&pg, "moving", sql);
	ck_assert_str_eq(value, expected);
}

void
ck_says(const char *text, const char *part)
{
	ck_assert_msg(strstr(text, part) != NULL, "\"%s\" does not say \"%s\"",
		text, part);
}

void
ck_attempt(const char *key, enum attempt_file_state state, enum outcome outcome)
{
	own(str) char *store = at("state/logmend.db");
	own(result) struct result r = { 0 };
	enum attempt_file_state is = ATTEMPT_FILE_NONE;
	ck_assert_int_eq(attempt_file_read(store, key, &is, &r, NULL), 0);
	ck_assert_int_eq(is, state);
	if (state == ATTEMPT_FILE_ENDED)
		ck_assert_int_eq(r.outcome, outcome);
}

void
await(const char *sql)
{
	for (;;) {
		own(str) char *value = pg_get(&pg, "moving", sql);
		if (strcmp(value, "t") == 0)
			return;
		(void)poll(NULL, 0, 20);
	}
}

int
world_main(const char *room, int port, const TTest *const *tests, size_t n)
{
	server_port = port;
	Suite *s = suite_create(room);
	TCase *t = tcase_create(room);
	tcase_set_timeout(t, 120);
	tcase_add_unchecked_fixture(t, start_server, stop_server);
	tcase_add_checked_fixture(t, make_world, unmake_world);
	for (size_t i = 0; i < n; i++)
		tcase_add_test(t, tests[i]);
	suite_add_tcase(s, t);
	SRunner *sr = srunner_create(s);
	srunner_run_all(sr, CK_NORMAL);
	int failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	return failed != 0;
}

struct mending_hands
begin_mend(const char *hash, const char *key, const char *lock, bool approved)
{
	own(job) struct job j =
		job_of(JOB_MEND, CLASS_MISSING_TABLE, "AnalyticsEvent");
	own(str) char *config = at("logmend.conf");
	struct mending_hands m = { 0 };
	snprintf(j.plan_hash, sizeof(j.plan_hash), "%s", hash);
	snprintf(j.key, sizeof(j.key), "%s", key);
	j.approved = approved;
	if (lock) {
		m.holder = pg_connect(&pg, "moving", "app");
		PQclear(PQexec(m.holder, lock));
	}
	m.pid = hands_start(config, &j, &m.sock);
	return m;
}

struct mending_hands
begin_mend_and_wait(const char *hash, const char *key)
{
	struct mending_hands m = begin_mend(hash, key, LOCK_USER, false);
	await(USER_WAITS);
	return m;
}
