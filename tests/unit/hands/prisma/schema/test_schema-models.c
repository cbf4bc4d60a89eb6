/* The tables and columns that a Prisma schema stands for. */
#include "config.h"

#include <check.h>

#include "hands/prisma/schema/schema-models.h"
#include "support/check_main.h"

static const char schema[] =
	"enum Kind {\n  A\n  @@map(\"kinds\")\n}\n"
	"model Job { // of a person\n"
	"  id     Int     @id\n"
	"  kind   Kind\n"
	"  moved  DateTime? @map(\"moved_at\") // @map(\"wrong\")\n"
	"  site   String @default(\"https://x\") @map(\"site_url\")\n"
	"  owner  User    @relation(\"Owner\", fields: [ownerId], "
	"references: [id])\n"
	"  ownerId Int\n"
	"  tags   Tag[]\n"
	"  helpers User[] @relation(name: \"Helpers\")\n"
	"  // old String\n"
	"  @@index([ownerId])\n"
	"  @@map(\"jobs\")\n}\n"
	"model User {\n  id Int @id\n  owned Job[] @relation(\"Owner\")\n"
	"  helps Job[] @relation(\"Helpers\")\n"
	"  friends User[] @relation(\"Friends\")\n"
	"  friendOf User[] @relation(\"Friends\")\n}\n"
	"model Tag {\n  id Int @id\n  jobs Job[]\n  @@schema(\"shop\")\n}\n"
	"view Report {\n  total Int\n}\n"
	"model Empty {}\nmodel Last {\n}\n";

static bool
has(const char *table, const char *column)
{
	own(schema_models) struct schema_models m = { 0 };
	schema_models_read(&m, span_of(schema));
	schema_models_link(&m);
	return schema_models_have(&m, table, column);
}

START_TEST(models_and_views_stand_for_tables)
{
	ck_assert(has("jobs", NULL) && has("User", NULL));
	ck_assert(has("Report", "total"));
	ck_assert(has("Empty", NULL) && has("Last", NULL));
	ck_assert(!has("Job", NULL) && !has("kinds", NULL));
	ck_assert(!has("Kind", NULL));
}
END_TEST

START_TEST(fields_stand_for_columns_by_their_mapped_names)
{
	ck_assert(has("jobs", "id") && has("jobs", "kind"));
	ck_assert(has("jobs", "moved_at") && !has("jobs", "moved"));
	ck_assert(has("jobs", "site_url") && has("jobs", "ownerId"));
	ck_assert(!has("jobs", "old") && !has("jobs", "wrong"));
	ck_assert(!has("User", "kind"));
}
END_TEST

START_TEST(a_relation_is_no_column)
{
	ck_assert(!has("jobs", "owner") && !has("jobs", "tags"));
	ck_assert(!has("User", "owned") && !has("User", "friends"));
}
END_TEST

START_TEST(lists_on_both_sides_have_a_table_between_them)
{
	ck_assert(has("_JobToTag", "A") && has("_JobToTag", "B"));
	ck_assert(has("_Helpers", "A") && has("_Friends", "B"));
	/* The other side has the key. */
	ck_assert(!has("_Owner", NULL) && !has("_JobToUser", NULL));
}
END_TEST

START_TEST(what_is_no_schema_has_no_models)
{
	static const char *const texts[] = { "", "model", "model {", "}\n}\n",
		"model X {\n  a\n  @@map(\n  b [] @map(\"\n" };
	for (size_t i = 0; i < ELEMENTS(texts); i++) {
		own(schema_models) struct schema_models m = { 0 };
		schema_models_read(&m, span_of(texts[i]));
		schema_models_link(&m);
		ck_assert(!schema_models_have(&m, "a", NULL));
	}
}
END_TEST

CHECK_MAIN("schema-models", models_and_views_stand_for_tables,
	fields_stand_for_columns_by_their_mapped_names, a_relation_is_no_column,
	lists_on_both_sides_have_a_table_between_them,
	what_is_no_schema_has_no_models)
