#include "config.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "hands/postgres/url.h"
#include "support/check_main.h"

/* host, port, user, password, database, schema, sslmode; NULL: not given */
static const struct {
	const char *text;
	const char *host, *port, *user, *password, *database, *schema, *ssl;
} fine[] = {
	{ "postgresql://u:p@h:5433/d", "h", "5433", "u", "p", "d", "public",
		"prefer" },
	{ "postgres://u:p@h/d", "h", "5432", "u", "p", "d", "public",
		"prefer" },
	{ "  postgres://u:p@h/d\n", "h", "5432", "u", "p", "d", "public",
		"prefer" },
	{ "postgresql://u@h/d", "h", "5432", "u", NULL, "d", "public",
		"prefer" },
	{ "postgresql://h/d", "h", "5432", NULL, NULL, "d", "public",
		"prefer" },
	{ "postgresql://u:@h/d", "h", "5432", "u", "", "d", "public",
		"prefer" },
	/* The last @ ends the user and password; libpq takes the first. */
	{ "postgresql://u:p@ss@h/d", "h", "5432", "u", "p@ss", "d", "public",
		"prefer" },
	{ "postgresql://u%40x:p%2F%3a%25@h/d", "h", "5432", "u@x", "p/:%", "d",
		"public", "prefer" },
	{ "postgresql://u:p:q@h/d", "h", "5432", "u", "p:q", "d", "public",
		"prefer" },
	{ "postgresql://u:100%@h/d", "h", "5432", "u", "100%", "d", "public",
		"prefer" },
	{ "postgresql://u:p@[::1]:5433/d", "::1", "5433", "u", "p", "d",
		"public", "prefer" },
	{ "postgresql://u:p@[fe80::1]/d", "fe80::1", "5432", "u", "p", "d",
		"public", "prefer" },
	{ "postgresql://u:p@h/", "h", "5432", "u", "p", "u", "public",
		"prefer" },
	{ "postgresql://u:p@h", "h", "5432", "u", "p", "u", "public",
		"prefer" },
	{ "postgresql://u:p@h/my%20db", "h", "5432", "u", "p", "my db",
		"public", "prefer" },
	{ "postgresql://u:p@h/d?schema=tenant_a", "h", "5432", "u", "p", "d",
		"tenant_a", "prefer" },
	{ "postgresql://u:p@h/d?schema=a%20b&sslmode=require", "h", "5432", "u",
		"p", "d", "a b", "require" },
	{ "postgresql://u:p@localhost/d?host=/var/run/postgresql",
		"/var/run/postgresql", "5432", "u", "p", "d", "public",
		"prefer" },
	{ "postgresql://u:p@h/d?sslmode=verify-ca", "h", "5432", "u", "p", "d",
		"public", "verify-ca" },
	{ "postgresql://u:p@h/d?sslmode=no-such", "h", "5432", "u", "p", "d",
		"public", "prefer" },
	{ "postgresql://u:p@h/d?sslmode=require&sslaccept=strict", "h", "5432",
		"u", "p", "d", "public", "verify-full" },
	{ "postgresql://u:p@h/d?sslaccept=strict&sslmode=require", "h", "5432",
		"u", "p", "d", "public", "verify-full" },
	{ "postgresql://u:p@h/d?sslaccept=accept_invalid_certs", "h", "5432",
		"u", "p", "d", "public", "prefer" },
	{ "postgresql://u:p@h/d?connection_limit=5&pool_timeout=2&"
	  "socket_timeout=3&statement_cache_size=0&max_idle_connection_"
	  "lifetime=1&single_use_connections=true&some_new=thing",
		"h", "5432", "u", "p", "d", "public", "prefer" },
	{ "postgresql://u:p@h/d?application_name=a@b", "h", "5432", "u", "p",
		"d", "public", "prefer" },
	{ "postgresql://u:p@h/d?", "h", "5432", "u", "p", "d", "public",
		"prefer" },
	{ "postgresql://u:p@h/d?&&schema=x", "h", "5432", "u", "p", "d", "x",
		"prefer" },
	{ "postgresql://u:p@h/d#fragment", "h", "5432", "u", "p", "d", "public",
		"prefer" },
};

static void
ck_field(const char *text, const char *is, const char *wanted)
{
	ck_assert_msg(
		(!is && !wanted) || (is && wanted && strcmp(is, wanted) == 0),
		"%s: %s is not %s", text, is ? is : "(none)",
		wanted ? wanted : "(none)");
}

START_TEST(a_url_is_read_as_prisma_reads_it)
{
	own(url) struct url u = { 0 };
	struct why why = { "" };
	const char *text = fine[_i].text;
	ck_assert_msg(url_parse(text, &u, &why) == 0, "%s: %s", text, why.text);
	ck_field(text, u.host, fine[_i].host);
	ck_field(text, u.port, fine[_i].port);
	ck_field(text, u.user, fine[_i].user);
	ck_field(text, u.password, fine[_i].password);
	ck_field(text, u.database, fine[_i].database);
	ck_field(text, u.schema, fine[_i].schema);
	ck_field(text, u.sslmode, fine[_i].ssl);
}
END_TEST

