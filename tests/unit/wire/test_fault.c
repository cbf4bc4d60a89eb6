#include "config.h"
#include "wire/fault.h"

#include <errno.h>
#include <jansson.h>
#include <string.h>

#include "base/redact.h"
#include "support/check_main.h"

static struct object
object(const char *schema, const char *table, const char *column)
{
	struct object o = { 0 };
	object_set(&o, OBJECT_SCHEMA, span_of(schema));
	object_set(&o, OBJECT_TABLE, span_of(table));
	object_set(&o, OBJECT_COLUMN, span_of(column));
	return o;
}

START_TEST(every_class_and_key_is_found_by_its_name)
{
	for (int c = 0; c < CLASSES; c++)
		ck_assert_int_eq(
			class_by_name(
				span_of(class_info((enum fault_class)c)->name)),
			c);
	ck_assert_int_eq(class_by_name(SPAN("missing-tables")), -1);
	ck_assert_int_eq(object_key_by_name(SPAN("table")), OBJECT_TABLE);
	ck_assert_int_eq(object_key_by_name(SPAN("column")), OBJECT_COLUMN);
	ck_assert_int_eq(object_key_by_name(SPAN("")), -1);
}
END_TEST

START_TEST(only_tables_and_columns_can_be_mended)
{
	ck_assert(class_info(CLASS_MISSING_TABLE)->mendable);
	ck_assert(class_info(CLASS_MISSING_COLUMN)->mendable);
	for (int c = CLASS_FAILED_MIGRATION; c < CLASSES; c++)
		ck_assert(!class_info((enum fault_class)c)->mendable);
	ck_assert(class_info(CLASS_DB_UNREACHABLE)->probed);
	ck_assert(!class_info(CLASS_DISK_FULL)->probed);
}
END_TEST

START_TEST(what_is_no_name_makes_the_key_unknown)
{
	char longest[OBJECT_VALUE_MAX + 2];
	memset(longest, 'x', sizeof(longest));
	struct object o = { 0 };
	static const struct span bad[] = { SPAN(""), SPAN("a\nb"), SPAN("a\0b"),
		SPAN("\x1b[31m"), SPAN("\xff"), SPAN("\xe2\x80\xae") };
	for (size_t i = 0; i < ELEMENTS(bad); i++) {
		object_set(&o, OBJECT_TABLE, SPAN("was"));
		object_set(&o, OBJECT_TABLE, bad[i]);
		ck_assert_ptr_null(o.value[OBJECT_TABLE]);
	}
	object_set(&o, OBJECT_TABLE,
		(struct span){ longest, OBJECT_VALUE_MAX + 1 });
	ck_assert_ptr_null(o.value[OBJECT_TABLE]);
	object_set(
		&o, OBJECT_TABLE, (struct span){ longest, OBJECT_VALUE_MAX });
	ck_assert_ptr_nonnull(o.value[OBJECT_TABLE]);
	object_set(&o, OBJECT_TABLE, SPAN("a'; DROP TABLE \"x\";--"));
	ck_assert_str_eq(o.value[OBJECT_TABLE], "a'; DROP TABLE \"x\";--");
	object_free(&o);
}
END_TEST

START_TEST(unknown_keys_agree_and_are_not_equal)
{
	own(object) struct object full = object("public", "Job", NULL);
	own(object) struct object half = object(NULL, "Job", NULL);
	own(object) struct object other = object("public", "User", NULL);
	ck_assert(object_agrees(&full, &half));
	ck_assert(!object_eq(&full, &half));
	ck_assert(!object_agrees(&full, &other));
	own(object) struct object copy = object_copy(&full);
	ck_assert(object_eq(&full, &copy));
	ck_assert_uint_eq(object_known(&full), 2);
	ck_assert(object_identified(CLASS_MISSING_TABLE, &half));
	ck_assert(!object_identified(CLASS_MISSING_COLUMN, &half));
}
END_TEST

START_TEST(an_object_is_written_and_read_back)
{
	static const struct {
		enum fault_class class;
		const char *text, *schema, *table, *column;
	} cases[] = {
		{ CLASS_MISSING_TABLE, "public.AnalyticsEvent", "public",
			"AnalyticsEvent", NULL },
		{ CLASS_MISSING_TABLE, "AnalyticsEvent", NULL, "AnalyticsEvent",
			NULL },
		{ CLASS_MISSING_COLUMN, "Job.batchId", NULL, "Job", "batchId" },
		{ CLASS_MISSING_COLUMN, "public.Job.batchId", "public", "Job",
			"batchId" },
	};
	for (size_t i = 0; i < ELEMENTS(cases); i++) {
		own(object) struct object got = { 0 };
		own(object) struct object want = object(
			cases[i].schema, cases[i].table, cases[i].column);
		struct why why;
		ck_assert_int_eq(object_parse(cases[i].class,
					 span_of(cases[i].text), &got, &why),
			0);
		ck_assert(object_eq(&got, &want));
		own(str) char *text = object_text(cases[i].class, &got);
		ck_assert_str_eq(text, cases[i].text);
	}
	own(object) struct object host = { 0 };
	struct why why;
	ck_assert_int_eq(object_parse(CLASS_DB_UNREACHABLE, SPAN("db:5432"),
				 &host, &why),
		0);
	ck_assert_str_eq(host.value[OBJECT_HOST], "db");
	ck_assert_str_eq(host.value[OBJECT_PORT], "5432");
	own(object) struct object none = { 0 };
	own(str) char *dash = object_text(CLASS_MISSING_TABLE, &none);
	ck_assert_str_eq(dash, "-");
}
END_TEST

