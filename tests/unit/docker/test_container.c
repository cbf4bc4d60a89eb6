#include "config.h"
#include "docker/container.h"

#include <errno.h>

#include "support/check_main.h"
#include "support/docker-daemon.h"

#define ID "4f1c6f0a4f1c6f0a4f1c6f0a4f1c6f0a4f1c6f0a4f1c6f0a4f1c6f0a4f1c6f0a"

static const char whole[] =
	"{\"Id\":\"" ID "\",\"Created\":\"2026-11-27T10:00:00.5Z\","
	"\"Name\":\"/srv-captain--shop.1.x9\",\"Image\":\"sha256:ab\","
	"\"State\":{\"Running\":true,\"Pid\":4711,\"ExitCode\":0,"
	"\"OOMKilled\":false,\"Health\":{\"Status\":\"starting\"},"
	"\"StartedAt\":\"2026-11-27T10:00:01Z\","
	"\"FinishedAt\":\"0001-01-01T00:00:00Z\"},"
	"\"HostConfig\":{\"LogConfig\":{\"Type\":\"json-file\"}},"
	"\"GraphDriver\":{\"Data\":{\"MergedDir\":\"/d/merged\"}},"
	"\"Config\":{\"Image\":\"img-captain-shop:7\",\"WorkingDir\":\"/app\","
	"\"Env\":[\"DATABASE_URL=postgres://u:hunter2@db/x\",\"EMPTY=\","
	"\"BARE\"],\"Labels\":{\"com.docker.swarm.service.name\":"
	"\"srv-captain--shop\",\"com.docker.swarm.task.id\":\"x9\"}},"
	"\"NetworkSettings\":{\"Networks\":{\"captain-overlay-network\":"
	"{\"IPAddress\":\"10.0.1.5\",\"GlobalIPv6Address\":\"\"},"
	"\"six\":{\"IPAddress\":\"\",\"GlobalIPv6Address\":\"fd00::5\"},"
	"\"none\":{\"IPAddress\":\"\"}}}}";

static json_t *
json_of(const char *text)
{
	json_t *json = json_loads(text, 0, NULL);
	ck_assert_ptr_nonnull(json);
	return json;
}

START_TEST(a_container_is_read_and_its_values_are_wiped)
{
	json_t *json = json_of(whole);
	own(engine_container) struct engine_container *c = NULL;
	ck_assert_int_eq(engine_container_read(json, &c, NULL), 0);
	ck_assert_str_eq(c->id, ID);
	ck_assert_str_eq(c->name, "srv-captain--shop.1.x9");
	ck_assert_str_eq(c->service, "srv-captain--shop");
	ck_assert_str_eq(c->task, "x9");
	ck_assert_str_eq(c->image, "img-captain-shop:7");
	ck_assert_str_eq(c->image_id, "sha256:ab");
	ck_assert_str_eq(c->workdir, "/app");
	ck_assert_str_eq(c->log_driver, "json-file");
	ck_assert_str_eq(c->merged, "/d/merged");
	ck_assert(c->running);
	ck_assert_uint_eq(c->pid, 4711);
	ck_assert_int_eq(c->health, HEALTH_STARTING);
	ck_assert_uint_eq(c->started - c->created, USEC_SECOND / 2);
	ck_assert_uint_eq(c->finished, 0);
	ck_assert_uint_eq(strings_count(c->env), 3);
	ck_assert_str_eq(c->env[0], "DATABASE_URL");
	ck_assert_str_eq(c->env[2], "BARE");
	ck_assert_uint_eq(c->n_networks, 3);
	ck_assert_str_eq(c->networks[0].address, "10.0.1.5");
	ck_assert_str_eq(c->networks[1].address, "fd00::5");
	ck_assert_ptr_null(c->networks[2].address);
	char *text = json_dumps(json, 0);
	ck_assert_ptr_null(strstr(text, "hunter2"));
	free(text);
	json_decref(json);
}
END_TEST

START_TEST(what_is_missing_or_of_another_kind_is_unknown)
{
	static const char *const rows[] = {
		"{\"Id\":\"c1\"}",
		"{\"Id\":\"c1\",\"Config\":7,\"State\":[],\"HostConfig\":null,"
		"\"GraphDriver\":null,\"NetworkSettings\":\"x\",\"Name\":{}}",
		/* containerd's image store, and Docker 29. */
		"{\"Id\":\"c1\",\"GraphDriver\":{\"Data\":null,\"Name\":"
		"\"overlayfs\"},\"Storage\":{\"RootFS\":{}}}",
		"{\"Id\":\"c1\",\"State\":{\"Pid\":-5,\"Running\":\"yes\","
		"\"ExitCode\":\"1\",\"Health\":{\"Status\":\"odd\"},"
		"\"StartedAt\":\"yesterday\"},\"Config\":{\"Env\":\"A=b\"}}",
	};
	for (size_t i = 0; i < ELEMENTS(rows); i++) {
		json_t *json = json_of(rows[i]);
		own(engine_container) struct engine_container *c = NULL;
		ck_assert_int_eq(engine_container_read(json, &c, NULL), 0);
		ck_assert_ptr_null(c->merged);
		ck_assert_ptr_null(c->service);
		ck_assert(!c->running && !c->pid && !c->started);
		ck_assert_int_eq(c->health, HEALTH_NONE);
		ck_assert_ptr_null(c->env);
		json_decref(json);
	}
}
END_TEST

