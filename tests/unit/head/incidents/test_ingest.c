#include "config.h"
#include "head/incidents/ingest.h"

#include <errno.h>

#include "config/load-settings.h"
#include "head/policy/limits.h"
#include "support/check_main.h"

#define NOW ((usec)1795350344 * USEC_SECOND)
#define NS(when) ((int64_t)(when)*NSEC_USEC)

static struct settings *settings;
static struct incidents incidents;
static struct why why;

static void
note(uint64_t incident, const char *text)
{
	(void)incident;
	(void)text;
}

/* A store of the test's own, and one app, with a database or without. */
static const struct app *
begin(bool with_database)
{
	own(str) char *folder = scratch_folder();
	own(str) char *conf = xprintf("%s/logmend.conf", folder);
	own(str) char *store = xprintf("%s/logmend.db", folder);
	FILE *f = fopen(conf, "we");
	fprintf(f, "[agent]\nstore = %s\n[app moverz]\n%s", store,
		with_database ? "database-url-file = /nowhere\n" : "");
	fclose(f);
	ck_assert_msg(
		load_settings(conf, &settings, &why) == 0, "%s", why.text);
	incidents = (struct incidents){ .settings = settings, .note = note };
	ck_assert_msg(
		store_open(store, &incidents.store, &why) == 0, "%s", why.text);
	return &settings->apps[0];
}

static void
end(void)
{
	store_close(incidents.store);
	settings_free(settings);
}

static struct fault
fault_of(const char *schema, const char *table, usec when)
{
	struct fault f = { .class = CLASS_MISSING_TABLE,
		.count = 1,
		.first_ns = NS(when),
		.last_ns = NS(when) };
	object_set(&f.object, OBJECT_SCHEMA, span_of(schema));
	object_set(&f.object, OBJECT_TABLE, span_of(table));
	buf_add_str(&f.text, "The table does not exist");
	return f;
}

static void
take_in(const struct app *app, struct fault f, usec now)
{
	ck_assert_int_eq(store_begin(incidents.store, &why), 0);
	int r = ingest_fault(
		&incidents, app, "prisma-p2021", &f, false, now, &why);
	ck_assert_msg(r >= 0, "%s", why.text);
	ck_assert_int_eq(store_commit(incidents.store, &why), 0);
	fault_free(&f);
}

static size_t
all(struct incident **ret)
{
	size_t n = 0;
	struct incident_filter every = { .class = -1 };
	ck_assert_int_eq(
		store_incidents(incidents.store, &every, ret, &n, &why), 0);
	return n;
}

/* The number of incidents, and a copy of the newest in *ret. */
static size_t
newest(struct incident *ret)
{
	struct incident *list = NULL;
	size_t n = all(&list);
	ck_assert_uint_gt(n, 0);
	ck_assert_int_eq(
		store_incident_get(incidents.store, list[0].id, ret, &why), 0);
	incident_list_free(list, n);
	return n;
}

static void
put(uint64_t id, enum incident_state state, usec since, usec committed)
{
	own(incident) struct incident i = { 0 };
	ck_assert_int_eq(store_incident_get(incidents.store, id, &i, &why), 0);
	i.state = state;
	i.since = since;
	i.committed = committed;
	i.recheck_due = since + USEC_MINUTE;
	ck_assert_int_eq(store_incident_save(incidents.store, &i, &why), 0);
}

static void
expect(size_t number, uint64_t id, enum incident_state state, uint64_t count)
{
	own(incident) struct incident i = { 0 };
	ck_assert_uint_eq(newest(&i), number);
	ck_assert_uint_eq(i.id, id);
	ck_assert_str_eq(state_name(i.state), state_name(state));
	ck_assert_uint_eq(i.count, count);
}

