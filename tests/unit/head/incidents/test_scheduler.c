#include "config.h"
#include "head/incidents/scheduler.h"

#include "unit/head/incidents/stage.h"

static struct scheduler *scheduler;
static usec now, steady, woken;

static usec
on_wall(void *arg)
{
	(void)arg;
	return now;
}

static usec
on_steady(void *arg)
{
	(void)arg;
	return steady;
}

static const struct clock played = { on_wall, on_steady, NULL };

static void
on_wake(void *arg, usec wait)
{
	(void)arg;
	woken = wait;
}

static void
start(void)
{
	d.clock = &played;
	d.wake = on_wake;
	now = NOW;
	steady = USEC_DAY;
	ok(scheduler_new(NULL, &d, &scheduler, &why));
}

static void
stop(void)
{
	scheduler_free(scheduler);
	tear_down();
}

/* Later, for both clocks. */
static void
run_at(usec when)
{
	steady += when - now;
	now = when;
	scheduler_run(scheduler);
}

/* What every start begins with is answered: the database, and that it lacks
 * the object of this incident, or nothing. */
static void
answer_start(const struct incident *i, bool awaited)
{
	own(report) struct report target = looked(CAUSE_NONE, ANSWER_UNKNOWN);
	own(report) struct report missing = ended(OUTCOME_DONE);
	fake_hands_end(expect_sent(FOR_TARGET), &target);
	scheduler_run(scheduler);
	/* What is under way comes first. */
	if (fake_hands_at(0)->purpose != FOR_MISSING)
		return;
	if (i) {
		struct object o = object_copy(&i->object);
		missing_add(&missing.missing, i->class, &o, awaited);
	}
	fake_hands_end(expect_sent(FOR_MISSING), &missing);
}

static void
answer_target(void)
{
	answer_start(NULL, false);
}

/* An incident of this table, not stored; free it. */
static struct incident
incident_of(const char *table)
{
	struct incident i;
	struct fault f = { .class = CLASS_MISSING_TABLE };
	object_set(&f.object, OBJECT_SCHEMA, SPAN("public"));
	object_set(&f.object, OBJECT_TABLE, span_of(table));
	incident_init(&i, "shop", "rule", &f, NOW);
	fault_free(&f);
	return i;
}

/* A fault in a log, stored as a batch's; the schema is given. */
static void
log_fault(const char *table)
{
	struct fault f = { .class = CLASS_MISSING_TABLE, .count = 1 };
	f.first_ns = f.last_ns = (int64_t)now * NSEC_USEC;
	object_set(&f.object, OBJECT_SCHEMA, SPAN("public"));
	object_set(&f.object, OBJECT_TABLE, span_of(table));
	ok(store_begin(d.store, &why));
	ok(scheduler_fault(scheduler, &app, "rule", &f, now, &why));
	ok(store_commit(d.store, &why));
	fault_free(&f);
}

static void
log_forged(unsigned from, unsigned to)
{
	for (unsigned k = from; k < to; k++) {
		own(str) char *table = xprintf("Forged%u", k);
		log_fault(table);
	}
}

/* The incident that hands look at says how it ends; returns its number. */
static uint64_t
answer_look(enum cause cause, enum answer fault)
{
	own(report) struct report r = looked(cause, fault);
	struct fake_job *job = expect_sent(FOR_DIAGNOSIS);
	uint64_t id = job->incident;
	fake_hands_end(job, &r);
	scheduler_run(scheduler);
	return id;
}

static size_t
looks(void)
{
	usec *list = NULL;
	size_t n = 0;
	ok(store_looks(d.store, "shop", 0, &list, &n, &why));
	free(list);
	return n;
}

START_TEST(an_open_incident_is_looked_at_and_the_look_is_counted)
{
	set_up();
	own(incident) struct incident i = add(STATE_OPEN);
	start();
	run_at(NOW);
	answer_target();
	run_at(NOW + 1);
	expect_state(i.id, STATE_DIAGNOSING);
	expect_sent(FOR_DIAGNOSIS);
	ck_assert_uint_eq(looks(), 1);
	stop();
}
END_TEST

START_TEST(a_rehearsal_ends_with_the_head_that_began_it)
{
	set_up();
	own(incident) struct incident i = add(STATE_REHEARSING);
	start();
	expect_state(i.id, STATE_DIAGNOSING);
	expect_timeline(i.id, "state diagnosing: logmend was started again|");
	stop();
}
END_TEST

START_TEST(what_rests_is_probed_again_when_it_is_due)
{
	set_up();
	own(incident) struct incident i = add(STATE_REPORTED);
	i.recheck_due = NOW + USEC_HOUR;
	ok(store_incident_save(d.store, &i, &why));
	start();
	run_at(NOW);
	answer_target();
	run_at(NOW + USEC_HOUR - 1);
	expect_nothing_sent();
	ck_assert_uint_le(woken, 1000);
	run_at(NOW + USEC_HOUR);
	expect_sent(FOR_RECHECK);
	stop();
}
END_TEST

