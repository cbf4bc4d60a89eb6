/* What stops a mend at the last moment: before its first change, between its
 * units, and right before its commit. */
#include "config.h"
#include "hands/run/stop.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "support/world.h"
#include "wire/role.h"
#include "wire/stop-files.h"

#define ROWS "SELECT count(*) FROM _prisma_migrations"
#define NUMBER_WAITS                                                 \
	"SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted AND " \
	"locktype = 'advisory' AND objid = 77)"

static struct answer_of_hands a;

/* What they waited for is free, and they come to their end. */
static void
end(struct mending_hands *m)
{
	answer_of_hands_free(&a);
	PQfinish(m->holder);
	hands_finish(m->pid, m->sock, &a);
}

static void
freeze(bool on)
{
	own(str) char *file = at("freeze");
	if (on)
		write_file(file, "");
	else
		ck_assert_int_eq(unlink(file), 0);
}

/* With a freeze file of our own. */
static void
open_world(const char *mode)
{
	own(str) char *file = at("logmend.conf");
	own(str) char *freeze_file = at("freeze");
	own(str) char *folder = at(".");
	own(str) char *text = xprintf("[agent]\nstore = %s/state/logmend.db\n"
				      "freeze-file = %s\n"
				      "[app moving]\n"
				      "database-url-file = %s/url\n"
				      "migrations = %s/prisma/migrations\n"
				      "policy = p\n"
				      "remedy.missing-table = prisma\n"
				      "[policy p]\nmode = %s\n"
				      "[remedy prisma]\nkind = prisma\n"
				      "deadline = 40s\nlock-timeout = 30s\n"
				      "statement-timeout = 30s\n",
		folder, freeze_file, folder, folder, mode);
	write_file(file, text);
}

static void
ck_nothing_changed(const char *key)
{
	ck_outcome(&a, OUTCOME_HELD_BACK);
	ck_says(a.result.text, "nothing was changed");
	ck_attempt(key, ATTEMPT_FILE_ENDED, OUTCOME_HELD_BACK);
	ck_value(TABLE_THERE, "f");
	ck_value(ROWS, "4");
}

/* Whatever stopped it is over: it is mended, once. */
static void
ck_mended_after(const char *hash, const char *key)
{
	answer_of_hands_free(&a);
	act_on(JOB_MEND, hash, key, &a);
	ck_outcome(&a, OUTCOME_APPLIED);
	ck_value(TABLE_THERE, "t");
	ck_value(ROWS, "5");
}

START_TEST(a_freeze_before_the_first_change_changes_nothing)
{
	open_world("act");
	apply_four();
	own(str) char *hash = plan_for("AnalyticsEvent");
	struct mending_hands m = begin_mend(
		hash, KEY "1", "SELECT pg_advisory_lock(72707369)", false);
	/* They are past their start, and wait for the migrator's lock. */
	await("SELECT EXISTS (SELECT FROM pg_stat_activity WHERE "
	      "application_name = 'logmend:" KEY "1')");
	freeze(true);
	end(&m);
	ck_outcome(&a, OUTCOME_HELD_BACK);
	ck_says(a.result.text, "before anything was changed");
	own(str) char *who = geteuid() == 0 ? xstrdup("root (uid 0)")
					    : xprintf("uid %u", geteuid());
	own(str) char *says = xprintf("/freeze is there, of %s, since ", who);
	ck_says(a.result.text, says);
	ck_value(TABLE_THERE, "f");
	ck_value(ROWS, "4");
	freeze(false);
	ck_mended_after(hash, KEY "2");
}
END_TEST

START_TEST(a_freeze_before_the_commit_changes_nothing)
{
	open_world("act");
	apply_four();
	own(str) char *hash = plan_for("AnalyticsEvent");
	struct mending_hands m = begin_mend_and_wait(hash, KEY "1");
	freeze(true);
	end(&m);
	ck_nothing_changed(KEY "1");
	ck_says(a.result.text, "/freeze is there");
	freeze(false);
	ck_mended_after(hash, KEY "2");
}
END_TEST

START_TEST(a_pause_before_the_commit_changes_nothing)
{
	open_world("act");
	apply_four();
	own(str) char *hash = plan_for("AnalyticsEvent");
	own(str) char *store = at("state/logmend.db");
	struct mending_hands m = begin_mend_and_wait(hash, KEY "1");
	ck_assert_int_eq(
		stop_files_pause(store, "eve (uid 7)", USEC_DAY, NULL), 0);
	end(&m);
	ck_nothing_changed(KEY "1");
	ck_says(a.result.text, "paused by eve (uid 7) at 1970-01-02");
	ck_assert_int_eq(stop_files_resume(store, NULL), 0);
	ck_mended_after(hash, KEY "2");
}
END_TEST

START_TEST(what_head_says_before_the_commit_changes_nothing)
{
	open_world("act");
	apply_four();
	own(str) char *hash = plan_for("AnalyticsEvent");
	struct mending_hands m = begin_mend_and_wait(hash, KEY "1");
	own(frame) struct frame f = FRAME(HANDS_STOP);
	frame_put_str(&f, "somebody pressed \x1b[1mstop");
	ck_assert_int_eq(frame_send(m.sock, &f), 0);
	end(&m);
	ck_nothing_changed(KEY "1");
	ck_says(a.result.text, "somebody pressed \\x1b[1mstop");
	ck_mended_after(hash, KEY "2");
}
END_TEST