START_TEST(the_first_fault_opens_an_incident_and_the_next_is_counted)
{
	const struct app *app = begin(false);
	take_in(app, fault_of("public", "AnalyticsEvent", NOW), NOW);
	expect(1, 1, STATE_OPEN, 1);
	take_in(app, fault_of("public", "AnalyticsEvent", NOW + 5), NOW + 9);
	expect(1, 1, STATE_OPEN, 2);
	end();
}
END_TEST

START_TEST(what_nobody_answered_is_asked_again_at_most_each_six_hours)
{
	const struct app *app = begin(true);
	take_in(app, fault_of("public", "AnalyticsEvent", NOW), NOW);
	usec asked = NOW - app->policy->approval;
	put(1, STATE_EXPIRED, NOW, 0);
	usec soon = asked + LIMITS_ASK_AGAIN - USEC_SECOND;
	take_in(app, fault_of("public", "AnalyticsEvent", soon), soon);
	expect(1, 1, STATE_EXPIRED, 2);
	usec then = asked + LIMITS_ASK_AGAIN;
	take_in(app, fault_of("public", "AnalyticsEvent", then), then);
	expect(1, 1, STATE_DIAGNOSING, 3);
	end();
}
END_TEST

START_TEST(another_table_is_another_incident)
{
	const struct app *app = begin(false);
	take_in(app, fault_of("public", "AnalyticsEvent", NOW), NOW);
	take_in(app, fault_of("public", "Invoice", NOW), NOW);
	expect(2, 2, STATE_OPEN, 1);
	end();
}
END_TEST

START_TEST(a_fault_without_a_table_joins_the_only_open_one)
{
	const struct app *app = begin(false);
	take_in(app, fault_of("public", "AnalyticsEvent", NOW), NOW);
	take_in(app, fault_of(NULL, NULL, NOW), NOW);
	expect(1, 1, STATE_OPEN, 2);
	take_in(app, fault_of("public", "Invoice", NOW), NOW);
	take_in(app, fault_of(NULL, NULL, NOW), NOW);
	expect(3, 3, STATE_OPEN, 1);
	end();
}
END_TEST

START_TEST(a_missing_schema_waits_for_the_target_and_is_filled_in)
{
	const struct app *app = begin(true);
	struct incident *none = NULL;
	take_in(app, fault_of(NULL, "AnalyticsEvent", NOW), NOW);
	take_in(app, fault_of(NULL, "AnalyticsEvent", NOW), NOW);
	ck_assert_uint_eq(all(&none), 0);
	incident_list_free(none, 0);
	struct target t = { (char *)"db", (char *)"5432", (char *)"moving",
		(char *)"tenant_a" };
	ck_assert_int_eq(
		store_target_put(incidents.store, "moverz", &t, NOW, &why), 0);
	const struct ingest_aside how = { false, false, false };
	ck_assert_int_eq(ingest_aside(&incidents, app, &how, NOW, &why), 0);
	own(incident) struct incident i = { 0 };
	ck_assert_uint_eq(newest(&i), 1);
	ck_assert_uint_eq(i.count, 2);
	ck_assert_str_eq(i.object.value[OBJECT_SCHEMA], "tenant_a");
	end();
}
END_TEST

START_TEST(a_target_that_cannot_be_known_keeps_no_fault_waiting)
{
	const struct app *app = begin(true);
	take_in(app, fault_of(NULL, "AnalyticsEvent", NOW), NOW);
	const struct ingest_aside how = { true, false, false };
	ck_assert_int_eq(ingest_aside(&incidents, app, &how, NOW, &why), 0);
	own(incident) struct incident i = { 0 };
	ck_assert_uint_eq(newest(&i), 1);
	ck_assert_ptr_null(i.object.value[OBJECT_SCHEMA]);
	end();
}
END_TEST

