/* Who is asked for the address of a URL's host: Docker or this host. */
#include "config.h"
#include "hands/postgres/route.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "support/check_main.h"
#include "support/docker-daemon.h"

#define APP                                                               \
	"{\"Id\":\"a1\",\"State\":\"running\",\"Labels\":{"               \
	"\"com.docker.swarm.service.name\":\"shop\"},\"NetworkSettings\"" \
	":{\"Networks\":{\"o\":{\"NetworkID\":\"n1\"}}}}"
#define DB                                                               \
	"{\"Id\":\"d1\",\"State\":\"running\",\"Names\":[\"/db\"],"      \
	"\"NetworkSettings\":{\"Networks\":{\"o\":{\"NetworkID\":\"n1\"" \
	"}}}}"

static int
find(const char *host, bool inside, char **ret, struct why *why)
{
	static const struct daemon_answer answers[] = {
		DAEMON_VERSION,
		{ "GET /v1.41/containers/json", 200, "[" APP "," DB "]",
			{ 0 } },
		{ "GET /v1.41/services", 503, DAEMON_NO_MANAGER, { 0 } },
		{ "GET /v1.41/networks/docker_gwbridge", 200,
			"{\"Containers\":{\"d1\":{\"IPv4Address\":"
			"\"172.18.0.7/16\"}}}",
			{ 0 } },
		{ 0 },
	};
	own(str) char *folder = scratch_folder();
	own(str) char *hosts = NULL;
	own(str) char *addresses = NULL;
	own(url) struct url u = { 0 };
	struct docker_daemon d = daemon_start(folder, answers);
	const struct app app = { .name = (char *)"shop",
		.database_in_container = inside,
		.docker_socket = d.socket };
	own(str) char *text = xprintf("postgresql://u:secret@%s/d", host);
	ck_assert_int_eq(url_parse(text, &u, NULL), 0);
	u.app = &app;
	int r = route_find(
		&u, clock_mono() + 10 * USEC_SECOND, &hosts, &addresses, why);
	own(str) char *requests = daemon_stop(&d);
	if (r == 0 && addresses)
		*ret = take(addresses);
	return r;
}

START_TEST(docker_knows_its_names_and_the_host_the_others)
{
	static const struct {
		const char *host;
		bool inside;
		int r;
		const char *said; /* of the addresses, or of the sentence */
	} rows[] = {
		{ "db", true, 0, "172.18.0.7" },
		{ "db", false, 0, "172.18.0.7" },
		{ "localhost", false, 0, "127.0.0.1" },
		{ "127.0.0.1", false, 0, NULL },
		/* a resolver with an answer to any name gets no password */
		{ "other", true, -EHOSTUNREACH, "is called other" },
		{ "a..b", true, -EHOSTUNREACH, "cannot be resolved" },
		{ "a..b", false, -EHOSTUNREACH, "cannot be resolved" },
		/* in a container these are the container */
		{ "localhost", true, -EHOSTUNREACH, "the app's own container" },
		{ "127.0.0.1", true, -EHOSTUNREACH, "the app's own container" },
		{ "10.0.1.3", true, 0, NULL },
	};
	for (size_t i = 0; i < ELEMENTS(rows); i++) {
		own(str) char *addresses = NULL;
		struct why why = { "" };
		int r = find(rows[i].host, rows[i].inside, &addresses, &why);
		ck_assert_msg(r == rows[i].r, "%s: %d: %s", rows[i].host, r,
			why.text);
		const char *said = r < 0 ? why.text : addresses;
		if (rows[i].said)
			ck_assert_msg(said && strstr(said, rows[i].said),
				"%s: %s", rows[i].host, said ? said : "none");
		else
			ck_assert_ptr_null(addresses);
		ck_assert_ptr_null(strstr(why.text, "secret"));
	}
}
END_TEST

/* Docker alone can say that it has no such name. */
START_TEST(a_socket_that_tells_nothing_leads_to_no_resolver)
{
	static const struct daemon_answer silent[] = { { "", 0, "", { 0 } },
		{ 0 } };
	static const struct daemon_answer broken[] = { DAEMON_VERSION,
		{ "", 500, "{}", { 0 } }, { 0 } };
	static const struct daemon_answer unknown[] = { DAEMON_VERSION, { 0 } };
	const struct daemon_answer *const all[] = { NULL, silent, broken,
		unknown };
	for (size_t i = 0; i < ELEMENTS(all); i++) {
		own(str) char *folder = scratch_folder();
		own(str) char *none = xprintf("%s/none", folder);
		own(str) char *hosts = NULL;
		own(str) char *addresses = NULL;
		own(str) char *requests = NULL;
		own(url) struct url u = { 0 };
		struct docker_daemon d = { 0 };
		struct why why = { "" };
		if (all[i])
			d = daemon_start(folder, all[i]);
		const struct app app = { .name = (char *)"shop",
			.docker_socket = all[i] ? d.socket : none };
		ck_assert_int_eq(
			url_parse("postgresql://u:secret@ip6-localhost/d", &u,
				NULL),
			0);
		u.app = &app;
		int r = route_find(&u, clock_mono() + 10 * USEC_SECOND, &hosts,
			&addresses, &why);
		if (all[i])
			requests = daemon_stop(&d);
		ck_assert_msg(
			r == -EHOSTUNREACH, "%zu: %d: %s", i, r, why.text);
		ck_assert_msg(strstr(why.text, "docker.sock") ||
				strstr(why.text, none),
			"%s", why.text);
	}
}
END_TEST

CHECK_MAIN("route", a_socket_that_tells_nothing_leads_to_no_resolver,
	docker_knows_its_names_and_the_host_the_others)
