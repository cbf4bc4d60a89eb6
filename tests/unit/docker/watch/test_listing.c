/* Lists of containers that are longer than an answer may be. */
#include "config.h"
#include "docker/watch/listing.h"

#include <errno.h>
#include <string.h>

#include "support/check_main.h"
#include "support/docker-daemon.h"

#define ONE(id, service)                                         \
	"[{\"Id\":\"" id "\",\"State\":\"running\",\"Labels\":{" \
	"\"com.docker.swarm.service.name\":\"" service "\"}}]"
#define ALL                                                                \
	"GET /v1.41/containers/json?all=1&filters=%7B%22label%22%3A%5B%22" \
	"com.docker.swarm.service.name%22"
#define OF(service)                                                            \
	"GET /v1.41/containers/json?all=1&filters=%7B%22label%22%3A%5B%22com." \
	"docker.swarm.service.name%3D" service "%22"
#define NEWEST_OF(service)                                                     \
	"GET /v1.41/containers/json?all=1&limit=100&filters=%7B%22label%22%3A" \
	"%5B%22com.docker.swarm.service.name%3D" service "%22"
/* 17 MiB of blanks. */
#define TOO_LONG                   \
	200, blanks,               \
	{                          \
		.times = 17 * 1024 \
	}

static char blanks[1025];

/* The ids of the list that comes of it, and `+` where more are there. Owned. */
static char *
ids(const struct daemon_answer *answers, char *const *services, int *ret_r)
{
	own(str) char *folder = scratch_folder();
	struct docker_daemon d = daemon_start(folder, answers);
	own(engine) struct engine *e = NULL;
	own(listing) struct listing l = { 0 };
	struct why why = { "" };
	struct lister *lister = lister_new(services);
	struct buf text = { 0 };
	ck_assert_int_eq(engine_open(d.socket, &e, &why), 0);
	*ret_r = listing_read(lister, e, &l, &why);
	for (size_t i = 0; i < l.n; i++)
		buf_printf(&text, "%s ", l.all[i].id);
	buf_add_str(&text, l.partly ? "+" : "");
	lister_free(lister);
	own(str) char *requests = daemon_stop(&d);
	buf_str(&text);
	return buf_take_str(&text);
}

static char **
two_services(void)
{
	char **services = NULL;
	memset(blanks, ' ', sizeof(blanks) - 1);
	strings_add(&services, "shop");
	strings_add(&services, "blog");
	return services;
}

START_TEST(other_services_are_left_out)
{
	own(strings) char **services = two_services();
	const struct daemon_answer answers[] = { DAEMON_VERSION,
		{ ALL, 200,
			"[{\"Id\":\"c1\",\"Labels\":{\"com.docker.swarm."
			"service.name\":\"other\"}},{\"Id\":\"c2\",\"Labels\":"
			"{\"com.docker.swarm.service.name\":\"blog\"}}]",
			{ 0 } },
		{ 0 } };
	int r;
	own(str) char *some = ids(answers, services, &r);
	ck_assert_str_eq(some, "c2 ");
	/* Without an app none matters. */
	own(str) char *none = ids(answers, NULL, &r);
	ck_assert_int_eq(r, 0);
	ck_assert_str_eq(none, "");
}
END_TEST

START_TEST(a_list_that_is_too_long_is_asked_for_service_by_service)
{
	own(strings) char **services = two_services();
	const struct daemon_answer answers[] = { DAEMON_VERSION,
		{ ALL "%5D", TOO_LONG },
		{ OF("shop"), 200, ONE("c1", "shop"), { 0 } },
		{ OF("blog"), 200, ONE("c2", "blog"), { 0 } }, { 0 } };
	int r;
	own(str) char *all = ids(answers, services, &r);
	ck_assert_int_eq(r, 0);
	ck_assert_str_eq(all, "c1 c2 ");
}
END_TEST

START_TEST(of_a_service_with_too_many_the_newest_are_listed)
{
	own(strings) char **services = two_services();
	const struct daemon_answer answers[] = { DAEMON_VERSION,
		{ ALL "%5D", TOO_LONG }, { OF("shop"), TOO_LONG },
		{ NEWEST_OF("shop"), 200, ONE("c9", "shop"), { 0 } },
		{ OF("blog"), 200, ONE("c2", "blog"), { 0 } }, { 0 } };
	int r;
	own(str) char *all = ids(answers, services, &r);
	ck_assert_int_eq(r, 0);
	ck_assert_str_eq(all, "c9 c2 +");
	/* Not even those: the others are listed all the same. */
	const struct daemon_answer worse[] = { DAEMON_VERSION,
		{ ALL "%5D", TOO_LONG }, { OF("shop"), TOO_LONG },
		{ NEWEST_OF("shop"), TOO_LONG },
		{ OF("blog"), 200, ONE("c2", "blog"), { 0 } }, { 0 } };
	own(str) char *others = ids(worse, services, &r);
	ck_assert_int_eq(r, 0);
	ck_assert_str_eq(others, "c2 +");
}
END_TEST

START_TEST(more_than_2000_are_left_out_aloud)
{
	own(strings) char **services = two_services();
	own(buf) struct buf list = { 0 };
	buf_add_char(&list, '[');
	for (int i = 0; i < 2001; i++)
		buf_printf(&list,
			"%s{\"Id\":\"c%d\",\"Labels\":{\"com.docker.swarm."
			"service.name\":\"shop\"}}",
			i ? "," : "", i);
	buf_add_char(&list, ']');
	const struct daemon_answer answers[] = { DAEMON_VERSION,
		{ ALL, 200, buf_str(&list), { 0 } }, { 0 } };
	int r;
	own(str) char *all = ids(answers, services, &r);
	ck_assert(span_ends(span_of(all), SPAN("c1999 +")));
}
END_TEST

CHECK_MAIN("listing", other_services_are_left_out,
	a_list_that_is_too_long_is_asked_for_service_by_service,
	of_a_service_with_too_many_the_newest_are_listed,
	more_than_2000_are_left_out_aloud)
