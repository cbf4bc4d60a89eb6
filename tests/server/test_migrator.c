/* The seam: a migrator that is not Prisma diagnoses, rehearses, mends and
 * recovers through the same jobs. */
#include "config.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "config/load-settings.h"
#include "hands/jobs/look.h"
#include "hands/jobs/mend.h"
#include "hands/jobs/recover.h"
#include "hands/jobs/rehearse.h"
#include "support/plain-migrator.h"
#include "support/world.h"

#define ORDER_THERE "SELECT to_regclass('\"Order\"') IS NOT NULL"

static struct settings *settings;
static struct job job;
static struct job_context task;
static struct result result;
static struct progress progress = { .sock = -1 };

/* An app whose folder holds 001, applied and recorded, and 002, pending. */
static void
begin(const char *pending)
{
	own(str) char *file = at("plain.conf");
	own(str) char *folder = at("plain");
	own(str) char *one = at("plain/001_user.sql");
	own(str) char *two = at("plain/002_order.sql");
	own(str) char *state = at("state/logmend.db");
	own(str) char *url = at("url");
	own(str) char *text = xprintf("[agent]\nstore = %s\n"
				      "[app moving]\ndatabase-url-file = %s\n"
				      "migrations = %s\n"
				      "remedy.missing-table = plain\n"
				      "[remedy plain]\nkind = prisma\n"
				      "deadline = 20s\nlock-timeout = 15s\n",
		state, url, folder);
	write_file(file, text);
	ck_assert_int_eq(mkdir(folder, 0755), 0);
	write_file(one, "CREATE TABLE \"User\" (id int PRIMARY KEY);");
	write_file(two, pending);
	char hex[SHA256_HEX];
	sha256_hex(SPAN("CREATE TABLE \"User\" (id int PRIMARY KEY);"), hex);
	own(str) char *sql = xprintf(
		"SET ROLE app; CREATE TABLE \"User\" (id int PRIMARY KEY);"
		"CREATE TABLE schema_version (version text PRIMARY KEY, "
		"checksum text, attempt text, at timestamptz);"
		"INSERT INTO schema_version VALUES ('001_user.sql', '%s', "
		"'', now())",
		hex);
	pg_do(&pg, "moving", sql);
	struct why why;
	ck_assert_msg(
		load_settings(file, &settings, &why) == 0, "%s", why.text);
	job = job_of(JOB_LOOK, CLASS_MISSING_TABLE, "Order");
	snprintf(job.key, sizeof(job.key), KEY "1");
	task = (struct job_context){
		.settings = settings,
		.app = settings_app(settings, "moving"),
		.migrator = &plain_migrator,
		.job = &job,
		.deadline = clock_mono() + 20 * USEC_SECOND,
	};
}

static void
ck_no_prisma(const char *text)
{
	ck_assert_msg(!strcasestr(text, "prisma"), "%s", text);
}

/* Looks, and makes the plan that it finds the job's. */
static void
plan(struct diagnosis *d)
{
	struct why why = { "" };
	int r = look_at_job(&task, 0, task.deadline, d, &why);
	ck_assert_msg(r == 0, "%s", why.text);
	snprintf(job.plan_hash, sizeof(job.plan_hash), "%s", d->plan.hash);
}

static void
do_plain(enum job_kind kind,
	void (*act)(
		const struct job_context *, struct progress *, struct result *))
{
	result_free(&result);
	result = (struct result){ 0 };
	job.kind = kind;
	act(&task, &progress, &result);
	ck_no_prisma(result.text);
}

static void
ck_result(enum outcome outcome)
{
	ck_assert_msg(result.outcome == outcome, "%s: %s",
		outcome_name(result.outcome), result.text);
}

START_TEST(a_missing_table_is_found_in_a_numbered_file)
{
	own(diagnosis) struct diagnosis d = { 0 };
	begin("CREATE TABLE \"Order\" (id int REFERENCES \"User\"(id));");
	plan(&d);
	ck_assert_int_eq(d.cause, CAUSE_PENDING_MIGRATION);
	ck_assert(d.planned);
	ck_assert_int_eq(d.plan.verdict, VERDICT_AUTO);
	ck_says(d.text, "002_order.sql");
	ck_no_prisma(d.text);
	for (size_t i = 0; i < d.findings.n; i++)
		ck_no_prisma(d.findings.list[i].text);
	for (size_t i = 0; d.plan.steps[i]; i++)
		ck_no_prisma(d.plan.steps[i]);
}
END_TEST

