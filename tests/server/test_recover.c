/* What becomes of attempts when their process, their connection or head goes.
 */
#include "config.h"

#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "support/world.h"

#define OURS                                                                \
	"SELECT concat_ws('|', finished_at IS NOT NULL, rolled_back_at IS " \
	"NOT NULL, applied_steps_count) FROM _prisma_migrations WHERE "     \
	"migration_name = '" LAST "'"

static struct answer_of_hands a;

/* Hands, killed while their last statement waits for a lock. */
static void
kill_in_the_middle(const char *hash)
{
	struct mending_hands m = begin_mend_and_wait(hash, KEY "1");
	ck_attempt(KEY "1", ATTEMPT_FILE_RUNNING, OUTCOME_DONE);
	kill(m.pid, SIGTERM);
	kill(m.pid, SIGKILL);
	waitpid(m.pid, NULL, 0);
	close(m.sock);
	PQfinish(m.holder);
	ck_attempt(KEY "1", ATTEMPT_FILE_LOST, OUTCOME_DONE);
}

START_TEST(what_a_killed_process_left_is_found_out)
{
	apply_four();
	set_config("", "lock-timeout = 15s");
	own(str) char *hash = plan_for("AnalyticsEvent");
	kill_in_the_middle(hash);
	act_on(JOB_RECOVER, "", KEY "1", &a);
	/* The lock is free again, but nobody was there to commit. */
	ck_outcome(&a, OUTCOME_NOT_APPLIED);
	ck_assert(!a.result.unbegun);
	ck_says(a.result.text, "ended without an answer");
	ck_assert_int_eq(a.result.fault, ANSWER_YES);
	ck_value(TABLE_THERE, "f");
	ck_value(OURS, "f|t|0");
	ck_value("SELECT count(*) FROM pg_stat_activity WHERE application_name "
		 "LIKE 'logmend:%'",
		"0");
}
END_TEST

/* The last migration lies beside the others, as a file. */
static void
make_stray(void)
{
	own(str) char *from = at("prisma/migrations/" LAST "/migration.sql");
	own(str) char *to = at("prisma/migrations/analytics_event.sql");
	own(str) char *line = at("prisma/migrations");
	own(str) char *proposals = xprintf("proposals = %s", line);
	ck_assert_int_eq(rename(from, to), 0);
	remove_migration(LAST);
	set_config(proposals, "lock-timeout = 15s");
}

START_TEST(what_was_proposed_and_applied_is_told_by_its_recovery_too)
{
	apply_four();
	make_stray();
	own(str) char *hash = plan_for("AnalyticsEvent");
	act_on(JOB_MEND, hash, KEY "1", &a);
	ck_outcome(&a, OUTCOME_APPLIED);
	own(str) char *checksum = xstrdup(a.result.proposal.checksum);
	answer_of_hands_free(&a);
	act_on(JOB_RECOVER, "", KEY "1", &a);
	ck_outcome(&a, OUTCOME_APPLIED);
	ck_assert_str_eq(
		a.result.proposal.name, "20250212101001_analytics_event");
	ck_assert_str_eq(a.result.proposal.checksum, checksum);
	ck_says(a.result.text, "; commit the folder ");
}
END_TEST

START_TEST(a_folder_that_a_killed_process_made_is_taken_away)
{
	own(str) char *to = at("prisma/migrations/analytics_event.sql");
	apply_four();
	make_stray();
	own(str) char *hash = plan_for("AnalyticsEvent");
	kill_in_the_middle(hash);
	own(str) char *folder =
		at("prisma/migrations/20250212101001_analytics_event");
	ck_assert_int_eq(access(folder, F_OK), 0);
	act_on(JOB_RECOVER, "", KEY "1", &a);
	ck_outcome(&a, OUTCOME_NOT_APPLIED);
	ck_assert_int_ne(access(folder, F_OK), 0);
	ck_assert_int_eq(access(to, F_OK), 0);
}
END_TEST

