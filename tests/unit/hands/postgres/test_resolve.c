/* Names of hosts, looked up by a child that may be left behind. */
#include "config.h"
#include "hands/postgres/resolve.h"

#include <errno.h>
#include <sys/wait.h>

#include "support/check_main.h"

#define SOON (clock_mono() + 20 * USEC_SECOND)

static bool
is_loopback(const char *address)
{
	return strncmp(address, "127.", 4) == 0 || strcmp(address, "::1") == 0;
}

START_TEST(a_name_becomes_addresses)
{
	own(strings) char **list = NULL;
	struct why why = { "" };
	ck_assert_msg(
		resolve("localhost", SOON, &list, &why) == 0, "%s", why.text);
	ck_assert_uint_ge(strings_count(list), 1);
	for (char **a = list; *a; a++)
		ck_assert_msg(is_loopback(*a), "%s", *a);
}
END_TEST

/* An empty label is no name: no server is asked. */
START_TEST(a_name_that_is_none_says_so)
{
	char **list = NULL;
	struct why why = { "" };
	ck_assert_int_eq(resolve("no..name", SOON, &list, &why), -EHOSTUNREACH);
	ck_assert_ptr_nonnull(
		strstr(why.text, "the name no..name cannot be resolved: "));
	ck_assert_ptr_null(strstr(why.text, "Docker"));
	ck_assert_ptr_null(list);
}
END_TEST

START_TEST(a_name_of_dockers_network_says_what_to_do)
{
	char **list = NULL;
	struct why why = { "" };
	ck_assert_int_eq(
		resolve("srv-captain--..db", SOON, &list, &why), -EHOSTUNREACH);
	ck_assert_ptr_nonnull(strstr(why.text, "one of Docker's network"));
	ck_assert_ptr_nonnull(strstr(why.text, "`docker-socket` in [agent]"));
}
END_TEST

START_TEST(a_name_is_safe_to_show)
{
	char **list = NULL;
	struct why why = { "" };
	ck_assert_int_eq(
		resolve("a..\x1b[2J", SOON, &list, &why), -EHOSTUNREACH);
	ck_assert_ptr_nonnull(strstr(why.text, "a..\\x1b[2J"));
}
END_TEST

START_TEST(the_deadline_holds_and_leaves_no_child)
{
	char **list = NULL;
	struct why why = { "" };
	ck_assert_int_eq(resolve("localhost", 1, &list, &why), -ETIMEDOUT);
	ck_assert_str_eq(
		why.text, "the name localhost was not resolved in time");
	ck_assert_int_eq(waitpid(-1, NULL, WNOHANG), -1);
	ck_assert_int_eq(errno, ECHILD);
}
END_TEST

CHECK_MAIN("resolve", a_name_becomes_addresses, a_name_that_is_none_says_so,
	a_name_of_dockers_network_says_what_to_do, a_name_is_safe_to_show,
	the_deadline_holds_and_leaves_no_child)
