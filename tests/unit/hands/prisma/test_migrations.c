/* A migrations folder, read as Prisma reads it. */
#include "config.h"

#include <check.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "hands/prisma/migrations.h"
#include "hands/prisma/stray-sql.h"
#include "support/check_main.h"

static void
put(const char *folder, const char *name, const char *text)
{
	own(str) char *path = xprintf("%s/%s", folder, name);
	own(fd) int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(write_all(fd, span_of(text)), 0);
}

static char *
make(const char *folder, const char *name)
{
	char *path = xprintf("%s/%s", folder, name);
	ck_assert_int_eq(mkdir(path, 0700), 0);
	return path;
}

static void
add(const char *folder, const char *name, const char *sql)
{
	own(str) char *path = make(folder, name);
	put(path, "migration.sql", sql);
}

static struct migrations *
read_all(const char *folder)
{
	struct migrations *m = NULL;
	struct why why = { "" };
	ck_assert_msg(migrations_read(folder, &m, &why) == 0, "%s", why.text);
	return m;
}

START_TEST(only_real_folders_are_migrations)
{
	own(str) char *folder = scratch_folder();
	add(folder, "20240101000000_b", "SELECT 1");
	add(folder, "0_a", "SELECT 2");
	own(str) char *link = xprintf("%s/link", folder);
	ck_assert_int_eq(symlink("0_a", link), 0);
	put(folder, "stray.sql", "SELECT 3");
	put(folder, "README.md", "x");
	own(migrations) struct migrations *m = read_all(folder);
	ck_assert_uint_eq(m->n, 2);
	ck_assert_str_eq(m->list[0].name, "0_a");
	ck_assert_str_eq(m->list[1].name, "20240101000000_b");
	ck_assert_ptr_null(m->provider);
}
END_TEST

START_TEST(a_folder_without_a_script_says_so)
{
	own(str) char *folder = scratch_folder();
	own(str) char *archive = make(folder, "archive");
	own(str) char *linked = make(folder, "linked");
	own(str) char *link = xprintf("%s/migration.sql", linked);
	ck_assert_int_eq(symlink("/etc/passwd", link), 0);
	own(migrations) struct migrations *m = read_all(folder);
	ck_assert_ptr_nonnull(strstr(m->list[0].problem, "missing"));
	ck_assert_ptr_nonnull(strstr(m->list[1].problem, "not a plain file"));
	ck_assert_uint_eq(m->list[1].text.len, 0);
}
END_TEST

START_TEST(a_script_over_one_mebibyte_is_not_taken)
{
	own(str) char *folder = scratch_folder();
	own(str) char *path = make(folder, "big");
	own(buf) struct buf text = { 0 };
	memset(buf_reserve(&text, SCRIPT_MAX + 1), ' ', SCRIPT_MAX + 1);
	text.len = SCRIPT_MAX + 1;
	put(path, "migration.sql", buf_str(&text));
	own(migrations) struct migrations *m = read_all(folder);
	ck_assert_ptr_nonnull(m->list[0].problem);
}
END_TEST

START_TEST(the_provider_is_read_from_its_line)
{
	own(str) char *folder = scratch_folder();
	put(folder, "migration_lock.toml",
		"# provider = \"mysql\"\nprovider = \"postgresql\"\r\n");
	own(migrations) struct migrations *m = read_all(folder);
	ck_assert_str_eq(m->provider, "postgresql");
}
END_TEST

START_TEST(a_folder_that_is_missing_is_an_error)
{
	struct migrations *m = NULL;
	struct why why;
	ck_assert_int_lt(migrations_read("/nonexistent/m", &m, &why), 0);
	ck_assert_ptr_nonnull(strstr(why.text, "/nonexistent/m"));
}
END_TEST

static bool
differs(const char *a, const char *b)
{
	struct migration list[] = { { .name = (char *)a },
		{ .name = (char *)b } };
	struct migrations m = { .list = list, .n = 2 };
	return migrations_order_differs(&m);
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

START_TEST(stray_files_are_found_beside_the_folders_and_above)
{
	own(str) char *top = scratch_folder();
	own(str) char *folder = make(top, "migrations");
	own(str) char *deep = make(top, "one");
	own(str) char *deeper = make(deep, "two");
	own(str) char *deepest = make(deeper, "three");
	own(str) char *modules = make(top, "node_modules");
	add(folder, "1_applied", "CREATE TABLE wanted ()");
	put(folder, "b.sql", "CREATE TABLE wanted ()");
	put(top, "a.SQL", "CREATE TABLE wanted ()");
	put(deeper, "c.sql", "CREATE TABLE wanted ()");
	put(deepest, "too-deep.sql", "CREATE TABLE wanted ()");
	put(modules, "foreign.sql", "CREATE TABLE wanted ()");
	put(top, "other.sql", "CREATE TABLE another ()");
	put(top, "wanted.txt", "CREATE TABLE wanted ()");
	own(stray_sql) struct stray_sql s = { 0 };
	stray_sql_find(folder, "wanted", USEC_NEVER, &s);
	ck_assert_uint_eq(s.n, 3);
	ck_assert_str_eq(s.list[0].stem, "a");
	ck_assert_str_eq(s.list[1].stem, "b");
	ck_assert_str_eq(s.list[2].stem, "c");
	ck_assert(s.list[0].script.known);
	ck_assert(!s.cut);
}
END_TEST

START_TEST(a_link_to_a_stray_file_is_not_followed)
{
	own(str) char *top = scratch_folder();
	own(str) char *folder = make(top, "migrations");
	own(str) char *elsewhere = scratch_folder();
	put(elsewhere, "x.sql", "CREATE TABLE wanted ()");
	own(str) char *from = xprintf("%s/x.sql", elsewhere);
	own(str) char *link = xprintf("%s/x.sql", top);
	own(str) char *link2 = xprintf("%s/dir", top);
	ck_assert_int_eq(symlink(from, link), 0);
	ck_assert_int_eq(symlink(elsewhere, link2), 0);
	own(stray_sql) struct stray_sql s = { 0 };
	stray_sql_find(folder, "wanted", USEC_NEVER, &s);
	ck_assert_uint_eq(s.n, 0);
}
END_TEST

CHECK_MAIN("prisma", only_real_folders_are_migrations,
	a_folder_without_a_script_says_so,
	a_script_over_one_mebibyte_is_not_taken,
	the_provider_is_read_from_its_line,
	a_folder_that_is_missing_is_an_error,
	names_that_versions_sort_differently_are_known,
	stray_files_are_found_beside_the_folders_and_above,
	a_link_to_a_stray_file_is_not_followed)
