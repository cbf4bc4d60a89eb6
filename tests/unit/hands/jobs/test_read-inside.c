/* Migrations out of a container, as far as the Engine's words go; its archives
 * are in tests/unit/hands/container/test_tar-folder.c, the real one in
 * tests/scenario/migrations_come_out_of_the_image.sh. */
#include "config.h"
#include "hands/jobs/read-inside.h"

#include <dirent.h>
#include <errno.h>
#include <string.h>
#include <time.h>

#include "hands/migrators.h"
#include "support/check_main.h"
#include "support/docker-daemon.h"

#define LISTED(id, created, state)                                      \
	"{\"Id\":\"" id "\",\"Created\":" created ",\"State\":\"" state \
	"\",\"Labels\":{\"com.docker.swarm.service.name\":\"shop\"}}"
#define INSPECTED(image) \
	"{\"Config\":{\"Image\":\"" image "\",\"WorkingDir\":\"/app/\"}}"
#define SERVICE                                            \
	"[{\"Spec\":{\"Name\":\"shop\",\"TaskTemplate\":{" \
	"\"ContainerSpec\":{\"Image\":\"img:2\"}}}}]"

/* {"name":"app","mode":2147484141,"linkTarget":""}: a folder. */
#define FOLDER                                              \
	"HTTP/1.1 200 OK\r\nX-Docker-Container-Path-Stat: " \
	"eyJuYW1lIjoiYXBwIiwibW9kZSI6MjE0NzQ4NDE0MSwi"      \
	"bGlua1RhcmdldCI6IiJ9\r\n"                          \
	"Content-Length: 0\r\nConnection: close\r\n\r\n"
#define IS_FOLDER(id)                                                    \
	{                                                                \
		"HEAD /v1.41/containers/" id "/archive?path=%2Fapp ", 0, \
			FOLDER,                                          \
		{                                                        \
			0                                                \
		}                                                        \
	}

struct row {
	const char *containers, *services, *c1, *c2;
	const char *created; /* the answer to a creation; NULL: 404 */
	const char *migrations;
	const char *said;    /* of the problem */
	const char *asked;   /* a request, or NULL */
	const char *unasked; /* none of the requests, or NULL */
};

static bool
is_empty(const char *folder)
{
	own(str) char *path = xprintf("%s/inside", folder);
	DIR *d = opendir(path);
	unsigned n = 0;
	while (d && readdir(d))
		n++;
	if (d)
		closedir(d);
	return n == 2;
}

static void
ck_row(const struct row *row)
{
	const struct daemon_answer answers[] = {
		DAEMON_VERSION,
		{ "GET /v1.41/containers/json", 200, row->containers, { 0 } },
		{ "GET /v1.41/services", 200, row->services, { 0 } },
		{ "GET /v1.41/containers/c1/json", 200, row->c1, { 0 } },
		{ "GET /v1.41/containers/c2/json", row->c2 ? 200 : 404,
			row->c2 ? row->c2 : "{\"message\":\"gone\"}", { 0 } },
		IS_FOLDER("c1"),
		IS_FOLDER("c2"),
		IS_FOLDER("new"),
		{ "GET /v1.41/containers/new/json", 200, INSPECTED("img:2"),
			{ 0 } },
		{ "GET /v1.41/containers/logmend-", 200,
			"{\"Id\":\"new\",\"State\":{\"Status\":\"created\"}}",
			{ 0 } },
		{ "POST /v1.41/containers/create", row->created ? 201 : 404,
			row->created ? row->created
				     : "{\"message\":\"No such image\"}",
			{ 0 } },
		{ "DELETE ", 204, "", { 0 } },
		{ 0 },
	};
	own(str) char *folder = scratch_folder();
	own(str) char *store = xprintf("%s/logmend.db", folder);
	struct docker_daemon d = daemon_start(folder, answers);
	struct app app = { .name = (char *)"shop",
		.migrations = xstrdup(row->migrations),
		.docker_socket = d.socket };
	own(inside) struct inside s = { 0 };
	read_inside(store, &app, migrators_pick(&app),
		clock_mono() + 5 * USEC_SECOND, &s);
	own(str) char *requests = daemon_stop(&d);
	ck_assert_ptr_nonnull(s.problem);
	ck_assert_msg(strstr(s.problem, row->said), "%s", s.problem);
	if (row->asked)
		ck_assert_msg(strstr(requests, row->asked), "%s", requests);
	if (row->unasked)
		ck_assert_msg(!strstr(requests, row->unasked), "%s", requests);
	ck_assert_str_eq(app.migrations, row->migrations);
	inside_free(&s);
	ck_assert(is_empty(folder));
	free(app.migrations);
}

