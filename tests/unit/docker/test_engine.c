#include "config.h"
#include "docker/engine.h"

#include <errno.h>
#include <sys/stat.h>

#include "support/check_main.h"
#include "support/docker-daemon.h"

/* What a row asks of a daemon with its answers, and what comes of it. */
static int
get_from(const struct daemon_answer *answers, const char *path, json_t **ret,
	struct why *why, char **ret_requests)
{
	own(str) char *folder = scratch_folder();
	struct docker_daemon d = daemon_start(folder, answers);
	own(engine) struct engine *e = NULL;
	int r = engine_open(d.socket, &e, why);
	if (r == 0) {
		bool hangs = answers[1].how.hangs;
		if (hangs)
			engine_set_deadline(e, clock_mono() + 3 * USEC_SECOND);
		r = engine_get(e, path, ret, why);
	}
	own(str) char *requests = daemon_stop(&d);
	if (ret_requests)
		*ret_requests = take(requests);
	return r;
}

START_TEST(the_older_of_both_versions_is_spoken)
{
	static const struct {
		const char *answer;
		int r;
		const char *asked; /* of the call behind, or of the sentence */
	} rows[] = {
		{ "{\"ApiVersion\":\"1.41\",\"MinAPIVersion\":\"1.12\"}", 0,
			"GET /v1.41/info" },
		{ "{\"ApiVersion\":\"1.24\"}", 0, "GET /v1.24/info" },
		{ "{\"ApiVersion\":\"1.99\",\"MinAPIVersion\":\"1.44\"}", 0,
			"GET /v1.47/info" },
		{ "{\"ApiVersion\":\"1.99\",\"MinAPIVersion\":\"1.48\"}",
			-EPROTO, "no version of its API before 1.48" },
		{ "{\"ApiVersion\":\"1.23\"}", -EPROTO, "update Docker" },
		{ "{\"ApiVersion\":\"2.0\"}", -EPROTO, "names no version" },
		{ "{\"ApiVersion\":\"1.4x\"}", -EPROTO, "names no version" },
		{ "{\"ApiVersion\":141}", -EPROTO, "names no version" },
		{ "{}", -EPROTO, "names no version" },
		{ "[1]", -EPROTO, "names no version" },
		{ "<html>", -EPROTO, "not JSON" },
		{ "", -EPROTO, "is empty" },
	};
	for (size_t i = 0; i < ELEMENTS(rows); i++) {
		const struct daemon_answer answers[] = {
			{ "GET /version", 200, rows[i].answer, { 0 } },
			{ "", 200, "{}", { 0 } },
			{ 0 },
		};
		json_t *json = NULL;
		struct why why = { "" };
		own(str) char *requests = NULL;
		int r = get_from(answers, "/info", &json, &why, &requests);
		ck_assert_msg(r == rows[i].r, "%s: %d, %s", rows[i].answer, r,
			why.text);
		const char *said = r < 0 ? why.text : requests;
		ck_assert_msg(strstr(said, rows[i].asked), "%s: %s",
			rows[i].answer, said);
		json_decref(json);
	}
}
END_TEST

/* 64 KiB that are blank to JSON. */
static char blanks[(1u << 16) + 1];

START_TEST(each_bad_answer_is_a_sentence)
{
	memset(blanks, ' ', sizeof(blanks) - 1);
	static const struct {
		struct daemon_answer answer;
		int r;
		const char *text;
	} rows[] = {
		{ { "", 200, "{\"a\":1}", { 0 } }, 0, "" },
		{ { "", 404, "{\"message\":\"No such container: x\"}", { 0 } },
			-ESRCH, "status 404: No such container: x" },
		{ { "", 409, "{\"message\":\"is paused\"}", { 0 } }, -EBUSY,
			"is paused" },
		{ { "", 500, "{\"message\":\"a\\u001b[31mb\\nc\"}", { 0 } },
			-EREMOTEIO, "status 500: a\\x1b[31mb; c" },
		{ { "", 500, "{\"message\":7}", { 0 } }, -EREMOTEIO,
			"no reason given" },
		{ { "", 503, "<html>\033[2J", { 0 } }, -EREMOTEIO,
			"status 503: no reason given" },
		{ { "", 503, "", { 0 } }, -EREMOTEIO, "no reason given" },
		{ { "", 503, DAEMON_NO_MANAGER, { 0 } }, -EREMOTE,
			"is not a swarm manager. Use" },
		{ { "", 500, DAEMON_NO_MANAGER, { 0 } }, -EREMOTEIO,
			"is not a swarm manager. Use" },
		{ { "", 503,
			  "{\"message\":\"Swarm is encrypted and needs to be "
			  "unlocked before it can be used.\"}",
			  { 0 } },
			-EREMOTEIO, "Swarm is encrypted" },
		{ { "", 301, "", { 0 } }, -EREMOTEIO, "status 301" },
		{ { "", 200, "{\"a\":", { 0 } }, -EBADMSG, "is not JSON" },
		{ { "", 200, "", { 0 } }, -EBADMSG, "is empty" },
		{ { "", 200, "{}", { .less = 10 } }, -EBADMSG, "ended early" },
		{ { "", 200, "{}", { .less = 10, .hangs = true } }, -ETIMEDOUT,
			"in time" },
		{ { "", 0, "", { .hangs = true } }, -ETIMEDOUT, "in time" },
		{ { "", 0, "", { 0 } }, -EBADMSG, "ended early" },
		{ { "", 0, "220 mail.example ESMTP\r\n", { 0 } }, -EPROTO,
			"is not the Docker Engine" },
		{ { "", 200, blanks, { .times = 1u << 9 } }, -EFBIG,
			"longer than it may be" },
		{ { "", 500, "{\"message\":\"0123456\"}",
			  { .times = 1u << 16 } },
			-EREMOTEIO, "no reason given" },
		{ { "", 0, "HTTP/1.1 102 Wait\r\nX-0123: 0123456789\r\n\r\n",
			  { .times = 1u << 13 } },
			-EFBIG, "longer than it may be" },
	};
	for (size_t i = 0; i < ELEMENTS(rows); i++) {
		const struct daemon_answer answers[] = { DAEMON_VERSION,
			rows[i].answer, { 0 } };
		json_t *json = NULL;
		struct why why = { "" };
		int r = get_from(answers, "/x", &json, &why, NULL);
		ck_assert_msg(
			r == rows[i].r, "row %zu: %d, %s", i, r, why.text);
		ck_assert_msg(strstr(why.text, rows[i].text), "row %zu: %s", i,
			why.text);
		ck_assert(r < 0 || json_is_object(json));
		json_decref(json);
	}
}
END_TEST

