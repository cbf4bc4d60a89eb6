/* The main() of a unit test: every test of the file, in a suite named after the
 * room, each in a process of its own. Exit status 0 only if all passed.
 *
 *	CHECK_MAIN("span", a_span_ends_where_its_length_says, ...)
 */
#pragma once

#include <check.h>
#include <ftw.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "base/own.h"

/* The program's folder, in which its tests make theirs; removed at the end. */
static char *scratch_root;

static inline int
scratch_remove(
	const char *path, const struct stat *st, int kind, struct FTW *at)
{
	(void)st;
	(void)kind;
	(void)at;
	return remove(path);
}

static inline void
scratch_open(void)
{
	const char *tmp = getenv("TMPDIR");
	scratch_root = xprintf("%s/logmend-test-XXXXXX", tmp ? tmp : "/tmp");
	if (!mkdtemp(scratch_root)) {
		perror(scratch_root);
		exit(EXIT_FAILURE);
	}
}

static inline void
scratch_close(void)
{
	/* What cannot be removed is litter, and no failure. */
	(void)nftw(scratch_root, scratch_remove, 16, FTW_DEPTH | FTW_PHYS);
	str_free(scratch_root);
}

/* A new folder of the test's own. Owned. For a main() of its own: between
 * scratch_open() and scratch_close(). */
static inline char *
scratch_folder(void)
{
	char *path = xprintf("%s/XXXXXX", scratch_root);
	ck_assert_ptr_nonnull(mkdtemp(path));
	return path;
}

static inline int
check_main(const char *room, const TTest *const *tests, size_t n)
{
	Suite *suite = suite_create(room);
	TCase *tcase = tcase_create(room);
	tcase_set_timeout(tcase, 60);
	for (size_t i = 0; i < n; i++)
		tcase_add_test(tcase, tests[i]);
	suite_add_tcase(suite, tcase);
	SRunner *runner = srunner_create(suite);
	scratch_open();
	srunner_run_all(runner, CK_NORMAL);
	scratch_close();
	int failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}

#define CHECK_MAIN(room, ...)                                    \
	int main(void)                                           \
	{                                                        \
		const TTest *const tests[] = { __VA_ARGS__ };    \
		return check_main(room, tests, ELEMENTS(tests)); \
	}