#define BOTH \
	"[" LISTED("c1", "5", "running") "," LISTED("c2", "9", "exited") "]"

START_TEST(the_container_is_one_of_the_deployed_image)
{
	static const struct row rows[] = {
		/* the one that runs is of the image before */
		{ BOTH, SERVICE, INSPECTED("img:1"), INSPECTED("img:2"), NULL,
			"container:/app/prisma/migrations",
			"the image img:2 has no folder",
			"/containers/c2/archive?path=%2Fapp%2Fprisma ",
			"/c1/archive" },
		{ BOTH, SERVICE, INSPECTED("img:2"), INSPECTED("img:2"), NULL,
			"container:/app/prisma/migrations",
			"its WORKDIR is /app", "/c1/archive", "/c2/archive" },
		/* gone since it was listed */
		{ BOTH, SERVICE, INSPECTED("img:1"), NULL, "{\"Id\":\"new\"}",
			"container:/app/prisma/migrations", "has no folder",
			"DELETE /v1.41/containers/new?v=1", "/start" },
		{ "[]", SERVICE, "{}", NULL, NULL, "container",
			"the image img:2 of app shop is not on this node",
			"POST /v1.41/containers/create?name=logmend-",
			"DELETE" },
		{ BOTH, SERVICE, INSPECTED("img:2"), INSPECTED("img:2"), NULL,
			"container:/", "the root of a container is not copied",
			NULL, "/c1/archive" },
		{ "[]", "[]", "{}", NULL, NULL, "container",
			"neither a container nor a service", NULL, "POST" },
	};
	for (size_t i = 0; i < ELEMENTS(rows); i++)
		ck_row(&rows[i]);
}
END_TEST

START_TEST(it_is_looked_for_where_prisma_looks)
{
	static const char *const asked[] = { "?path=%2Fapp%2Fprisma.config.ts ",
		"?path=%2Fapp%2Fprisma ", "?path=%2Fapp%2Fschema.prisma",
		"?path=%2Fapp%2Fpackage.json",
		"?path=%2Fapp%2Fpnpm-workspace" };
	for (size_t i = 0; i < ELEMENTS(asked); i++)
		ck_row(&(struct row){ "[" LISTED("c1", "5", "running") "]",
			"[]", INSPECTED("img:1"), NULL, NULL, "container",
			"no migrations were found in the image img:1", asked[i],
			"POST" });
}
END_TEST

START_TEST(an_answer_of_any_shape_is_survived)
{
	static const char *const shapes[] = {
		"{}", "[1,null]", "{\"Config\":7,\"Mounts\":{}}",
		"{\"Config\":{\"Image\":\"\\u001b[2J\",\"WorkingDir\":\"..\"}}"
	};
	for (size_t i = 0; i < ELEMENTS(shapes); i++)
		ck_row(&(struct row){ "[" LISTED("c1", "5", "running") "]",
			shapes[i], shapes[i], NULL, NULL, "container",
			"no migrations were found in the image", NULL, NULL });
	for (size_t i = 0; i < ELEMENTS(shapes); i++)
		ck_row(&(struct row){ "[]", SERVICE, "{}", NULL, shapes[i],
			"container", "Docker named none", NULL, "DELETE" });
}
END_TEST

/* What reading the migrations that are deployed, beside a folder of the host,
 * says of these answers. */
static struct inside
deployed(const struct daemon_answer *answers, const char *migrations)
{
	own(str) char *folder = scratch_folder();
	own(str) char *store = xprintf("%s/logmend.db", folder);
	struct inside s = { 0 };
	struct docker_daemon d = { 0 };
	bool hangs = false;
	for (size_t i = 0; answers && answers[i].request; i++)
		hangs |= answers[i].how.hangs;
	if (answers)
		d = daemon_start(folder, answers);
	own(str) char *socket =
		answers ? xstrdup(d.socket) : xprintf("%s/none", folder);
	struct app app = { .name = (char *)"shop",
		.migrations = (char *)migrations,
		.docker_socket = socket };
	read_deployed(store, &app, migrators_pick(&app),
		clock_mono() + (hangs ? 2 : 20) * USEC_SECOND, &s);
	if (answers)
		str_free(daemon_stop(&d));
	return s;
}

