/* Whose log it is, by the file that Docker keeps beside it. */
#include "config.h"
#include "config/caprover.h"

#include <stdlib.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/io/file.h"
#include "support/check_main.h"

#define SWARM "com.docker.swarm.service.name"

/* The app of a log with this config.v2.json beside it; NULL: with none. */
static char *
app_beside(const char *config)
{
	own(str) char *folder = scratch_folder();
	own(str) char *log = xprintf("%s/x-json.log", folder);
	own(str) char *beside = xprintf("%s/config.v2.json", folder);
	own(file) FILE *f = config ? fopen(beside, "we") : NULL;
	if (f) {
		ck_assert_int_ge(fputs(config, f), 0);
		ck_assert_int_eq(fflush(f), 0);
	}
	return caprover_app_beside(log, NULL);
}

static void
check_app(const char *config, const char *wanted)
{
	own(str) char *app = app_beside(config);
	ck_assert_pstr_eq(app, wanted);
}

START_TEST(the_app_is_the_service_without_its_prefix)
{
	check_app("{\"Config\":{\"Labels\":{\"" SWARM
		  "\":\"srv-captain--shop\"}}}",
		"shop");
	/* Since CapRover 1.15. */
	check_app("{\"Config\":{\"Labels\":{\"" SWARM "\":\"shop\"}}}", "shop");
	check_app("{\"Config\":{\"Labels\":{\"" SWARM
		  "\":\"my-srv-captain--shop\"}}}",
		"my-srv-captain--shop");
}
END_TEST

START_TEST(a_captured_file_has_its_app)
{
	own(buf) struct buf text = { 0 };
	ck_assert_int_eq(file_read(TEST_DATA "/docker/swarm-config.v2.json",
				 1 << 20, &text, NULL),
		0);
	check_app(buf_str(&text), "moverz-v4");
}
END_TEST

START_TEST(what_names_no_service_is_of_no_app)
{
	static const char *const rows[] = { NULL, "", "{", "[]", "null", "{}",
		"{\"Config\":null}", "{\"Config\":{}}",
		"{\"Config\":{\"Labels\":[]}}",
		"{\"Config\":{\"Labels\":{\"other\":\"shop\"}}}",
		"{\"Config\":{\"Labels\":{\"" SWARM "\":7}}}" };
	for (size_t i = 0; i < ELEMENTS(rows); i++)
		check_app(rows[i], NULL);
}
END_TEST

START_TEST(a_name_from_a_file_is_safe_to_show)
{
	check_app("{\"Config\":{\"Labels\":{\"" SWARM "\":\"a\\u001b[2Jb\"}}}",
		"a\\x1b[2Jb");
}
END_TEST

START_TEST(a_nul_in_another_label_hides_no_app)
{
	check_app("{\"Config\":{\"Labels\":{\"x\":\"a\\u0000b\",\"" SWARM
		  "\":\"shop\"}}}",
		"shop");
}
END_TEST

START_TEST(a_name_without_an_end_is_none)
{
	own(buf) struct buf b = { 0 };
	buf_add_str(&b, "{\"Config\":{\"Labels\":{\"" SWARM "\":\"");
	for (int i = 0; i < 129; i++)
		buf_add_char(&b, 'x');
	buf_add_str(&b, "\"}}}");
	check_app(buf_str(&b), NULL);
}
END_TEST

START_TEST(no_link_beside_a_log_is_followed)
{
	own(str) char *folder = scratch_folder();
	own(str) char *log = xprintf("%s/x-json.log", folder);
	own(str) char *link = xprintf("%s/config.v2.json", folder);
	ck_assert_int_eq(
		symlink(TEST_DATA "/docker/swarm-config.v2.json", link), 0);
	ck_assert_ptr_null(caprover_app_beside(log, NULL));
}
END_TEST

START_TEST(a_path_without_a_folder_is_looked_for_here)
{
	own(str) char *folder = scratch_folder();
	ck_assert_int_eq(chdir(folder), 0);
	own(str) char *none = caprover_app_beside("x-json.log", NULL);
	ck_assert_ptr_null(none);
	own(file) FILE *f = fopen("config.v2.json", "we");
	ck_assert_ptr_nonnull(f);
	ck_assert_int_ge(
		fputs("{\"Config\":{\"Labels\":{\"" SWARM "\":\"shop\"}}}", f),
		0);
	ck_assert_int_eq(fflush(f), 0);
	own(str) char *app = caprover_app_beside("x-json.log", NULL);
	ck_assert_pstr_eq(app, "shop");
}
END_TEST

START_TEST(an_app_has_the_service_of_either_name)
{
	struct app a = { .name = (char *)"shop" };
	ck_assert(caprover_is_service(&a, "srv-captain--shop"));
	ck_assert(caprover_is_service(&a, "shop"));
	ck_assert(!caprover_is_service(&a, "srv-captain--shop2"));
	ck_assert(!caprover_is_service(&a, "srv-captain--"));
	ck_assert(!caprover_is_service(&a, "captain-shop"));
}
END_TEST

START_TEST(a_service_that_is_configured_counts_alone)
{
	struct app a = { .name = (char *)"shop",
		.service = (char *)"stack_shop" };
	ck_assert(caprover_is_service(&a, "stack_shop"));
	ck_assert(!caprover_is_service(&a, "srv-captain--shop"));
	ck_assert(!caprover_is_service(&a, "shop"));
}
END_TEST

START_TEST(the_names_of_its_services_are_those_that_count)
{
	struct app a = { .name = (char *)"shop" };
	own(strings) char **both = caprover_services(&a);
	ck_assert_uint_eq(strings_count(both), 2);
	ck_assert_str_eq(both[0], "srv-captain--shop");
	ck_assert_str_eq(both[1], "shop");
	a.service = (char *)"stack_shop";
	own(strings) char **one = caprover_services(&a);
	ck_assert_uint_eq(strings_count(one), 1);
	ck_assert_str_eq(one[0], "stack_shop");
	a.service = (char *)"shop";
	own(strings) char **same = caprover_services(&a);
	ck_assert_uint_eq(strings_count(same), 1);
}
END_TEST

CHECK_MAIN("caprover", the_names_of_its_services_are_those_that_count,
	the_app_is_the_service_without_its_prefix, a_captured_file_has_its_app,
	what_names_no_service_is_of_no_app, a_name_from_a_file_is_safe_to_show,
	a_nul_in_another_label_hides_no_app, a_name_without_an_end_is_none,
	no_link_beside_a_log_is_followed,
	a_path_without_a_folder_is_looked_for_here,
	an_app_has_the_service_of_either_name,
	a_service_that_is_configured_counts_alone)
