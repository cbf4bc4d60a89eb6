/* Any change makes another plan. */
#include "config.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "hands/plan/plan-hash.h"
#include "support/check_main.h"
#include "support/diagnosed.h"

static void
set(char **field, const char *value)
{
	free(*field);
	*field = xstrdup(value);
}

static void
nothing(struct diagnosed *x)
{
	(void)x;
}

static void
another_app(struct diagnosed *x)
{
	set(&x->app.name, "other");
}

static void
another_cause(struct diagnosed *x)
{
	x->d.cause = CAUSE_STRAY_SQL;
}

static void
another_object(struct diagnosed *x)
{
	object_set(&x->object, OBJECT_TABLE, SPAN("Invoice"));
}

static void
another_host(struct diagnosed *x)
{
	set(&x->d.url.host, "elsewhere");
}

static void
another_mending_user(struct diagnosed *x)
{
	set(&x->d.migrate_url.user, "owner");
}

static void
another_server(struct diagnosed *x)
{
	set(&x->d.target.system, "8");
}

static void
another_database(struct diagnosed *x)
{
	set(&x->d.target.database, "16385");
}

static void
another_deadline(struct diagnosed *x)
{
	x->remedy.deadline++;
}

static void
another_rehearsal(struct diagnosed *x)
{
	x->remedy.rehearse = REHEARSE_OFF;
}

static void
another_verdict(struct diagnosed *x)
{
	x->d.ruled = VERDICT_NEVER;
}

static void
another_reason(struct diagnosed *x)
{
	set(&x->d.ruled_reason, "another");
}

static void
another_history(struct diagnosed *x)
{
	x->d.makes_history = true;
}

static void
another_way_to_run(struct diagnosed *x)
{
	x->d.atomic = false;
}

static void
another_byte(struct diagnosed *x)
{
	buf_add_str(&x->d.folder->units[0].text, " ");
}

static void
another_name(struct diagnosed *x)
{
	set(&x->d.folder->units[0].name, "1_b");
}

static void
another_folder_for_new_units(struct diagnosed *x)
{
	x->app.proposals = xstrdup("/srv/new");
}

static void (*const changes[])(struct diagnosed *x) = { nothing, another_app,
	another_cause, another_object, another_host, another_mending_user,
	another_server, another_database, another_deadline, another_rehearsal,
	another_verdict, another_reason, another_history, another_way_to_run,
	another_byte, another_name, another_folder_for_new_units };

static void
hash_after(void (*change)(struct diagnosed *x), char ret[SHA256_HEX])
{
	own(diagnosed) struct diagnosed x;
	diagnosed_begin(&x);
	diagnosed_pending(&x, "1_a", "CREATE TABLE \"Order\" (id int)");
	diagnosed_end(&x, NULL);
	x.d.cause = CAUSE_PENDING_MIGRATION;
	x.d.ruled_reason = xstrdup("fine");
	change(&x);
	plan_hash(&x.d, ret);
}

START_TEST(the_same_plan_has_the_same_hash)
{
	char one[SHA256_HEX], two[SHA256_HEX];
	hash_after(nothing, one);
	hash_after(nothing, two);
	ck_assert_str_eq(one, two);
	ck_assert_uint_eq(strlen(one), 64);
}
END_TEST

START_TEST(every_change_has_a_hash_of_its_own)
{
	char all[ELEMENTS(changes)][SHA256_HEX];
	for (size_t i = 0; i < ELEMENTS(changes); i++) {
		hash_after(changes[i], all[i]);
		for (size_t k = 0; k < i; k++)
			ck_assert_msg(strcmp(all[i], all[k]) != 0,
				"changes %zu and %zu have the same hash", k, i);
	}
}
END_TEST

START_TEST(the_password_is_no_part_of_it)
{
	char one[SHA256_HEX], two[SHA256_HEX];
	own(diagnosed) struct diagnosed x;
	diagnosed_begin(&x);
	diagnosed_end(&x, NULL);
	x.d.ruled_reason = xstrdup("fine");
	plan_hash(&x.d, one);
	set(&x.d.url.password, "secret");
	plan_hash(&x.d, two);
	ck_assert_str_eq(one, two);
}
END_TEST

CHECK_MAIN("plan-hash", the_same_plan_has_the_same_hash,
	every_change_has_a_hash_of_its_own, the_password_is_no_part_of_it)