START_TEST(a_mended_fault_that_comes_back_within_a_day_regresses)
{
	const struct app *app = begin(false);
	take_in(app, fault_of("public", "AnalyticsEvent", NOW), NOW);
	put(1, STATE_RESOLVED, NOW + USEC_MINUTE, NOW + USEC_MINUTE);
	usec later = NOW + USEC_HOUR;
	take_in(app, fault_of("public", "AnalyticsEvent", later), later);
	own(incident) struct incident i = { 0 };
	ck_assert_uint_eq(newest(&i), 1);
	ck_assert_str_eq(state_name(i.state), "regressed");
	ck_assert(i.breaker);
	end();
}
END_TEST

START_TEST(a_late_record_from_before_the_mend_is_only_counted)
{
	const struct app *app = begin(false);
	take_in(app, fault_of("public", "AnalyticsEvent", NOW), NOW);
	put(1, STATE_RESOLVED, NOW + USEC_MINUTE, NOW + USEC_MINUTE);
	take_in(app, fault_of("public", "AnalyticsEvent", NOW + USEC_SECOND),
		NOW + USEC_HOUR);
	expect(1, 1, STATE_RESOLVED, 2);
	end();
}
END_TEST

START_TEST(
	a_fault_that_comes_back_after_a_day_is_a_new_incident_that_names_the_old)
{
	const struct app *app = begin(false);
	take_in(app, fault_of("public", "AnalyticsEvent", NOW), NOW);
	put(1, STATE_RESOLVED, NOW + USEC_MINUTE, NOW + USEC_MINUTE);
	usec later = NOW + 2 * USEC_DAY;
	take_in(app, fault_of("public", "AnalyticsEvent", later), later);
	own(incident) struct incident i = { 0 };
	ck_assert_uint_eq(newest(&i), 2);
	ck_assert_uint_eq(i.previous, 1);
	end();
}
END_TEST

START_TEST(what_healed_without_us_opens_anew)
{
	const struct app *app = begin(false);
	take_in(app, fault_of("public", "AnalyticsEvent", NOW), NOW);
	put(1, STATE_RESOLVED, NOW + USEC_MINUTE, 0);
	usec later = NOW + USEC_HOUR;
	take_in(app, fault_of("public", "AnalyticsEvent", later), later);
	expect(2, 2, STATE_OPEN, 1);
	end();
}
END_TEST

START_TEST(a_record_after_the_commit_ends_the_verification)
{
	const struct app *app = begin(false);
	take_in(app, fault_of("public", "AnalyticsEvent", NOW), NOW);
	put(1, STATE_VERIFYING, NOW, NOW);
	struct attempt a = { .incident = 1,
		.number = 1,
		.key = "7b3e8a52-0d3c-4b7e-9a50-3c2f1d0e9b11",
		.database = (char *)"db:5432/moving",
		.started = NOW };
	ck_assert_msg(store_attempt_add(incidents.store, &a, &why) == 0, "%s",
		why.text);
	a.ended = NOW;
	a.outcome = OUTCOME_APPLIED;
	ck_assert_int_eq(store_attempt_end(incidents.store, &a, &why), 0);
	/* A request that was under way is no proof. */
	usec soon = NOW + USEC_SECOND / 2, later = NOW + 5 * USEC_SECOND;
	take_in(app, fault_of("public", "AnalyticsEvent", soon), soon);
	expect(1, 1, STATE_VERIFYING, 2);
	take_in(app, fault_of("public", "AnalyticsEvent", later), later);
	expect(1, 1, STATE_FAILED, 3);
	struct attempt *list = NULL;
	size_t n = 0;
	ck_assert_int_eq(
		store_attempts(incidents.store, 1, &list, &n, &why), 0);
	ck_assert_uint_eq(n, 1);
	ck_assert(list[0].failed);
	attempts_free(list, n);
	end();
}
END_TEST

