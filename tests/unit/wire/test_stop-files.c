#include "config.h"
#include "wire/stop-files.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/io/file.h"
#include "support/check_main.h"

#define NOW ((usec)1795350344 * USEC_SECOND)

START_TEST(a_freeze_file_says_who_made_it)
{
	own(str) char *folder = scratch_folder();
	own(str) char *path = xprintf("%s/fre\neze", folder);
	ck_assert(!stop_files_frozen(path));
	ck_assert_ptr_null(stop_files_freeze(path));
	own(fd) int fd = open(path, O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
	ck_assert_int_ge(fd, 0);
	ck_assert(stop_files_frozen(path));
	own(str) char *text = stop_files_freeze(path);
	own(str) char *who = xprintf("uid %u", getuid());
	ck_assert_ptr_nonnull(strstr(text, who));
	/* It goes to terminals and into messages. */
	ck_assert_ptr_nonnull(strstr(text, "fre\\x0aeze"));
}
END_TEST

START_TEST(what_cannot_be_told_counts_as_there)
{
	own(buf) struct buf path = { 0 };
	for (int i = 0; i < 3000; i++)
		buf_add_str(&path, "/x");
	ck_assert(stop_files_frozen(buf_str(&path)));
	own(str) char *text = stop_files_freeze(buf_str(&path));
	ck_assert_ptr_nonnull(strstr(text, "counts as there"));
	/* A dangling link is a freeze file too. */
	own(str) char *folder = scratch_folder();
	own(str) char *link = xprintf("%s/freeze", folder);
	ck_assert_int_eq(symlink("/nowhere", link), 0);
	ck_assert(stop_files_frozen(link));
}
END_TEST

START_TEST(a_pause_says_who_and_when_and_ends)
{
	own(str) char *folder = scratch_folder();
	own(str) char *store = xprintf("%s/logmend.db", folder);
	ck_assert_ptr_null(stop_files_paused(store));
	ck_assert_int_eq(stop_files_pause(store, "eve (uid 7)", NOW, NULL), 0);
	/* The first one stays. */
	ck_assert_int_eq(stop_files_pause(store, "bob", NOW, NULL), 0);
	own(str) char *text = stop_files_paused(store);
	ck_assert_ptr_nonnull(strstr(text, "paused by eve (uid 7) at 20"));
	ck_assert_int_eq(stop_files_resume(store, NULL), 0);
	ck_assert_ptr_null(stop_files_paused(store));
	ck_assert_int_eq(stop_files_resume(store, NULL), 0);
}
END_TEST

START_TEST(a_pause_file_of_anything_holds)
{
	own(str) char *folder = scratch_folder();
	own(str) char *store = xprintf("%s/logmend.db", folder);
	own(str) char *path = xprintf("%s/paused", folder);
	ck_assert_int_eq(mkdir(path, 0700), 0);
	own(str) char *none = stop_files_paused(store);
	ck_assert_str_eq(none, "paused");
	ck_assert_int_eq(rmdir(path), 0);
	own(fd) int fd = open(path, O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
	own(str) char *empty = stop_files_paused(store);
	ck_assert_str_eq(empty, "paused");
	ck_assert_int_eq(write_all(fd, SPAN("\x1b[2Jeve\n")), 0);
	own(str) char *escaped = stop_files_paused(store);
	ck_assert_str_eq(escaped, "paused by \\x1b[2Jeve");
}
END_TEST

START_TEST(a_folder_that_is_gone_is_named)
{
	struct why why;
	ck_assert_int_lt(
		stop_files_pause("/nowhere/logmend.db", "eve", NOW, &why), 0);
	ck_assert_ptr_nonnull(strstr(why.text, "/nowhere/paused"));
	ck_assert_int_eq(stop_files_resume("/nowhere/logmend.db", &why), 0);
}
END_TEST

CHECK_MAIN("stop-files", a_freeze_file_says_who_made_it,
	what_cannot_be_told_counts_as_there, a_pause_says_who_and_when_and_ends,
	a_pause_file_of_anything_holds, a_folder_that_is_gone_is_named)
