#include "config.h"
#include "docker/service.h"

#include <errno.h>

#include "support/check_main.h"

START_TEST(a_service_is_read)
{
	json_t *json = json_loads(
		"{\"ID\":\"s1\",\"CreatedAt\":\"2026-11-27T10:00:00Z\","
		"\"UpdatedAt\":\"2026-11-27T10:05:00.25Z\",\"Spec\":{\"Name\":"
		"\"shop\",\"Labels\":{\"logmend.mode\":\"report\",\"x\":\"y\","
		"\"logmend.e\":\"a\\u001bb\",\"logmend.n\":7},"
		"\"TaskTemplate\":{\"ContainerSpec\":{\"Image\":"
		"\"shop:7@sha256:ab\"}}},\"UpdateStatus\":{\"State\":"
		"\"completed\",\"CompletedAt\":\"2026-11-27T10:05:09Z\"}}",
		0, NULL);
	own(engine_service) struct engine_service *s = NULL;
	ck_assert_int_eq(engine_service_read(json, &s, NULL), 0);
	ck_assert_str_eq(s->name, "shop");
	ck_assert_str_eq(s->image, "shop:7@sha256:ab");
	ck_assert_str_eq(s->update_state, "completed");
	ck_assert_uint_eq(s->updated - s->created, 300 * USEC_SECOND + 250000);
	ck_assert_uint_gt(s->update_ended, s->updated);
	ck_assert_uint_eq(strings_count(s->labels), 2);
	ck_assert_str_eq(s->labels[0], "logmend.mode=report");
	ck_assert_str_eq(s->labels[1], "logmend.e=a\\x1bb");
	json_decref(json);
}
END_TEST

START_TEST(none_is_wanted_of_a_service_that_is_scaled_to_0)
{
	static const struct {
		const char *mode;
		bool none;
	} rows[] = { { "{\"Replicated\":{\"Replicas\":0}}", true },
		{ "{\"Replicated\":{\"Replicas\":1}}", false },
		{ "{\"Replicated\":{}}", false },
		{ "{\"Replicated\":{\"Replicas\":\"0\"}}", false },
		{ "{\"Global\":{}}", false },
		{ "{\"ReplicatedJob\":{\"MaxConcurrent\":0}}", false },
		{ "0", false } };
	for (size_t i = 0; i < ELEMENTS(rows); i++) {
		own(str) char *text = xprintf("{\"ID\":\"s\",\"Spec\":{"
					      "\"Name\":\"shop\",\"Mode\":%s}}",
			rows[i].mode);
		json_t *json = json_loads(text, 0, NULL);
		own(engine_service) struct engine_service *s = NULL;
		ck_assert_int_eq(engine_service_read(json, &s, NULL), 0);
		ck_assert_msg(s->none_wanted == rows[i].none, "%s", text);
		json_decref(json);
	}
}
END_TEST

START_TEST(labels_that_do_not_fit_are_told_as_such)
{
	own(buf) struct buf text = { 0 };
	own(str) char *value = xcalloc(1, 300);
	memset(value, 'v', 299);
	buf_printf(&text,
		"{\"ID\":\"s\",\"Spec\":{\"Name\":\"shop\",\"Labels\":{"
		"\"logmend.mode\":\"%s\",\"logmend.mode=report\":\"x\"",
		value);
	for (int i = 0; i < 31; i++)
		buf_printf(&text, ",\"logmend.%d\":\"\"", i);
	buf_add_str(&text, "}}}");
	json_t *json = json_loads(buf_str(&text), 0, NULL);
	own(engine_service) struct engine_service *s = NULL;
	ck_assert_int_eq(engine_service_read(json, &s, NULL), 0);
	ck_assert(s->labels_cut);
	ck_assert_uint_eq(strings_count(s->labels), 32);
	ck_assert_str_eq(s->labels[0], "logmend.mode");
	ck_assert_str_eq(s->labels[1], "logmend.mode?report=x");
	json_decref(json);
}
END_TEST

START_TEST(a_task_is_read)
{
	json_t *json = json_loads(
		"{\"ID\":\"t1\",\"DesiredState\":\"shutdown\",\"Status\":{"
		"\"State\":\"failed\",\"Err\":\"task: non-zero exit (1)\","
		"\"ContainerStatus\":{\"ContainerID\":\"c1\"}}}",
		0, NULL);
	own(engine_task) struct engine_task *t = NULL;
	ck_assert_int_eq(engine_task_read(json, &t, NULL), 0);
	ck_assert_str_eq(t->container, "c1");
	ck_assert_str_eq(t->state, "failed");
	ck_assert_str_eq(t->desired, "shutdown");
	ck_assert_str_eq(t->error, "task: non-zero exit (1)");
	json_decref(json);
}
END_TEST

START_TEST(what_has_no_name_is_none)
{
	static const char *const rows[] = { "{}", "[]", "{\"ID\":7}",
		"{\"ID\":\"s\",\"Spec\":{\"Name\":\"a\\nb\"}}",
		"{\"ID\":\"s\",\"Status\":7}" };
	for (size_t i = 0; i < ELEMENTS(rows); i++) {
		json_t *json = json_loads(rows[i], 0, NULL);
		struct engine_service *s = NULL;
		struct engine_task *t = NULL;
		ck_assert_int_eq(engine_service_read(json, &s, NULL), -EBADMSG);
		ck_assert_int_eq(engine_task_read(json, &t, NULL), -EBADMSG);
		json_decref(json);
	}
}
END_TEST

CHECK_MAIN("service", a_service_is_read,
	none_is_wanted_of_a_service_that_is_scaled_to_0,
	labels_that_do_not_fit_are_told_as_such, a_task_is_read,
	what_has_no_name_is_none)