/* Killed after so many milliseconds; whatever recovery says must be so. */
static void
kill_after(int ms, const char *key)
{
	pg_database(&pg, "moving");
	apply_four();
	own(str) char *hash = plan_for("AnalyticsEvent");
	struct mending_hands m = begin_mend(hash, key, NULL, false);
	(void)poll(NULL, 0, ms);
	kill(m.pid, SIGKILL);
	waitpid(m.pid, NULL, 0);
	close(m.sock);
	act_on(JOB_RECOVER, "", key, &a);
	own(str) char *there = pg_get(&pg, "moving", TABLE_THERE);
	bool applied = strcmp(there, "t") == 0;
	ck_outcome(&a, applied ? OUTCOME_APPLIED : OUTCOME_NOT_APPLIED);
	ck_assert_int_eq(a.result.fault, applied ? ANSWER_NO : ANSWER_YES);
	ck_value("SELECT count(*) FROM _prisma_migrations WHERE finished_at IS "
		 "NULL AND rolled_back_at IS NULL",
		"0");
	answer_of_hands_free(&a);
}

START_TEST(killed_at_any_moment_its_recovery_tells_the_truth)
{
	for (int i = 0; i < 16; i++) {
		own(str) char *key =
			xprintf("0a1b2c3d-0000-4000-8000-0000000000%02x", i);
		kill_after(4 * i, key);
	}
}
END_TEST

START_TEST(a_mend_can_be_recognised_after_the_fact)
{
	apply_four();
	own(str) char *hash = plan_for("AnalyticsEvent");
	act_on(JOB_MEND, hash, KEY "1", &a);
	ck_outcome(&a, OUTCOME_APPLIED);
	answer_of_hands_free(&a);
	act_on(JOB_RECOVER, "", KEY "1", &a);
	ck_outcome(&a, OUTCOME_APPLIED);
	ck_assert_int_eq(a.result.fault, ANSWER_NO);
	ck_assert_int_eq(a.result.history, ANSWER_YES);
	answer_of_hands_free(&a);
	ck_assert(!a.result.unbegun);
	answer_of_hands_free(&a);
	act_on(JOB_RECOVER, "", KEY "2", &a);
	ck_outcome(&a, OUTCOME_NOT_APPLIED);
	ck_assert(a.result.unbegun);
}
END_TEST

START_TEST(a_connection_that_dies_is_looked_after_at_once)
{
	apply_four();
	set_config("", "lock-timeout = 15s");
	own(str) char *hash = plan_for("AnalyticsEvent");
	PGconn *c = pg_connect(&pg, "moving", "app");
	PQclear(PQexec(c, "BEGIN; LOCK TABLE \"User\" IN EXCLUSIVE MODE"));
	own(job) struct job j =
		job_of(JOB_MEND, CLASS_MISSING_TABLE, "AnalyticsEvent");
	snprintf(j.plan_hash, sizeof(j.plan_hash), "%s", hash);
	snprintf(j.key, sizeof(j.key), "%s", KEY "1");
	own(str) char *config = at("logmend.conf");
	int sock = -1;
	pid_t pid = hands_start(config, &j, &sock);
	await("SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted AND "
	      "relation = '\"User\"'::regclass)");
	pg_do(&pg, "moving",
		"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE "
		"application_name LIKE 'logmend:%'");
	hands_finish(pid, sock, &a);
	PQfinish(c);
	ck_outcome(&a, OUTCOME_NOT_APPLIED);
	ck_value(OURS, "f|t|0");
}
END_TEST

START_TEST(no_signal_but_the_last_ends_a_mend)
{
	apply_four();
	set_config("", "lock-timeout = 15s");
	own(str) char *hash = plan_for("AnalyticsEvent");
	PGconn *c = pg_connect(&pg, "moving", "app");
	PQclear(PQexec(c, "BEGIN; LOCK TABLE \"User\" IN EXCLUSIVE MODE"));
	own(job) struct job j =
		job_of(JOB_MEND, CLASS_MISSING_TABLE, "AnalyticsEvent");
	snprintf(j.plan_hash, sizeof(j.plan_hash), "%s", hash);
	snprintf(j.key, sizeof(j.key), "%s", KEY "1");
	own(str) char *config = at("logmend.conf");
	int sock = -1;
	pid_t pid = hands_start(config, &j, &sock);
	await("SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted AND "
	      "relation = '\"User\"'::regclass)");
	kill(pid, SIGTERM);
	kill(pid, SIGINT);
	kill(pid, SIGHUP);
	PQfinish(c);
	hands_finish(pid, sock, &a);
	ck_outcome(&a, OUTCOME_APPLIED);
}
END_TEST

