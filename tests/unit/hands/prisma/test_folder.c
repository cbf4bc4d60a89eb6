/* A migrations folder, read as Prisma reads it. */
#include "config.h"

#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/io/file.h"
#include "hands/prisma/folder.h"
#include "support/check_main.h"
#include "support/swap.h"

#define SECRET "TOP SECRET"
#define RACES 40000

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

static struct unit_folder *
read_all(const char *folder)
{
	struct unit_folder *m = NULL;
	struct why why = { "" };
	ck_assert_msg(
		prisma_read_folder(folder, &m, &why) == 0, "%s", why.text);
	return m;
}

static char *
provider_of(const char *folder)
{
	own(fd) int dir = open(folder, O_RDONLY | O_DIRECTORY);
	char *provider = NULL;
	ck_assert_int_eq(prisma_provider(dir, &provider, NULL), 0);
	return provider;
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
	own(unit_folder) struct unit_folder *m = read_all(folder);
	ck_assert_uint_eq(m->n, 2);
	ck_assert_str_eq(m->units[0].name, "0_a");
	ck_assert_str_eq(m->units[1].name, "20240101000000_b");
	ck_assert_ptr_null(provider_of(folder));
}
END_TEST

START_TEST(a_folder_without_a_script_says_so)
{
	own(str) char *folder = scratch_folder();
	own(str) char *archive = make(folder, "archive");
	own(str) char *linked = make(folder, "linked");
	own(str) char *link = xprintf("%s/migration.sql", linked);
	ck_assert_int_eq(symlink("/etc/passwd", link), 0);
	own(unit_folder) struct unit_folder *m = read_all(folder);
	ck_assert_ptr_nonnull(strstr(m->units[0].problem, "missing"));
	ck_assert_ptr_nonnull(strstr(m->units[1].problem, "not a plain file"));
	ck_assert_uint_eq(m->units[1].text.len, 0);
}
END_TEST

/* Whoever may write here could ask with it what exists where. */
START_TEST(a_link_is_told_whatever_it_leads_to)
{
	static const char *const targets[] = { "/", "/etc/passwd", "/nowhere",
		"." };
	for (size_t i = 0; i < ELEMENTS(targets); i++) {
		own(str) char *folder = scratch_folder();
		own(str) char *link = xprintf("%s/20240101_a", folder);
		ck_assert_int_eq(symlink(targets[i], link), 0);
		own(unit_folder) struct unit_folder *m = read_all(folder);
		ck_assert_uint_eq(m->n, 0);
		ck_assert_uint_eq(m->n_notes, 1);
		ck_assert_str_eq(m->notes[0].finding, "linked-folder");
		ck_assert_ptr_nonnull(strstr(m->notes[0].text, link));
	}
}
END_TEST

/* No unit holds what only a link leads to. */
static void
ck_no_secret(const char *folder)
{
	own(unit_folder) struct unit_folder *m = NULL;
	struct why why = { "" };
	int r = prisma_read_folder(folder, &m, &why);
	ck_assert_ptr_null(strstr(why.text, SECRET));
	for (size_t i = 0; r == 0 && i < m->n; i++) {
		struct span text = buf_span(&m->units[i].text);
		ck_assert_int_lt(span_find(text, SPAN(SECRET)), 0);
	}
}

START_TEST(a_script_that_becomes_a_link_is_never_followed)
{
	own(str) char *outside = scratch_folder();
	own(str) char *folder = scratch_folder();
	put(outside, "secret", SECRET);
	add(folder, "1_a", "SELECT 1");
	own(str) char *secret = xprintf("%s/secret", outside);
	own(str) char *script = xprintf("%s/1_a/migration.sql", folder);
	own(str) char *link = xprintf("%s/1_a/link", folder);
	ck_assert_int_eq(symlink(secret, link), 0);
	pid_t swapper = swap_start(script, link);
	for (int i = 0; i < RACES; i++)
		ck_no_secret(folder);
	swap_stop(swapper);
}
END_TEST

START_TEST(a_folder_that_becomes_a_link_is_never_followed)
{
	own(str) char *outside = scratch_folder();
	own(str) char *folder = scratch_folder();
	put(outside, "migration.sql", SECRET);
	add(folder, "1_a", "SELECT 1");
	own(str) char *unit = xprintf("%s/1_a", folder);
	own(str) char *link = xprintf("%s/link", folder);
	ck_assert_int_eq(symlink(outside, link), 0);
	pid_t swapper = swap_start(unit, link);
	for (int i = 0; i < RACES; i++)
		ck_no_secret(folder);
	swap_stop(swapper);
}
END_TEST