/* The configuration is read again, as it is on the disk by then. */
START_TEST(a_mode_that_no_longer_allows_it_changes_nothing)
{
	open_world("act");
	apply_four();
	own(str) char *hash = plan_for("AnalyticsEvent");
	static const char *const modes[] = { "report", "ask", "none" };
	for (size_t i = 0; i < ELEMENTS(modes); i++) {
		own(str) char *key = xprintf(KEY "%zu", i + 1);
		struct mending_hands m = begin_mend_and_wait(hash, key);
		open_world(modes[i]);
		end(&m);
		ck_nothing_changed(key);
		ck_says(a.result.text, "logmend.conf");
		open_world("act");
	}
	ck_mended_after(hash, KEY "9");
}
END_TEST

START_TEST(what_a_person_approved_is_not_stopped_by_mode_ask)
{
	open_world("ask");
	apply_four();
	own(str) char *hash = plan_for("AnalyticsEvent");
	struct mending_hands m = begin_mend(hash, KEY "1", "SELECT 1", true);
	end(&m);
	ck_outcome(&a, OUTCOME_APPLIED);
	ck_value(TABLE_THERE, "t");
}
END_TEST

START_TEST(a_head_that_is_gone_stops_nobody)
{
	open_world("act");
	apply_four();
	own(str) char *hash = plan_for("AnalyticsEvent");
	struct mending_hands m = begin_mend_and_wait(hash, KEY "1");
	close(m.sock);
	PQfinish(m.holder);
	ck_assert_int_eq(waitpid(m.pid, NULL, 0), m.pid);
	ck_attempt(KEY "1", ATTEMPT_FILE_ENDED, OUTCOME_APPLIED);
	ck_value(TABLE_THERE, "t");
}
END_TEST

START_TEST(between_steps_that_share_no_transaction_it_is_asked_too)
{
	open_world("act");
	apply_four();
	add_migration("20260101000000_index",
		"CREATE INDEX CONCURRENTLY \"Batch_name\" ON \"Batch\"(name);");
	own(str) char *hash = plan_for("AnalyticsEvent");
	struct mending_hands m = begin_mend_and_wait(hash, KEY "1");
	freeze(true);
	end(&m);
	ck_outcome(&a, OUTCOME_HELD_PARTLY);
	ck_says(a.result.text, "the others were not begun");
	ck_value(TABLE_THERE, "t");
	ck_value("SELECT to_regclass('\"Batch_name\"') IS NULL", "t");
	ck_value(ROWS " WHERE finished_at IS NOT NULL", "5");
	ck_value(ROWS, "5");
	freeze(false);
}
END_TEST

START_TEST(a_history_that_it_made_is_taken_back)
{
	open_world("act");
	add_migration(
		"20230101000000_wait", "SELECT pg_advisory_xact_lock(77);");
	own(str) char *hash = plan_for("AnalyticsEvent");
	struct mending_hands m =
		begin_mend(hash, KEY "1", "SELECT pg_advisory_lock(77)", true);
	await(NUMBER_WAITS);
	freeze(true);
	end(&m);
	ck_outcome(&a, OUTCOME_HELD_BACK);
	ck_value("SELECT count(*) FROM pg_class WHERE relnamespace = "
		 "'public'::regnamespace",
		"0");
}
END_TEST

START_TEST(rows_that_the_role_may_not_delete_are_rolled_back)
{
	open_world("act");
	apply_four();
	pg_do(&pg, "moving", "REVOKE DELETE ON _prisma_migrations FROM app");
	own(str) char *hash = plan_for("AnalyticsEvent");
	struct mending_hands m = begin_mend_and_wait(hash, KEY "1");
	freeze(true);
	end(&m);
	ck_outcome(&a, OUTCOME_HELD_BACK);
	ck_value(TABLE_THERE, "f");
	ck_value(ROWS " WHERE finished_at IS NULL AND rolled_back_at IS NULL",
		"0");
}
END_TEST

START_TEST(a_folder_that_it_made_is_taken_away_again)
{
	open_world("act");
	apply_four();
	own(str) char *from = at("prisma/migrations/" LAST "/migration.sql");
	own(str) char *to = at("prisma/migrations/analytics_event.sql");
	own(str) char *config = at("logmend.conf");
	own(str) char *line = at("prisma/migrations");
	own(str) char *add = xprintf("/^policy/i proposals = %s", line);
	ck_assert_int_eq(rename(from, to), 0);
	remove_migration(LAST);
	run_tool((const char *const[]){ "/bin/sed", "-i", add, config, NULL });
	own(str) char *hash = plan_for("AnalyticsEvent");
	struct mending_hands m = begin_mend_and_wait(hash, KEY "1");
	own(str) char *folder =
		at("prisma/migrations/20250212101001_analytics_event");
	ck_assert_int_eq(access(folder, F_OK), 0);
	freeze(true);
	end(&m);
	ck_nothing_changed(KEY "1");
	ck_assert_int_ne(access(folder, F_OK), 0);
	ck_assert_int_eq(access(to, F_OK), 0);
}
END_TEST

WORLD_MAIN("stop", 54370, a_freeze_before_the_first_change_changes_nothing,
	a_freeze_before_the_commit_changes_nothing,
	a_pause_before_the_commit_changes_nothing,
	what_head_says_before_the_commit_changes_nothing,
	a_mode_that_no_longer_allows_it_changes_nothing,
	what_a_person_approved_is_not_stopped_by_mode_ask,
	a_head_that_is_gone_stops_nobody,
	between_steps_that_share_no_transaction_it_is_asked_too,
	a_history_that_it_made_is_taken_back,
	rows_that_the_role_may_not_delete_are_rolled_back,
	a_folder_that_it_made_is_taken_away_again)