START_TEST(a_held_lock_is_a_deploy_under_way)
{
	own(diagnosis) struct diagnosis d = { 0 };
	begin("CREATE TABLE \"Order\" (id int);");
	PGconn *c = pg_connect(&pg, "moving", "app");
	PQclear(PQexec(c, "SELECT pg_advisory_lock(4711)"));
	plan(&d);
	PQfinish(c);
	ck_assert_int_eq(d.cause, CAUSE_DEPLOY_UNDER_WAY);
	ck_says(d.text, "Plain's lock is held by process");
}
END_TEST

START_TEST(what_exists_already_is_a_conflict)
{
	own(diagnosis) struct diagnosis d = { 0 };
	begin("CREATE TABLE \"User\" (id int); CREATE TABLE \"Order\" ();");
	plan(&d);
	ck_assert_int_eq(d.cause, CAUSE_BASELINE_CONFLICT);
	ck_assert(!d.planned);
	ck_says(d.text, "`plain up` would fail with table \"User\"");
	ck_no_prisma(d.text);
}
END_TEST

START_TEST(a_plan_is_rehearsed_on_a_copy_with_the_history)
{
	own(diagnosis) struct diagnosis d = { 0 };
	begin("CREATE TABLE \"Order\" (id int REFERENCES \"User\"(id));");
	plan(&d);
	do_plain(JOB_REHEARSE, rehearse_job);
	ck_result(OUTCOME_PASSED);
	ck_value(ORDER_THERE, "f");
	ck_value("SELECT count(*) FROM schema_version", "1");
}
END_TEST

START_TEST(a_plan_that_breaks_on_the_copy_is_told)
{
	own(diagnosis) struct diagnosis d = { 0 };
	begin("CREATE TABLE \"Order\" (id int REFERENCES nowhere(id));");
	plan(&d);
	do_plain(JOB_REHEARSE, rehearse_job);
	ck_result(OUTCOME_BROKE);
	ck_says(result.text, "nowhere");
}
END_TEST

START_TEST(an_attempt_applies_records_and_verifies)
{
	own(diagnosis) struct diagnosis d = { 0 };
	begin("CREATE TABLE \"Order\" (id int REFERENCES \"User\"(id));");
	plan(&d);
	do_plain(JOB_MEND, mend_job);
	ck_result(OUTCOME_APPLIED);
	ck_assert_int_eq(result.fault, ANSWER_NO);
	ck_assert_int_eq(result.history, ANSWER_YES);
	ck_value("SELECT attempt FROM schema_version WHERE version = "
		 "'002_order.sql'",
		KEY "1");
	do_plain(JOB_RECOVER, recover_job);
	ck_result(OUTCOME_APPLIED);
	snprintf(job.key, sizeof(job.key), KEY "2");
	do_plain(JOB_RECOVER, recover_job);
	ck_result(OUTCOME_NOT_APPLIED);
}
END_TEST

START_TEST(an_attempt_that_fails_leaves_nothing)
{
	own(diagnosis) struct diagnosis d = { 0 };
	begin("CREATE TABLE \"Order\" (id int REFERENCES nowhere(id));");
	plan(&d);
	do_plain(JOB_MEND, mend_job);
	ck_result(OUTCOME_NOT_APPLIED);
	ck_assert_int_eq(result.fault, ANSWER_YES);
	ck_value(ORDER_THERE, "f");
	ck_value("SELECT count(*) FROM schema_version", "1");
}
END_TEST

START_TEST(an_attempt_whose_process_died_is_recovered)
{
	own(diagnosis) struct diagnosis d = { 0 };
	begin("CREATE TABLE \"Order\" (id int REFERENCES \"User\"(id));");
	plan(&d);
	PGconn *c = pg_connect(&pg, "moving", "app");
	PQclear(PQexec(c, "BEGIN; LOCK TABLE \"User\" IN EXCLUSIVE MODE"));
	pid_t pid = fork();
	if (pid == 0) {
		mend_job(&task, &progress, &result);
		_exit(0);
	}
	await("SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted AND "
	      "relation = '\"User\"'::regclass)");
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	PQfinish(c);
	do_plain(JOB_RECOVER, recover_job);
	ck_result(OUTCOME_NOT_APPLIED);
	ck_assert_int_eq(result.fault, ANSWER_YES);
	ck_value(ORDER_THERE, "f");
}
END_TEST

WORLD_MAIN("migrator", 54324, a_missing_table_is_found_in_a_numbered_file,
	a_held_lock_is_a_deploy_under_way, what_exists_already_is_a_conflict,
	a_plan_is_rehearsed_on_a_copy_with_the_history,
	a_plan_that_breaks_on_the_copy_is_told,
	an_attempt_applies_records_and_verifies,
	an_attempt_that_fails_leaves_nothing,
	an_attempt_whose_process_died_is_recovered)
