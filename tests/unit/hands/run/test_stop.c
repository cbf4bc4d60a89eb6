/* Labels of the app's service at the last moment: hands ask Docker themselves.
 */
#include "config.h"
#include "hands/run/stop.h"

#include <fcntl.h>

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

/* What a mend is told that this daemon's Docker has these labels for. Owned;
 * NULL: it goes on. */
static char *
asked(const struct daemon_answer *answers, bool approved, const char *mode)
{
	own(str) char *folder = scratch_folder();
	own(str) char *config = xprintf("%s/logmend.conf", folder);
	struct docker_daemon d = daemon_start(folder, answers);
	own(str) char *text = xprintf(
		"[agent]\nstore = %s/db\nfreeze-file = %s/freeze\n"
		"docker-socket = %s\n[app shop]\npolicy = p\n"
		"database-url-file = /u\nmigrations = /m\n"
		"remedy.missing-table = r\n[policy p]\nmode = %s\n[remedy r]\n",
		folder, folder, d.socket, mode);
	own(fd) int fd = open(config, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	struct stop s = { .sock = -1,
		.config = config,
		.app = "shop",
		.class = CLASS_MISSING_TABLE,
		.approved = approved };
	struct why why = { "" };
	ck_assert_int_eq(write_all(fd, span_of(text)), 0);
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
	const struct daemon_answer hangs[] = {
		{ "GET /version", 200, "", { .less = 9, .hangs = true } }, { 0 }
	};
	own(str) char *error = asked(broken, false, "act");
	ck_assert_ptr_null(error);
	own(str) char *silent = asked(hangs, false, "act");
	ck_assert_ptr_null(silent);
}
END_TEST

CHECK_MAIN("stop", a_label_stops_what_the_file_allows,
	without_a_label_that_lowers_the_file_holds,
	a_docker_that_does_not_say_stops_nothing)
