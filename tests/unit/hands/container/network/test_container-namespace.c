/* Whose network is entered for a database, as Docker's answers tell it. Files
 * stand for the namespaces; real ones are in
 * tests/scenario/a_database_is_reached_from_inside_its_network.sh. */
#include "config.h"
#include "hands/container/network/container-namespace.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

#include "support/check_main.h"
#include "support/docker-daemon.h"

#define NETWORK "n1abcdefghijk"
#define CONTAINERS 6
#define SERVICES                                                       \
	{                                                              \
		"GET /v1.41/services", 200,                            \
			"[{\"Spec\":{\"Name\":\"srv-captain--db\","    \
			"\"TaskTemplate\":{\"Networks\":[{\"Target\":" \
			"\"" NETWORK "\"}]}}}]",                       \
		{                                                      \
			0                                              \
		}                                                      \
	}

struct container {
	const char *id, *service, *name;
	int created;
	const char *at;   /* its address in the network; NULL: not in it */
	const char *host; /* HostConfig */
	const char *state;
	const char *mode; /* HostConfig.NetworkMode; NULL: the usual one */
};

#define SAFE "{\"CapDrop\":[\"NET_RAW\"]}"
#define USUAL "{\"CapDrop\":null,\"CapAdd\":null,\"Privileged\":false}"
#define APP                                                             \
	{                                                               \
		"a1", "srv-captain--shop", "/srv-captain--shop.1.x", 1, \
			"10.0.1.9", SAFE, "running"                     \
	}
#define DB                                                          \
	{                                                           \
		"d1", "srv-captain--db", "/srv-captain--db.1.x", 1, \
			"10.0.1.3", SAFE, "running"                 \
	}
#define NGINX                                                               \
	{                                                                   \
		"c1", "captain-nginx", "/captain-nginx.1.x", 9, "10.0.1.5", \
			USUAL, "running"                                    \
	}
#define OTHER(id, created, host)                                             \
	{                                                                    \
		id, "srv-captain--" id, "/srv-captain--" id ".1.x", created, \
			"10.0.1.7", host, "running"                          \
	}

struct row {
	struct container list[CONTAINERS];
	bool balanced; /* the network has a load balancer here */
	int r;
	const char *file; /* which namespace; or words of the sentence */
	const char *whose, *address;
};

static void
add_container(struct buf *to, const struct container *c)
{
	buf_printf(to,
		"%s{\"Id\":\"%s\",\"Created\":%d,\"State\":\"%s\",\"Names\":"
		"[\"%s\"],\"Labels\":{\"com.docker.swarm.service.name\":"
		"\"%s\"},\"NetworkSettings\":{\"Networks\":{",
		to->len > 1 ? "," : "", c->id, c->created, c->state, c->name,
		c->service);
	if (c->at)
		buf_printf(to,
			"\"o\":{\"NetworkID\":\"" NETWORK
			"\",\"IPAddress\":\"%s\"}",
			c->at);
	buf_printf(to, "}},\"HostConfig\":{\"NetworkMode\":\"%s\"}}",
		c->mode ? c->mode : "default");
}

static void
make_file(const char *folder, const char *name)
{
	own(str) char *path = xprintf("%s/%s", folder, name);
	own(fd) int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
	ck_assert_int_ge(fd, 0);
}

static bool
is_file(int fd, const char *folder, const char *name)
{
	own(str) char *path = xprintf("%s/%s", folder, name);
	struct stat a, b;
	return fstat(fd, &a) == 0 && stat(path, &b) == 0 &&
		a.st_dev == b.st_dev && a.st_ino == b.st_ino;
}

/* The daemon's answers about one container: the same each time. */
static char *
inspection(const struct container *c, const char *folder)
{
	return xprintf("{\"Id\":\"%s\",\"State\":{\"Running\":%s,\"StartedAt\":"
		       "\"2026-11-28T05:00:00Z\"},\"HostConfig\":%s,"
		       "\"NetworkSettings\":{\"SandboxKey\":\"%s/%s\"}}",
		c->id, strcmp(c->state, "running") == 0 ? "true" : "false",
		c->host, folder, c->id);
}

