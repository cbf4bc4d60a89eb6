/* When two answers are of one database. What a server says of itself is told in
 * tests/server/test_session.c. */
#include "config.h"
#include "hands/postgres/server-identity.h"

#include "support/check_main.h"

static struct server_identity
identity_of(const char *system, const char *database, const char *schema)
{
	return (struct server_identity){ .system = xstrdup(system),
		.database = xstrdup(database),
		.schema = xstrdup(schema),
		.user = xstrdup("app"),
		.version = 150000 };
}

START_TEST(one_database_is_the_same_cluster_database_and_schema)
{
	static const struct {
		const char *system, *database, *schema;
		bool same;
	} rows[] = {
		{ "7001", "16384", "public", true },
		{ "7002", "16384", "public", false },
		{ "7001", "16385", "public", false },
		{ "7001", "16384", "tenant_a", false },
		{ "", "16384", "public", false },
	};
	own(server_identity) struct server_identity a =
		identity_of("7001", "16384", "public");
	for (size_t i = 0; i < ELEMENTS(rows); i++) {
		own(server_identity) struct server_identity b = identity_of(
			rows[i].system, rows[i].database, rows[i].schema);
		ck_assert_int_eq(server_identity_same(&a, &b), rows[i].same);
		ck_assert_int_eq(server_identity_same(&b, &a), rows[i].same);
	}
}
END_TEST

/* The migrator's login is another one than the app's. */
START_TEST(who_asks_and_what_they_may_makes_no_difference)
{
	own(server_identity) struct server_identity a =
		identity_of("7001", "16384", "public");
	own(server_identity) struct server_identity b =
		identity_of("7001", "16384", "public");
	str_free(take(b.user));
	b.user = xstrdup("owner");
	b.may_create = b.may_create_databases = b.read_only = true;
	ck_assert(server_identity_same(&a, &b));
}
END_TEST

START_TEST(what_is_freed_is_empty)
{
	struct server_identity a = identity_of("7001", "16384", "public");
	server_identity_free(&a);
	ck_assert_ptr_null(a.system);
	ck_assert_ptr_null(a.user);
	server_identity_free(&a);
}
END_TEST

CHECK_MAIN("server-identity",
	one_database_is_the_same_cluster_database_and_schema,
	who_asks_and_what_they_may_makes_no_difference, what_is_freed_is_empty)
