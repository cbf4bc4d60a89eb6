#include "config.h"
#include "head/sources/docker-config.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/io/file.h"
#include "base/redact.h"
#include "support/check_main.h"

#define ID "4d9c58a1f0b2c3d4e5f60718293a4b5c6d7e8f90a1b2c3d4e5f60718293a4b5c"

/* A Docker root with one container's folder, and its files. */
static char *
new_root(const char *config, const char *hostconfig)
{
	char *root = scratch_folder();
	own(str) char *containers = xprintf("%s/containers", root);
	own(str) char *folder = xprintf("%s/" ID, containers);
	ck_assert_int_eq(mkdir(containers, 0710), 0);
	ck_assert_int_eq(mkdir(folder, 0710), 0);
	const char *texts[] = { config, hostconfig };
	static const char *const names[] = { "config.v2.json",
		"hostconfig.json" };
	for (int i = 0; i < 2; i++) {
		own(str) char *path = xprintf("%s/%s", folder, names[i]);
		own(file) FILE *f = texts[i] ? fopen(path, "we") : NULL;
		if (f)
			fputs(texts[i], f);
	}
	return root;
}

static int
read_at(char *root, struct docker_container **ret, struct why *why)
{
	const struct settings settings = { .docker_root = root };
	return docker_container_read(&settings, ID, ret, why);
}

static struct docker_container *
read_one(char *root)
{
	struct docker_container *c = NULL;
	struct why why = { "" };
	ck_assert_msg(read_at(root, &c, &why) == 0, "%s", why.text);
	return c;
}

static char *
captured(const char *name)
{
	own(buf) struct buf text = { 0 };
	struct why why = { "" };
	const char *top = getenv("TOP");
	own(str) char *path =
		xprintf("%s/tests/data/docker/%s", top ? top : ".", name);
	ck_assert_msg(
		file_read(path, 1 << 20, &text, &why) == 0, "%s", why.text);
	return buf_take_str(&text);
}

START_TEST(a_swarm_task_tells_its_service_driver_and_log)
{
	own(str) char *config = captured("swarm-config.v2.json");
	own(str) char *host = captured("swarm-hostconfig.json");
	own(str) char *root = new_root(config, host);
	own(docker_container) struct docker_container *c = read_one(root);
	own(str) char *log =
		xprintf("%s/containers/" ID "/" ID "-json.log", root);
	ck_assert_str_eq(c->service, "srv-captain--moverz-v4");
	ck_assert_str_eq(c->driver, "json-file");
	/* Its LogPath names another Docker root, so it does not count. */
	ck_assert_str_eq(c->log_path, log);
}
END_TEST

START_TEST(a_log_path_counts_only_below_the_docker_root)
{
	static const char *const bad[] = { "/etc/shadow", "ROOT/../etc/shadow",
		"ROOTx/log", "" };
	for (size_t i = 0; i < ELEMENTS(bad); i++) {
		own(str) char *root = new_root(NULL, NULL);
		own(str) char *path = strncmp(bad[i], "ROOT", 4) == 0
			? xprintf("%s%s", root, bad[i] + 4)
			: xstrdup(bad[i]);
		own(str) char *config = xprintf(
			"{\"LogPath\":\"%s\",\"Config\":{\"Labels\":{}}}",
			path);
		own(str) char *file =
			xprintf("%s/containers/" ID "/config.v2.json", root);
		own(str) char *log =
			xprintf("%s/containers/" ID "/" ID "-json.log", root);
		own(file) FILE *f = fopen(file, "we");
		fputs(config, f);
		fflush(f);
		own(docker_container) struct docker_container *c =
			read_one(root);
		ck_assert_str_eq(c->log_path, log);
	}
}
END_TEST

START_TEST(a_log_path_below_the_docker_root_is_taken)
{
	own(str) char *root = new_root(NULL, NULL);
	own(str) char *file =
		xprintf("%s/containers/" ID "/config.v2.json", root);
	own(file) FILE *f = fopen(file, "we");
	fprintf(f, "{\"LogPath\":\"%s/elsewhere/x-json.log\"}", root);
	fflush(f);
	own(docker_container) struct docker_container *c = read_one(root);
	own(str) char *log = xprintf("%s/elsewhere/x-json.log", root);
	ck_assert_str_eq(c->log_path, log);
	ck_assert_ptr_null(c->service);
	ck_assert_ptr_null(c->driver);
}
END_TEST

/* A link in the place of Docker's file, of its folder, or of their parent. */
START_TEST(no_link_leads_to_a_configuration)
{
	static const char *const places[] = { "containers", "containers/" ID,
		"containers/" ID "/config.v2.json" };
	for (size_t i = 0; i < ELEMENTS(places); i++) {
		own(str) char *root = new_root("{\"Name\":\"/x\"}", NULL);
		own(str) char *at = xprintf("%s/%s", root, places[i]);
		own(str) char *moved = xprintf("%s/moved", root);
		ck_assert_int_eq(rename(at, moved), 0);
		ck_assert_int_eq(symlink(moved, at), 0);
		struct docker_container *c = NULL;
		own(strings) char **ids = NULL;
		struct why why = { "" };
		ck_assert_int_eq(read_at(root, &c, &why), -ELOOP);
		ck_assert_ptr_nonnull(strstr(why.text, "symbolic link"));
		size_t left = 0;
		ck_assert_int_eq(
			docker_containers_list(root, 10, &ids, &left, &why),
			i ? 0 : -ELOOP);
	}
	/* The root may be one. */
	own(str) char *root = new_root("{\"Name\":\"/x\"}", NULL);
	own(str) char *door = xprintf("%s-door", root);
	ck_assert_int_eq(symlink(root, door), 0);
	own(docker_container) struct docker_container *c = read_one(door);
	ck_assert_str_eq(c->name, "x");
	ck_assert_int_eq(unlink(door), 0);
}
END_TEST