#define ONE "[" LISTED("c1", "5", "running") "]"
#define LIST(status, body)                                  \
	{                                                   \
		"GET /v1.41/containers/json", status, body, \
		{                                           \
			0                                   \
		}                                           \
	}
#define SERVICES(status, body)                       \
	{                                            \
		"GET /v1.41/services", status, body, \
		{                                    \
			0                            \
		}                                    \
	}
#define C1(status, body)                                       \
	{                                                      \
		"GET /v1.41/containers/c1/json", status, body, \
		{                                              \
			0                                      \
		}                                              \
	}
#define BOOM "{\"message\":\"boom\"}"

/* A plan must not run by itself because Docker failed. */
START_TEST(a_docker_that_fails_leaves_the_comparison_open)
{
	static const struct daemon_answer rows[][6] = {
		{ DAEMON_VERSION, LIST(500, BOOM) },
		{ DAEMON_VERSION, LIST(404, BOOM) },
		{ DAEMON_VERSION, LIST(200, "no json") },
		{ DAEMON_VERSION,
			{ "GET /v1.41/containers/json", 200, "[",
				{ .less = 9, .hangs = true } } },
		{ { "GET /version", 200, "", { .less = 9, .hangs = true } } },
		{ { "GET /version", 500, BOOM, { 0 } } },
		{ DAEMON_VERSION, LIST(200, ONE),
			SERVICES(503, DAEMON_NO_MANAGER), C1(500, BOOM) },
		{ DAEMON_VERSION, LIST(200, "[]"), SERVICES(503, BOOM) },
		{ DAEMON_VERSION, LIST(200, "[]"), SERVICES(500, BOOM) },
		{ DAEMON_VERSION, LIST(200, "[]"), SERVICES(404, BOOM) },
		{ DAEMON_VERSION, LIST(200, "[]"),
			SERVICES(500, DAEMON_NO_MANAGER) },
		{ DAEMON_VERSION, LIST(200, ONE), SERVICES(200, "[]"),
			C1(500, BOOM) },
		{ DAEMON_VERSION, LIST(200, ONE), SERVICES(200, "[]"),
			C1(200, INSPECTED("img:1")),
			{ "HEAD ", 500, "", { 0 } } },
	};
	for (size_t i = 0; i <= ELEMENTS(rows); i++) {
		own(inside) struct inside s = deployed(
			i < ELEMENTS(rows) ? rows[i] : NULL, "/srv/shop");
		ck_assert_msg(s.image_unsure, "row %zu", i);
		ck_assert_msg(s.image_problem && *s.image_problem &&
				!strstr(s.image_problem, IMAGE_UNTOLD),
			"row %zu: %s", i, s.image_problem);
		ck_assert_ptr_null(s.image_folder);
	}
}
END_TEST

START_TEST(nothing_is_compared_where_docker_has_no_container)
{
	static const struct daemon_answer rows[][6] = {
		{ DAEMON_VERSION, LIST(200, "[]"), SERVICES(200, "[]") },
		{ DAEMON_VERSION, LIST(200, "[]"),
			SERVICES(503, DAEMON_NO_MANAGER) },
		{ DAEMON_VERSION, LIST(200, "[]"), SERVICES(200, SERVICE) },
		/* gone since it was listed */
		{ DAEMON_VERSION, LIST(200, ONE), SERVICES(200, "[]") },
		/* of the image before */
		{ DAEMON_VERSION, LIST(200, ONE), SERVICES(200, SERVICE),
			C1(200, INSPECTED("img:1")) },
	};
	for (size_t i = 0; i < ELEMENTS(rows); i++) {
		own(inside) struct inside s = deployed(rows[i], "/srv/shop");
		ck_assert_msg(!s.image_unsure && !s.image_problem,
			"row %zu: %s", i, s.image_problem);
	}
	/* Without migrations there is nothing to compare. */
	own(inside) struct inside none = deployed(NULL, NULL);
	ck_assert(!none.image_unsure && !none.image_problem);
}
END_TEST

#define UPDATE(state)                                        \
	"[{\"UpdateStatus\":{\"State\":\"" state             \
	"\"},\"Spec\":{\"Name\":\"shop\",\"TaskTemplate\":{" \
	"\"ContainerSpec\":{\"Image\":\"img:2\"}}}}]"
#define DEAD "[" LISTED("c1", "5", "exited") "]"

