#include "config.h"
#include "config/docker-root.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "support/check_main.h"

/* A folder whose `containers` changed then. */
static void
add(const char *root, const char *name, time_t when)
{
	own(str) char *folder = xprintf("%s/%s", root, name);
	own(str) char *containers = xprintf("%s/containers", folder);
	const struct timespec times[2] = { { .tv_sec = when },
		{ .tv_sec = when } };
	(void)mkdir(folder, 0700);
	ck_assert_int_eq(mkdir(containers, 0700), 0);
	ck_assert_int_eq(utimensat(AT_FDCWD, containers, times, 0), 0);
}

static void
expect(const char *root, const char *below)
{
	own(str) char *got = xstrdup(root);
	own(str) char *wanted =
		xprintf("%s%s%s", root, *below ? "/" : "", below);
	docker_root_remapped(&got);
	ck_assert_str_eq(got, wanted);
}

START_TEST(the_folder_that_changed_last_counts)
{
	own(str) char *root = scratch_folder();
	expect(root, "");
	add(root, ".", 1000);
	expect(root, "");
	add(root, "165536.165536", 2000);
	expect(root, "165536.165536");
	add(root, "200000.200000", 3000);
	expect(root, "200000.200000");
	add(root, "1.1", 500);
	expect(root, "200000.200000");
}
END_TEST

START_TEST(remapping_that_was_given_up_does_not_count)
{
	own(str) char *root = scratch_folder();
	add(root, "165536.165536", 1000);
	expect(root, "165536.165536");
	add(root, ".", 2000);
	expect(root, "");
}
END_TEST

START_TEST(other_names_and_links_do_not_count)
{
	own(str) char *root = scratch_folder();
	own(str) char *other = scratch_folder();
	own(str) char *link = xprintf("%s/1.2", root);
	add(other, ".", 5000);
	ck_assert_int_eq(symlink(other, link), 0);
	static const char *const names[] = { "1.2.3", "1.", ".1", "a.b", "12",
		"1.2x", "1..2" };
	for (size_t i = 0; i < ELEMENTS(names); i++)
		add(root, names[i], 5000);
	expect(root, "");
	expect("/nowhere/at/all", "");
}
END_TEST

CHECK_MAIN("docker-root", the_folder_that_changed_last_counts,
	remapping_that_was_given_up_does_not_count,
	other_names_and_links_do_not_count)
