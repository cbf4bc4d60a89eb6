#include "config.h"
#include "base/io/file.h"

#include <errno.h>
#include <fcntl.h>
#include <seccomp.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "support/check_main.h"

static char *
file_with(const char *folder, const char *name, struct span text)
{
	char *path = xprintf("%s/%s", folder, name);
	own(fd) int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	ck_assert_int_eq(write_all(fd, text), 0);
	return path;
}

START_TEST(a_file_is_read_whole_behind_what_is_there)
{
	own(str) char *folder = scratch_folder();
	own(str) char *path = file_with(folder, "f", SPAN("b\0c"));
	own(buf) struct buf b = { 0 };
	buf_add_str(&b, "a");
	ck_assert_int_eq(file_read(path, 3, &b, NULL), 0);
	ck_assert(span_eq(buf_span(&b), SPAN("ab\0c")));
}
END_TEST

START_TEST(a_file_over_the_limit_is_refused)
{
	own(str) char *folder = scratch_folder();
	own(str) char *path = file_with(folder, "f", SPAN("1234"));
	own(buf) struct buf b = { 0 };
	struct why why;
	ck_assert_int_eq(file_read(path, 3, &b, &why), -EFBIG);
	ck_assert_ptr_nonnull(strstr(why.text, "larger than 3 bytes"));
}
END_TEST

START_TEST(only_regular_files_are_read)
{
	own(str) char *folder = scratch_folder();
	own(str) char *fifo = xprintf("%s/fifo", folder);
	ck_assert_int_eq(mkfifo(fifo, 0600), 0);
	own(buf) struct buf b = { 0 };
	struct why why;
	/* Must not wait for a writer. */
	ck_assert_int_eq(file_read(fifo, 10, &b, &why), -EINVAL);
	ck_assert_int_eq(file_read(folder, 10, &b, &why), -EINVAL);
	ck_assert_int_eq(file_read("/nowhere/f", 10, &b, &why), -ENOENT);
	ck_assert_ptr_nonnull(strstr(why.text, "/nowhere/f"));
}
END_TEST

START_TEST(beneath_a_folder_only_its_own_files_are_read)
{
	own(str) char *folder = scratch_folder();
	own(str) char *fifo = xprintf("%s/fifo", folder);
	own(str) char *link = xprintf("%s/link", folder);
	own(str) char *sparse = xprintf("%s/sparse", folder);
	own(fd) int dir = open(folder, O_PATH | O_DIRECTORY);
	own(fd) int huge = open(sparse, O_WRONLY | O_CREAT, 0600);
	own(buf) struct buf b = { 0 };
	struct why why;
	ck_assert_int_eq(mkfifo(fifo, 0600), 0);
	ck_assert_int_eq(symlink("sparse", link), 0);
	ck_assert_int_eq(write_all(huge, SPAN("abc")), 0);
	ck_assert_int_eq(file_read_beneath(dir, "sparse", 3, &b, &why), 0);
	ck_assert_str_eq(buf_str(&b), "abc");
	ck_assert_int_eq(file_read_beneath(dir, "link", 9, &b, &why), -ELOOP);
	ck_assert_int_eq(file_read_beneath(dir, "fifo", 9, &b, &why), -EINVAL);
	ck_assert_int_eq(file_read_beneath(dir, "none", 9, &b, &why), -ENOENT);
	ck_assert_int_eq(file_read_beneath(dir, "../etc", 9, &b, &why), -EXDEV);
	/* Nothing of it is read: its size says enough. */
	ck_assert_int_eq(ftruncate(huge, (off_t)1 << 40), 0);
	ck_assert_int_eq(file_read_beneath(dir, "sparse", 9, &b, &why), -EFBIG);
	ck_assert_str_eq(buf_str(&b), "abc");
}
END_TEST

