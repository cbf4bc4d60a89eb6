/* Names that are PostgreSQL's own and harmless. That a name is on a list proves
 * nothing in a database; tests/server/test_catalog.c asks a real one. */
#include "config.h"

#include <check.h>

#include "hands/sql/builtin.h"
#include "support/check_main.h"

START_TEST(what_migrations_use_is_on_the_lists)
{
	ck_assert(builtin_function("now"));
	ck_assert(builtin_function("gen_random_uuid"));
	ck_assert(builtin_function("lower"));
	ck_assert(builtin_operator(">="));
	ck_assert(builtin_type("timestamptz"));
	ck_assert(builtin_serial("bigserial"));
	ck_assert(builtin_collation("C"));
	ck_assert(builtin_opclass("jsonb_path_ops"));
	ck_assert(builtin_method("gin"));
	ck_assert(builtin_parameter("fillfactor"));
}
END_TEST

/* Each does something beyond giving a value. */
START_TEST(what_acts_is_on_no_list)
{
	static const char *const acting[] = { "nextval", "setval", "currval",
		"pg_sleep", "pg_terminate_backend", "set_config", "lo_unlink",
		"query_to_xml", "pg_advisory_lock", "pg_notify", "dblink",
		"pg_read_file", "pg_catalog.now", "repeat", "NOW", "" };
	for (size_t i = 0; i < ELEMENTS(acting); i++)
		ck_assert_msg(!builtin_function(acting[i]), "%s", acting[i]);
	ck_assert(!builtin_function(NULL));
	ck_assert(!builtin_operator("==="));
	ck_assert(!builtin_type("regclass"));
	ck_assert(!builtin_type("serial"));
	ck_assert(!builtin_serial("int4"));
	ck_assert(!builtin_collation("c"));
	ck_assert(!builtin_opclass("gin_trgm_ops"));
	ck_assert(!builtin_method("hnsw"));
	ck_assert(!builtin_parameter("user_catalog_table"));
}
END_TEST

START_TEST(the_server_keeps_its_schemas_for_itself)
{
	ck_assert(builtin_schema("pg_catalog"));
	ck_assert(builtin_schema("pg_temp_3"));
	ck_assert(builtin_schema("pg_toast"));
	ck_assert(builtin_schema("information_schema"));
	ck_assert(!builtin_schema("public"));
	ck_assert(!builtin_schema("PG_TEMP"));
	ck_assert(!builtin_schema("page"));
	ck_assert(!builtin_schema(NULL));
}
END_TEST

CHECK_MAIN("builtin", what_migrations_use_is_on_the_lists,
	what_acts_is_on_no_list, the_server_keeps_its_schemas_for_itself)
