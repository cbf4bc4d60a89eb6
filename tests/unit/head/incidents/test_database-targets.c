#include "config.h"
#include "head/incidents/database-targets.h"

#include <errno.h>

#include "base/io/spawn.h"
#include "head/incidents/ingest.h"
#include "unit/head/incidents/stage.h"

static struct database_targets *targets;

static void
start(void)
{
	set_up();
	targets = database_targets_new(&settings);
	database_targets_run(targets, &d, NOW);
}

static void
stop(void)
{
	database_targets_free(targets);
	tear_down();
}

/* Hands are gone, and said this. */
static void
answer(struct report r, usec now)
{
	fake_hands_end(expect_sent(FOR_TARGET), &r);
	database_targets_take(targets, &d, &app, &r, now);
	report_free(&r);
}

static struct report
named(const char *database)
{
	struct report r = looked(CAUSE_NONE, ANSWER_UNKNOWN);
	incident_set(&r.result.database, database);
	return r;
}

START_TEST(each_app_with_a_database_is_asked_for_once)
{
	start();
	answer(named("standing"), NOW);
	own(target) struct target t = { 0 };
	ok(store_target_get(d.store, "shop", &t, &why));
	ck_assert_str_eq(t.database, "standing");
	ck_assert(!database_targets_failed(targets, &app));
	database_targets_run(targets, &d, NOW + USEC_DAY);
	expect_nothing_sent();
	stop();
}
END_TEST

START_TEST(an_app_without_a_database_is_not_asked_for)
{
	char *url = app.database_url_file;
	app.database_url_file = NULL;
	start();
	expect_nothing_sent();
	stop();
	app.database_url_file = url;
}
END_TEST

START_TEST(what_could_not_be_told_is_asked_again_after_a_minute)
{
	start();
	answer(ended(OUTCOME_ERROR), NOW);
	ck_assert(database_targets_failed(targets, &app));
	database_targets_run(targets, &d, NOW + USEC_MINUTE - 1);
	expect_nothing_sent();
	ck_assert_uint_le(d.due, NOW + USEC_MINUTE - 1 + USEC_SECOND);
	database_targets_run(targets, &d, NOW + USEC_MINUTE);
	answer(named("moving"), NOW + USEC_MINUTE);
	ck_assert(!database_targets_failed(targets, &app));
	stop();
}
END_TEST

START_TEST(a_clock_that_was_set_back_does_not_put_the_question_off)
{
	start();
	answer(ended(OUTCOME_ERROR), NOW);
	database_targets_run(targets, &d, NOW - USEC_DAY);
	expect_sent(FOR_TARGET);
	stop();
}
END_TEST

START_TEST(hands_that_cannot_be_started_are_started_later)
{
	fake_hands_refuse(-EAGAIN);
	start();
	expect_nothing_sent();
	ck_assert_uint_eq(d.due, NOW + spawn_pause(1));
	fake_hands_refuse(0);
	database_targets_run(targets, &d, NOW + spawn_pause(1));
	expect_sent(FOR_TARGET);
	stop();
}
END_TEST

START_TEST(faults_that_waited_for_the_answer_become_incidents)
{
	struct fault f = { .class = CLASS_MISSING_TABLE, .count = 2 };
	start();
	object_set(&f.object, OBJECT_TABLE, SPAN("Invoice"));
	ok(store_unplaced_add(d.store, "shop", "r", &f, &why));
	fault_free(&f);
	answer(named("moving"), NOW);
	own(incident) struct incident i = get(1);
	ck_assert_str_eq(i.object.value[OBJECT_SCHEMA], "public");
	ck_assert_uint_eq(i.count, 2);
	stop();
}
END_TEST

CHECK_MAIN("database-targets", each_app_with_a_database_is_asked_for_once,
	an_app_without_a_database_is_not_asked_for,
	what_could_not_be_told_is_asked_again_after_a_minute,
	a_clock_that_was_set_back_does_not_put_the_question_off,
	hands_that_cannot_be_started_are_started_later,
	faults_that_waited_for_the_answer_become_incidents)
