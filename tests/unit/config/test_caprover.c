#include "config.h"
#include "config/caprover.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "support/check_main.h"

/* Writes `text` as the config.v2.json of a new folder, and returns the path of
 * a log beside it. Owned. */
static char *
log_beside(struct span text)
{
	own(str) char *folder = scratch_folder();
	own(str) char *path = xprintf("%s/config.v2.json", folder);
	own(fd) int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(write_all(fd, text), 0);
	return xprintf("%s/x-json.log", folder);
}

static char *
app_of_service(const char *service)
{
	own(str) char *text = xprintf(
		"{\"Config\":{\"Labels\":{\"com.docker.swarm.service.name\":"
		"\"%s\"}}}",
		service);
	own(str) char *log = log_beside(span_of(text));
	return caprover_app_beside(log);
}

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

START_TEST(the_app_of_a_log_stands_beside_it)
{
	own(str) char *old = app_of_service("srv-captain--shop");
	own(str) char *new = app_of_service("shop");
	ck_assert_str_eq(old, "shop");
	ck_assert_str_eq(new, "shop");
}
END_TEST

START_TEST(a_file_that_tells_no_service_gives_no_app)
{
	static const char *const texts[] = { "", "{", "[]", "{}",
		"{\"Config\":{\"Labels\":{}}}",
		"{\"Config\":{\"Labels\":{\"com.docker.swarm.service.name\":"
		"7}}}" };
	for (size_t i = 0; i < ELEMENTS(texts); i++) {
		own(str) char *log = log_beside(span_of(texts[i]));
		own(str) char *app = caprover_app_beside(log);
		ck_assert_msg(!app, "%s: %s", texts[i], app ? app : "");
	}
	own(str) char *folder = scratch_folder();
	own(str) char *alone = xprintf("%s/x.log", folder);
	ck_assert_ptr_null(caprover_app_beside(alone));
}
END_TEST

START_TEST(a_name_from_a_file_is_escaped_and_bounded)
{
	own(str) char *escaped = app_of_service("a\\u001b[31mb");
	ck_assert_str_eq(escaped, "a\\x1b[31mb");
	char longest[129 + 1];
	memset(longest, 'a', sizeof(longest));
	longest[128] = '\0';
	own(str) char *fits = app_of_service(longest);
	ck_assert_ptr_nonnull(fits);
	longest[128] = 'a';
	longest[129] = '\0';
	ck_assert_ptr_null(app_of_service(longest));
}
END_TEST

CHECK_MAIN("caprover", an_app_has_the_service_of_either_name,
	a_service_that_is_configured_counts_alone,
	the_app_of_a_log_stands_beside_it,
	a_file_that_tells_no_service_gives_no_app,
	a_name_from_a_file_is_escaped_and_bounded)
