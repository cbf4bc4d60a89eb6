/* Names that PostgreSQL cuts. */
#include "config.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "hands/sql/long-names.h"
#include "support/check_main.h"

#define TEN "abcdefghij"
#define SIXTY TEN TEN TEN TEN TEN TEN
#define FITS SIXTY "xyz"
#define LONG SIXTY "xyz4"

START_TEST(a_name_of_63_bytes_is_whole_and_one_of_64_is_cut)
{
	static const struct {
		const char *sql;
		const char *cut; /* NULL: nothing is */
	} rows[] = {
		{ "CREATE TABLE " FITS " (id int)", NULL },
		{ "CREATE TABLE \"" FITS "\" (id int)", NULL },
		{ "CREATE TABLE " LONG " (id int)", FITS },
		{ "CREATE TABLE \"" LONG "\" (id int)", FITS },
		{ "CREATE TABLE a (\"" LONG "\" int)", FITS },
		{ "CREATE TABLE s." LONG " (id int)", FITS },
		{ "CREATE TABLE a (id int, CONSTRAINT " LONG " CHECK (true))",
			FITS },
		{ "CREATE INDEX " LONG " ON a(id)", FITS },
		{ "CREATE TYPE " LONG " AS ENUM ()", FITS },
		/* two quotes are one byte */
		{ "CREATE TABLE \"" SIXTY "\"\"\"\"\"\"\" (id int)", NULL },
		{ "CREATE TABLE \"" SIXTY "\"\"\"\"\"\"\"\"\" (id int)",
			SIXTY "\"\"\"" },
		/* a character that does not fit goes as a whole */
		{ "CREATE TABLE \"" SIXTY "xy\xc3\xa9\" (id int)", SIXTY "xy" },
		{ "CREATE TABLE U&\"" LONG "\" (id int)", FITS },
		/* no names */
		{ "SELECT '" LONG "'", NULL },
		{ "SELECT $$" LONG "$$", NULL },
		{ "-- " LONG "\nSELECT 1", NULL },
		{ "/* " LONG " */ SELECT 1", NULL },
	};
	for (size_t i = 0; i < ELEMENTS(rows); i++) {
		own(long_names) struct long_names l = { 0 };
		long_names_find(&l, rows[i].sql);
		const struct long_name *n =
			long_names_in(&l, 0, strlen(rows[i].sql));
		ck_assert_pstr_eq(n ? n->cut : NULL, rows[i].cut);
	}
}
END_TEST

START_TEST(each_statement_has_its_own)
{
	own(long_names) struct long_names l = { 0 };
	static const char sql[] = "SELECT 1; SELECT 1 AS " LONG "; SELECT 2";
	long_names_find(&l, sql);
	ck_assert_uint_eq(l.n, 1);
	ck_assert_ptr_null(long_names_in(&l, 0, 8));
	ck_assert_ptr_nonnull(long_names_in(&l, 9, sizeof(sql) - 20));
	ck_assert_ptr_null(long_names_in(&l, sizeof(sql) - 10, 9));
}
END_TEST

START_TEST(a_text_that_cannot_be_scanned_has_none)
{
	own(long_names) struct long_names l = { 0 };
	long_names_find(&l, "SELECT '" LONG);
	ck_assert_uint_eq(l.n, 0);
}
END_TEST

CHECK_MAIN("long-names", a_name_of_63_bytes_is_whole_and_one_of_64_is_cut,
	each_statement_has_its_own, a_text_that_cannot_be_scanned_has_none)
