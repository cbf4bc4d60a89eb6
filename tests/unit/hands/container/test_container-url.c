/* The database's URL out of an app's container. */
#include "config.h"
#include "hands/container/container-url.h"

#include <errno.h>

#include "support/check_main.h"
#include "support/docker-daemon.h"

#define CONTAINER(id, state)                                  \
	"{\"Id\":\"" id "\",\"Created\":4,\"State\":\"" state \
	"\",\"Labels\":{\"com.docker.swarm.service.name\":\"shop\"}}"
#define ENV(pairs) "{\"Config\":{\"Env\":[" pairs "]}}"
#define SERVICE(pairs)                                     \
	"[{\"Spec\":{\"Name\":\"shop\",\"TaskTemplate\":{" \
	"\"ContainerSpec\":{\"Env\":[" pairs "]}}}}]"
#define URL "postgresql://u:seCret99x@db/shop"

struct row {
	const char *containers, *services, *inspected;
	int r;
	const char *said;
};

static void
ck_row(const struct row *row)
{
	const struct daemon_answer answers[] = {
		DAEMON_VERSION,
		{ "GET /v1.41/containers/json", 200, row->containers, { 0 } },
		{ "GET /v1.41/services", 200, row->services, { 0 } },
		{ "GET /v1.41/containers/c1/json", 200, row->inspected, { 0 } },
		{ 0 },
	};
	own(str) char *folder = scratch_folder();
	struct docker_daemon d = daemon_start(folder, answers);
	const struct app app = { .name = (char *)"shop",
		.database_url_env = (char *)"DATABASE_URL",
		.docker_socket = d.socket };
	own(str) char *url = NULL;
	struct why why = { "" };
	int r = container_url_read(
		&app, clock_mono() + 5 * USEC_SECOND, &url, &why);
	own(str) char *requests = daemon_stop(&d);
	ck_assert_msg(r == row->r, "%d: %s", r, why.text);
	ck_assert_msg(
		strstr(r < 0 ? why.text : url, row->said), "%s", why.text);
	ck_assert_ptr_null(strstr(why.text, "seCret99x"));
}

START_TEST(the_container_that_runs_has_it_and_else_the_service)
{
	static const struct row rows[] = {
		{ "[" CONTAINER("c1", "running") "]", "[]",
			ENV("\"A=1\",\"XDATABASE_URL=no\",\"DATABASE_URL=" URL
			    "\""),
			0, URL },
		{ "[" CONTAINER("c1", "exited") "]",
			SERVICE("\"DATABASE_URL=" URL "\""), "{}", 0, URL },
		{ "[]", SERVICE("\"DATABASE_URL=" URL "\""), "{}", 0, URL },
	};
	for (size_t i = 0; i < ELEMENTS(rows); i++)
		ck_row(&rows[i]);
}
END_TEST

START_TEST(where_there_is_none_it_is_said_without_a_value)
{
	static const struct row rows[] = {
		{ "[" CONTAINER("c1", "running") "]", "[]",
			ENV("\"DATABASE_UR=seCret99x\",\"DATABASE_URL=\""),
			-ESRCH, "has no DATABASE_URL in its environment" },
		{ "[]", "[]", "{}", -ESRCH, "`service` names another" },
		{ "[]", SERVICE("1,null,\"DATABASE_URL\""), "{}", -ESRCH,
			"the service of app shop has no DATABASE_URL" },
		{ "[" CONTAINER("c1", "running") "]", "[7]", "[]", -ESRCH,
			"has no DATABASE_URL" },
		{ "[" CONTAINER("c1", "running") "]", "[]", "seCret99x",
			-EBADMSG, "" },
	};
	for (size_t i = 0; i < ELEMENTS(rows); i++)
		ck_row(&rows[i]);
}
END_TEST

/* What goes to head in one frame must fit into it. */
START_TEST(a_url_that_is_too_long_is_refused_in_a_sentence)
{
	static const struct {
		int length, r;
	} rows[] = { { 8192, 0 }, { 8193, -EFBIG }, { 70000, -EFBIG } };
	for (size_t i = 0; i < ELEMENTS(rows); i++) {
		own(str) char *env =
			xprintf(ENV("\"DATABASE_URL=" URL "?%0*d\""),
				rows[i].length - (int)strlen(URL "?"), 7);
		const struct row row = { "[" CONTAINER("c1", "running") "]",
			"[]", env, rows[i].r,
			rows[i].r ? "a database's URL has at most 8192" : URL };
		ck_row(&row);
	}
}
END_TEST

CHECK_MAIN("container-url", the_container_that_runs_has_it_and_else_the_service,
	where_there_is_none_it_is_said_without_a_value,
	a_url_that_is_too_long_is_refused_in_a_sentence)
