/* Labels of the app's service at the last moment: hands ask Docker themselves.
 */
#include "config.h"
#include "hands/run/stop.h"

#include <fcntl.h>
#include <string.h>

#include "base/io/file.h"
#include "support/check_main.h"
#include "support/docker-daemon.h"

#define MANAGER                                                      \
	{                                                            \
		"GET /v1.41/info", 200,                              \
			"{\"Swarm\":{\"LocalNodeState\":\"active\"," \
			"\"ControlAvailable\":true}}",               \
		{                                                    \
			0                                            \
		}                                                    \
	}
#define SERVICE(status, labels)                                     \
	{                                                           \
		"GET /v1.41/services/shop ", status,                \
			"{\"ID\":\"s\",\"Spec\":{\"Name\":\"shop\"" \
			",\"Labels\":{" labels "}}}",               \
		{                                                   \
			0                                           \
		}                                                   \
	}

#define OTHER(labels)                                                      \
	{                                                                  \
		"GET /v1.41/services/srv-captain--shop ", 200,             \
			"{\"ID\":\"t\",\"Spec\":{\"Name\":"                \
			"\"srv-captain--shop\",\"Labels\":{" labels "}}}", \
		{                                                          \
			0                                                  \
		}                                                          \
	}
#define HANGS                                    \
	{                                        \
		"GET /version", 200, "",         \
		{                                \
			.less = 9, .hangs = true \
		}                                \
	}

/* A configuration in this folder, whose Docker listens there; its path, owned.
 */
