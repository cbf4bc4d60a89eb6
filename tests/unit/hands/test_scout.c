/* The scout and the job are of one mind about who is asked for the database's
 * host, whatever a label of the app's service says; and its time is the job's.
 */
#include "config.h"
#include "hands/scout.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include "base/io/file.h"
#include "config/label-keys.h"
#include "config/load-settings.h"
#include "hands/postgres/app-url.h"
#include "hands/postgres/route.h"
#include "support/check_main.h"
#include "support/docker-daemon.h"
#include "wire/job.h"
#include "wire/role.h"

/* The database is in an overlay network, on this host or not: there is no way
 * to it but from inside. */
#define NETWORKS                              \
	"\"NetworkSettings\":{\"Networks\":{" \
	"\"appnet\":{\"NetworkID\":\"n1\","   \
	"\"IPAddress\":\"10.0.9.2\"}}}"
static const struct daemon_answer answers[] = {
	DAEMON_VERSION,
	{ "GET /v1.41/services", 503, DAEMON_NO_MANAGER, { 0 } },
	{ "GET /v1.41/containers/json", 200,
		"[{\"Id\":\"d1\",\"Created\":1,\"State\":\"running\","
		"\"Names\":[\"/localdb\"],\"Labels\":{}," NETWORKS "},"
		"{\"Id\":\"a1\",\"Created\":1,\"State\":\"running\","
		"\"Names\":[\"/shop.1.x\"],\"Labels\":{"
		"\"com.docker.swarm.service.name\":\"shop\"}," NETWORKS "}]",
		{ 0 } },
	{ "GET /v1.41/networks/n1", 200,
		"{\"Name\":\"appnet\",\"Driver\":\"overlay\"}", { 0 } },
	{ 0 },
};

static void
put(const char *path, const char *text)
{
	own(fd) int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	ck_assert_int_eq(write_all(fd, span_of(text)), 0);
}

/* What the job makes of the configuration, with the label that head saw.
 * Whether it asks Docker for the host. */
static bool
job_asks(const char *config, const char *migrations, usec deadline)
{
	own(settings) struct settings *s = NULL;
	own(str) char *hosts = NULL;
	own(str) char *addresses = NULL;
	own(url) struct url u = { 0 };
	struct why why = { "" };
	ck_assert_msg(load_settings(config, &s, &why) == 0, "%s", why.text);
	struct app *app = (struct app *)settings_app(s, "shop");
	if (migrations)
		(void)labels_take_migrations(app, migrations, &why);
	ck_assert_int_eq(app_url_read(app, &u, &why), 0);
	own(str) char *id = NULL;
	int r = route_container(&u, deadline, &id, &why);
	ck_assert_int_eq(route_find(&u, deadline, &hosts, &addresses, &why),
		-EHOSTUNREACH);
	return r != -ENOENT;
}

/* Whether both ask Docker; they do the same. */
static bool
both_ask(const char *agent, const char *migrations)
{
	own(str) char *folder = scratch_folder();
	own(str) char *url = xprintf("%s/url", folder);
	own(str) char *config = xprintf("%s/logmend.conf", folder);
	usec deadline = clock_mono() + 10 * USEC_SECOND;
	struct docker_daemon d = daemon_start(folder, answers);
	own(str) char *socket = xprintf("docker-socket = %s\n", d.socket);
	own(str) char *text = xprintf(
		"[agent]\n%s[app shop]\npolicy = p\ndatabase-url-file = %s\n"
		"[policy p]\nmode = report\n",
		agent ? agent : socket, url);
	put(url, "postgres://u:secret@localdb:5432/shop\n");
	put(config, text);
	own(frame) struct frame f = FRAME(0);
	job_put(&f,
		&(struct job){ .kind = JOB_LOOK,
			.app = (char *)"shop",
			.migrations = (char *)migrations });
	const struct scout scout = { config, &f, clock_mono() };
	own(reach_way) struct reach_way way = REACH_WAY;
	scout_way(&scout, &way);
	ck_assert_int_eq(way.ns, -1);
	bool asks = job_asks(config, migrations, deadline);
	own(str) char *requests = daemon_stop(&d);
	ck_assert_msg(asks == !!way.refusal, "the scout says %s",
		way.refusal ? way.refusal : "nothing");
	ck_assert(asks == (*requests != '\0'));
	return asks;
}

START_TEST(a_label_changes_nothing_of_who_is_asked)
{
	static const char *const labels[] = { NULL, "container",
		"container:/app/prisma/migrations" };
	for (size_t i = 0; i < ELEMENTS(labels); i++) {
		ck_assert(both_ask(NULL, labels[i]));
		ck_assert(!both_ask("", labels[i]));
		ck_assert(!both_ask("docker-socket = off\n", labels[i]));
	}
}
END_TEST

/* What Docker was asked; owned. */
static char *
asked_within(usec time, usec begun)
{
	static const struct daemon_answer empty[] = { DAEMON_VERSION,
		{ "", 200, "[]", { 0 } }, { 0 } };
	own(str) char *folder = scratch_folder();
	own(str) char *config = xprintf("%s/config", folder);
	own(frame) struct frame f = FRAME(HANDS_JOB);
	own(reach_way) struct reach_way way = REACH_WAY;
	struct docker_daemon d = daemon_start(folder, empty);
	own(str) char *text = xprintf("[agent]\ndocker-socket = %s\n"
				      "[app shop]\ndatabase-url = container\n"
				      "migrations = /m\n",
		d.socket);
	const struct job job = { .kind = JOB_LOOK,
		.app = (char *)"shop",
		.class = CLASS_FAILED_MIGRATION,
		.time = time };
	const struct scout s = { config, &f, begun };
	own(fd) int fd = open(config, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	ck_assert_int_eq(write_all(fd, span_of(text)), 0);
	job_put(&f, &job);
	scout_way(&s, &way);
	ck_assert_int_eq(way.ns, -1);
	return daemon_stop(&d);
}

START_TEST(it_looks_within_the_time_of_the_job)
{
	own(str) char *asked = asked_within(USEC_HOUR, clock_mono());
	ck_assert_msg(strstr(asked, "/containers/json"), "%s", asked);
	own(str) char *by_default = asked_within(0, clock_mono());
	ck_assert_msg(strstr(by_default, "/containers/json"), "%s", by_default);
}
END_TEST

START_TEST(it_asks_nobody_when_that_is_over)
{
	own(str) char *none = asked_within(1, clock_mono());
	ck_assert_str_eq(none, "");
	/* It is over where hands began long ago. */
	own(str) char *late =
		asked_within(USEC_HOUR, clock_mono() - USEC_MINUTE);
	ck_assert_str_eq(late, "");
}
END_TEST

CHECK_MAIN("scout", a_label_changes_nothing_of_who_is_asked,
	it_looks_within_the_time_of_the_job, it_asks_nobody_when_that_is_over)
