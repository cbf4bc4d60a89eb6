#include "config.h"
#include "head/model/ranking.h"

#include "base/hash.h"
#include "support/check_main.h"

static struct object
object_of(const char *schema, const char *table, const char *column)
{
	struct object o = { 0 };
	object_set(&o, OBJECT_SCHEMA, span_of(schema));
	object_set(&o, OBJECT_TABLE, span_of(table));
	object_set(&o, OBJECT_COLUMN, span_of(column));
	return o;
}

static void
add(struct missing_list *l, enum fault_class class, const char *table,
	const char *column, bool awaited)
{
	struct object o = object_of("public", table, column);
	missing_add(l, class, &o, awaited);
}

static enum rank
rank(const struct ranking *r, const char *app, enum fault_class class,
	const char *schema, const char *table, const char *column)
{
	own(object) struct object o = object_of(schema, table, column);
	return ranking_of(r, app, class, &o);
}

START_TEST(only_what_hands_measured_is_no_stranger)
{
	struct ranking *r = ranking_new();
	struct missing_list l = { 0 };
	add(&l, CLASS_MISSING_TABLE, "Awaited", NULL, true);
	add(&l, CLASS_MISSING_TABLE, "Known", NULL, false);
	add(&l, CLASS_MISSING_COLUMN, "Job", "price", true);
	ranking_set(r, "shop", &l);
	ck_assert_uint_eq(l.n, 0);
	static const struct {
		const char *app;
		enum fault_class class;
		const char *schema, *table, *column;
		enum rank rank;
	} table[] = {
		{ "shop", CLASS_MISSING_TABLE, "public", "Awaited", NULL,
			RANK_AWAITED },
		{ "shop", CLASS_MISSING_TABLE, NULL, "Awaited", NULL,
			RANK_AWAITED },
		{ "shop", CLASS_MISSING_TABLE, "public", "Known", NULL,
			RANK_KNOWN },
		{ "shop", CLASS_MISSING_COLUMN, "public", "Job", "price",
			RANK_AWAITED },
		/* What looks like it, and is not. */
		{ "blog", CLASS_MISSING_TABLE, "public", "Awaited", NULL,
			RANK_STRANGER },
		{ "shop", CLASS_MISSING_TABLE, "private", "Awaited", NULL,
			RANK_STRANGER },
		{ "shop", CLASS_MISSING_TABLE, "public", "awaited", NULL,
			RANK_STRANGER },
		{ "shop", CLASS_MISSING_TABLE, "public", "Job", NULL,
			RANK_STRANGER },
		{ "shop", CLASS_MISSING_COLUMN, "public", "Job", "cost",
			RANK_STRANGER },
		{ "shop", CLASS_MISSING_COLUMN, "public", "Awaited", "x",
			RANK_STRANGER },
		{ "shop", CLASS_MISSING_TABLE, NULL, NULL, NULL,
			RANK_STRANGER },
		{ "shop", CLASS_MISSING_TABLE, "public", NULL, NULL,
			RANK_STRANGER },
		{ "shop", CLASS_MISSING_COLUMN, "public", "Job", NULL,
			RANK_STRANGER },
	};
	for (size_t i = 0; i < ELEMENTS(table); i++)
		ck_assert_msg(rank(r, table[i].app, table[i].class,
				      table[i].schema, table[i].table,
				      table[i].column) == table[i].rank,
			"row %zu", i);
	ck_assert_int_eq(rank(NULL, "shop", CLASS_MISSING_TABLE, "public",
				 "Awaited", NULL),
		RANK_STRANGER);
	add(&l, CLASS_MISSING_TABLE, "Known", NULL, true);
	ranking_set(r, "shop", &l);
	ck_assert_int_eq(
		rank(r, "shop", CLASS_MISSING_TABLE, "public", "Awaited", NULL),
		RANK_STRANGER);
	ck_assert_int_eq(
		rank(r, "shop", CLASS_MISSING_TABLE, "public", "Known", NULL),
		RANK_AWAITED);
	ranking_free(r);
}
END_TEST

START_TEST(the_apps_own_database_is_no_stranger)
{
	struct ranking *r = ranking_new();
	own(object) struct object own = { 0 }, forged = { 0 };
	object_set(&own, OBJECT_HOST, SPAN("db"));
	object_set(&own, OBJECT_PORT, SPAN("5432"));
	object_set(&forged, OBJECT_HOST, SPAN("elsewhere"));
	ck_assert_int_eq(ranking_of(r, "shop", CLASS_DB_UNREACHABLE, &own),
		RANK_STRANGER);
	ranking_place(r, "shop", "db", "5432");
	ck_assert_int_eq(
		ranking_of(r, "shop", CLASS_DB_UNREACHABLE, &own), RANK_KNOWN);
	ck_assert_int_eq(ranking_of(r, "shop", CLASS_DB_UNREACHABLE, &forged),
		RANK_STRANGER);
	ranking_free(r);
}
END_TEST

static void
print_of(unsigned k, char hex[SHA256_HEX])
{
	own(str) char *text = xprintf("fault %u", k);
	sha256_hex(span_of(text), hex);
}

START_TEST(so_many_names_are_remembered_and_no_more)
{
	struct ranking *r = ranking_new();
	char hex[SHA256_HEX];
	int64_t at = 0;
	for (unsigned k = 0; k < RANKING_REMEMBERS + 1000; k++) {
		print_of(k, hex);
		ranking_remember(r, "shop", hex, k);
	}
	for (unsigned k = 0; k < RANKING_REMEMBERS + 1000; k += 37) {
		bool kept = k < RANKING_REMEMBERS;
		print_of(k, hex);
		ck_assert_int_eq(ranking_recalls(r, "shop", hex, &at), kept);
		ck_assert(!kept || at == k);
		ck_assert(!ranking_recalls(r, "blog", hex, &at));
	}
	ranking_relieve(r, "shop");
	print_of(1, hex);
	ck_assert(!ranking_recalls(r, "shop", hex, &at));
	ranking_free(r);
}
END_TEST

START_TEST(an_app_is_pressed_until_it_is_relieved)
{
	struct ranking *r = ranking_new();
	ck_assert(!ranking_pressed(r, "shop"));
	ranking_press(r, "shop");
	ck_assert(ranking_pressed(r, "shop"));
	ck_assert(!ranking_pressed(r, "blog"));
	ranking_relieve(r, "shop");
	ck_assert(!ranking_pressed(r, "shop"));
	ranking_press(NULL, "shop");
	ranking_free(r);
}
END_TEST

CHECK_MAIN("ranking", only_what_hands_measured_is_no_stranger,
	the_apps_own_database_is_no_stranger,
	so_many_names_are_remembered_and_no_more,
	an_app_is_pressed_until_it_is_relieved)
