#include "config.h"
#include "base/io/descriptors.h"

#include <errno.h>
#include <seccomp.h>
#include <string.h>
#include <sys/resource.h>

#include "support/check_main.h"

/* The kernel refuses to tell the limit, as a container's filter may. */
static void
without_limits(void)
{
	scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ALLOW);
	ck_assert_ptr_nonnull(filter);
	ck_assert_int_eq(seccomp_rule_add(filter, SCMP_ACT_ERRNO(EPERM),
				 SCMP_SYS(prlimit64), 0),
		0);
	ck_assert_int_eq(seccomp_rule_add(filter, SCMP_ACT_ERRNO(EPERM),
				 SCMP_SYS(getrlimit), 0),
		0);
	ck_assert_int_eq(seccomp_load(filter), 0);
	seccomp_release(filter);
}

START_TEST(the_limit_is_that_of_the_process)
{
	struct rlimit limit = { 100, 200 };
	ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &limit), 0);
	ck_assert_uint_eq(descriptors_limit(), 100);
	descriptors_raise();
	ck_assert_uint_eq(descriptors_limit(), 200);
	descriptors_restore();
	ck_assert_uint_eq(descriptors_limit(), 100);
}
END_TEST

START_TEST(a_limit_that_is_not_told_is_the_last_that_was)
{
	struct rlimit limit = { 100, 200 };
	ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &limit), 0);
	descriptors_raise();
	without_limits();
	ck_assert_uint_eq(descriptors_limit(), 200);
	ck_assert_int_eq(descriptors_spare(100, NULL), 0);
	ck_assert_int_eq(descriptors_spare(190, NULL), -EMFILE);
}
END_TEST

START_TEST(a_limit_that_was_never_told_is_what_linux_gives)
{
	struct why why;
	without_limits();
	descriptors_raise();
	ck_assert_uint_eq(descriptors_limit(), 1024);
	ck_assert_int_eq(descriptors_spare(3, NULL), 0);
	ck_assert_ptr_nonnull(strstr(descriptors_error(-EMFILE), "have 1024"));
	ck_assert_int_eq(descriptors_short(2000, &why), -EMFILE);
	ck_assert_ptr_nonnull(strstr(why.text, "may have 1024 open files"));
}
END_TEST

START_TEST(each_limit_is_told_with_its_way_out)
{
	struct rlimit limit = { 100, 200 };
	ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &limit), 0);
	static const struct {
		int r;
		const char *text;
	} rows[] = {
		{ -EMFILE, "this process may have 100; raise LimitNOFILE=" },
		{ -ENFILE, "on this machine (see fs.file-max)" },
		{ -ETOOMANYREFS, "there may be 100; raise LimitNOFILE=" },
	};
	for (size_t i = 0; i < ELEMENTS(rows); i++) {
		const char *text = descriptors_error(rows[i].r);
		ck_assert_ptr_nonnull(strstr(text, "too many open files"));
		ck_assert_ptr_nonnull(strstr(text, rows[i].text));
	}
	ck_assert_str_eq(descriptors_error(-EIO), strerror(EIO));
}
END_TEST

CHECK_MAIN("descriptors", the_limit_is_that_of_the_process,
	each_limit_is_told_with_its_way_out,
	a_limit_that_is_not_told_is_the_last_that_was,
	a_limit_that_was_never_told_is_what_linux_gives)