START_TEST(a_clock_that_is_set_is_noticed_within_the_minute)
{
	set_up();
	start();
	run_at(NOW);
	answer_target();
	run_at(NOW + 1);
	ck_assert_uint_le(woken, USEC_MINUTE);
	now += USEC_HOUR; /* the wall's clock alone */
	scheduler_run(scheduler);
	ck_assert_ptr_nonnull(strstr(noted, "the clock was set forward by 1h"));
	stop();
}
END_TEST

START_TEST(a_clock_that_is_set_ends_no_patience)
{
	set_up();
	own(incident) struct incident i = add(STATE_MENDING);
	add_attempt(
		i.id, "7b3e8a52-0d3c-4b7e-9a50-3c2f1d0e9b11", NOW, 0, false);
	start();
	fake_file_break(-5);
	run_at(NOW);
	answer_target();
	run_at(NOW + 1);
	now += USEC_HOUR; /* the wall's clock alone */
	run_at(now + USEC_MINUTE);
	expect_state(i.id, STATE_MENDING);
	run_at(now + 15 * USEC_MINUTE);
	expect_state(i.id, STATE_IN_DOUBT);
	stop();
}
END_TEST

START_TEST(an_app_that_is_configured_no_more_is_left_alone)
{
	set_up();
	own(incident) struct incident i = add(STATE_OPEN);
	settings.n_apps = 0;
	start();
	run_at(NOW + USEC_DAY);
	expect_state(i.id, STATE_OPEN);
	expect_nothing_sent();
	stop();
	settings.n_apps = 1;
}
END_TEST

START_TEST(what_hands_say_meanwhile_reaches_the_timeline)
{
	set_up();
	own(incident) struct incident i = add(STATE_OPEN);
	start();
	run_at(NOW);
	answer_target();
	run_at(NOW + 1);
	fake_hands_step(expect_sent(FOR_DIAGNOSIS), "asking the catalog");
	expect_timeline(i.id, "state diagnosing|step asking the catalog|");
	stop();
}
END_TEST

START_TEST(what_the_database_lacks_is_looked_at_before_all_others)
{
	set_up();
	start();
	run_at(NOW);
	own(incident) struct incident real = incident_of("Invoice");
	answer_start(&real, true);
	log_forged(0, 200);
	log_fault("Invoice");
	log_forged(200, 400);
	run_at(NOW + 1);
	own(incident) struct incident first =
		get(expect_sent(FOR_DIAGNOSIS)->incident);
	ck_assert_str_eq(first.object.value[OBJECT_TABLE], "Invoice");
	stop();
}
END_TEST

START_TEST(what_came_to_be_missing_is_found_behind_a_flood)
{
	set_up();
	start();
	run_at(NOW);
	answer_target();
	log_forged(0, 200);
	log_fault("Invoice");
	run_at(NOW + 30 * USEC_SECOND);
	/* Twelve looks at strangers are not waited for. */
	own(incident) struct incident real = incident_of("Invoice");
	own(report) struct report r = ended(OUTCOME_DONE);
	struct object o = object_copy(&real.object);
	missing_add(&r.missing, real.class, &o, true);
	fake_hands_end(expect_sent(FOR_MISSING), &r);
	scheduler_run(scheduler);
	own(incident) struct incident first =
		get(expect_sent(FOR_DIAGNOSIS)->incident);
	ck_assert_str_eq(first.object.value[OBJECT_TABLE], "Invoice");
	stop();
}
END_TEST

START_TEST(of_strangers_the_oldest_and_the_newest_are_looked_at_by_turns)
{
	set_up();
	start();
	run_at(NOW);
	answer_target();
	log_forged(0, 6);
	run_at(NOW + 1);
	static const uint64_t order[] = { 1, 6, 2, 5, 3, 4 };
	for (size_t k = 0; k < ELEMENTS(order); k++)
		ck_assert_uint_eq(
			answer_look(CAUSE_UNKNOWN, ANSWER_YES), order[k]);
	stop();
}
END_TEST

CHECK_MAIN("scheduler", an_open_incident_is_looked_at_and_the_look_is_counted,
	a_rehearsal_ends_with_the_head_that_began_it,
	what_rests_is_probed_again_when_it_is_due,
	a_clock_that_is_set_is_noticed_within_the_minute,
	a_clock_that_is_set_ends_no_patience,
	an_app_that_is_configured_no_more_is_left_alone,
	what_hands_say_meanwhile_reaches_the_timeline,
	what_the_database_lacks_is_looked_at_before_all_others,
	what_came_to_be_missing_is_found_behind_a_flood,
	of_strangers_the_oldest_and_the_newest_are_looked_at_by_turns)