static void
ck_row(const struct row *row)
{
	own(str) char *folder = scratch_folder();
	own(buf) struct buf list = { 0 };
	own(strings) char **texts = NULL;
	struct daemon_answer answers[CONTAINERS + 6] = { DAEMON_VERSION,
		SERVICES };
	size_t n = 2;
	buf_add_str(&list, "[");
	for (size_t i = 0; i < CONTAINERS && row->list[i].id; i++) {
		const struct container *c = &row->list[i];
		own(str) char *path =
			xprintf("GET /v1.41/containers/%s/json", c->id);
		own(str) char *body = inspection(c, folder);
		add_container(&list, c);
		make_file(folder, c->id);
		strings_add(&texts, path);
		strings_add(&texts, body);
	}
	buf_add_str(&list, "]");
	answers[n++] = (struct daemon_answer){ "GET /v1.41/containers/json",
		200, buf_str(&list), { 0 } };
	for (size_t i = 0; texts && texts[i]; i += 2)
		answers[n++] = (struct daemon_answer){ texts[i], 200,
			texts[i + 1], { 0 } };
	answers[n++] = (struct daemon_answer){ "GET /v1.41/networks/" NETWORK,
		200,
		row->balanced ? "{\"Name\":\"inner\",\"Driver\":\"overlay\","
				"\"Containers\":{\"lb-inner\":{\"IPv4Address\":"
				"\"10.0.1.4/24\"}}}"
			      : "{\"Name\":\"inner\",\"Driver\":\"overlay\"}",
		{ 0 } };
	make_file(folder, "lb_n1abcdefg");
	struct docker_daemon d = daemon_start(folder, answers);
	const struct app app = { .name = (char *)"shop",
		.docker_socket = d.socket };
	own(reach_way) struct reach_way way = REACH_WAY;
	struct why why = { "" };
	int r = container_namespace_open(&app, "srv-captain--db",
		clock_mono() + 10 * USEC_SECOND, &way, &why);
	own(str) char *requests = daemon_stop(&d);
	ck_assert_msg(r == row->r, "%s: %d: %s", buf_str(&list), r, why.text);
	if (r < 0) {
		ck_assert_msg(strstr(why.text, row->file), "%s", why.text);
		ck_assert_int_eq(way.ns, -1);
		return;
	}
	ck_assert_msg(is_file(way.ns, folder, row->file), "%s: not %s",
		way.whose, row->file);
	ck_assert_str_eq(way.whose, row->whose);
	ck_assert_str_eq(way.address, row->address);
	ck_assert_str_eq(way.network, NETWORK);
	ck_assert_str_eq(way.name, "inner");
}

static void
ck_rows(const struct row *rows, size_t n)
{
	for (size_t i = 0; i < n; i++)
		ck_row(&rows[i]);
}

START_TEST(captain_nginx_comes_first)
{
	static const struct row rows[] = {
		{ { APP, DB, OTHER("old", 1, SAFE), NGINX }, true, 0, "c1",
			"captain-nginx", "10.0.1.5" },
		{ { APP, DB,
			  { "c2", "captain-certbot", "/captain-certbot.1.x", 3,
				  "10.0.1.6", USUAL, "running" },
			  OTHER("old", 1, SAFE) },
			true, 0, "c2", "captain-certbot", "10.0.1.6" },
		/* the oldest of the others */
		{ { APP, DB, OTHER("new", 5, SAFE), OTHER("old", 2, SAFE) },
			true, 0, "old", "srv-captain--old", "10.0.1.7" },
		/* without a swarm it has a name of its own */
		{ { APP, DB,
			  { "p1", "", "/plain\\u001b", 1, "10.0.1.6", SAFE,
				  "running" } },
			false, 0, "p1", "plain\\x1b", "10.0.1.6" },
	};
	ck_rows(rows, ELEMENTS(rows));
}
END_TEST

START_TEST(who_could_read_along_comes_last)
{
	static const struct row rows[] = {
		{ { APP, DB, OTHER("o1", 1, USUAL) }, true, 0, "lb_n1abcdefg",
			"Docker's load balancer", "10.0.1.4" },
		{ { APP, DB, OTHER("o1", 1, USUAL) }, false, 0, "o1",
			"srv-captain--o1", "10.0.1.7" },
		{ { APP, DB,
			  OTHER("o1", 1,
				  "{\"CapDrop\":[\"ALL\"],\"CapAdd\":"
				  "[\"CAP_NET_RAW\"]}") },
			true, 0, "lb_n1abcdefg", "Docker's load balancer",
			"10.0.1.4" },
		/* a label that the image may have, without the name */
		{ { APP, DB,
			  { "f1", "captain-nginx", "/forged", 1, "10.0.1.6",
				  USUAL, "running" } },
			true, 0, "lb_n1abcdefg", "Docker's load balancer",
			"10.0.1.4" },
	};
	ck_rows(rows, ELEMENTS(rows));
}
END_TEST

