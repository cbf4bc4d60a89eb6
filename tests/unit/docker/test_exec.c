/* A program in a container, as far as its daemon goes wrong. The real one is in
 * tests/scenario/the_containers_pg_dump_makes_the_copy.sh. */
#include "config.h"
#include "docker/exec.h"

#include <errno.h>

#include "support/check_main.h"
#include "support/docker-daemon.h"

struct row {
	struct daemon_answer create, start, state;
	int r;
	const char *said;
};

#define CREATE "POST /v1.41/containers/c1/exec"
#define START "POST /v1.41/exec/e1/start"
#define STATE "GET /v1.41/exec/e1/json"
#define CREATED                                 \
	{                                       \
		CREATE, 201, "{\"Id\":\"e1\"}", \
		{                               \
			0                       \
		}                               \
	}
#define STARTED                 \
	{                       \
		START, 200, "", \
		{               \
			0       \
		}               \
	}
#define ENDED                                                     \
	{                                                         \
		STATE, 200, "{\"Running\":false,\"ExitCode\":3}", \
		{                                                 \
			0                                         \
		}                                                 \
	}

static const struct row rows[] = {
	{ CREATED, STARTED, ENDED, 0, "" },
	{ { CREATE, 404, "{\"message\":\"no such\"}", { 0 } }, STARTED, ENDED,
		-ESRCH, "no such" },
	{ { CREATE, 409, "{\"message\":\"is paused\"}", { 0 } }, STARTED, ENDED,
		-EBUSY, "is paused" },
	{ { CREATE, 201, "{}", { 0 } }, STARTED, ENDED, -EBADMSG, "no id" },
	{ { CREATE, 201, "{\"Id\":\"../x\"}", { 0 } }, STARTED, ENDED, -EBADMSG,
		"no id" },
	{ CREATED, { START, 409, "{\"message\":\"is\\u001b stopped\"}", { 0 } },
		ENDED, -EBUSY, "stopped" },
	{ CREATED, { START, 500, "no JSON", { 0 } }, ENDED, -EREMOTEIO,
		"status 500" },
	/* No frames, half of a frame's head, and no answer at all. */
	{ CREATED, { START, 200, "CREATE TABLE x();", { 0 } }, ENDED, -EBADMSG,
		"exec/e1/start" },
	{ CREATED, { START, 200, "\1", { 0 } }, ENDED, -EBADMSG, "cut off" },
	{ CREATED, { START, 0, "220 ready\r\n\r\n", { 0 } }, ENDED, -EPROTO,
		"exec/e1/start" },
	{ CREATED, { START, 0, "HTTP/1.1 200 OK\r\n", { 0 } }, ENDED, -EBADMSG,
		"exec/e1/start" },
	{ CREATED, { START, 0, "a", { .times = 100000 } }, ENDED, -EFBIG,
		"exec/e1/start" },
	{ CREATED, STARTED, { STATE, 200, "{\"Running\":false}", { 0 } },
		-EBADMSG, "exit status" },
};

/* Ends what hangs by its deadline alone. */
static void
ck_row(const struct row *row, usec time)
{
	const struct daemon_answer answers[] = {
		DAEMON_VERSION,
		row->create,
		row->start,
		row->state,
		{ 0 },
	};
	const char *const argv[] = { "program", NULL };
	const struct exec_program program = { .argv = argv, .most = 10 };
	own(str) char *folder = scratch_folder();
	struct docker_daemon d = daemon_start(folder, answers);
	own(exec_result) struct exec_result got = { 0 };
	own(engine) struct engine *e = NULL;
	struct why why = { "" };
	ck_assert_int_eq(engine_open(d.socket, &e, &why), 0);
	int r = exec_run(e, "c1", &program, clock_mono() + time, &got, &why);
	own(str) char *requests = daemon_stop(&d);
	ck_assert_msg(r == row->r, "%d, not %d: %s", r, row->r, why.text);
	ck_assert_msg(strstr(why.text, row->said), "%s", why.text);
	ck_assert_ptr_null(strchr(why.text, '\033'));
	ck_assert_int_eq(got.status, r == 0 ? 3 : 0);
}

START_TEST(each_answer_is_taken_for_what_it_is)
{
	for (size_t i = 0; i < ELEMENTS(rows); i++)
		ck_row(&rows[i], 30 * USEC_SECOND);
}
END_TEST

START_TEST(what_does_not_end_is_left_at_the_deadline)
{
	const struct row row = { CREATED, { START, 200, "", { .hangs = true } },
		ENDED, -ETIMEDOUT, "did not end within its time" };
	ck_row(&row, 3 * USEC_SECOND);
}
END_TEST

CHECK_MAIN("exec", each_answer_is_taken_for_what_it_is,
	what_does_not_end_is_left_at_the_deadline)