START_TEST(a_secret_is_one_line)
{
	own(str) char *folder = scratch_folder();
	own(str) char *good = file_with(folder, "a", SPAN("\n pa ss \r\n\n"));
	own(str) char *two = file_with(folder, "b", SPAN("a\nb\n"));
	own(str) char *none = file_with(folder, "c", SPAN(" \n"));
	own(str) char *secret = NULL;
	struct why why;
	ck_assert_int_eq(file_read_secret(good, &secret, &why), 0);
	ck_assert_str_eq(secret, "pa ss");
	char *untouched = NULL;
	ck_assert_int_eq(file_read_secret(two, &untouched, &why), -EINVAL);
	ck_assert_int_eq(file_read_secret(none, &untouched, &why), -ENODATA);
	ck_assert_ptr_null(untouched);
}
END_TEST

START_TEST(a_folder_can_be_synced)
{
	own(str) char *folder = scratch_folder();
	struct why why;
	ck_assert_int_eq(dir_sync(folder, &why), 0);
	ck_assert_int_eq(dir_sync("/nowhere", &why), -ENOENT);
}
END_TEST

START_TEST(writing_to_nowhere_is_an_error)
{
	own(fd) int fd = open("/dev/full", O_WRONLY | O_CLOEXEC);
	ck_assert_int_eq(write_all(fd, SPAN("x")), -ENOSPC);
}
END_TEST

/* The kernel answers as one without openat2(), or as a container's filter that
 * refuses what it does not know. */
static void
without_openat2(int error)
{
	scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ALLOW);
	ck_assert_ptr_nonnull(filter);
	ck_assert_int_eq(
		seccomp_rule_add(filter, SCMP_ACT_ERRNO((uint16_t)error),
			SYS_openat2, 0),
		0);
	ck_assert_int_eq(seccomp_load(filter), 0);
	seccomp_release(filter);
}

static char *
tree_with_links(void)
{
	char *top = scratch_folder();
	own(str) char *inner = xprintf("%s/in/deep", top);
	own(str) char *above = xprintf("%s/in", top);
	ck_assert_int_eq(mkdir(above, 0700), 0);
	ck_assert_int_eq(mkdir(inner, 0700), 0);
	own(str) char *f = file_with(inner, "f", SPAN("x"));
	own(str) char *g = file_with(top, "outside", SPAN("y"));
	static const char *const links[][2] = { { "deep/f", "in/link" },
		{ "deep", "in/linked" }, { "../outside", "in/up" },
		{ "/etc/passwd", "in/far" }, { "/etc", "in/etc" },
		{ "nowhere", "in/dangling" }, { "round", "in/round" },
		{ "/proc/self/fd/0", "in/magic" } };
	for (size_t i = 0; i < ELEMENTS(links); i++) {
		own(str) char *at = xprintf("%s/%s", top, links[i][1]);
		ck_assert_int_eq(symlink(links[i][0], at), 0);
	}
	return top;
}

static const struct {
	const char *path;
	int flags, expected;
} beneath[] = {
	{ "deep/f", O_RDONLY, 0 },
	{ "deep/f", O_RDONLY | O_NOFOLLOW, 0 },
	{ "./deep//f", O_RDONLY, 0 },
	{ "deep", O_RDONLY | O_DIRECTORY, 0 },
	{ "deep/", O_RDONLY, 0 },
	{ ".", O_PATH, 0 },
	{ "deep/f", O_PATH, 0 },
	{ "link", O_RDONLY, -ELOOP },
	{ "link", O_PATH, -ELOOP },
	{ "link", O_PATH | O_NOFOLLOW, -ELOOP },
	{ "linked", O_RDONLY | O_DIRECTORY, -ELOOP },
	{ "linked", O_PATH | O_DIRECTORY, -ELOOP },
	{ "linked/", O_RDONLY, -ELOOP },
	{ "linked/f", O_RDONLY, -ELOOP },
	{ "linked/nothing", O_RDONLY, -ELOOP },
	{ "up", O_RDONLY, -ELOOP },
	{ "far", O_RDONLY, -ELOOP },
	{ "etc/passwd", O_RDONLY, -ELOOP },
	{ "dangling", O_RDONLY, -ELOOP },
	{ "round", O_RDONLY, -ELOOP },
	{ "round/f", O_RDONLY, -ELOOP },
	{ "magic", O_RDONLY, -ELOOP },
	{ "../outside", O_RDONLY, -EXDEV },
	{ "deep/../../outside", O_RDONLY, -EXDEV },
	{ "deep/../deep/f", O_RDONLY, -EXDEV },
	{ "..", O_PATH, -EXDEV },
	{ "/etc/passwd", O_RDONLY, -EXDEV },
	{ "nothing", O_RDONLY, -ENOENT },
	{ "nothing/f", O_RDONLY, -ENOENT },
	{ "", O_RDONLY, -ENOENT },
	{ "deep/f/", O_RDONLY, -ENOTDIR },
	{ "deep/f/g", O_RDONLY, -ENOTDIR },
	{ "deep/f", O_RDONLY | O_DIRECTORY, -ENOTDIR },
	{ "deep", O_WRONLY, -EISDIR },
	{ "deep/new", O_WRONLY | O_CREAT, -EINVAL },
	{ "deep", O_RDWR | O_TMPFILE, -EINVAL },
};

