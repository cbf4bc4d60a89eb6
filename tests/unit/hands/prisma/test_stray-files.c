/* SQL files that Prisma never reads. */
#include "config.h"

#include <check.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/io/file.h"
#include "hands/prisma/stray-files.h"
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
	prisma_find_stray_sql(folder, "wanted", USEC_NEVER, &s);
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
	prisma_find_stray_sql(folder, "wanted", USEC_NEVER, &s);
	ck_assert_uint_eq(s.n, 0);
}
END_TEST

CHECK_MAIN("stray-files", stray_files_are_found_beside_the_folders_and_above,
	a_link_to_a_stray_file_is_not_followed)
