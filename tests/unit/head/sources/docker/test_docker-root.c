#include "config.h"
#include "head/sources/docker/docker-root.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "support/check_main.h"

static void
make(const char *root, const char *path)
{
	own(str) char *all = xprintf("%s/%s", root, path);
	ck_assert_int_eq(mkdir(all, 0710), 0);
}

static char *
find(const char *root)
{
	char *path = NULL;
	struct why why = { "" };
	ck_assert_msg(docker_root_find(root, &path, &why) == 0, "%s", why.text);
	return path;
}

START_TEST(the_given_folder_is_taken)
{
	own(str) char *root = scratch_folder();
	make(root, "containers");
	own(str) char *path = find(root);
	ck_assert_str_eq(path, root);
}
END_TEST

START_TEST(with_remapped_users_the_folder_below_is_the_root)
{
	own(str) char *root = scratch_folder();
	own(str) char *want = xprintf("%s/231072.231072", root);
	make(root, "containers");
	make(root, "overlay2");
	make(root, "1.x");
	make(root, "231072.231072");
	make(root, "231072.231072/containers");
	make(root, "231072.231072/containers/abc");
	own(str) char *path = find(root);
	ck_assert_str_eq(path, want);
	/* What was asked for is taken, if it is one. */
	make(root, "containers/def");
	own(str) char *above = find(root);
	ck_assert_str_eq(above, root);
}
END_TEST

START_TEST(where_there_is_none_the_folder_is_named)
{
	own(str) char *root = scratch_folder();
	own(str) char *none = xprintf("%s/none", root);
	char *path = NULL;
	struct why why;
	ck_assert_int_eq(docker_root_find(root, &path, &why), -ENOENT);
	ck_assert_ptr_nonnull(strstr(why.text, root));
	ck_assert_int_eq(docker_root_find(none, &path, &why), -ENOENT);
	ck_assert_ptr_nonnull(strstr(why.text, "No such file"));
	ck_assert_ptr_null(path);
}
END_TEST

CHECK_MAIN("docker-root", the_given_folder_is_taken,
	with_remapped_users_the_folder_below_is_the_root,
	where_there_is_none_the_folder_is_named)