START_TEST(names_with_other_characters_are_ignored)
{
	own(str) char *root = new_root(
		"{\"Config\":{\"Labels\":{\"com.docker.swarm.service.name\":"
		"\"srv-captain--x\\u001b[2J\"}}}",
		"{\"LogConfig\":{\"Type\":\"json file\"}}");
	own(docker_container) struct docker_container *c = read_one(root);
	ck_assert_ptr_null(c->service);
	ck_assert_ptr_null(c->driver);
}
END_TEST

START_TEST(a_container_without_its_file_is_not_there_yet)
{
	own(str) char *root = new_root(NULL, NULL);
	struct docker_container *c = NULL;
	struct why why;
	ck_assert_int_eq(read_at(root, &c, &why), -ENOENT);
}
END_TEST

START_TEST(what_is_no_json_or_too_large_is_refused_by_name)
{
	own(str) char *root = new_root("{\"Config\":", NULL);
	struct docker_container *c = NULL;
	struct why why;
	ck_assert_int_eq(read_at(root, &c, &why), -EBADMSG);
	ck_assert_ptr_nonnull(strstr(why.text, ID "/config.v2.json"));
	own(str) char *file =
		xprintf("%s/containers/" ID "/config.v2.json", root);
	ck_assert_int_eq(truncate(file, 2 << 20), 0);
	ck_assert_int_eq(read_at(root, &c, &why), -EFBIG);
}
END_TEST

START_TEST(only_plain_names_are_containers)
{
	ck_assert(docker_container_is_id(ID));
	ck_assert(!docker_container_is_id(".."));
	ck_assert(!docker_container_is_id("a/b"));
	ck_assert(!docker_container_is_id(""));
	own(str) char *root = new_root("{}", NULL);
	own(str) char *odd = xprintf("%s/containers/.tmp", root);
	ck_assert_int_eq(mkdir(odd, 0700), 0);
	own(strings) char **ids = NULL;
	struct why why;
	size_t left = 9;
	ck_assert_int_eq(
		docker_containers_list(root, 10, &ids, &left, &why), 0);
	ck_assert_uint_eq(strings_count(ids), 1);
	ck_assert_uint_eq(left, 0);
	ck_assert_str_eq(ids[0], ID);
}
END_TEST

START_TEST(more_containers_than_are_listed_are_counted)
{
	own(str) char *root = new_root("{}", NULL);
	struct why why;
	for (int k = 0; k < 100; k++) {
		own(str) char *one = xprintf("%s/containers/c%03d", root, k);
		ck_assert_int_eq(mkdir(one, 0700), 0);
	}
	for (size_t most = 1; most <= 128; most *= 2) {
		own(strings) char **ids = NULL;
		size_t left = 0;
		ck_assert_int_eq(
			docker_containers_list(root, most, &ids, &left, &why),
			0);
		ck_assert_uint_eq(strings_count(ids), MIN(most, 101u));
		ck_assert_uint_eq(left, 101 - MIN(most, 101u));
		for (size_t k = 1; ids[k]; k++)
			ck_assert_int_lt(strcmp(ids[k - 1], ids[k]), 0);
	}
}
END_TEST

/* Of each app that the service runs, by its own variable; of one whose URL is
 * in a file, what is a URL. */
START_TEST(credentials_are_known_when_a_container_is_read)
{
	own(str) char *root =
		new_root("{\"Config\":{\"Env\":[\"DATABASE_URL=postgresql://"
			 "u:Fr0mInside7@db/"
			 "d\",7,\"OTHER_URL=postgresql://u:Of0ther77@db/"
			 "d\",\"DATABASE_URL\",\"APP_URL=Al0neInside7\"],"
			 "\"Labels\":{\"com.docker.swarm.service.name\":"
			 "\"srv-captain--shop\"}}}",
			NULL);
	struct app apps[] = {
		{ .name = (char *)"shop",
			.database_url_env = (char *)"DATABASE_URL" },
		{ .name = (char *)"other",
			.service = (char *)"srv-captain--shop",
			.database_in_container = true,
			.database_url_env = (char *)"APP_URL" },
		{ .name = (char *)"third",
			.database_in_container = true,
			.database_url_env = (char *)"OTHER_URL" },
	};
	const struct settings settings = {
		.docker_root = root, .apps = apps, .n_apps = ELEMENTS(apps)
	};
	own(docker_container) struct docker_container *c = NULL;
	ck_assert_int_eq(docker_container_read(&settings, ID, &c, NULL), 0);
	own(str) char *shown =
		redact(SPAN("x Fr0mInside7 Al0neInside7 Of0ther77 y"));
	ck_assert_str_eq(shown,
		"x [redacted: password] [redacted: password] Of0ther77 y");
}
END_TEST

CHECK_MAIN("containers", credentials_are_known_when_a_container_is_read,
	a_swarm_task_tells_its_service_driver_and_log,
	a_log_path_counts_only_below_the_docker_root,
	a_log_path_below_the_docker_root_is_taken,
	no_link_leads_to_a_configuration,
	names_with_other_characters_are_ignored,
	a_container_without_its_file_is_not_there_yet,
	what_is_no_json_or_too_large_is_refused_by_name,
	only_plain_names_are_containers,
	more_containers_than_are_listed_are_counted)
