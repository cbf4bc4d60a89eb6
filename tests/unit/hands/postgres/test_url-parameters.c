/* Prisma's parameters of a URL, one by one, and what becomes of them. */
#include "config.h"
#include "hands/postgres/url-parameters.h"

#include <errno.h>

#include "support/check_main.h"

static int
read_into(struct url *u, const char *query, struct why *why)
{
	return url_parameters(u, span_of(query), why);
}

START_TEST(percent_signs_are_decoded)
{
	static const struct {
		const char *text, *plain, *query;
	} rows[] = {
		{ "", "", "" },
		{ "abc", "abc", "abc" },
		{ "a%20b", "a b", "a b" },
		{ "a+b", "a+b", "a b" },
		{ "%41%5a%5A", "AZZ", "AZZ" },
		{ "%C3%A4", "\xc3\xa4", "\xc3\xa4" },
		/* What is no escape stays as it is. */
		{ "100%", "100%", "100%" },
		{ "%4", "%4", "%4" },
		{ "%4g%g4", "%4g%g4", "%4g%g4" },
		{ "%%41", "%A", "%A" },
		{ "%2541", "%41", "%41" },
	};
	for (size_t i = 0; i < ELEMENTS(rows); i++) {
		own(str) char *plain = url_decode(span_of(rows[i].text), false);
		own(str) char *query = url_decode(span_of(rows[i].text), true);
		ck_assert_pstr_eq(plain, rows[i].plain);
		ck_assert_pstr_eq(query, rows[i].query);
	}
}
END_TEST

START_TEST(what_no_server_could_take_is_not_decoded)
{
	static const char *const rows[] = { "%00", "a%00b", "%ff", "%C3",
		"%C3%28", "%ED%A0%80" };
	for (size_t i = 0; i < ELEMENTS(rows); i++)
		ck_assert_ptr_null(url_decode(span_of(rows[i]), false));
}
END_TEST

START_TEST(each_parameter_has_its_field)
{
	own(url) struct url u = { .host = xstrdup("h") };
	struct why why = { "" };
	int r = read_into(&u,
		"schema=tenant%20a&host=/run/postgresql&sslmode=require&"
		"sslcert=/ca.pem&connect_timeout=7&options=-c%20a.b%3D1&"
		"channel_binding=require&pgbouncer=true",
		&why);
	ck_assert_msg(r == 0, "%s", why.text);
	ck_assert_str_eq(u.schema, "tenant a");
	ck_assert(u.schema_given);
	ck_assert_str_eq(u.host, "/run/postgresql");
	ck_assert_str_eq(u.sslmode, "require");
	ck_assert_str_eq(u.sslrootcert, "/ca.pem");
	ck_assert_uint_eq(u.connect_timeout, 7 * USEC_SECOND);
	ck_assert_str_eq(u.options, "-c a.b=1");
	ck_assert_str_eq(u.channel_binding, "require");
	ck_assert_pstr_eq(u.pooled, "it says pgbouncer=true");
}
END_TEST

START_TEST(the_last_of_two_holds)
{
	own(url) struct url u = { 0 };
	ck_assert_int_eq(read_into(&u,
				 "schema=a&schema=b&connect_timeout=1&"
				 "connect_timeout=0&sslmode=require&"
				 "sslmode=disable",
				 NULL),
		0);
	ck_assert_str_eq(u.schema, "b");
	ck_assert_uint_eq(u.connect_timeout, 0);
	ck_assert_str_eq(u.sslmode, "disable");
}
END_TEST

START_TEST(strictness_is_never_taken_back)
{
	static const char *const rows[] = { "sslaccept=strict",
		"sslaccept=strict&sslmode=disable",
		"sslmode=disable&sslaccept=strict",
		"sslaccept=strict&sslaccept=accept_invalid_certs",
		"sslmode=verify-full", "sslmode=verify-full&sslmode=prefer",
		"sslmode=verify-full&sslmode=no-such" };
	for (size_t i = 0; i < ELEMENTS(rows); i++) {
		own(url) struct url u = { 0 };
		ck_assert_int_eq(read_into(&u, rows[i], NULL), 0);
		ck_assert_msg(
			u.sslmode && strcmp(u.sslmode, "verify-full") == 0,
			"%s", rows[i]);
	}
}
END_TEST

START_TEST(what_prisma_ignores_is_ignored)
{
	static const char *const rows[] = { "", "&", "&&&", "=", "=x", "schema",
		"Schema=x", "schema%20=x", "unknown=1", "sslmode=no-such",
		"pgbouncer=false", "pgbouncer=1", "application_name=x",
		"connection_limit=no-number", "statement_cache_size=-1" };
	for (size_t i = 0; i < ELEMENTS(rows); i++) {
		own(url) struct url u = { 0 };
		struct url nothing = { 0 };
		struct why why = { "" };
		int r = read_into(&u, rows[i], &why);
		if (strcmp(rows[i], "schema") == 0) {
			/* Without a value it is one that is empty. */
			ck_assert_int_eq(r, -EINVAL);
			continue;
		}
		ck_assert_msg(r == 0, "%s: %s", rows[i], why.text);
		ck_assert_msg(
			memcmp(&u, &nothing, sizeof(u)) == 0, "%s", rows[i]);
	}
}
END_TEST

START_TEST(what_cannot_work_is_refused)
{
	static const struct {
		const char *query, *says;
	} rows[] = {
		{ "schema=", "schema is empty" },
		{ "schema=1234567890123456789012345678901234567890123456789012"
		  "345678901234",
			"longer than 63 bytes" },
		{ "schema=%ff", "not UTF-8" },
		{ "unknown=%00", "not UTF-8" },
		{ "connect_timeout=", "no number of seconds" },
		{ "connect_timeout=-1", "no number of seconds" },
		{ "connect_timeout=1.5", "no number of seconds" },
		{ "connect_timeout=86401", "no number of seconds" },
		{ "sslidentity=/client.p12", "PKCS#12" },
	};
	for (size_t i = 0; i < ELEMENTS(rows); i++) {
		own(url) struct url u = { 0 };
		struct why why = { "" };
		ck_assert_int_eq(read_into(&u, rows[i].query, &why), -EINVAL);
		ck_assert_msg(strstr(why.text, rows[i].says) != NULL, "%s: %s",
			rows[i].query, why.text);
	}
}
END_TEST

CHECK_MAIN("url-parameters", percent_signs_are_decoded,
	what_no_server_could_take_is_not_decoded, each_parameter_has_its_field,
	the_last_of_two_holds, strictness_is_never_taken_back,
	what_prisma_ignores_is_ignored, what_cannot_work_is_refused)