/* An update that fails may bring the image of before back. */
START_TEST(an_image_is_settled_once_its_service_is)
{
	static const struct {
		const char *containers, *services, *said; /* NULL: settled */
		bool updating;
	} rows[] = {
		{ ONE, SERVICE, NULL, false },
		{ ONE, UPDATE("completed"), NULL, false },
		{ ONE, UPDATE("updating"), "(updating)", true },
		{ ONE, UPDATE("rollback_started"), "(rollback_started)", true },
		{ ONE, UPDATE("paused"), "(paused)", false },
		{ ONE, UPDATE("\\u001b[2J"), "(\\x1b[2J)", false },
		{ ONE, "[]", "which image its service is to run", false },
		{ DEAD, "[]", "which image its service is to run", false },
		{ DEAD, SERVICE, "no container of that image runs", false },
		{ DEAD, UPDATE("updating"), "no container of that image runs",
			false },
	};
	for (size_t i = 0; i < ELEMENTS(rows); i++) {
		const struct daemon_answer answers[] = { DAEMON_VERSION,
			LIST(200, rows[i].containers),
			SERVICES(200, rows[i].services),
			C1(200, INSPECTED("img:2")), IS_FOLDER("c1"), { 0 } };
		own(inside) struct inside s = deployed(answers, "/srv/shop");
		ck_assert_msg(rows[i].said ? s.unsettled &&
					strstr(s.unsettled, rows[i].said)
					   : !s.unsettled,
			"row %zu: %s", i, s.unsettled);
		ck_assert_msg(s.updating == rows[i].updating, "row %zu", i);
		/* It names no key of an app whose key is right. */
		ck_assert_msg(s.image_none &&
				strstr(s.image_none,
					"its image img:2 holds no migrations "
					"that logmend could find"),
			"row %zu: %s", i, s.image_none);
	}
}
END_TEST

#define OF(id, created, state, image)                                   \
	"{\"Id\":\"" id "\",\"Created\":" created ",\"State\":\"" state \
	"\",\"ImageID\":\"" image                                       \
	"\",\"Labels\":{\"com.docker.swarm.service.name\":\"shop\"}}"

/* Nobody says what the service is to run, but its containers. */
START_TEST(without_a_manager_an_image_is_settled_after_a_day)
{
	static const struct {
		const char *containers;
		unsigned hours; /* since c1 began */
		bool settled;
	} rows[] = {
		{ "[" OF("c1", "5", "running", "i2") "]", 25, true },
		{ "[" OF("c1", "5", "running", "i2") "]", 23, false },
		/* others of the same image, and dead ones of before */
		{ "[" OF("c1", "5", "running", "i2") "," OF("c0", "4",
			  "running",
			  "i2") "," OF("b0", "3", "exited", "i1") "]",
			25, true },
		/* one of before still runs */
		{ "[" OF("c1", "5", "running", "i2") "," OF(
			  "c0", "4", "running", "i1") "]",
			25, false },
		/* another was tried since */
		{ "[" OF("c2", "6", "exited", "i3") "," OF(
			  "c1", "5", "running", "i2") "]",
			25, false },
	};
	for (size_t i = 0; i < ELEMENTS(rows); i++) {
		const time_t at = time(NULL) - rows[i].hours * 3600;
		char since[64];
		struct tm tm;
		(void)strftime(since, sizeof(since), "%Y-%m-%dT%H:%M:%SZ",
			gmtime_r(&at, &tm));
		own(str) char *whole =
			xprintf("{\"Image\":\"i2\",\"State\":{\"Running\":true,"
				"\"StartedAt\":\"%s\"},\"Config\":{\"Image\":"
				"\"img:2\",\"WorkingDir\":\"/app/\"}}",
				since);
		const struct daemon_answer answers[] = { DAEMON_VERSION,
			LIST(200, rows[i].containers),
			SERVICES(503, DAEMON_NO_MANAGER), C1(200, whole),
			IS_FOLDER("c1"), { 0 } };
		own(inside) struct inside s = deployed(answers, "/srv/shop");
		ck_assert_msg(rows[i].settled ? !s.unsettled
					      : s.unsettled &&
					strstr(s.unsettled, "manages no swarm"),
			"row %zu: %s", i, s.unsettled);
		ck_assert(!s.updating);
	}
}
END_TEST

CHECK_MAIN("read-inside", an_image_is_settled_once_its_service_is,
	without_a_manager_an_image_is_settled_after_a_day,
	the_container_is_one_of_the_deployed_image,
	it_is_looked_for_where_prisma_looks, an_answer_of_any_shape_is_survived,
	a_docker_that_fails_leaves_the_comparison_open,
	nothing_is_compared_where_docker_has_no_container)
