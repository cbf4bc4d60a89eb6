/* How long a scout may look for the way: its time is the job's. */
#include "config.h"
#include "hands/scout.h"

#include <fcntl.h>

#include "support/check_main.h"
#include "support/docker-daemon.h"
#include "wire/job.h"
#include "wire/role.h"

/* What Docker was asked; owned. */
static char *
scout(usec time, usec begun)
{
	static const struct daemon_answer answers[] = { DAEMON_VERSION,
		{ "", 200, "[]", { 0 } }, { 0 } };
	own(str) char *folder = scratch_folder();
	own(str) char *config = xprintf("%s/config", folder);
	own(frame) struct frame f = FRAME(HANDS_JOB);
	own(reach_way) struct reach_way way = REACH_WAY;
	struct docker_daemon d = daemon_start(folder, answers);
	own(str) char *text = xprintf("[agent]\ndocker-socket = %s\n"
				      "[app shop]\ndatabase-url = container\n"
				      "migrations = /m\n",
		d.socket);
	const struct job job = { .kind = JOB_LOOK,
		.app = (char *)"shop",
		.class = CLASS_FAILED_MIGRATION,
		.time = time };
	const struct scout s = { config, &f, begun };
	own(fd) int fd = open(config, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	ck_assert_int_eq(write_all(fd, span_of(text)), 0);
	job_put(&f, &job);
	scout_way(&s, &way);
	ck_assert_int_eq(way.ns, -1);
	return daemon_stop(&d);
}

START_TEST(it_looks_within_the_time_of_the_job)
{
	own(str) char *asked = scout(USEC_HOUR, clock_mono());
	ck_assert_msg(strstr(asked, "/containers/json"), "%s", asked);
	own(str) char *by_default = scout(0, clock_mono());
	ck_assert_msg(strstr(by_default, "/containers/json"), "%s", by_default);
}
END_TEST

START_TEST(it_asks_nobody_when_that_is_over)
{
	own(str) char *none = scout(1, clock_mono());
	ck_assert_str_eq(none, "");
	/* It is over where hands began long ago. */
	own(str) char *late = scout(USEC_HOUR, clock_mono() - USEC_MINUTE);
	ck_assert_str_eq(late, "");
}
END_TEST

CHECK_MAIN("scout", it_looks_within_the_time_of_the_job,
	it_asks_nobody_when_that_is_over)