START_TEST(a_socket_that_cannot_be_used_is_named_with_the_way_out)
{
	own(str) char *folder = scratch_folder();
	own(str) char *none = xprintf("%s/none", folder);
	own(str) char *file = xprintf("%s/file", folder);
	own(str) char *below = xprintf("%s/file/docker.sock", folder);
	own(buf) struct buf deep = { 0 };
	for (int i = 0; i < 30; i++)
		buf_add_str(&deep, "/deep");
	fclose(fopen(file, "w"));
	/* As systemd's own, which a unit's InaccessiblePaths= shows. */
	own(str) char *hidden = xprintf("%s/hidden", folder);
	ck_assert_int_eq(mknod(hidden, S_IFSOCK | 0000, 0), 0);
	const struct {
		const char *socket;
		int r;
		const char *text;
	} rows[] = {
		{ none, -ENOENT, "start Docker" },
		{ below, -ENOENT, "start Docker" },
		{ file, -ECONNREFUSED, "nobody answers there" },
		{ hidden, -EACCES, "the service's unit hides it" },
		{ "docker.sock", -EINVAL, "begins with a slash" },
		{ buf_str(&deep), -EINVAL, "at most 107 bytes" },
	};
	for (size_t i = 0; i < ELEMENTS(rows); i++) {
		struct engine *e = NULL;
		struct why why;
		int r = engine_open(rows[i].socket, &e, &why);
		ck_assert_msg(r == rows[i].r, "%s: %d, %s", rows[i].socket, r,
			why.text);
		ck_assert_ptr_nonnull(strstr(why.text, rows[i].socket));
		ck_assert_ptr_nonnull(strstr(why.text, rows[i].text));
	}
}
END_TEST

START_TEST(a_socket_that_is_not_allowed_says_so)
{
	own(str) char *folder = scratch_folder();
	const struct daemon_answer answers[] = { DAEMON_VERSION, { 0 } };
	struct docker_daemon d = daemon_start(folder, answers);
	ck_assert_int_eq(chmod(d.socket, 0600), 0);
	ck_assert_int_eq(chmod(scratch_root, 0755), 0);
	ck_assert_int_eq(chmod(folder, 0755), 0);
	if (geteuid() == 0)
		ck_assert_int_eq(seteuid(65534), 0);
	else /* one that nobody may use counts as hidden by the unit */
		ck_assert_int_eq(chmod(d.socket, 0400), 0);
	struct engine *e = NULL;
	struct why why;
	ck_assert_int_eq(engine_open(d.socket, &e, &why), -EACCES);
	ck_assert_ptr_nonnull(strstr(why.text, "permission denied"));
	if (getuid() == 0)
		ck_assert_int_eq(seteuid(0), 0);
	own(str) char *requests = daemon_stop(&d);
	ck_assert_str_eq(requests, "");
}
END_TEST

static int
collect(void *arg, const char *data, size_t len)
{
	buf_add(arg, data, len);
	return 0;
}

static int
refuse(void *arg, const char *data, size_t len)
{
	(void)arg;
	(void)data;
	(void)len;
	return -ECANCELED;
}