START_TEST(some_are_never_used)
{
	static const struct row rows[] = {
		/* the app's own, and the database's */
		{ { APP, DB }, false, -EHOSTUNREACH, "captain-nginx" },
		{ { APP, DB,
			  { "a2", "shop", "/shop.1.x", 1, "10.0.1.8", SAFE,
				  "running" },
			  { "d2", "srv-captain--db", "/srv-captain--db.2.x", 1,
				  "10.0.1.8", SAFE, "running" } },
			false, -EHOSTUNREACH, "captain-nginx" },
		/* not there, or not in the network */
		{ { APP, DB,
			  { "c1", "captain-nginx", "/captain-nginx.1.x", 9,
				  "10.0.1.5", USUAL, "exited" },
			  { "c2", "captain-nginx", "/captain-nginx.2.x", 9,
				  NULL, USUAL, "running" } },
			false, -EHOSTUNREACH, "captain-nginx" },
		/* who may change the network that he is in */
		{ { APP, DB, OTHER("o1", 1, "{\"Privileged\":true}"),
			  OTHER("o2", 2, "{\"CapAdd\":[\"CAP_NET_ADMIN\"]}"),
			  OTHER("o3", 3, "{\"CapAdd\":[\"ALL\"]}"),
			  { "c1", "captain-nginx", "/captain-nginx.1.x", 9,
				  "10.0.1.5", "{\"Privileged\":true}",
				  "running" } },
			false, -EHOSTUNREACH, "captain-nginx" },
		/* nobody has the name */
		{ { APP, NGINX }, true, -ENOENT, "no such container" },
	};
	ck_rows(rows, ELEMENTS(rows));
}
END_TEST

/* Docker grants what is written in any case. */
START_TEST(a_right_is_known_in_any_spelling)
{
	static const char *const rights[] = { "net_admin", "cap_net_admin",
		"Net_Admin", "CAP_net_admin", "all", "All", "sys_admin",
		"cap_sys_module", "Sys_Ptrace" };
	for (size_t i = 0; i < ELEMENTS(rights); i++) {
		own(str) char *host = xprintf("{\"CapDrop\":[\"NET_RAW\"],"
					      "\"CapAdd\":[\"%s\"]}",
			rights[i]);
		const struct row row = { { APP, DB, OTHER("o1", 1, host) },
			false, -EHOSTUNREACH, "captain-nginx" };
		ck_row(&row);
	}
	static const struct row rows[] = {
		{ { APP, DB, OTHER("o1", 1, "{\"CapDrop\":[\"net_raw\"]}") },
			true, 0, "o1", "srv-captain--o1", "10.0.1.7" },
		{ { APP, DB,
			  OTHER("o1", 1,
				  "{\"CapDrop\":[\"all\"],\"CapAdd\":"
				  "[\"cap_net_raw\"]}") },
			true, 0, "lb_n1abcdefg", "Docker's load balancer",
			"10.0.1.4" },
	};
	ck_rows(rows, ELEMENTS(rows));
}
END_TEST

#define SIDECAR(mode, state)                                      \
	{                                                         \
		"s1", "", "/sidecar", 2, NULL, USUAL, state, mode \
	}

/* Who shares a network has rights of its own in it. */
START_TEST(a_network_that_another_container_shares_is_not_entered)
{
	static const char *const modes[] = { "container:o1234", "container:o12",
		"container:srv-captain--o1234.1.x",
		"container:/srv-captain--o1234.1.x", "container:renamed" };
	for (size_t i = 0; i < ELEMENTS(modes); i++) {
		struct row row = { { APP, DB, OTHER("o1234", 1, SAFE),
					   SIDECAR(modes[i], "running") },
			false, -EHOSTUNREACH,
			"share it or their processes with another" };
		ck_row(&row);
		row.balanced = true;
		row.r = 0;
		row.file = "lb_n1abcdefg";
		row.whose = "Docker's load balancer";
		row.address = "10.0.1.4";
		ck_row(&row);
	}
	static const struct row rows[] = {
		/* it may be started at any time */
		{ { APP, DB, OTHER("o1", 1, SAFE),
			  SIDECAR("container:o1", "exited") },
			false, -EHOSTUNREACH,
			"share it or their processes with another" },
		{ { APP, DB, NGINX, SIDECAR("container:c1", "running") }, false,
			-EHOSTUNREACH,
			"share it or their processes with another" },
		/* another's, or one that cannot be started any more */
		{ { APP, DB, OTHER("o1", 1, SAFE), OTHER("o2", 2, SAFE),
			  SIDECAR("container:o1", "running") },
			false, 0, "o2", "srv-captain--o2", "10.0.1.7" },
		{ { APP, DB, OTHER("o1", 1, SAFE),
			  SIDECAR("container:removed", "exited") },
			false, 0, "o1", "srv-captain--o1", "10.0.1.7" },
		{ { APP, DB, OTHER("o1", 1, SAFE), SIDECAR("host", "running") },
			false, 0, "o1", "srv-captain--o1", "10.0.1.7" },
	};
	ck_rows(rows, ELEMENTS(rows));
}
END_TEST

