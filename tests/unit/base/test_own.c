#include "config.h"
#include "base/own.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

#include "support/check_main.h"

static int freed;

static void
count_free(char *s)
{
	freed += s != NULL;
	str_free(s);
}

OWN(counted, char *, count_free);

static char *
make(bool keep)
{
	own(counted) char *s = xstrdup("made");
	if (keep)
		return take(s);
	return NULL;
}

START_TEST(what_a_scope_owns_it_releases)
{
	freed = 0;
	ck_assert_ptr_null(make(false));
	ck_assert_int_eq(freed, 1);
}
END_TEST

START_TEST(what_is_taken_is_not_released)
{
	freed = 0;
	own(str) char *s = make(true);
	ck_assert_str_eq(s, "made");
	ck_assert_int_eq(freed, 0);
}
END_TEST

START_TEST(a_taken_descriptor_is_minus_one_and_open)
{
	int kept;
	{
		own(fd) int fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
		kept = take(fd);
		ck_assert_int_eq(fd, -1);
	}
	ck_assert_int_eq(fcntl(kept, F_GETFD), FD_CLOEXEC);
	fd_close(kept);
	ck_assert_int_eq(fcntl(kept, F_GETFD), -1);
}
END_TEST

START_TEST(closing_keeps_errno)
{
	errno = ENOENT;
	fd_close(open("/dev/null", O_RDONLY | O_CLOEXEC));
	fd_close(-1);
	ck_assert_int_eq(errno, ENOENT);
}
END_TEST

START_TEST(a_list_of_strings_grows_and_counts)
{
	own(strings) char **list = NULL;
	ck_assert_uint_eq(strings_count(list), 0);
	for (int i = 0; i < 100; i++) {
		own(str) char *s = xprintf("%d", i);
		strings_add(&list, s);
	}
	ck_assert_uint_eq(strings_count(list), 100);
	ck_assert_str_eq(list[99], "99");
	ck_assert_ptr_null(list[100]);
}
END_TEST

START_TEST(a_list_of_strings_has_what_was_added)
{
	own(strings) char **list = NULL;
	ck_assert(!strings_have(list, "one"));
	strings_add(&list, "one");
	strings_add(&list, "");
	ck_assert(strings_have(list, "one"));
	ck_assert(strings_have(list, ""));
	ck_assert(!strings_have(list, "on"));
	ck_assert(!strings_have(list, "ONE"));
}
END_TEST

START_TEST(a_copy_of_nothing_is_nothing)
{
	ck_assert_ptr_null(xstrdup(NULL));
	own(str) char *empty = xstrndup("abc", 0);
	ck_assert_str_eq(empty, "");
	own(str) char *cut = xstrndup("abc", 2);
	ck_assert_str_eq(cut, "ab");
}
END_TEST

START_TEST(an_absurd_size_ends_the_process)
{
	(void)xrealloc(NULL, SIZE_MAX / 2, 4);
}
END_TEST

START_TEST(texts_that_are_not_there_are_the_same_and_not_equal)
{
	ck_assert(str_equal("a", "a") && str_same("a", "a"));
	ck_assert(!str_equal("a", "b") && !str_same("a", "b"));
	ck_assert(!str_equal("a", NULL) && !str_same(NULL, "a"));
	ck_assert(!str_equal(NULL, NULL) && str_same(NULL, NULL));
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("own");
	TCase *tcase = tcase_create("own");
	tcase_add_test(tcase, what_a_scope_owns_it_releases);
	tcase_add_test(tcase, what_is_taken_is_not_released);
	tcase_add_test(tcase, a_taken_descriptor_is_minus_one_and_open);
	tcase_add_test(tcase, closing_keeps_errno);
	tcase_add_test(tcase, a_list_of_strings_grows_and_counts);
	tcase_add_test(tcase, a_list_of_strings_has_what_was_added);
	tcase_add_test(tcase, a_copy_of_nothing_is_nothing);
	tcase_add_test(
		tcase, texts_that_are_not_there_are_the_same_and_not_equal);
	tcase_add_test_raise_signal(
		tcase, an_absurd_size_ends_the_process, SIGABRT);
	suite_add_tcase(suite, tcase);
	SRunner *runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	int failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
