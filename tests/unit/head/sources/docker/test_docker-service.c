#include "config.h"
#include "head/sources/docker/docker-service.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "support/check_main.h"

/* A container's folder, with this configuration. */
static void
make(const char *root, const char *id, const char *config)
{
	own(str) char *above = xprintf("%s/containers", root);
	own(str) char *folder = xprintf("%s/%s", above, id);
	own(str) char *path = xprintf("%s/config.v2.json", folder);
	(void)mkdir(above, 0710);
	ck_assert_int_eq(mkdir(folder, 0710), 0);
	own(file) FILE *f = fopen(path, "we");
	ck_assert_ptr_nonnull(f);
	fputs(config, f);
}

#define SHOP(created, env)                                                 \
	"{\"Created\":\"" created "\",\"Name\":\"/shop.1.x\",\"Config\":{" \
	"\"Image\":\"img:1\",\"Labels\":"                                  \
	"{\"com.docker.swarm.service.name\":\"shop\"},\"Env\":[" env "]}}"

START_TEST(the_newest_container_of_a_service_counts)
{
	own(str) char *root = scratch_folder();
	own(docker_services) struct docker_services all = { 0 };
	make(root, "a", SHOP("2026-01-02T00:00:00Z", "\"DATABASE_URL=new\""));
	make(root, "b", SHOP("2026-01-01T00:00:00Z", "\"DATABASE_URL=old\""));
	ck_assert_int_eq(docker_services_read(root, &all, NULL), 0);
	ck_assert_uint_eq(all.n, 1);
	ck_assert_uint_eq(all.list[0].containers, 2);
	ck_assert_str_eq(all.list[0].id, "a");
	ck_assert_str_eq(all.list[0].database_url, "new");
	ck_assert_str_eq(all.list[0].workdir, "/");
}
END_TEST

START_TEST(anything_may_stand_in_an_environment)
{
	own(str) char *root = scratch_folder();
	own(docker_services) struct docker_services all = { 0 };
	make(root, "a",
		SHOP("",
			"1,null,\"\",\"=\",\"DATABASE_URL\",\"XDATABASE_URL="
			"postgres://x\",\"DATABASE_URL=a=b\""));
	make(root, "b", "{\"Config\":{\"Env\":{},\"Labels\":[]}}");
	make(root, "c", "no JSON");
	ck_assert_int_eq(docker_services_read(root, &all, NULL), 0);
	ck_assert_uint_eq(all.n, 2);
	ck_assert_str_eq(all.list[0].name, "");
	ck_assert_ptr_null(all.list[0].database_url);
	ck_assert_str_eq(all.list[1].database_url, "a=b");
	ck_assert_str_eq(all.list[1].other_url, "XDATABASE_URL");
	ck_assert_uint_eq(strings_count(all.troubles), 1);
	ck_assert_ptr_nonnull(strstr(all.troubles[0], "no"));
}
END_TEST

START_TEST(variables_with_urls_are_known_by_their_names)
{
	own(str) char *root = scratch_folder();
	own(docker_services) struct docker_services all = { 0 };
	make(root, "a",
		SHOP("",
			"\"A=postgres://a\",\"B=mysql://b\",\"C=postgresql://"
			"c\","
			"\"A=postgres://last\",\"D\""));
	ck_assert_int_eq(docker_services_read(root, &all, NULL), 0);
	const struct docker_service *s = &all.list[0];
	ck_assert_str_eq(docker_service_url(s, "A"), "postgres://last");
	ck_assert_str_eq(docker_service_url(s, "C"), "postgresql://c");
	ck_assert_ptr_null(docker_service_url(s, "B"));
	ck_assert_ptr_null(docker_service_url(s, "D"));
	ck_assert_ptr_null(docker_service_url(s, NULL));
}
END_TEST

START_TEST(a_service_with_other_letters_is_none)
{
	own(str) char *root = scratch_folder();
	own(docker_services) struct docker_services all = { 0 };
	make(root, "a",
		"{\"Name\":\"/x;id\",\"Config\":{\"Labels\":{"
		"\"com.docker.swarm.service.name\":\"a]\\nb\"}}}");
	ck_assert_int_eq(docker_services_read(root, &all, NULL), 0);
	ck_assert_str_eq(all.list[0].name, "");
	ck_assert_ptr_null(all.list[0].container);
}
END_TEST

CHECK_MAIN("docker-service", the_newest_container_of_a_service_counts,
	anything_may_stand_in_an_environment,
	variables_with_urls_are_known_by_their_names,
	a_service_with_other_letters_is_none)