START_TEST(a_lock_file_that_is_a_link_is_refused)
{
	own(str) char *outside = scratch_folder();
	own(str) char *folder = scratch_folder();
	own(unit_folder) struct unit_folder *m = NULL;
	struct why why = { "" };
	put(outside, "secret", "provider = \"" SECRET "\"\n");
	own(str) char *secret = xprintf("%s/secret", outside);
	own(str) char *lock = xprintf("%s/migration_lock.toml", folder);
	ck_assert_int_eq(symlink(secret, lock), 0);
	ck_assert_int_eq(prisma_read_folder(folder, &m, &why), -ELOOP);
	ck_assert_ptr_nonnull(strstr(why.text, "migration_lock.toml"));
	ck_assert_ptr_null(strstr(why.text, SECRET));
}
END_TEST

START_TEST(what_is_no_file_is_not_waited_for)
{
	own(str) char *folder = scratch_folder();
	own(str) char *fifo = make(folder, "1_fifo");
	own(str) char *dir = make(folder, "2_folder");
	own(str) char *huge = make(folder, "3_sparse");
	own(str) char *path = xprintf("%s/migration.sql", fifo);
	own(str) char *sparse = xprintf("%s/migration.sql", huge);
	ck_assert_int_eq(mkfifo(path, 0600), 0);
	own(str) char *inner = make(dir, "migration.sql");
	put(huge, "migration.sql", "");
	ck_assert_int_eq(truncate(sparse, (off_t)1 << 40), 0);
	own(unit_folder) struct unit_folder *m = read_all(folder);
	ck_assert_uint_eq(m->n, 3);
	ck_assert_ptr_nonnull(strstr(m->units[0].problem, "not a plain file"));
	ck_assert_ptr_nonnull(strstr(m->units[1].problem, "not a plain file"));
	ck_assert_ptr_nonnull(strstr(m->units[2].problem, "larger than"));
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
	own(unit_folder) struct unit_folder *m = read_all(folder);
	ck_assert_ptr_nonnull(m->units[0].problem);
}
END_TEST

START_TEST(the_provider_is_read_from_its_line)
{
	own(str) char *folder = scratch_folder();
	put(folder, "migration_lock.toml",
		"# provider = \"mysql\"\nprovider = \"postgresql\"\r\n");
	own(str) char *provider = provider_of(folder);
	ck_assert_str_eq(provider, "postgresql");
	own(unit_folder) struct unit_folder *m = read_all(folder);
	ck_assert_uint_eq(m->n_notes, 0);
}
END_TEST

START_TEST(another_provider_is_a_note_that_forbids_a_plan)
{
	own(str) char *folder = scratch_folder();
	put(folder, "migration_lock.toml", "provider = \"mysql\"\n");
	own(unit_folder) struct unit_folder *m = read_all(folder);
	ck_assert_uint_eq(m->n_notes, 1);
	ck_assert_str_eq(m->notes[0].finding, "provider");
	ck_assert_int_eq(m->notes[0].answer, ANSWER_NO);
	ck_assert_ptr_nonnull(m->notes[0].obstacle);
}
END_TEST

START_TEST(the_first_link_to_a_folder_is_a_note)
{
	own(str) char *folder = scratch_folder();
	own(str) char *elsewhere = scratch_folder();
	own(str) char *one = xprintf("%s/one", folder);
	own(str) char *two = xprintf("%s/two", folder);
	ck_assert_int_eq(symlink(elsewhere, one), 0);
	ck_assert_int_eq(symlink(elsewhere, two), 0);
	own(unit_folder) struct unit_folder *m = read_all(folder);
	ck_assert_uint_eq(m->n, 0);
	ck_assert_uint_eq(m->n_notes, 1);
	ck_assert_ptr_nonnull(strstr(m->notes[0].text, "symbolic link"));
	ck_assert_ptr_null(m->notes[0].obstacle);
}
END_TEST

START_TEST(a_folder_that_is_missing_is_an_error)
{
	struct unit_folder *m = NULL;
	struct why why;
	ck_assert_int_lt(prisma_read_folder("/nonexistent/m", &m, &why), 0);
	ck_assert_ptr_nonnull(strstr(why.text, "/nonexistent/m"));
}
END_TEST

CHECK_MAIN("folder", only_real_folders_are_migrations,
	a_folder_without_a_script_says_so, a_link_is_told_whatever_it_leads_to,
	a_script_that_becomes_a_link_is_never_followed,
	a_folder_that_becomes_a_link_is_never_followed,
	a_lock_file_that_is_a_link_is_refused,
	what_is_no_file_is_not_waited_for,
	a_script_over_one_mebibyte_is_not_taken,
	the_provider_is_read_from_its_line,
	another_provider_is_a_note_that_forbids_a_plan,
	the_first_link_to_a_folder_is_a_note,
	a_folder_that_is_missing_is_an_error)