START_TEST(hostile_names_are_escaped_or_left_out)
{
	json_t *json = json_of(
		"{\"Id\":\"c1\",\"Name\":\"/a\\u001b[2Jb\",\"Config\":{"
		"\"Image\":\"x\\u202ey\",\"WorkingDir\":\"/a\\nb\","
		"\"Env\":[\"A\\u0007=secret\",7,null,\"=x\"],\"Labels\":{"
		"\"com.docker.swarm.service.name\":\"shop\\nroot\"}},"
		"\"NetworkSettings\":{\"Networks\":{\"n\\tm\":"
		"{\"IPAddress\":\"10.0.0.1; rm\"},\"x\":null}}}");
	own(engine_container) struct engine_container *c = NULL;
	ck_assert_int_eq(engine_container_read(json, &c, NULL), 0);
	ck_assert_str_eq(c->name, "a\\x1b[2Jb");
	ck_assert_str_eq(c->image, "x\\xe2\\x80\\xaey");
	ck_assert_str_eq(c->workdir, "/a\\x0ab");
	ck_assert_ptr_null(c->service);
	ck_assert_uint_eq(strings_count(c->env), 1);
	ck_assert_str_eq(c->env[0], "A\\x07");
	ck_assert_str_eq(c->networks[0].name, "n\\x09m");
	ck_assert_ptr_null(c->networks[0].address);
	ck_assert_ptr_null(c->networks[1].address);
	json_decref(json);
}
END_TEST

START_TEST(a_container_without_an_id_is_none)
{
	static const char *const rows[] = { "{}", "[]", "7",
		"{\"Id\":\"../etc\"}", "{\"Id\":\"a/b\"}", "{\"Id\":\"\"}",
		"{\"Id\":\"-\\u001b\"}" };
	for (size_t i = 0; i < ELEMENTS(rows); i++) {
		json_t *json = json_loads(rows[i], JSON_DECODE_ANY, NULL);
		struct engine_container *c = NULL;
		ck_assert_int_eq(
			engine_container_read(json, &c, NULL), -EBADMSG);
		json_decref(json);
	}
}
END_TEST

START_TEST(containers_of_services_are_listed)
{
	own(str) char *folder = scratch_folder();
	const struct daemon_answer answers[] = { DAEMON_VERSION,
		{ "GET /v1.41/containers/json?all=1&filters="
		  "%7B%22label%22%3A%5B%22com.docker.swarm.service."
		  "name%3Dshop%22%5D%7D",
			200,
			"[{\"Id\":\"c1\"},{\"Id\":\"../x\"},{},7,"
			"{\"Id\":\"c2\",\"State\":\"paused\"},{\"Id\":\"c3\"}]",
			{ 0 } },
		{ "GET /v1.41/containers/c1/json", 200, "{\"Id\":\"c1\"}",
			{ 0 } },
		{ 0 } };
	struct docker_daemon d = daemon_start(folder, answers);
	own(engine) struct engine *e = NULL;
	ck_assert_int_eq(engine_open(d.socket, &e, NULL), 0);
	struct engine_listed *list = NULL;
	size_t n = 0, left = 0;
	struct why why = { "" };
	const struct engine_which which = { .service = "shop", .most = 2 };
	int r = engine_containers(e, &which, &list, &n, &left, &why);
	ck_assert_msg(r == 0, "%s", why.text);
	ck_assert_uint_eq(n, 2);
	ck_assert_uint_eq(left, 1);
	ck_assert(!list[0].running);
	ck_assert_str_eq(list[1].id, "c2");
	ck_assert(list[1].running);
	engine_listed_free(list, n);
	own(engine_container) struct engine_container *c = NULL;
	ck_assert_int_eq(engine_container_get(e, "c1", &c, NULL), 0);
	ck_assert_int_eq(engine_container_get(e, "c9", &c, NULL), -ESRCH);
	own(str) char *requests = daemon_stop(&d);
}
END_TEST

CHECK_MAIN("container", a_container_is_read_and_its_values_are_wiped,
	what_is_missing_or_of_another_kind_is_unknown,
	hostile_names_are_escaped_or_left_out,
	a_container_without_an_id_is_none, containers_of_services_are_listed)