START_TEST(a_not_confirmed_one_is_looked_at_again_only_after_its_back_off)
{
	const struct app *app = begin(false);
	take_in(app, fault_of("public", "AnalyticsEvent", NOW), NOW);
	put(1, STATE_NOT_CONFIRMED, NOW, 0);
	take_in(app, fault_of("public", "AnalyticsEvent", NOW), NOW + 1);
	expect(1, 1, STATE_NOT_CONFIRMED, 2);
	usec later = NOW + 2 * USEC_MINUTE;
	take_in(app, fault_of("public", "AnalyticsEvent", later), later);
	expect(1, 1, STATE_DIAGNOSING, 3);
	end();
}
END_TEST

START_TEST(a_flood_of_tables_ends_in_one_roll_up)
{
	const struct app *app = begin(false);
	for (unsigned i = 0; i < LIMITS_OPEN + 30; i++) {
		own(str) char *table = xprintf("t%u", i);
		take_in(app, fault_of("public", table, NOW), NOW);
	}
	own(incident) struct incident i = { 0 };
	ck_assert_uint_eq(newest(&i), LIMITS_OPEN + 1);
	ck_assert(i.roll_up);
	ck_assert_uint_eq(i.count, 30);
	end();
}
END_TEST

static void
flood(const struct app *app, unsigned from, unsigned to)
{
	for (unsigned i = from; i < to; i++) {
		own(str) char *table = xprintf("t%u", i);
		take_in(app, fault_of("public", table, NOW), NOW);
	}
}

/* Hands measured that the database lacks this table. */
static void
lacks(const struct app *app, const char *table)
{
	struct missing_list list = { 0 };
	struct object o = { 0 };
	object_set(&o, OBJECT_SCHEMA, SPAN("public"));
	object_set(&o, OBJECT_TABLE, span_of(table));
	missing_add(&list, CLASS_MISSING_TABLE, &o, true);
	ranking_set(incidents.ranking, app->name, &list);
}

START_TEST(what_the_database_lacks_has_a_place_in_any_flood)
{
	const struct app *app = begin(true);
	incidents.ranking = ranking_new();
	lacks(app, "Invoice");
	flood(app, 0, 1000);
	take_in(app, fault_of("public", "Invoice", NOW), NOW);
	own(incident) struct incident i = { 0 };
	(void)newest(&i);
	ck_assert_str_eq(i.object.value[OBJECT_TABLE], "Invoice");
	flood(app, 1000, 2000);
	take_in(app, fault_of("public", "Invoice", NOW), NOW);
	own(incident) struct incident again = { 0 };
	ck_assert_int_eq(
		store_incident_get(incidents.store, i.id, &again, &why), 0);
	ck_assert_uint_eq(again.count, 2);
	ranking_free(incidents.ranking);
	end();
}
END_TEST

START_TEST(a_name_beyond_the_limit_waits_aside_until_hands_measured)
{
	const struct app *app = begin(true);
	incidents.ranking = ranking_new();
	flood(app, 0, LIMITS_OPEN);
	take_in(app, fault_of("public", "Invoice", NOW), NOW);
	take_in(app, fault_of("public", "Forged", NOW), NOW);
	struct incident *list = NULL;
	size_t n = all(&list);
	incident_list_free(list, n);
	ck_assert_uint_eq(n, LIMITS_OPEN);
	ck_assert(ranking_pressed(incidents.ranking, app->name));
	lacks(app, "Invoice");
	const struct ingest_aside how = { .tried = true, .measured = true };
	ck_assert_int_eq(ingest_aside(&incidents, app, &how, NOW, &why), 0);
	own(incident) struct incident i = { 0 };
	ck_assert_uint_eq(newest(&i), LIMITS_OPEN + 2);
	ck_assert(i.roll_up);
	ck_assert_uint_eq(i.count, 1);
	ranking_free(incidents.ranking);
	end();
}
END_TEST

