#include "config.h"
#include "base/io/in-root.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "support/check_main.h"

/* Of the file that the path leads to; 0: it leads to none. */
static ino_t
led_to(int root, const char *path)
{
	struct stat st = { 0 };
	own(fd) int fd = in_root_open(root, path, O_RDONLY);
	return fd >= 0 && fstat(fd, &st) == 0 ? st.st_ino : 0;
}

START_TEST(links_lead_no_further_than_to_the_root)
{
	own(str) char *folder = scratch_folder();
	own(fd) int root = open(folder, O_PATH | O_DIRECTORY | O_CLOEXEC);
	struct stat passwd;
	ck_assert_int_eq(stat("/etc/passwd", &passwd), 0);
	ck_assert_int_eq(mkdirat(root, "etc", 0755), 0);
	ck_assert_int_eq(symlinkat("/etc/passwd", root, "absolute"), 0);
	ck_assert_int_eq(
		symlinkat("../../../../../../etc/passwd", root, "up"), 0);
	static const char *const ways[] = { "absolute", "up", "etc/passwd",
		"/etc/passwd", "../../../../../../../etc/passwd" };
	for (size_t i = 0; i < ELEMENTS(ways); i++)
		ck_assert_uint_eq(led_to(root, ways[i]), 0);
	own(fd) int made = openat(
		root, "etc/passwd", O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	ck_assert_int_ge(made, 0);
	for (size_t i = 0; i < ELEMENTS(ways); i++) {
		ck_assert_uint_ne(led_to(root, ways[i]), 0);
		ck_assert_uint_ne(led_to(root, ways[i]), passwd.st_ino);
	}
}
END_TEST

START_TEST(a_link_of_proc_leads_nowhere)
{
	own(fd) int root = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
	ck_assert_int_eq(
		in_root_open(root, "/proc/self/root/etc", O_RDONLY), -ELOOP);
}
END_TEST

CHECK_MAIN("in-root", links_lead_no_further_than_to_the_root,
	a_link_of_proc_leads_nowhere)
