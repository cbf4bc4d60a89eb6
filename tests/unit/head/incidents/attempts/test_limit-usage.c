#include "config.h"
#include "head/incidents/attempts/limit-usage.h"

#include "unit/head/incidents/stage.h"

#define KEY_OF "7b3e8a52-0d3c-4b7e-9a50-3c2f1d0e9b1%u"

static struct limits_answer
asked(const struct app *by, usec now)
{
	struct limits_answer answer;
	ok(limit_usage_attempt(&d, by, now, &answer, &why));
	return answer;
}

static void
add_attempts(unsigned n, usec each)
{
	for (unsigned k = 0; k < n; k++) {
		own(incident) struct incident i = add(STATE_FAILED);
		own(str) char *key = xprintf(KEY_OF, k);
		add_attempt(
			i.id, key, NOW + k * each, NOW + k * each + 1, false);
	}
}

START_TEST(an_app_is_counted_by_its_database)
{
	set_up();
	own(str) char *known = NULL, *unknown = NULL;
	struct app other = { .name = (char *)"blog" };
	ok(limit_usage_database(&d, &app, &known, &why));
	ck_assert_str_eq(known, DATABASE);
	ok(limit_usage_database(&d, &other, &unknown, &why));
	ck_assert_str_eq(unknown, "app blog");
	tear_down();
}
END_TEST

START_TEST(apps_of_one_database_share_its_attempts)
{
	set_up();
	struct app other = app;
	struct target t = { (char *)"db", (char *)"5432", (char *)"moving",
		(char *)"public" };
	other.name = (char *)"blog";
	ok(store_target_put(d.store, "blog", &t, NOW, &why));
	ck_assert(asked(&other, NOW).allowed);
	add_attempts(1, 0);
	ck_assert(!asked(&other, NOW + USEC_MINUTE).allowed);
	tear_down();
}
END_TEST

START_TEST(an_hour_and_a_day_have_their_attempts_and_no_more)
{
	set_up();
	policy.cooldown = 1;
	add_attempts(3, USEC_MINUTE);
	struct limits_answer answer = asked(&app, NOW + 5 * USEC_MINUTE);
	ck_assert(!answer.allowed);
	ck_assert_uint_eq(answer.until, NOW + USEC_HOUR);
	ck_assert(asked(&app, answer.until).allowed);
	policy.attempts.day = 3;
	answer = asked(&app, NOW + USEC_HOUR);
	ck_assert(!answer.allowed);
	ck_assert_uint_eq(answer.until, NOW + USEC_DAY);
	tear_down();
}
END_TEST

START_TEST(a_cooldown_longer_than_a_day_is_not_forgotten)
{
	set_up();
	policy.cooldown = 3 * USEC_DAY;
	add_attempts(1, 0);
	ck_assert(!asked(&app, NOW + 2 * USEC_DAY).allowed);
	ck_assert(asked(&app, NOW + 3 * USEC_DAY + 1).allowed);
	tear_down();
}
END_TEST

START_TEST(failures_of_the_day_before_still_double_the_cooldown)
{
	set_up();
	own(incident) struct incident i = add(STATE_FAILED);
	own(incident) struct incident j = add(STATE_FAILED);
	own(str) char *first = xprintf(KEY_OF, 0u),
		      *second = xprintf(KEY_OF, 1u);
	policy.cooldown = USEC_HOUR;
	add_attempt(i.id, first, NOW, NOW, true);
	usec later = NOW + 30 * USEC_HOUR;
	add_attempt(j.id, second, later, later, true);
	ck_assert(!asked(&app, later + 3 * USEC_HOUR).allowed);
	ck_assert(asked(&app, later + 4 * USEC_HOUR).allowed);
	tear_down();
}
END_TEST

START_TEST(an_attempt_under_way_forbids_another_one_however_old_it_is)
{
	set_up();
	own(incident) struct incident i = add(STATE_MENDING);
	own(str) char *key = xprintf(KEY_OF, 0u);
	add_attempt(i.id, key, NOW, 0, false);
	ck_assert(!asked(&app, NOW + 9 * USEC_DAY).allowed);
	tear_down();
}
END_TEST

START_TEST(a_pause_forbids_attempts)
{
	set_up();
	ok(store_pause(d.store, NOW, &why));
	struct limits_answer answer = asked(&app, NOW);
	ck_assert(!answer.allowed);
	ck_assert_ptr_nonnull(strstr(answer.text, "paused"));
	tear_down();
}
END_TEST

START_TEST(looks_are_counted_by_the_hour)
{
	set_up();
	own(incident) struct incident i = add(STATE_OPEN);
	struct limits_answer answer;
	for (unsigned k = 0; k < LIMITS_LOOKS_HOUR; k++) {
		ok(limit_usage_look(&d, &i, NOW + k, &answer, &why));
		ck_assert(answer.allowed);
		ok(store_look_add(d.store, "shop", NOW + k, &why));
	}
	ok(limit_usage_look(&d, &i, NOW + USEC_MINUTE, &answer, &why));
	ck_assert(!answer.allowed);
	ck_assert_uint_eq(answer.until, NOW + USEC_HOUR);
	ok(limit_usage_look(&d, &i, answer.until, &answer, &why));
	ck_assert(answer.allowed);
	tear_down();
}
END_TEST

START_TEST(looks_at_strangers_use_up_none_of_those_at_what_is_missing)
{
	set_up();
	own(incident) struct incident i = add(STATE_OPEN);
	struct limits_answer answer;
	for (unsigned k = 0; k < LIMITS_LOOKS_HOUR; k++)
		ok(store_look_add(d.store, "shop", NOW + k, &why));
	for (int awaited = 0; awaited <= 1; awaited++) {
		lacks(&i, awaited);
		own(str) char *key = limit_usage_look_key(&d, &i);
		ck_assert_str_ne(key, "shop");
		ok(limit_usage_look(&d, &i, NOW + USEC_MINUTE, &answer, &why));
		ck_assert(answer.allowed);
		for (unsigned k = 0; k < LIMITS_LOOKS_HOUR; k++)
			ok(store_look_add(d.store, key, NOW + k, &why));
		ok(limit_usage_look(&d, &i, NOW + USEC_MINUTE, &answer, &why));
		ck_assert(!answer.allowed);
	}
	tear_down();
}
END_TEST

CHECK_MAIN("limit-usage", an_app_is_counted_by_its_database,
	apps_of_one_database_share_its_attempts,
	an_hour_and_a_day_have_their_attempts_and_no_more,
	a_cooldown_longer_than_a_day_is_not_forgotten,
	failures_of_the_day_before_still_double_the_cooldown,
	an_attempt_under_way_forbids_another_one_however_old_it_is,
	a_pause_forbids_attempts, looks_are_counted_by_the_hour,
	looks_at_strangers_use_up_none_of_those_at_what_is_missing)