static void
try_beneath(int openat2_error)
{
	own(str) char *top = tree_with_links();
	own(str) char *in = xprintf("%s/in", top);
	own(str) char *linked = xprintf("%s/door", top);
	ck_assert_int_eq(symlink("in", linked), 0);
	/* How the folder itself was reached does not matter. */
	own(fd) int dir = open(linked, O_PATH | O_DIRECTORY | O_CLOEXEC);
	ck_assert_int_ge(dir, 0);
	if (openat2_error)
		without_openat2(openat2_error);
	for (size_t i = 0; i < ELEMENTS(beneath); i++) {
		own(fd) int fd = file_open_beneath(
			dir, beneath[i].path, beneath[i].flags);
		ck_assert_msg((fd < 0 ? fd : 0) == beneath[i].expected,
			"%s, flags %o: %d, not %d", beneath[i].path,
			(unsigned)beneath[i].flags, fd, beneath[i].expected);
		if (fd >= 0)
			ck_assert_int_eq(fcntl(fd, F_GETFD), FD_CLOEXEC);
	}
}

START_TEST(no_link_leads_out_of_a_folder)
{
	try_beneath(0);
}
END_TEST

START_TEST(old_kernels_follow_none_either)
{
	try_beneath(ENOSYS);
}
END_TEST

START_TEST(a_filter_without_openat2_changes_nothing)
{
	try_beneath(EPERM);
}
END_TEST

static uid_t
owner_of(const char *path)
{
	struct stat st;
	ck_assert_int_eq(stat(path, &st), 0);
	return st.st_uid;
}

START_TEST(what_root_makes_in_a_folder_is_its_owners)
{
	own(str) char *folder = scratch_folder();
	own(str) char *below = xprintf("%s/below", folder);
	own(str) char *link = xprintf("%s/link", folder);
	own(str) char *foreign = scratch_folder();
	uid_t other = geteuid() == 0 ? 65534 : geteuid();
	ck_assert_int_eq(chown(folder, other, (gid_t)-1), 0);
	own(str) char *file = file_with(folder, "file", SPAN("x"));
	own(fd) int fd = open(file, O_RDONLY | O_CLOEXEC);
	file_leave_to_folder(fd, file);
	ck_assert_uint_eq(owner_of(file), other);
	ck_assert_int_eq(mkdir(below, 0700), 0);
	dir_leave_to_folder(below);
	ck_assert_uint_eq(owner_of(below), other);
	/* The folder's owner cannot have what lies elsewhere by a link. */
	ck_assert_int_eq(symlink(foreign, link), 0);
	dir_leave_to_folder(link);
	ck_assert_uint_eq(owner_of(foreign), geteuid());
}
END_TEST

CHECK_MAIN("file", what_root_makes_in_a_folder_is_its_owners,
	no_link_leads_out_of_a_folder, old_kernels_follow_none_either,
	a_filter_without_openat2_changes_nothing,
	a_file_is_read_whole_behind_what_is_there,
	a_file_over_the_limit_is_refused, only_regular_files_are_read,
	beneath_a_folder_only_its_own_files_are_read, a_secret_is_one_line,
	a_folder_can_be_synced, writing_to_nowhere_is_an_error)