START_TEST(a_stream_goes_to_its_sink_up_to_its_limit)
{
	own(str) char *folder = scratch_folder();
	const struct daemon_answer answers[] = { DAEMON_VERSION,
		{ "GET /v1.41/tar", 200, "0123456789", { .times = 1000 } },
		{ "POST /v1.41/exec", 0,
			"HTTP/1.1 200 OK\r\n"
			"Content-Type: application/vnd.docker.raw-stream\r\n"
			"\r\nout",
			{ 0 } },
		{ "GET /v1.41/none", 404, "{\"message\":\"no\"}", { 0 } },
		{ 0 } };
	struct docker_daemon d = daemon_start(folder, answers);
	own(engine) struct engine *e = NULL;
	ck_assert_int_eq(engine_open(d.socket, &e, NULL), 0);
	own(buf) struct buf got = { 0 };
	struct why why;
	ck_assert_int_eq(
		engine_stream(e, "/tar", 10000, collect, &got, &why), 0);
	ck_assert_uint_eq(got.len, 10000);
	buf_reset(&got);
	ck_assert_int_eq(
		engine_stream(e, "/tar", 9999, collect, &got, &why), -EFBIG);
	ck_assert_uint_le(got.len, 9999);
	ck_assert_int_eq(engine_stream(e, "/tar", 10000, refuse, NULL, &why),
		-ECANCELED);
	buf_reset(&got);
	ck_assert_int_eq(
		engine_stream(e, "/none", 10, collect, &got, &why), -ESRCH);
	ck_assert_uint_eq(got.len, 0);
	ck_assert_int_eq(
		engine_post_stream(e, "/exec", NULL, 10, collect, &got, &why),
		0);
	ck_assert_str_eq(buf_str(&got), "out");
	own(str) char *requests = daemon_stop(&d);
}
END_TEST

START_TEST(what_is_posted_arrives)
{
	own(str) char *folder = scratch_folder();
	const struct daemon_answer answers[] = { DAEMON_VERSION,
		{ "POST /v1.41/containers/create", 201, "{\"Id\":\"c\"}",
			{ 0 } },
		{ "POST /v1.41/containers/c/stop", 204, "", { 0 } },
		{ "DELETE /v1.41/containers/c", 204, "", { 0 } }, { 0 } };
	struct docker_daemon d = daemon_start(folder, answers);
	own(engine) struct engine *e = NULL;
	ck_assert_int_eq(engine_open(d.socket, &e, NULL), 0);
	ck_assert_str_eq(engine_version(e), "1.41");
	json_t *body = json_pack("{s:s}", "Image", "x"), *answer = NULL;
	ck_assert_int_eq(
		engine_post(e, "/containers/create", body, &answer, NULL), 0);
	ck_assert_str_eq(json_string_value(json_object_get(answer, "Id")), "c");
	json_decref(answer);
	json_decref(body);
	ck_assert_int_eq(
		engine_post(e, "/containers/c/stop", NULL, &answer, NULL), 0);
	ck_assert_ptr_null(answer);
	ck_assert_int_eq(engine_delete(e, "/containers/c", NULL), 0);
	own(str) char *requests = daemon_stop(&d);
	ck_assert_str_eq(requests,
		"GET /version HTTP/1.1 \n"
		"POST /v1.41/containers/create HTTP/1.1 {\"Image\":\"x\"}\n"
		"POST /v1.41/containers/c/stop HTTP/1.1 \n"
		"DELETE /v1.41/containers/c HTTP/1.1 \n");
}
END_TEST

START_TEST(a_deadline_that_is_over_asks_nothing)
{
	own(str) char *folder = scratch_folder();
	const struct daemon_answer answers[] = { DAEMON_VERSION,
		{ "", 200, "{}", { 0 } }, { 0 } };
	struct docker_daemon d = daemon_start(folder, answers);
	own(engine) struct engine *e = NULL;
	ck_assert_int_eq(engine_open(d.socket, &e, NULL), 0);
	engine_set_deadline(e, clock_mono());
	json_t *json = NULL;
	ck_assert_int_eq(engine_get(e, "/info", &json, NULL), -ETIMEDOUT);
	own(str) char *requests = daemon_stop(&d);
	ck_assert_str_eq(requests, "GET /version HTTP/1.1 \n");
}
END_TEST

START_TEST(a_part_of_a_path_stays_one)
{
	static const struct {
		struct span part;
		const char *text;
	} rows[] = {
		{ { "web-1_A", 7 }, "web-1_A" },
		{ { "a/../b", 6 }, "a%2F..%2Fb" },
		{ { "..", 2 }, "%2E." },
		{ { "shop.1.x", 8 }, "shop.1.x" },
		{ { "a?b#c%d e", 9 }, "a%3Fb%23c%25d%20e" },
		{ { "\0\r\n\xc3\xa9", 5 }, "%00%0D%0A%C3%A9" },
		{ { "", 0 }, "" },
	};
	for (size_t i = 0; i < ELEMENTS(rows); i++) {
		own(buf) struct buf b = { 0 };
		engine_add_part(&b, rows[i].part);
		ck_assert_str_eq(buf_str(&b), rows[i].text);
	}
}
END_TEST

CHECK_MAIN("engine", the_older_of_both_versions_is_spoken,
	each_bad_answer_is_a_sentence,
	a_socket_that_cannot_be_used_is_named_with_the_way_out,
	a_socket_that_is_not_allowed_says_so,
	a_stream_goes_to_its_sink_up_to_its_limit, what_is_posted_arrives,
	a_deadline_that_is_over_asks_nothing, a_part_of_a_path_stays_one)