START_TEST(so_many_wait_aside_and_the_rest_counts_at_once)
{
	const struct app *app = begin(true);
	incidents.ranking = ranking_new();
	flood(app, 0, LIMITS_OPEN + UNPLACED_MOST);
	own(incident) struct incident last = { 0 }, rest = { 0 };
	ck_assert_uint_eq(newest(&last), LIMITS_OPEN);
	flood(app, 9000, 9500);
	ck_assert_uint_eq(newest(&rest), LIMITS_OPEN + 1);
	ck_assert(rest.roll_up);
	ck_assert_uint_eq(rest.count, 500);
	ranking_free(incidents.ranking);
	end();
}
END_TEST

static void
end_as(uint64_t from, uint64_t to, enum incident_state state, enum cause cause)
{
	for (uint64_t id = from; id <= to; id++) {
		own(incident) struct incident i = { 0 };
		ck_assert_int_eq(
			store_incident_get(incidents.store, id, &i, &why), 0);
		i.state = state;
		i.cause = cause;
		ck_assert_int_eq(
			store_incident_save(incidents.store, &i, &why), 0);
	}
}

START_TEST(what_was_looked_at_in_vain_holds_no_place)
{
	static const struct {
		enum incident_state state;
		enum cause cause;
	} vain[] = { { STATE_REPORTED, CAUSE_UNKNOWN },
		{ STATE_NOT_CONFIRMED, CAUSE_NOT_CONFIRMED } };
	for (size_t k = 0; k < ELEMENTS(vain); k++) {
		const struct app *app = begin(true);
		flood(app, 0, LIMITS_OPEN);
		end_as(1, LIMITS_OPEN, vain[k].state, vain[k].cause);
		flood(app, 100, 101);
		own(incident) struct incident i = { 0 };
		ck_assert_uint_eq(newest(&i), LIMITS_OPEN + 1);
		ck_assert(!i.roll_up);
		end();
	}
}
END_TEST

START_TEST(unknown_causes_do_not_pile_up)
{
	const struct app *app = begin(true);
	for (unsigned round = 0; round < 5; round++) {
		uint64_t first = 1 + round * LIMITS_OPEN;
		flood(app, round * 100, round * 100 + LIMITS_OPEN);
		end_as(first, first + LIMITS_OPEN - 1, STATE_REPORTED,
			CAUSE_UNKNOWN);
	}
	struct incident *list = NULL;
	size_t n = 0;
	struct incident_filter live = { .class = -1, .live = true };
	ck_assert_int_eq(
		store_incidents(incidents.store, &live, &list, &n, &why), 0);
	incident_list_free(list, n);
	/* As each newcomer takes one place, the last ones may be all. */
	ck_assert_uint_le(n, 2 * LIMITS_OPEN);
	uint64_t waiting = 0, given_up = 0;
	ck_assert_int_eq(
		store_outbox_count(incidents.store, &waiting, &given_up, &why),
		0);
	ck_assert_uint_eq(waiting, 0);
	end();
}
END_TEST

CHECK_MAIN("intake", the_first_fault_opens_an_incident_and_the_next_is_counted,
	what_nobody_answered_is_asked_again_at_most_each_six_hours,
	another_table_is_another_incident,
	a_fault_without_a_table_joins_the_only_open_one,
	a_missing_schema_waits_for_the_target_and_is_filled_in,
	a_target_that_cannot_be_known_keeps_no_fault_waiting,
	a_mended_fault_that_comes_back_within_a_day_regresses,
	a_late_record_from_before_the_mend_is_only_counted,
	a_fault_that_comes_back_after_a_day_is_a_new_incident_that_names_the_old,
	what_healed_without_us_opens_anew,
	a_record_after_the_commit_ends_the_verification,
	a_not_confirmed_one_is_looked_at_again_only_after_its_back_off,
	a_flood_of_tables_ends_in_one_roll_up,
	what_the_database_lacks_has_a_place_in_any_flood,
	a_name_beyond_the_limit_waits_aside_until_hands_measured,
	so_many_wait_aside_and_the_rest_counts_at_once,
	what_was_looked_at_in_vain_holds_no_place,
	unknown_causes_do_not_pile_up)
