/* What the container's pg_dump is given, and what is said when it fails. A real
 * one runs in tests/scenario/the_containers_pg_dump_makes_the_copy.sh. */
#include "config.h"
#include "hands/plan/copy/container-dump.h"

#include <errno.h>

#include "support/check_main.h"
#include "support/docker-daemon.h"

#define ID "0123456789abcdef"

/* Runs it where the program ends with this state. The requests, owned. */
static char *
dump(const char *text, const char *state, int r, struct why *why)
{
	const struct daemon_answer answers[] = {
		DAEMON_VERSION,
		{ "POST /v1.41/containers/" ID "/exec", 201, "{\"Id\":\"e1\"}",
			{ 0 } },
		{ "POST /v1.41/exec/e1/start", 200, "", { 0 } },
		{ "GET /v1.41/exec/e1/json", 200, state, { 0 } },
		{ 0 },
	};
	const char *const options[] = { "--schema-only", NULL };
	own(str) char *folder = scratch_folder();
	own(buf) struct buf out = { 0 };
	own(url) struct url u = { 0 };
	struct docker_daemon d = daemon_start(folder, answers);
	const struct app app = { .docker_socket = d.socket };
	ck_assert_int_eq(url_parse(text, &u, why), 0);
	u.app = &app;
	ck_assert_int_eq(container_dump(&u, ID, options, 100,
				 clock_mono() + 30 * USEC_SECOND, &out, why),
		r);
	ck_assert_uint_eq(out.len, 0);
	return daemon_stop(&d);
}

#define ENDED(status) "{\"Running\":false,\"ExitCode\":" status "}"

START_TEST(no_request_has_anything_of_the_url)
{
	struct why why = { "" };
	own(str) char *said = dump("postgresql://Ursula:Hush123@Host9/Data7",
		ENDED("1"), -EIO, &why);
	static const char *const none[] = { "Hush123", "Ursula", "Host9",
		"Data7" };
	ck_assert_ptr_nonnull(strstr(said, "\"pg_dump\",\"--schema-only\""));
	ck_assert_ptr_nonnull(strstr(said, "\"AttachStdin\":true"));
	for (size_t i = 0; i < ELEMENTS(none); i++)
		ck_assert_ptr_null(strstr(said, none[i]));
	ck_assert_ptr_nonnull(strstr(why.text, "0123456789ab ended"));
}
END_TEST

START_TEST(what_cannot_be_run_says_what_to_do)
{
	struct why why = { "" };
	str_free(dump("postgresql://u:p@h/d", ENDED("127"), -ENOENT, &why));
	ck_assert_ptr_nonnull(strstr(why.text, "set `pg-dump`"));
	str_free(dump("postgresql://u:p@h/d", ENDED("126"), -ENOENT, &why));
}
END_TEST

/* A line of the file that it gets would be another one. */
START_TEST(what_no_line_can_hold_is_refused)
{
	static const char *const urls[] = { "postgresql://u:a%0Aport=1@h/d",
		"postgresql://u:a%0Db@h/d", "postgresql://u:a%20@h/d",
		"postgresql://u:a%09@h/d", "postgresql://u%0Ax:a@h/d",
		"postgresql://u:a@h/d%0A[x]" };
	for (size_t i = 0; i < ELEMENTS(urls); i++) {
		struct why why = { "" };
		own(str) char *said = dump(urls[i], ENDED("0"), -EINVAL, &why);
		ck_assert_str_eq(said, "");
		ck_assert_ptr_nonnull(strstr(why.text, "set `pg-dump`"));
	}
}
END_TEST

CHECK_MAIN("container-dump", no_request_has_anything_of_the_url,
	what_cannot_be_run_says_what_to_do, what_no_line_can_hold_is_refused)