/* Who is among the processes of another may take sockets from them. */
START_TEST(a_network_whose_processes_are_shared_is_not_entered)
{
	static const char *const modes[] = { "o1234", "o12",
		"srv-captain--o1234.1.x", "renamed" };
	for (size_t i = 0; i < ELEMENTS(modes); i++) {
		own(str) char *host =
			xprintf("{\"PidMode\":\"container:%s\"}", modes[i]);
		const struct row row = { { APP, DB, OTHER("o1234", 1, SAFE),
						 { "s1", "", "/sidecar", 2,
							 NULL, host,
							 "running" } },
			false, -EHOSTUNREACH, "share it or their processes" };
		ck_row(&row);
	}
	static const struct row rows[] = {
		/* another's, the host's, and an image's label that lies */
		{ { APP, DB, OTHER("o1", 1, SAFE), OTHER("o2", 2, SAFE),
			  { "s1", "", "/sidecar", 2, NULL,
				  "{\"PidMode\":\"container:o1\"}",
				  "exited" } },
			false, 0, "o2", "srv-captain--o2", "10.0.1.7" },
		{ { APP, DB, OTHER("o1", 1, SAFE),
			  { "s1", "", "/sidecar", 2, NULL,
				  "{\"PidMode\":\"host\",\"IpcMode\":"
				  "\"container:o1\"}",
				  "running" } },
			false, 0, "o1", "srv-captain--o1", "10.0.1.7" },
		{ { APP, DB, NGINX,
			  { "s1", "captain-x", "/sidecar", 2, NULL,
				  "{\"PidMode\":\"container:c1\"}",
				  "running" } },
			false, -EHOSTUNREACH, "captain-nginx" },
	};
	ck_rows(rows, ELEMENTS(rows));
}
END_TEST

static void
ck_refused(const struct daemon_answer *answers)
{
	own(str) char *folder = scratch_folder();
	struct docker_daemon d = daemon_start(folder, answers);
	const struct app app = { .name = (char *)"shop",
		.docker_socket = d.socket };
	own(reach_way) struct reach_way way = REACH_WAY;
	struct why why;
	ck_assert_int_lt(container_namespace_open(&app, "srv-captain--db",
				 clock_mono() + 10 * USEC_SECOND, &way, &why),
		0);
	ck_assert_int_eq(way.ns, -1);
	own(str) char *requests = daemon_stop(&d);
}

/* Docker's answers are others' words. */
START_TEST(an_answer_of_any_shape_is_survived)
{
	static const char *const lists[] = { "{}", "[1,null,{}]",
		"[{\"Id\":1,\"Labels\":[],\"NetworkSettings\":7}]" };
	static const char *const whole[] = { "[]",
		"{\"State\":1,\"HostConfig\":[],\"NetworkSettings\":"
		"{\"SandboxKey\":7}}",
		"{\"State\":{\"Running\":true},\"NetworkSettings\":"
		"{\"SandboxKey\":\"\"}}",
		"{\"State\":{\"Running\":true},\"NetworkSettings\":"
		"{\"SandboxKey\":\"/none/x\"}}" };
	static const struct container all[] = { APP, DB, NGINX };
	own(buf) struct buf list = { 0 };
	buf_add_str(&list, "[");
	for (size_t k = 0; k < ELEMENTS(all); k++)
		add_container(&list, &all[k]);
	buf_add_str(&list, "]");
	for (size_t i = 0; i < ELEMENTS(lists); i++)
		ck_refused((const struct daemon_answer[]){ DAEMON_VERSION,
			{ "GET /v1.41/containers/json", 200, lists[i], { 0 } },
			{ "", 200, "{}", { 0 } }, { 0 } });
	for (size_t i = 0; i < ELEMENTS(whole); i++)
		ck_refused((const struct daemon_answer[]){ DAEMON_VERSION,
			{ "GET /v1.41/containers/json", 200, buf_str(&list),
				{ 0 } },
			SERVICES,
			{ "GET /v1.41/networks/", 200,
				"{\"Name\":\"inner\",\"Containers\":"
				"{\"lb-inner\":{\"IPv4Address\":\"x\"}}}",
				{ 0 } },
			{ "", 200, whole[i], { 0 } }, { 0 } });
}
END_TEST

CHECK_MAIN("container-namespace", captain_nginx_comes_first,
	who_could_read_along_comes_last, some_are_never_used,
	a_right_is_known_in_any_spelling,
	a_network_that_another_container_shares_is_not_entered,
	a_network_whose_processes_are_shared_is_not_entered,
	an_answer_of_any_shape_is_survived)
