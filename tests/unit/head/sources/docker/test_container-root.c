#include "config.h"
#include "head/sources/docker/container-root.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "support/check_main.h"

/* A folder or, with a text, a file, with all the folders above it. */
static void
make(const char *root, const char *path, const char *text)
{
	own(str) char *all = xprintf("%s/%s", root, path);
	for (char *p = all + strlen(root) + 1; (p = strchr(p, '/')); p++) {
		*p = '\0';
		(void)mkdir(all, 0755);
		*p = '/';
	}
	own(file) FILE *f = text ? fopen(all, "we") : NULL;
	if (f)
		fputs(text, f);
	else
		(void)mkdir(all, 0755);
}

static char *
roots(const char *root)
{
	own(strings) char **list = container_roots(root, "overlay2", "c1");
	own(str) char *text = xstrdup("");
	for (char **p = list; p && *p; p++) {
		char *longer = xprintf("%s %s", text, *p);
		free(text);
		text = longer;
	}
	return take(text);
}

START_TEST(a_container_that_runs_is_mounted)
{
	own(str) char *root = scratch_folder();
	own(str) char *none = roots(root);
	ck_assert_str_eq(none, "");
	make(root, "image/overlay2/layerdb/mounts/c1/mount-id", "m1");
	make(root, "overlay2/m1/merged/app", NULL);
	make(root, "overlay2/m1/diff/app", NULL);
	own(str) char *merged = roots(root);
	ck_assert_str_eq(merged, " overlay2/m1/merged");
}
END_TEST

START_TEST(one_that_ended_has_layers_from_the_top_down)
{
	own(str) char *root = scratch_folder();
	own(str) char *link = xprintf("%s/overlay2/l/TWO", root);
	own(str) char *out = xprintf("%s/overlay2/l/OUT", root);
	make(root, "image/overlay2/layerdb/mounts/c1/mount-id", "m1");
	make(root, "overlay2/m1/merged", NULL);
	make(root, "overlay2/m1/diff/app", NULL);
	make(root, "overlay2/m1/lower", "l/TWO:l/NONE:l/OUT:../../etc");
	make(root, "overlay2/two/diff/app", NULL);
	make(root, "overlay2/l", NULL);
	ck_assert_int_eq(symlink("../two/diff", link), 0);
	ck_assert_int_eq(symlink("../../../../../../../etc", out), 0);
	own(str) char *layers = roots(root);
	ck_assert_str_eq(layers, " overlay2/m1/diff overlay2/two/diff");
}
END_TEST

START_TEST(other_drivers_keep_it_in_one_folder)
{
	own(str) char *root = scratch_folder();
	make(root, "image/vfs/layerdb/mounts/c1/mount-id", "m1");
	make(root, "vfs/dir/m1/app", NULL);
	own(strings) char **list = container_roots(root, "vfs", "c1");
	ck_assert_ptr_nonnull(list);
	ck_assert_str_eq(list[0], "vfs/dir/m1");
	ck_assert_ptr_null(container_roots(root, "../vfs", "c1"));
	ck_assert_ptr_null(container_roots(root, NULL, "c1"));
}
END_TEST

START_TEST(the_image_store_of_containerd_has_another_place)
{
	own(str) char *root = scratch_folder();
	make(root, "rootfs/overlayfs/c1/app", NULL);
	own(strings) char **list = container_roots(root, "overlayfs", "c1");
	ck_assert_ptr_nonnull(list);
	ck_assert_str_eq(list[0], "rootfs/overlayfs/c1");
	own(str) char *other = roots(root);
	ck_assert_str_eq(other, "");
}
END_TEST

CHECK_MAIN("container-root", a_container_that_runs_is_mounted,
	other_drivers_keep_it_in_one_folder,
	one_that_ended_has_layers_from_the_top_down,
	the_image_store_of_containerd_has_another_place)