static char *
configure(const char *folder, const char *mode)
{
	own(str) char *config = xprintf("%s/logmend.conf", folder);
	own(str) char *text = xprintf(
		"[agent]\nstore = %s/db\nfreeze-file = %s/freeze\n"
		"docker-socket = %s/docker.sock\n[app shop]\npolicy = p\n"
		"database-url-file = /u\nmigrations = /m\n"
		"remedy.missing-table = r\n[policy p]\nmode = %s\n"
		"[remedy r]\n",
		folder, folder, folder, mode);
	own(fd) int fd = open(config, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	ck_assert_int_eq(write_all(fd, span_of(text)), 0);
	return take(config);
}

/* What a mend is told that this daemon's Docker has these labels for. Owned;
 * NULL: it goes on. */
static char *
asked(const struct daemon_answer *answers, bool approved, const char *mode)
{
	own(str) char *folder = scratch_folder();
	own(str) char *config = configure(folder, mode);
	struct docker_daemon d = daemon_start(folder, answers);
	struct stop s = { .sock = -1,
		.config = config,
		.app = "shop",
		.class = CLASS_MISSING_TABLE,
		.approved = approved };
	struct why why = { "" };
	bool stops = stop_asked(&s, &why);
	ck_assert_int_eq(stop_asked(&s, &why), stops);
	own(str) char *requests = daemon_stop(&d);
	return stops ? xstrdup(why.text) : NULL;
}

START_TEST(a_label_stops_what_the_file_allows)
{
	const struct daemon_answer report[] = { DAEMON_VERSION, MANAGER,
		SERVICE(200, "\"logmend.mode\":\"report\""), { 0 } };
	const struct daemon_answer ask[] = { DAEMON_VERSION, MANAGER,
		SERVICE(200, "\"logmend.mode\":\"ask\""), { 0 } };
	own(str) char *by = asked(report, true, "act");
	ck_assert_pstr_eq(by,
		"the mode of app shop is now report (lowered by the label "
		"logmend.mode of service shop; the file allows act)");
	own(str) char *unasked = asked(ask, false, "act");
	ck_assert_ptr_nonnull(unasked);
	own(str) char *approved = asked(ask, true, "act");
	ck_assert_ptr_null(approved);
}
END_TEST

START_TEST(without_a_label_that_lowers_the_file_holds)
{
	const struct daemon_answer none[] = { DAEMON_VERSION, MANAGER,
		SERVICE(200, "\"logmend.mode\":\"act\",\"x\":\"y\""), { 0 } };
	const struct daemon_answer gone[] = { DAEMON_VERSION, MANAGER,
		SERVICE(404, ""), { 0 } };
	own(str) char *act = asked(none, false, "act");
	ck_assert_ptr_null(act);
	own(str) char *absent = asked(gone, false, "act");
	ck_assert_ptr_null(absent);
	/* A label raises nothing. */
	own(str) char *ask = asked(none, false, "ask");
	ck_assert_ptr_nonnull(ask);
	ck_assert_ptr_nonnull(strstr(ask, "now says mode ask"));
}
END_TEST

START_TEST(a_docker_that_does_not_say_stops_nothing)
{
	const struct daemon_answer broken[] = { DAEMON_VERSION, MANAGER,
		SERVICE(500, ""), { 0 } };
	const struct daemon_answer hangs[] = { HANGS, { 0 } };
	own(str) char *error = asked(broken, false, "act");
	ck_assert_ptr_null(error);
	own(str) char *silent = asked(hangs, false, "act");
	ck_assert_ptr_null(silent);
}
END_TEST

/* Whether the mend stops; *ret are the requests, owned. */
static bool
stops(struct stop *s, const char *folder, const struct daemon_answer *answers,
	char **ret)
{
	struct why why;
	struct docker_daemon d = daemon_start(folder, answers);
	bool r = stop_asked(s, &why);
	*ret = daemon_stop(&d);
	return r;
}

/* Docker is asked before each commit: what it answered to an earlier question
 * is no answer to this one. */
START_TEST(after_an_error_docker_is_asked_again)
{
	const struct daemon_answer report[] = { DAEMON_VERSION, MANAGER,
		SERVICE(200, "\"logmend.mode\":\"report\""), { 0 } };
	const struct daemon_answer broken[] = { DAEMON_VERSION, MANAGER,
		SERVICE(503, ""), { 0 } };
	const struct daemon_answer no_info[] = { DAEMON_VERSION,
		{ "GET /v1.41/info", 500, "{}", { 0 } }, { 0 } };
	const struct daemon_answer no_leader[] = { DAEMON_VERSION,
		{ "GET /v1.41/info", 200,
			"{\"Swarm\":{\"LocalNodeState\":\"pending\"}}", { 0 } },
		{ 0 } };
	const struct daemon_answer cut[] = { { "", 0, "", { 0 } }, { 0 } };
	const struct daemon_answer *const all[] = { NULL, broken, no_info,
		no_leader, cut };
	for (size_t i = 0; i < ELEMENTS(all); i++) {
		own(str) char *folder = scratch_folder();
		own(str) char *config = configure(folder, "act");
		own(str) char *before = NULL, *after = NULL;
		struct stop s = { .sock = -1,
			.config = config,
			.app = "shop",
			.class = CLASS_MISSING_TABLE };
		struct why why;
		ck_assert(!(all[i] ? stops(&s, folder, all[i], &before)
				   : stop_asked(&s, &why)));
		ck_assert_msg(
			stops(&s, folder, report, &after), "%zu: %s", i, after);
	}
}
END_TEST

START_TEST(one_service_that_docker_cannot_tell_hides_no_label_of_the_other)
{
	const struct daemon_answer second[] = { DAEMON_VERSION, MANAGER,
		SERVICE(503, ""), OTHER("\"logmend.mode\":\"report\""), { 0 } };
	const struct daemon_answer first[] = { DAEMON_VERSION, MANAGER,
		SERVICE(200, "\"logmend.mode\":\"report\""),
		{ "GET /v1.41/services/srv-captain--shop ", 503, "{}", { 0 } },
		{ 0 } };
	own(str) char *by_second = asked(second, false, "act");
	ck_assert_ptr_nonnull(by_second);
	ck_assert_ptr_nonnull(strstr(by_second, "srv-captain--shop"));
	own(str) char *by_first = asked(first, false, "act");
	ck_assert_ptr_nonnull(by_first);
}
END_TEST

/* Each such question takes a second, while locks may be held. */
START_TEST(a_docker_that_hangs_is_left_alone_for_a_while)
{
	const struct daemon_answer hangs[] = { HANGS, { 0 } };
	const struct daemon_answer report[] = { DAEMON_VERSION, MANAGER,
		SERVICE(200, "\"logmend.mode\":\"report\""), { 0 } };
	own(str) char *folder = scratch_folder();
	own(str) char *config = configure(folder, "act");
	own(str) char *first = NULL, *soon = NULL, *late = NULL;
	struct stop s = { .sock = -1,
		.config = config,
		.app = "shop",
		.class = CLASS_MISSING_TABLE };
	ck_assert(!stops(&s, folder, hangs, &first));
	ck_assert_str_ne(first, "");
	usec now = clock_mono();
	ck_assert_uint_le(s.asks_from, now + 30 * USEC_SECOND);
	s.asks_from = now + USEC_HOUR;
	ck_assert(!stops(&s, folder, report, &soon));
	ck_assert_str_eq(soon, "");
	s.asks_from = now;
	ck_assert(stops(&s, folder, report, &late));
}
END_TEST

CHECK_MAIN("stop", a_label_stops_what_the_file_allows,
	without_a_label_that_lowers_the_file_holds,
	a_docker_that_does_not_say_stops_nothing,
	after_an_error_docker_is_asked_again,
	one_service_that_docker_cannot_tell_hides_no_label_of_the_other,
	a_docker_that_hangs_is_left_alone_for_a_while)
