#include "config.h"
#include "base/nearest.h"

#include "base/own.h"
#include "support/check_main.h"

START_TEST(each_change_of_a_letter_counts_once)
{
	static const struct {
		const char *a, *b;
		unsigned distance;
	} cases[] = {
		{ "", "", 0 },
		{ "policy", "policy", 0 },
		{ "policy", "POLICY", 0 },
		{ "polcy", "policy", 1 },
		{ "policyy", "policy", 1 },
		{ "pilicy", "policy", 1 },
		{ "ploicy", "policy", 1 },
		{ "", "abc", 3 },
		{ "kitten", "sitting", 3 },
		{ "shopweb", "shop-web", 1 },
	};
	for (size_t i = 0; i < ELEMENTS(cases); i++) {
		ck_assert_uint_eq(nearest_distance(cases[i].a, cases[i].b),
			cases[i].distance);
		ck_assert_uint_eq(nearest_distance(cases[i].b, cases[i].a),
			cases[i].distance);
	}
}
END_TEST

START_TEST(names_are_compared_up_to_a_length)
{
	char long_a[300], long_b[300];
	memset(long_a, 'a', sizeof(long_a) - 1);
	memset(long_b, 'b', sizeof(long_b) - 1);
	long_a[299] = long_b[299] = '\0';
	ck_assert_uint_eq(nearest_distance(long_a, long_b), 64);
	ck_assert_uint_eq(nearest_distance(long_a, ""), 64);
}
END_TEST

START_TEST(only_a_name_that_is_like_it_is_meant)
{
	static char *names[] = { (char *)"migrations", (char *)"policy",
		(char *)"notify", NULL };
	ck_assert_str_eq(nearest_meant("polcy", names), "policy");
	ck_assert_str_eq(nearest_meant("migration", names), "migrations");
	ck_assert_ptr_null(nearest_meant("frequency", names));
	ck_assert_ptr_null(nearest_meant("", names));
	ck_assert_ptr_null(nearest_meant("policy", NULL));
}
END_TEST

START_TEST(a_list_begins_with_what_is_most_like_it_and_counts_the_rest)
{
	static char *names[] = { (char *)"blog", (char *)"shop-api",
		(char *)"shop-web", (char *)"shop-web", (char *)"crm", NULL };
	own(str) char *some = nearest_list("shopweb", names, NULL, 2);
	own(str) char *all = nearest_list("shopweb", names, NULL, 9);
	own(str) char *none = nearest_list("shopweb", NULL, NULL, 9);
	ck_assert_str_eq(some, "shop-web, shop-api and 2 more");
	ck_assert_str_eq(all, "shop-web, shop-api, blog, crm");
	ck_assert_str_eq(none, "");
}
END_TEST

CHECK_MAIN("nearest", each_change_of_a_letter_counts_once,
	names_are_compared_up_to_a_length, only_a_name_that_is_like_it_is_meant,
	a_list_begins_with_what_is_most_like_it_and_counts_the_rest)
