#include "config.h"
#include "cli/init/new-file.h"

#include <dirent.h>
#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/io/file.h"
#include "support/check_main.h"

static const struct new_file how = {
	.mode = 0640, .owner = (uid_t)-1, .group = (gid_t)-1
};

static size_t
count_files(const char *folder)
{
	size_t n = 0;
	DIR *dir = opendir(folder);
	ck_assert_ptr_nonnull(dir);
	for (struct dirent *e; (e = readdir(dir));)
		n += e->d_name[0] != '.';
	closedir(dir);
	return n;
}

START_TEST(a_file_has_its_mode_whatever_the_umask_is)
{
	own(str) char *folder = scratch_folder();
	own(str) char *path = xprintf("%s/f", folder);
	struct stat st;
	umask(0777);
	ck_assert_int_eq(new_file_write(path, &how, SPAN("text"), NULL), 0);
	ck_assert_int_eq(stat(path, &st), 0);
	ck_assert_uint_eq(st.st_mode & 07777, 0640);
	ck_assert_int_eq(st.st_size, 4);
	ck_assert_uint_eq(count_files(folder), 1);
}
END_TEST

START_TEST(what_is_there_is_never_replaced)
{
	own(str) char *folder = scratch_folder();
	own(str) char *path = xprintf("%s/f", folder);
	own(buf) struct buf kept = { 0 };
	struct why why;
	ck_assert_int_eq(new_file_write(path, &how, SPAN("first"), NULL), 0);
	ck_assert_int_eq(
		new_file_write(path, &how, SPAN("second"), &why), -EEXIST);
	ck_assert_ptr_nonnull(strstr(why.text, path));
	ck_assert_int_eq(file_read(path, 10, &kept, NULL), 0);
	ck_assert(span_is(buf_span(&kept), "first"));
	/* Nor is a link followed to what it leads to. */
	own(str) char *link = xprintf("%s/link", folder);
	ck_assert_int_eq(symlink("/nowhere/at/all", link), 0);
	ck_assert_int_eq(new_file_write(link, &how, SPAN("x"), NULL), -EEXIST);
	ck_assert_uint_eq(count_files(folder), 2);
}
END_TEST

START_TEST(a_folder_that_is_missing_is_told)
{
	struct why why;
	ck_assert_int_eq(
		new_file_write("/nowhere/f", &how, SPAN("x"), &why), -ENOENT);
	ck_assert_ptr_nonnull(strstr(why.text, "/nowhere/f"));
}
END_TEST

CHECK_MAIN("new-file", a_file_has_its_mode_whatever_the_umask_is,
	what_is_there_is_never_replaced, a_folder_that_is_missing_is_told)
