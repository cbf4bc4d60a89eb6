#include "config.h"
#include "docker/app-labels.h"

#include <errno.h>

#include "config/labels.h"
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
#define SERVICE(name, replicas, labels)                                     \
	"{\"ID\":\"s\",\"Spec\":{\"Name\":\"" name "\",\"Labels\":{" labels \
	"},\"Mode\":{\"Replicated\":{\"Replicas\":" replicas "}}}}"
#define CAPROVERS "GET /v1.41/services/srv-captain--shop"
#define PLAIN "GET /v1.41/services/shop"
#define NONE "{\"message\":\"service not found\"}"

static struct policy policy;
static struct app app;

/* The app's services are srv-captain--shop and shop: both may be there. */
static int
ask(const struct daemon_answer *answers)
{
	own(str) char *folder = scratch_folder();
	struct docker_daemon d = daemon_start(folder, answers);
	struct engine *e = NULL;
	struct why why;
	policy = (struct policy){ .mode = MODE_ACT };
	app = (struct app){ .name = (char *)"shop", .policy = &policy };
	ck_assert_int_eq(engine_open(d.socket, &e, &why), 0);
	int r = app_labels_ask(e, &app, &why);
	engine_close(e);
	own(str) char *requests = daemon_stop(&d);
	return r;
}

START_TEST(the_labels_of_both_services_lower_the_app)
{
	static const struct {
		const char *one, *other;
		enum mode mode;
	} rows[] = {
		{ "", "", MODE_ACT },
		{ "\"logmend.mode\":\"ask\"", "", MODE_ASK },
		{ "", "\"logmend.mode\":\"report\"", MODE_REPORT },
		{ "\"logmend.mode\":\"report\"", "\"logmend.mode\":\"ask\"",
			MODE_REPORT },
		{ "\"logmend.mode\":\"ask\"", "\"logmend.mode\":\"report\"",
			MODE_REPORT },
	};
	for (size_t i = 0; i < ELEMENTS(rows); i++) {
		own(str) char *one = xprintf(
			SERVICE("srv-captain--shop", "1", "%s"), rows[i].one);
		own(str) char *other =
			xprintf(SERVICE("shop", "1", "%s"), rows[i].other);
		const struct daemon_answer answers[] = { DAEMON_VERSION,
			MANAGER, { CAPROVERS, 200, one, { 0 } },
			{ PLAIN, 200, other, { 0 } }, { 0 } };
		ck_assert_int_eq(ask(answers), 0);
		ck_assert_msg(app.policy->mode == rows[i].mode, "row %zu", i);
		labels_clear(&app);
	}
}
END_TEST

START_TEST(an_app_is_scaled_to_none_where_all_its_services_are)
{
	static const struct {
		const char *one, *other; /* NULL: it is not there */
		bool none;
	} rows[] = { { "0", "0", true }, { "0", "1", false },
		{ "1", "0", false }, { "0", NULL, true }, { NULL, "0", true },
		{ NULL, "1", false }, { NULL, NULL, false } };
	for (size_t i = 0; i < ELEMENTS(rows); i++) {
		own(str) char *one =
			xprintf(SERVICE("srv-captain--shop", "%s", ""),
				rows[i].one ? rows[i].one : "");
		own(str) char *other = xprintf(SERVICE("shop", "%s", ""),
			rows[i].other ? rows[i].other : "");
		const struct daemon_answer answers[] = { DAEMON_VERSION,
			MANAGER,
			{ CAPROVERS, rows[i].one ? 200 : 404,
				rows[i].one ? one : NONE, { 0 } },
			{ PLAIN, rows[i].other ? 200 : 404,
				rows[i].other ? other : NONE, { 0 } },
			{ 0 } };
		ck_assert_int_eq(ask(answers), 0);
		ck_assert_msg(app.scaled_to_none == rows[i].none, "row %zu", i);
		labels_clear(&app);
	}
}
END_TEST

/* What the other one forbids holds all the same. */
START_TEST(a_service_that_docker_cannot_describe_hides_no_other)
{
	const struct daemon_answer answers[] = { DAEMON_VERSION, MANAGER,
		{ CAPROVERS, 500, "{\"message\":\"oops\"}", { 0 } },
		{ PLAIN, 200,
			SERVICE("shop", "1", "\"logmend.mode\":\"report\""),
			{ 0 } },
		{ 0 } };
	ck_assert_int_lt(ask(answers), 0);
	ck_assert_int_eq(app.policy->mode, MODE_REPORT);
	labels_clear(&app);
}
END_TEST

CHECK_MAIN("app-labels", the_labels_of_both_services_lower_the_app,
	an_app_is_scaled_to_none_where_all_its_services_are,
	a_service_that_docker_cannot_describe_hides_no_other)
