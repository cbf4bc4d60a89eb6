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
#include "support/swap.h"

#define SECRET "TOP SECRET"
#define RACES 30000

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

/* Nothing that is found holds what only a link leads to. */
static void
race(const char *folder, const char *one, const char *other)
{
	pid_t swapper = swap_start(one, other);
	for (int i = 0; i < RACES; i++) {
		own(stray_sql) struct stray_sql s = { 0 };
		prisma_find_stray_sql(folder, "wanted", USEC_NEVER, &s);
		for (size_t k = 0; k < s.n; k++)
			ck_assert_int_lt(span_find(buf_span(&s.list[k].text),
						 SPAN(SECRET)),
				0);
	}
	swap_stop(swapper);
}

START_TEST(a_file_that_becomes_a_link_is_never_followed)
{
	own(str) char *outside = scratch_folder();
	own(str) char *top = scratch_folder();
	own(str) char *folder = make(top, "migrations");
	put(outside, "secret", "-- wanted " SECRET);
	put(folder, "a.sql", "nothing");
	own(str) char *secret = xprintf("%s/secret", outside);
	own(str) char *file = xprintf("%s/a.sql", folder);
	own(str) char *link = xprintf("%s/link.sql", folder);
	ck_assert_int_eq(symlink(secret, link), 0);
	race(folder, file, link);
}
END_TEST

START_TEST(a_folder_that_becomes_a_link_is_never_followed)
{
	own(str) char *outside = scratch_folder();
	own(str) char *top = scratch_folder();
	own(str) char *folder = make(top, "migrations");
	own(str) char *beside = make(top, "beside");
	put(outside, "a.sql", "-- wanted " SECRET);
	put(beside, "a.sql", "nothing");
	own(str) char *link = xprintf("%s/link", top);
	ck_assert_int_eq(symlink(outside, link), 0);
	race(folder, beside, link);
}
END_TEST

START_TEST(what_is_no_file_is_not_waited_for)
{
	own(str) char *top = scratch_folder();
	own(str) char *folder = make(top, "migrations");
	own(str) char *fifo = xprintf("%s/a.sql", folder);
	own(str) char *sparse = xprintf("%s/b.sql", folder);
	ck_assert_int_eq(mkfifo(fifo, 0600), 0);
	put(folder, "b.sql", "-- wanted");
	ck_assert_int_eq(truncate(sparse, (off_t)1 << 40), 0);
	own(stray_sql) struct stray_sql s = { 0 };
	prisma_find_stray_sql(folder, "wanted", USEC_NEVER, &s);
	ck_assert_uint_eq(s.n, 0);
}
END_TEST

CHECK_MAIN("stray-files", a_file_that_becomes_a_link_is_never_followed,
	a_folder_that_becomes_a_link_is_never_followed,
	what_is_no_file_is_not_waited_for,
	stray_files_are_found_beside_the_folders_and_above,
	a_link_to_a_stray_file_is_not_followed)
