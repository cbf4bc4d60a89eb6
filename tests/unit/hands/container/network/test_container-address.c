/* Where a name of Docker's networks leads, as its daemon tells it. The real one
 * is in tests/scenario/an_unpublished_database_is_reached.sh. */
#include "config.h"
#include "hands/container/network/container-address.h"

#include <errno.h>

#include "support/check_main.h"
#include "support/docker-daemon.h"

#define DB "d1"
#define OTHER "d2"
#define NET(id, name, at)                         \
	"\"" name "\":{\"NetworkID\":\"" id "\"," \
	"\"IPAddress\":\"" at "\"}"
#define CONTAINER(id, created, service, state, networks)                \
	"{\"Id\":\"" id "\",\"Created\":" created ",\"State\":\"" state \
	"\",\"Names\":[\"/" id "\"],\"Labels\":{"                       \
	"\"com.docker.swarm.service.name\":\"" service                  \
	"\"},\"NetworkSettings\":{\"Networks\":{" networks "}}}"
#define APP                                                  \
	CONTAINER("a1", "5", "srv-captain--shop", "running", \
		NET("n1", "overlay", "10.0.1.9"))
#define SERVICE(name, network, aliases)                                     \
	"{\"Spec\":{\"Name\":\"" name "\",\"TaskTemplate\":{\"Networks\":[" \
	"{\"Target\":\"" network "\",\"Aliases\":[" aliases "]}]}}}"
#define GATEWAY                                                        \
	"{\"Containers\":{\"d1\":{\"IPv4Address\":\"172.18.0.7/16\"}," \
	"\"d2\":{\"IPv4Address\":\"172.18.0.8/16\"}}}"

struct row {
	const char *containers, *services, *gateway, *host;
	int r;
	const char *said; /* addresses, or words of the sentence */
};

static void
ck_row(const struct row *row)
{
	const struct daemon_answer answers[] = {
		DAEMON_VERSION,
		{ "GET /v1.41/containers/json", 200, row->containers, { 0 } },
		{ "GET /v1.41/services", row->services ? 200 : 503,
			row->services ? row->services : DAEMON_NO_MANAGER,
			{ 0 } },
		{ "GET /v1.41/networks/docker_gwbridge",
			row->gateway ? 200 : 404,
			row->gateway ? row->gateway : "{\"message\":\"no\"}",
			{ 0 } },
		{ "GET /v1.41/networks/b1", 200, "{\"Driver\":\"bridge\"}",
			{ 0 } },
		{ "GET /v1.41/networks/", 200, "{\"Driver\":\"overlay\"}",
			{ 0 } },
		{ 0 },
	};
	own(str) char *folder = scratch_folder();
	struct docker_daemon d = daemon_start(folder, answers);
	const struct app app = { .name = (char *)"shop",
		.docker_socket = d.socket };
	own(strings) char **list = NULL;
	struct why why = { "" };
	int r = container_address(
		&app, row->host, clock_mono() + 5 * USEC_SECOND, &list, &why);
	own(str) char *id = NULL;
	int one = container_address_id(
		&app, row->host, clock_mono() + 5 * USEC_SECOND, &id, NULL);
	own(str) char *requests = daemon_stop(&d);
	own(buf) struct buf said = { 0 };
	for (size_t i = 0; list && list[i]; i++)
		buf_printf(&said, "%s%s", i ? "," : "", list[i]);
	ck_assert_msg(r == row->r, "%s: %d: %s", row->containers, r, why.text);
	/* Of several nobody can tell which one is meant. */
	ck_assert_int_eq(one,
		strings_count(list) > 1 ? -EHOSTUNREACH
			: row->r > 0    ? -ENOENT
					: row->r);
	ck_assert_int_eq(one == 0, id && *id);
	if (r != 0)
		ck_assert_msg(strstr(why.text, row->said), "%s", why.text);
	else
		ck_assert_str_eq(buf_str(&said), row->said);
}

