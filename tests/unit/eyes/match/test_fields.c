#include "config.h"

#include "eyes/match/fields.h"
#include "support/check_main.h"

static char *
json(const char *text, size_t *used)
{
	own(shapes) struct shapes *shapes = shapes_new();
	struct buf out = { 0 };
	struct fields f = { shapes, &out };
	*used = fields_add_json(&f, span_of(text));
	return buf_take_str(&out);
}

START_TEST(values_of_json_become_lines)
{
	static const struct {
		const char *json, *lines;
	} table[] = {
		{ "{\"level\":50,\"ok\":true}", "level: 50\nok: true\n" },
		{ "{\"msg\":\"a\\nb\"}", "a\nb\n" },
		{ "{\"note\":\"a\\nb\"}", "note: a b\n" },
		{ "{ \"a\" : { \"b\" : [ 1 , \"c\" ] } }", "b: 1\nb: c\n" },
		{ "[\"x\",{\"err\":\"y\"}]", ": x\ny\n" },
		{ "{\"m\":\"\\nInvalid `x` invocation:\"}",
			"\nInvalid `x` invocation:\n" },
		/* A query's values are a visitor's. */
		{ "{\"msg\":\"Query: a\\nb\"}", "msg: Query: a b\n" },
		{ "{\"msg\":\"prisma:query a\\nb\"}",
			"msg: prisma:query a b\n" },
		{ "{}", "" },
	};
	for (size_t i = 0; i < ELEMENTS(table); i++) {
		size_t used;
		own(str) char *got = json(table[i].json, &used);
		ck_assert_msg(strcmp(got, table[i].lines) == 0, "%s: %s",
			table[i].json, got);
		ck_assert_uint_eq(used, strlen(table[i].json));
	}
}
END_TEST

/* Promise 2: what anybody can send proves nothing. */
START_TEST(what_a_visitor_sent_is_not_there)
{
	static const char *const texts[] = {
		"{\"body\":\"\\nInvalid `x` invocation:\"}",
		"{\"req\":{\"err\":{\"message\":\"x\"}}}",
		"{\"headers\":[\"x\",[\"y\"]]}",
		"{\"Comment\":\"x\",\"USER-AGENT\":\"y\"}",
		"{\"query\":1}",
	};
	for (size_t i = 0; i < ELEMENTS(texts); i++) {
		size_t used;
		own(str) char *got = json(texts[i], &used);
		ck_assert_msg(!*got, "%s: %s", texts[i], got);
		ck_assert_uint_eq(used, strlen(texts[i]));
	}
}
END_TEST

START_TEST(json_that_is_cut_off_gives_what_is_there)
{
	static const struct {
		const char *json, *lines;
	} table[] = {
		{ "{\"a\":1,\"msg\":\"cut o", "a: 1\ncut o\n" },
		{ "{\"a\":1,\"msg\":", "a: 1\n" },
		{ "{\"a\":1,\"ms", "a: 1\n" },
		{ "{\"a\":1,", "a: 1\n" },
		{ "{\"a\":1 nonsense", "a: 1\n" },
	};
	for (size_t i = 0; i < ELEMENTS(table); i++) {
		size_t used;
		own(str) char *got = json(table[i].json, &used);
		ck_assert_msg(strcmp(got, table[i].lines) == 0, "%s: %s",
			table[i].json, got);
		ck_assert_uint_le(used, strlen(table[i].json));
	}
}
END_TEST

START_TEST(json_without_end_is_left_at_a_depth)
{
	own(buf) struct buf text = { 0 };
	for (int i = 0; i < 100000; i++)
		buf_add_str(&text, "{\"a\":[");
	size_t used;
	own(str) char *got = json(buf_str(&text), &used);
	ck_assert_str_eq(got, "");
}
END_TEST

START_TEST(a_message_that_is_json_is_read_too)
{
	own(shapes) struct shapes *shapes = shapes_new();
	own(buf) struct buf out = { 0 };
	struct fields f = { shapes, &out };
	fields_add(&f, SPAN("log"), SPAN("{\"err\":\"x\",\"body\":\"y\"}"));
	fields_add(&f, SPAN("note"), SPAN("{\"err\":\"x\"}"));
	ck_assert_str_eq(buf_str(&out), "x\nnote: {\"err\":\"x\"}\n");
}
END_TEST

CHECK_MAIN("fields", values_of_json_become_lines,
	what_a_visitor_sent_is_not_there,
	json_that_is_cut_off_gives_what_is_there,
	json_without_end_is_left_at_a_depth, a_message_that_is_json_is_read_too)