static const struct {
	const char *text, *says;
} refused[] = {
	{ "", "begins neither" },
	{ "secret", "begins neither" },
	{ "u:secret@h/d", "begins neither" },
	{ "prisma://accelerate.example/?api_key=secret", "Prisma's own" },
	{ "prisma+postgres://localhost/?api_key=secret", "Prisma's own" },
	{ "mysql://u:secret@h/d", "mysql://" },
	{ "sqlserver://u:secret@h/d", "sqlserver://" },
	{ "file:./dev.db", "begins neither" },
	{ "secret://h/d", "begins neither" },
	{ "u:se@cret://h/d", "begins neither" },
	{ "postgresql:u:secret@h/d", "begins neither" },
	{ "POSTGRES://u:secret@h/d", "begins neither" },
	{ "DATABASE_URL=postgresql://u:secret@h/d", "without a name" },
	{ "DB_secret=\"postgresql://u:secret@h/d\"", "without a name" },
	{ "postgresql://u:p@1234/secret@h/d", "percent-encoded" },
	{ "postgresql://u:p@1234?secret@h/d", "percent-encoded" },
	{ "postgresql://u:p@1234#secret@h/d", "percent-encoded" },
	{ "postgresql://u:p@h/d?se@cret=x", "percent-encoded" },
	{ "postgresql://u:p@h:port/d", "port" },
	{ "postgresql://u:p@h:0/d", "port" },
	{ "postgresql://u:p@h:65536/d", "port" },
	{ "postgresql://u:p@[::1/d", "]" },
	{ "postgresql://u:p@::1/d", "lacks a bracket" },
	{ "postgresql://u:p@2001:db8::1:5432/d", "lacks a bracket" },
	{ "postgresql://u:p@::1]:5432/d", "lacks a bracket" },
	{ "postgresql://u:p@::1]/d", "lacks a bracket" },
	{ "postgresql://u:p@h:54x2/d", "port is not a number" },
	{ "postgresql://u:p@[::1]x/d", "]" },
	{ "postgresql://u:12/secret@h/d", "percent-encoded" },
	{ "postgresql://u:12?secret@h/d", "percent-encoded" },
	{ "postgresql://u:12#secret@h/d", "percent-encoded" },
	{ "postgresql://u:se/cret@h/d", "percent-encoded" },
	{ "postgresql://u:%00@h/d", "UTF-8" },
	{ "postgresql://u:%ff@h/d", "UTF-8" },
	{ "postgresql://u:p@h/d?schema=", "schema" },
	{ "postgresql://u:p@h/d?connect_timeout=soon", "connect_timeout" },
	{ "postgresql://u:p@h/d?sslidentity=client.p12", "PKCS#12" },
};

START_TEST(a_url_that_is_refused_says_why_without_its_password)
{
	own(url) struct url u = { 0 };
	struct why why = { "" };
	ck_assert_int_lt(url_parse(refused[_i].text, &u, &why), 0);
	ck_assert_msg(strstr(why.text, refused[_i].says) != NULL, "%s: %s",
		refused[_i].text, why.text);
	ck_assert_ptr_null(strstr(why.text, "secret"));
	ck_assert_ptr_null(strstr(why.text, "cret"));
}
END_TEST

START_TEST(a_pooler_is_recognised)
{
	static const struct {
		const char *text;
		bool pooled;
	} urls[] = {
		{ "postgresql://u:p@h/d?pgbouncer=true", true },
		{ "postgresql://u:p@h:6543/d", true },
		{ "postgresql://u:p@ep-x-pooler.eu.neon.tech/d", true },
		{ "postgresql://u:p@h/d?pgbouncer=false", false },
		{ "postgresql://u:p@pool.example/d", false },
	};
	for (size_t i = 0; i < ELEMENTS(urls); i++) {
		own(url) struct url u = { 0 };
		ck_assert_int_eq(url_parse(urls[i].text, &u, NULL), 0);
		ck_assert_msg((u.pooled != NULL) == urls[i].pooled, "%s",
			urls[i].text);
	}
}
END_TEST

START_TEST(a_shown_url_has_neither_user_nor_password)
{
	own(url) struct url u = { 0 };
	ck_assert_int_eq(
		url_parse("postgresql://user:secret@h/d?schema=x", &u, NULL),
		0);
	own(str) char *text = url_text(&u);
	ck_assert_str_eq(text, "h:5432/d, schema x");
}
END_TEST

START_TEST(a_password_is_taken_out_of_messages)
{
	own(url) struct url u = { 0 };
	ck_assert_int_eq(
		url_parse("postgresql://user:secret@h/d", &u, NULL), 0);
	own(str) char *text = url_censor(&u, "secret and secretsecret");
	ck_assert_str_eq(text,
		"[redacted: password] and "
		"[redacted: password][redacted: password]");
}
END_TEST

START_TEST(a_password_that_is_the_user_is_no_secret_to_hide)
{
	own(url) struct url u = { 0 };
	ck_assert_int_eq(
		url_parse("postgresql://moving:moving@h/d", &u, NULL), 0);
	own(str) char *text = url_censor(&u, "role \"moving\" does not exist");
	ck_assert_str_eq(text, "role \"moving\" does not exist");
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("url");
	TCase *t = tcase_create("url");
	tcase_add_loop_test(
		t, a_url_is_read_as_prisma_reads_it, 0, ELEMENTS(fine));
	tcase_add_loop_test(t,
		a_url_that_is_refused_says_why_without_its_password, 0,
		ELEMENTS(refused));
	tcase_add_test(t, a_pooler_is_recognised);
	tcase_add_test(t, a_shown_url_has_neither_user_nor_password);
	tcase_add_test(t, a_password_is_taken_out_of_messages);
	tcase_add_test(t, a_password_that_is_the_user_is_no_secret_to_hide);
	suite_add_tcase(s, t);
	SRunner *sr = srunner_create(s);
	srunner_run_all(sr, CK_NORMAL);
	int failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	return failed != 0;
}