#define DB_OF(state)                                 \
	CONTAINER(DB, "4", "srv-captain--db", state, \
		NET("n1", "overlay", "10.0.1.3"))
#define DB_SERVICE SERVICE("srv-captain--db", "n1", "")

START_TEST(a_name_leads_to_the_container_that_runs)
{
	static const struct row rows[] = {
		{ "[" APP "," DB_OF("running") "]", "[" DB_SERVICE "]", GATEWAY,
			"srv-captain--db", 0, "172.18.0.7" },
		/* by an alias, as CapRover gives newer apps */
		{ "[" APP "," CONTAINER(DB, "4", "db", "running",
			  NET("n1", "overlay", "10.0.1.3")) "]",
			"[" SERVICE("db", "n1", "\"srv-captain--db\"") "]",
			GATEWAY, "srv-captain--db", 0, "172.18.0.7" },
		/* while it is deployed anew, the newest first */
		{ "[" APP
		  "," CONTAINER(OTHER, "9", "srv-captain--db", "running",
			  NET("n1", "overlay",
				  "10.0.1.3")) "," DB_OF("running") "]",
			"[" DB_SERVICE "]", GATEWAY, "srv-captain--db", 0,
			"172.18.0.8,172.18.0.7" },
		/* without a swarm: the container's own name, on a bridge */
		{ "[" CONTAINER("a1", "5", "shop", "running",
			  NET("b1", "mine", "172.20.0.2")) "," CONTAINER("pg",
			  "4", "", "running",
			  NET("b1", "mine", "172.20.0.3")) "]",
			NULL, NULL, "pg", 0, "172.20.0.3" },
		/* the app's own network is known without a container of it */
		{ "[" DB_OF("running") "]",
			"[" SERVICE("srv-captain--shop", "n1",
				"") "," DB_SERVICE "]",
			GATEWAY, "srv-captain--db", 0, "172.18.0.7" },
	};
	for (size_t i = 0; i < ELEMENTS(rows); i++)
		ck_row(&rows[i]);
}
END_TEST

START_TEST(what_is_out_of_reach_says_why)
{
	static const struct row rows[] = {
		{ "[" APP "," DB_OF("exited") "]", "[" DB_SERVICE "]", GATEWAY,
			"srv-captain--db", -EHOSTUNREACH,
			"docker service ps srv-captain--db" },
		{ "[" APP "]", "[" DB_SERVICE "]", GATEWAY, "srv-captain--db",
			-EHOSTUNREACH, "none of its containers" },
		/* in the list of the gateway is somebody else */
		{ "[" APP "," CONTAINER("d9", "4", "srv-captain--db", "running",
			  NET("n1", "overlay", "10.0.1.3")) "]",
			"[" DB_SERVICE "]", GATEWAY, "srv-captain--db",
			-EHOSTUNREACH,
			"srv-captain--db runs on this node, and has no "
			"address there outside of its network "
			"(docker_gwbridge), so logmend would have to enter "
			"that, and Docker named no network to enter when this "
			"job began, as where the database was only being "
			"started: `logmend diagnose shop` asks again" },
		{ "[" APP "]", "[]", GATEWAY, "db\x1b[2J", 1,
			"is called db\\x1b[2J" },
		{ "[]", "[]", GATEWAY, "srv-captain--db", 1,
			"app shop has no container" },
		/* whose networks are not known: it may be the app's */
		{ "[" DB_OF("running") "]", "[" DB_SERVICE "]", GATEWAY,
			"srv-captain--db", -EHOSTUNREACH,
			"app shop has no container" },
		{ "[]", "[" SERVICE("db", "n1", "\"srv-captain--db\"") "]",
			GATEWAY, "srv-captain--db", -EHOSTUNREACH,
			"app shop has no container" },
		{ "[" CONTAINER("pg", "4", "", "running", "") "]", "[]",
			GATEWAY, "pg", -EHOSTUNREACH,
			"app shop has no container" },
	};
	for (size_t i = 0; i < ELEMENTS(rows); i++)
		ck_row(&rows[i]);
}
END_TEST

