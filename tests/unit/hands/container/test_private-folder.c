/* The folder for what came out of a container, and what becomes of it. */
#include "config.h"
#include "hands/container/private-folder.h"

#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "support/check_main.h"

START_TEST(it_is_ours_alone_and_is_gone_afterwards)
{
	own(str) char *above = scratch_folder();
	own(str) char *store = xprintf("%s/logmend.db", above);
	struct private_folder f = { 0 };
	struct why why = { "" };
	struct stat st;
	ck_assert_msg(
		private_folder_make(store, &f, &why) == 0, "%s", why.text);
	ck_assert_int_eq(stat(f.path, &st), 0);
	ck_assert_int_eq(st.st_mode & 0777, 0700);
	own(str) char *path = xstrdup(f.path);
	own(str) char *below = xprintf("%s/a", path);
	own(str) char *link = xprintf("%s/link", below);
	ck_assert_int_eq(mkdir(below, 0700), 0);
	/* Nothing behind a link is removed. */
	ck_assert_int_eq(symlink(above, link), 0);
	private_folder_remove(&f);
	ck_assert_int_ne(access(path, F_OK), 0);
	ck_assert_int_eq(access(above, F_OK), 0);
	private_folder_remove(&f);
}
END_TEST

START_TEST(what_a_killed_process_left_is_removed_by_the_next)
{
	own(str) char *above = scratch_folder();
	own(str) char *store = xprintf("%s/logmend.db", above);
	struct private_folder alive = { 0 }, next = { 0 };
	int tell[2];
	char left[256] = "";
	ck_assert_int_eq(private_folder_make(store, &alive, NULL), 0);
	ck_assert_int_eq(pipe(tell), 0);
	pid_t pid = fork();
	if (pid == 0) {
		struct private_folder f = { 0 };
		if (private_folder_make(store, &f, NULL) == 0)
			(void)!write(tell[1], f.path, strlen(f.path));
		pause();
	}
	ck_assert_int_gt(read(tell[0], left, sizeof(left) - 1), 0);
	ck_assert_int_eq(access(left, F_OK), 0);
	kill(pid, SIGKILL);
	ck_assert_int_eq(waitpid(pid, NULL, 0), pid);
	ck_assert_int_eq(private_folder_make(store, &next, NULL), 0);
	ck_assert_int_ne(access(left, F_OK), 0);
	ck_assert_int_eq(access(alive.path, F_OK), 0);
	private_folder_remove(&alive);
	private_folder_remove(&next);
	close(tell[0]);
	close(tell[1]);
}
END_TEST

START_TEST(it_can_be_made_before_the_service_ever_ran)
{
	own(str) char *root = scratch_folder();
	own(str) char *above = xprintf("%s/state", root);
	own(str) char *store = xprintf("%s/logmend.db", above);
	struct private_folder f = { 0 };
	struct why why = { "" };
	struct stat st;
	ck_assert_msg(
		private_folder_make(store, &f, &why) == 0, "%s", why.text);
	ck_assert_int_eq(stat(above, &st), 0);
	ck_assert_int_eq(st.st_mode & 0777, 0700);
	private_folder_remove(&f);
}
END_TEST

START_TEST(where_none_can_be_made_the_place_is_said)
{
	struct private_folder f = { 0 };
	struct why why = { "" };
	ck_assert_int_lt(
		private_folder_make("/nowhere/state/logmend.db", &f, &why), 0);
	ck_assert_ptr_nonnull(strstr(why.text, "/nowhere/state/inside: "));
}
END_TEST

CHECK_MAIN("private-folder", it_is_ours_alone_and_is_gone_afterwards,
	what_a_killed_process_left_is_removed_by_the_next,
	it_can_be_made_before_the_service_ever_ran,
	where_none_can_be_made_the_place_is_said)
