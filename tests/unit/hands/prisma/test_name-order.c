/* The order of names, of which Prisma's versions have two. */
#include "config.h"

#include <check.h>

#include "hands/prisma/name-order.h"
#include "support/check_main.h"

static bool
differs(const char *a, const char *b)
{
	struct unit one = { .name = (char *)a }, two = { .name = (char *)b };
	const struct unit_script list[] = { { &one, NULL }, { &two, NULL } };
	return prisma_order_differs(list, 2);
}

START_TEST(names_that_versions_sort_differently_are_known)
{
	ck_assert(!differs("20240101000000_a", "20240101000001_a"));
	ck_assert(!differs("20240101000000_a", "20240101000000_b"));
	ck_assert(!differs("20240101000000_a", "20240101000000_aa"));
	/* By bytes the zero comes first, by ICU the underscore. */
	ck_assert(differs("00000000000000_x", "0_init"));
	ck_assert(differs("20240101000000_B", "20240101000000_a"));
	ck_assert(differs("20240101000000_a-b", "20240101000000_a_b"));
	ck_assert(differs("20240101000000_A", "20240101000000_a"));
	/* Nobody here knows what ICU makes of these. */
	ck_assert(
		differs("20240101000000_\xc3\xa4", "20240101000000_\xc3\xb6"));
}
END_TEST

CHECK_MAIN("name-order", names_that_versions_sort_differently_are_known)