/* A name is given away by whoever starts a container: one of another network
 * is not the app's, and would get its password. */
START_TEST(only_the_networks_of_the_app_count)
{
	static const struct row rows[] = {
		{ "[" APP "," CONTAINER(DB, "4", "srv-captain--db", "running",
			  NET("n2", "other", "10.0.2.3")) "]",
			"[" SERVICE("srv-captain--db", "n2", "") "]", GATEWAY,
			"srv-captain--db", 1, "no container" },
		{ "[" APP "," CONTAINER(OTHER, "4", "evil", "running",
			  NET("n2", "other", "10.0.2.3")) "]",
			"[" SERVICE("evil", "n2", "\"srv-captain--db\"") "]",
			GATEWAY, "srv-captain--db", 1, "no container" },
		/* nobody resolves names on the default bridge */
		{ "[" CONTAINER("a1", "5", "shop", "running",
			  NET("b1", "bridge", "172.17.0.2")) "," CONTAINER("pg",
			  "4", "", "running",
			  NET("b1", "bridge", "172.17.0.3")) "]",
			NULL, NULL, "pg", 1, "app shop has no" },
	};
	for (size_t i = 0; i < ELEMENTS(rows); i++)
		ck_row(&rows[i]);
}
END_TEST

START_TEST(an_answer_of_any_shape_is_survived)
{
	static const char *const lists[] = { "{}", "[1,null,{}]",
		"[{\"Id\":1,\"Labels\":[],\"NetworkSettings\":7}]",
		"[{\"Id\":\"x\",\"Labels\":{\"com.docker.swarm.service.name\":"
		"{}},\"NetworkSettings\":{\"Networks\":[1]},\"Names\":\"a\"}]",
		"[" APP ",{\"Names\":[1,{},\"/srv-captain--db\"],\"State\":"
		"\"running\",\"NetworkSettings\":{\"Networks\":{\"o\":"
		"{\"NetworkID\":\"n1\"}}}}]" };
	static const char *const others[] = { "[]", "{\"Spec\":1}",
		("[{\"Spec\":{\"Name\":\"srv-captain--db\",\"TaskTemplate\":"
		 "{\"Networks\":[1,{\"Target\":2,\"Aliases\":\"x\"}]}}}]") };
	for (size_t i = 0; i < ELEMENTS(lists); i++)
		for (size_t k = 0; k < ELEMENTS(others); k++) {
			bool named = i == ELEMENTS(lists) - 1;
			ck_row(&(struct row){ lists[i], others[k],
				"{\"Containers\":{\"\":{\"IPv4Address\":"
				"\"; rm\"}}}",
				"srv-captain--db",
				named || k == 2 ? -EHOSTUNREACH : 1,
				named ? "none of its" : "app shop" });
		}
}
END_TEST

START_TEST(some_names_mean_the_container_itself)
{
	static const char *const own_ones[] = { "localhost", "127.0.0.1",
		"127.9.9.9", "::1", "/run/postgresql", "@abstract" };
	static const char *const others[] = { "db", "srv-captain--db",
		"10.0.1.3", "localhost.example.org", "" };
	for (size_t i = 0; i < ELEMENTS(own_ones); i++)
		ck_assert(container_address_is_own(own_ones[i]));
	for (size_t i = 0; i < ELEMENTS(others); i++)
		ck_assert(!container_address_is_own(others[i]));
}
END_TEST

CHECK_MAIN("container-address", a_name_leads_to_the_container_that_runs,
	what_is_out_of_reach_says_why, only_the_networks_of_the_app_count,
	an_answer_of_any_shape_is_survived,
	some_names_mean_the_container_itself)