START_TEST(hands_end_what_they_began_when_head_is_gone)
{
	apply_four();
	own(str) char *hash = plan_for("AnalyticsEvent");
	own(job) struct job j =
		job_of(JOB_MEND, CLASS_MISSING_TABLE, "AnalyticsEvent");
	snprintf(j.plan_hash, sizeof(j.plan_hash), "%s", hash);
	snprintf(j.key, sizeof(j.key), "%s", KEY "1");
	own(str) char *config = at("logmend.conf");
	int sock = -1;
	pid_t pid = hands_start(config, &j, &sock);
	close(sock);
	int status = -1;
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert_int_eq(status, 0);
	ck_attempt(KEY "1", ATTEMPT_FILE_ENDED, OUTCOME_APPLIED);
	ck_value(TABLE_THERE, "t");
}
END_TEST

/* The server's process stands still, and so does whatever waits for it. */
START_TEST(a_server_that_hangs_is_not_waited_for_without_an_end)
{
	apply_four();
	set_config("", "lock-timeout = 15s");
	own(str) char *hash = plan_for("AnalyticsEvent");
	PGconn *c = pg_connect(&pg, "moving", "app");
	PQclear(PQexec(c, "BEGIN; LOCK TABLE \"User\" IN EXCLUSIVE MODE"));
	own(job) struct job j =
		job_of(JOB_MEND, CLASS_MISSING_TABLE, "AnalyticsEvent");
	snprintf(j.plan_hash, sizeof(j.plan_hash), "%s", hash);
	snprintf(j.key, sizeof(j.key), "%s", KEY "1");
	own(str) char *config = at("logmend.conf");
	int sock = -1;
	pid_t pid = hands_start(config, &j, &sock);
	await("SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted AND "
	      "relation = '\"User\"'::regclass)");
	own(str) char *backend = pg_get(&pg, "moving",
		"SELECT pid FROM pg_stat_activity WHERE application_name LIKE "
		"'logmend:%'");
	pid_t hung = (pid_t)strtol(backend, NULL, 10);
	ck_assert_int_eq(kill(hung, SIGSTOP), 0);
	hands_finish(pid, sock, &a);
	PQfinish(c);
	/* Nobody can tell while it is there: head is to look again. */
	ck_outcome(&a, OUTCOME_IN_DOUBT);
	ck_attempt(KEY "1", ATTEMPT_FILE_LOST, OUTCOME_DONE);
	ck_assert_int_eq(kill(hung, SIGCONT), 0);
	answer_of_hands_free(&a);
	act_on(JOB_RECOVER, "", KEY "1", &a);
	ck_outcome(&a, OUTCOME_NOT_APPLIED);
	ck_value(TABLE_THERE, "f");
	ck_value(OURS, "f|t|0");
}
END_TEST

static bool
has_step(const char *part)
{
	for (size_t i = 0; i < a.n_steps; i++)
		if (strstr(a.steps[i], part))
			return true;
	return false;
}

/* As after the network of its client was taken away: the server knows nothing
 * of it, and the migrator's lock stays held. */
static void
ck_idle_one_is_ended(const char *sql)
{
	PGconn *c = pg_connect(&pg, "moving", "app");
	PQclear(PQexec(c,
		"SET application_name = 'logmend:" KEY "1';"
		"SELECT pg_advisory_lock(72707369)"));
	PQclear(PQexec(c, sql));
	act_on(JOB_RECOVER, "", KEY "1", &a);
	ck_outcome(&a, OUTCOME_NOT_APPLIED);
	ck_assert(has_step("is idle, and its client is gone: ending it"));
	ck_assert(!has_step("still runs for this attempt"));
	answer_of_hands_free(&a);
	PQclear(PQexec(c, "SELECT 1"));
	ck_assert_int_eq(PQstatus(c), CONNECTION_BAD);
	PQfinish(c);
}

START_TEST(a_process_that_waits_for_a_dead_client_is_ended_at_once)
{
	apply_four();
	ck_idle_one_is_ended("SELECT 1");
	ck_idle_one_is_ended("BEGIN");
}
END_TEST

WORLD_MAIN("recover", 54346, what_a_killed_process_left_is_found_out,
	what_was_proposed_and_applied_is_told_by_its_recovery_too,
	a_folder_that_a_killed_process_made_is_taken_away,
	killed_at_any_moment_its_recovery_tells_the_truth,
	a_mend_can_be_recognised_after_the_fact,
	a_connection_that_dies_is_looked_after_at_once,
	no_signal_but_the_last_ends_a_mend,
	a_process_that_waits_for_a_dead_client_is_ended_at_once,
	a_server_that_hangs_is_not_waited_for_without_an_end,
	hands_end_what_they_began_when_head_is_gone)
