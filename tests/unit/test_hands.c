/* Hands against real databases in every state that DESIGN section 6 names. */
#include "config.h"

#include <check.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/spawn.h"
#include "support/hands.h"
#include "support/pg.h"
#include "wire/attempt.h"

#define PORT 54320
#define LAST "20250901080000_add_analytics_event"
#define KEY "0a1b2c3d-0000-4000-8000-00000000000"

static struct pg pg;

static void
start_server(void)
{
	pg_start(&pg, PORT);
}

static void
stop_server(void)
{
	pg_stop(&pg);
}

/* A world of one test: a folder with migrations, a URL file, a configuration.
 */
static char *world;

static char *
at(const char *name)
{
	return xprintf("%s/%s", world, name);
}

static void
write_file(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(write_all(fd, span_of(text)), 0);
	close(fd);
}

static void
run_tool(const char *const *argv)
{
	struct spawn s = { .argv = argv };
	own(spawn_result) struct spawn_result result = { 0 };
	ck_assert_int_eq(spawn_run(&s, clock_mono() + 10 * USEC_SECOND, 65536,
				 &result, NULL),
		0);
	ck_assert_int_eq(result.status, 0);
}

static void
set_url(const char *parameters)
{
	own(str) char *url = pg_url(&pg, "moving", parameters);
	own(str) char *file = at("url");
	write_file(file, url);
}

static void
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
	own(str) char *data = xprintf("%s/moving", TEST_DATA);
	run_tool((const char *const[]){
		"/bin/cp", "-r", "--no-preserve=mode", data, prisma, NULL });
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

/* The four old migrations, applied; the fifth is pending. */
static void
apply_four(void)
{
	static const char *const names[] = { "20240110120000_init",
		"20240305093000_add_assets", "20240618141500_add_batches",
		"20250212101000_add_ai_metrics" };
	own(str) char *folder = at("prisma/migrations");
	for (size_t i = 0; i < ELEMENTS(names); i++)
		pg_migrate(&pg, "moving", folder, names[i]);
}

static struct job
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

static void
do_job(struct job *j, struct answer_of_hands *a)
{
	own(str) char *config = at("logmend.conf");
	hands_do(config, j, a);
	/* Whatever happens, the password is nobody's to read. */
	ck_assert_ptr_null(strstr(buf_str(&a->everything), "ssw"));
	ck_assert_ptr_null(strstr(buf_str(&a->everything), "postgresql://"));
}

static void
look_for(const char *object, struct answer_of_hands *a)
{
	own(job) struct job j = job_of(JOB_LOOK, CLASS_MISSING_TABLE, object);
	do_job(&j, a);
	ck_assert_int_eq(a->result.outcome, OUTCOME_DONE);
}

static void
act_on(enum job_kind kind, const char *hash, const char *key,
	struct answer_of_hands *a)
{
	own(job) struct job j =
		job_of(kind, CLASS_MISSING_TABLE, "AnalyticsEvent");
	snprintf(j.plan_hash, sizeof(j.plan_hash), "%s", hash);
	snprintf(j.key, sizeof(j.key), "%s", key);
	do_job(&j, a);
}

static void
ck_cause(const struct answer_of_hands *a, enum cause cause)
{
	ck_assert_msg(a->result.cause == cause, "%s: %s",
		cause_name(a->result.cause), a->result.text);
}

static void
ck_value(const char *sql, const char *expected)
{
	own(str) char *value = pg_get(&pg, "moving", sql);
	ck_assert_str_eq(value, expected);
}

START_TEST(a_target_is_told_without_a_connection)
{
	own(job) struct job j = job_of(JOB_TARGET, CLASS_MISSING_TABLE, NULL);
	struct answer_of_hands a;
	do_job(&j, &a);
	ck_assert_int_eq(a.result.outcome, OUTCOME_DONE);
	ck_assert_str_eq(a.result.host, "127.0.0.1");
	ck_assert_str_eq(a.result.port, "54320");
	ck_assert_str_eq(a.result.database, "moving");
	ck_assert_str_eq(a.result.schema, "public");
	answer_of_hands_free(&a);
}
END_TEST

START_TEST(a_pending_folder_is_found_rehearsed_and_applied)
{
	struct answer_of_hands a;
	apply_four();
	look_for("public.AnalyticsEvent", &a);
	ck_cause(&a, CAUSE_PENDING_MIGRATION);
	ck_assert_int_eq(a.result.fault, ANSWER_YES);
	ck_assert(a.planned);
	ck_assert_msg(a.plan.verdict == VERDICT_AUTO, "%s", a.plan.reason);
	own(str) char *hash = xstrdup(a.plan.hash);
	answer_of_hands_free(&a);

	act_on(JOB_REHEARSE, hash, "", &a);
	ck_assert_msg(a.result.outcome == OUTCOME_PASSED, "%s", a.result.text);
	answer_of_hands_free(&a);
	ck_value("SELECT to_regclass('\"AnalyticsEvent\"')", "");
	ck_value("SELECT count(*) FROM pg_database WHERE datname LIKE "
		 "'logmend%'",
		"0");

	act_on(JOB_MEND, hash, KEY "1", &a);
	ck_assert_msg(a.result.outcome == OUTCOME_APPLIED, "%s", a.result.text);
	ck_assert_int_eq(a.result.fault, ANSWER_NO);
	ck_assert_int_eq(a.result.history, ANSWER_YES);
	answer_of_hands_free(&a);
	ck_value("SELECT to_regclass('\"AnalyticsEvent\"')",
		"\"AnalyticsEvent\"");
	ck_value("SELECT concat_ws('|', checksum, finished_at > started_at, "
		 "coalesce(logs, 'none'), rolled_back_at IS NULL, "
		 "applied_steps_count, length(id)) FROM _prisma_migrations "
		 "WHERE migration_name = '" LAST "'",
		"570f6971e9870d69d133424d5d4f55b5729ac74e4a971e406bcb112dc72426"
		"b6"
		"|t|none|t|1|36");
	look_for("AnalyticsEvent", &a);
	ck_cause(&a, CAUSE_NOT_CONFIRMED);
	answer_of_hands_free(&a);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("hands");
	TCase *t = tcase_create("databases");
	tcase_set_timeout(t, 60);
	tcase_add_unchecked_fixture(t, start_server, stop_server);
	tcase_add_checked_fixture(t, make_world, unmake_world);
	tcase_add_test(t, a_target_is_told_without_a_connection);
	tcase_add_test(t, a_pending_folder_is_found_rehearsed_and_applied);
	suite_add_tcase(s, t);
	SRunner *sr = srunner_create(s);
	srunner_run_all(sr, CK_NORMAL);
	int failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	return failed != 0;
}
