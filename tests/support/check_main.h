/* The main() of a unit test: every test of the file, in a suite named after the
 * room, each in a process of its own. Exit status 0 only if all passed.
 *
 *	CHECK_MAIN("span", a_span_ends_where_its_length_says, ...)
 */
#pragma once

#include <check.h>
#include <stdlib.h>

#include "base/own.h"

static inline int
check_main(const char *room, const TTest *const *tests, size_t n)
{
	Suite *suite = suite_create(room);
	TCase *tcase = tcase_create(room);
	for (size_t i = 0; i < n; i++)
		tcase_add_test(tcase, tests[i]);
	suite_add_tcase(suite, tcase);
	SRunner *runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
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

/* A folder of the test's own, removed by the system's housekeeping or by the
 * runner: tests never share names. Owned. */
static inline char *
scratch_folder(void)
{
	const char *base = getenv("TMPDIR");
	char *path = xprintf("%s/logmend-test-XXXXXX", base ? base : "/tmp");
	ck_assert_ptr_nonnull(mkdtemp(path));
	return path;
}