START_TEST(what_is_no_object_is_refused_in_a_sentence)
{
	static const struct {
		enum fault_class class;
		const char *text;
	} cases[] = {
		{ CLASS_MISSING_TABLE, "" },
		{ CLASS_MISSING_TABLE, "." },
		{ CLASS_MISSING_TABLE, "a\x1b" },
		{ CLASS_MISSING_COLUMN, "batchId" },
	};
	for (size_t i = 0; i < ELEMENTS(cases); i++) {
		struct object got = { 0 };
		struct why why = { "" };
		ck_assert_int_eq(object_parse(cases[i].class,
					 span_of(cases[i].text), &got, &why),
			-EINVAL);
		ck_assert_ptr_nonnull(strstr(why.text, "SCHEMA.TABLE"));
		ck_assert_ptr_null(strchr(why.text, '\x1b'));
		ck_assert_uint_eq(object_known(&got), 0);
	}
}
END_TEST

START_TEST(json_has_the_classs_keys_and_null_for_unknown)
{
	own(object) struct object o = object(NULL, "Job", NULL);
	json_t *json = object_json(CLASS_MISSING_TABLE, &o);
	ck_assert_uint_eq(json_object_size(json), 2);
	ck_assert(json_is_null(json_object_get(json, "schema")));
	ck_assert_str_eq(
		json_string_value(json_object_get(json, "table")), "Job");
	own(object) struct object back = { 0 };
	object_from_json(json, &back);
	ck_assert(object_eq(&o, &back));
	json_decref(json);
}
END_TEST

START_TEST(a_fingerprint_tells_app_class_and_object_apart)
{
	own(object) struct object a = object("public", "Job", NULL);
	own(object) struct object b = object(NULL, "Job", NULL);
	char one[SHA256_HEX], two[SHA256_HEX];
	fingerprint("app", CLASS_MISSING_TABLE, &a, one);
	fingerprint("app", CLASS_MISSING_TABLE, &a, two);
	ck_assert_str_eq(one, two);
	fingerprint("app2", CLASS_MISSING_TABLE, &a, two);
	ck_assert_str_ne(one, two);
	fingerprint("app", CLASS_MISSING_COLUMN, &a, two);
	ck_assert_str_ne(one, two);
	fingerprint("app", CLASS_MISSING_TABLE, &b, two);
	ck_assert_str_ne(one, two);
}
END_TEST

START_TEST(text_and_object_lose_their_secrets_and_names_stay)
{
	static const struct {
		const char *table, *shown;
	} rows[] = {
		{ "AnalyticsEvent", "AnalyticsEvent" },
		{ "password", "password" },
		{ "password_reset_tokens", "password_reset_tokens" },
		{ "ghp_abcdefghijklmnopqrst", "[redacted: token]" },
		{ "postgres://u:Hush12@h/d",
			"postgres://u:[redacted: password]@h/d" },
	};
	for (size_t i = 0; i < ELEMENTS(rows); i++) {
		struct fault f = { .class = CLASS_MISSING_TABLE };
		f.object = object("public", rows[i].table, "id");
		buf_add_str(&f.text, "password=Hush12 of ");
		buf_add_str(&f.text, rows[i].table);
		fault_redact(&f);
		ck_assert_str_eq(f.object.value[OBJECT_TABLE], rows[i].shown);
		ck_assert_str_eq(f.object.value[OBJECT_SCHEMA], "public");
		ck_assert_ptr_null(strstr(buf_str(&f.text), "Hush12"));
		fault_free(&f);
	}
}
END_TEST

/* What is kept of a text ends in the middle of a secret: one that nobody could
 * tell by its beginning alone. */
START_TEST(a_secret_that_the_limit_cuts_is_taken_out)
{
	static const struct {
		const char *secret, *shown;
	} rows[] = {
		{ "Zx9!kQ2mPw", "[red" },
		{ "postgres://u:Hush12@h/d", "postgres://u:[r" },
	};
	redact_know(SPAN("Zx9!kQ2mPw"), "password");
	for (size_t i = 0; i < ELEMENTS(rows); i++) {
		struct fault f = { .class = CLASS_DISK_FULL };
		size_t len = FAULT_TEXT_MAX - 1 - strlen(rows[i].shown);
		memset(buf_reserve(&f.text, len), '.', len);
		f.text.len = len;
		buf_add_char(&f.text, ' ');
		buf_add_str(&f.text, rows[i].secret);
		fault_redact(&f);
		ck_assert_uint_eq(f.text.len, FAULT_TEXT_MAX);
		ck_assert(span_ends(buf_span(&f.text), span_of(rows[i].shown)));
		fault_free(&f);
	}
}
END_TEST

CHECK_MAIN("fault", text_and_object_lose_their_secrets_and_names_stay,
	a_secret_that_the_limit_cuts_is_taken_out,
	every_class_and_key_is_found_by_its_name,
	only_tables_and_columns_can_be_mended,
	what_is_no_name_makes_the_key_unknown,
	unknown_keys_agree_and_are_not_equal,
	an_object_is_written_and_read_back,
	what_is_no_object_is_refused_in_a_sentence,
	json_has_the_classs_keys_and_null_for_unknown,
	a_fingerprint_tells_app_class_and_object_apart)
