#include "config.h"
#include "head/notices/kept-text.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "support/check_main.h"

static char *first, *second; /* the folders */
static struct settings settings;
static struct why why;

static void
set_up(void)
{
	ck_assert_int_eq(unsetenv("STATE_DIRECTORY"), 0);
	ck_assert_int_eq(unsetenv("RUNTIME_DIRECTORY"), 0);
	first = scratch_folder();
	second = scratch_folder();
	settings.store = xprintf("%s/logmend.db", first);
	settings.socket = xprintf("%s/control", second);
}

static void
tear_down(void)
{
	free(settings.store);
	free(settings.socket);
	free(first);
	free(second);
}

static void
put(const char *text)
{
	ck_assert_msg(
		kept_text_put(&settings, "note", span_of(text), &why) == 0,
		"%s", why.text);
}

static void
expect(const char *text)
{
	own(buf) struct buf b = { 0 };
	kept_text_get(&settings, "note", &b);
	ck_assert_str_eq(buf_str(&b), text);
}

/* -1: it is not there. */
static off_t
size_in(const char *folder)
{
	own(str) char *path = xprintf("%s/note", folder);
	struct stat st;
	return stat(path, &st) < 0 ? -1 : st.st_size;
}

START_TEST(a_text_is_what_was_put_last)
{
	set_up();
	expect("");
	put("one, and\na second line");
	expect("one, and\na second line");
	put("two");
	expect("two");
	put("");
	expect("");
	ck_assert_int_eq(size_in(first), KEPT_TEXT_MOST);
	ck_assert_int_eq(size_in(second), -1);
	tear_down();
}
END_TEST

START_TEST(its_space_is_there_before_its_text)
{
	set_up();
	ck_assert_int_eq(kept_text_reserve(&settings, "note", &why), 0);
	ck_assert_int_eq(size_in(first), KEPT_TEXT_MOST);
	expect("");
	put("one");
	ck_assert_int_eq(kept_text_reserve(&settings, "note", &why), 0);
	expect("one");
	/* One of an older version is as long as its text. */
	own(str) char *path = xprintf("%s/note", first);
	ck_assert_int_eq(truncate(path, 3), 0);
	ck_assert_int_eq(kept_text_reserve(&settings, "note", &why), 0);
	ck_assert_int_eq(size_in(first), KEPT_TEXT_MOST);
	expect("one");
	tear_down();
}
END_TEST

START_TEST(where_it_cannot_be_written_a_second_place_has_it)
{
	set_up();
	put("old");
	own(str) char *note = xprintf("%s/note", first);
	own(str) char *kept = xprintf("%s/kept", first);
	/* A folder in its place: nobody writes there, not even root. */
	ck_assert_int_eq(rename(note, kept), 0);
	ck_assert_int_eq(mkdir(note, 0700), 0);
	put("new");
	expect("new");
	ck_assert_int_eq(rmdir(note), 0);
	ck_assert_int_eq(rename(kept, note), 0);
	expect("new");
	put("newer");
	expect("newer");
	ck_assert_int_eq(size_in(second), -1);
	tear_down();
}
END_TEST

START_TEST(where_neither_can_the_first_is_told)
{
	set_up();
	ck_assert_int_eq(rmdir(first), 0);
	ck_assert_int_eq(rmdir(second), 0);
	ck_assert_int_eq(
		kept_text_put(&settings, "note", SPAN("x"), &why), -ENOENT);
	ck_assert_ptr_nonnull(strstr(why.text, first));
	expect("");
	tear_down();
}
END_TEST

START_TEST(the_folders_of_a_service_manager_come_first)
{
	set_up();
	own(str) char *state = scratch_folder();
	own(str) char *several = xprintf("%s:/nowhere", state);
	ck_assert_int_eq(setenv("STATE_DIRECTORY", several, 1), 0);
	put("one");
	ck_assert_int_eq(size_in(state), KEPT_TEXT_MOST);
	ck_assert_int_eq(size_in(first), -1);
	expect("one");
	tear_down();
}
END_TEST

START_TEST(a_text_that_is_too_long_is_refused)
{
	set_up();
	char text[KEPT_TEXT_MOST + 1];
	memset(text, 'x', sizeof(text));
	ck_assert_int_eq(kept_text_put(&settings, "note",
				 (struct span){ text, sizeof(text) }, &why),
		-EFBIG);
	ck_assert_int_eq(kept_text_put(&settings, "note",
				 (struct span){ text, KEPT_TEXT_MOST }, &why),
		0);
	tear_down();
}
END_TEST

CHECK_MAIN("kept-text", a_text_is_what_was_put_last,
	its_space_is_there_before_its_text,
	where_it_cannot_be_written_a_second_place_has_it,
	where_neither_can_the_first_is_told,
	the_folders_of_a_service_manager_come_first,
	a_text_that_is_too_long_is_refused)
