#include "config.h"
#include "head/control/listening-socket.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/buf.h"
#include "support/check_main.h"

static char *path;
static struct listening_socket first;

static void
set_up(void)
{
	own(str) char *folder = scratch_folder();
	path = xprintf("%s/run/control", folder);
	/* So that only the socket's own mode keeps others out. */
	ck_assert_int_eq(chmod(scratch_root, 0755), 0);
	ck_assert_int_eq(chmod(folder, 0755), 0);
	struct why why = { "" };
	ck_assert_msg(
		listening_socket_open(&first, path, &why) == 0, "%s", why.text);
}

START_TEST(a_stale_socket_is_replaced_and_a_living_one_is_not)
{
	set_up();
	struct listening_socket second;
	struct why why;
	ck_assert_int_eq(
		listening_socket_open(&second, path, &why), -EADDRINUSE);
	ck_assert_ptr_nonnull(strstr(why.text, "another logmend"));
	ck_assert(listening_socket_answers(path));
	/* Left over: bound, and nobody listens. */
	listening_socket_close(&first);
	struct sockaddr_un a = { .sun_family = AF_UNIX };
	snprintf(a.sun_path, sizeof(a.sun_path), "%s", path);
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);
	ck_assert_int_eq(bind(fd, (struct sockaddr *)&a, sizeof(a)), 0);
	close(fd);
	ck_assert(!listening_socket_answers(path));
	ck_assert_int_eq(listening_socket_open(&second, path, &why), 0);
	listening_socket_close(&second);
	/* Somebody's file is not. */
	fclose(fopen(path, "w"));
	ck_assert_int_eq(listening_socket_open(&second, path, &why), -EEXIST);
	ck_assert_int_eq(access(path, F_OK), 0);
}
END_TEST

START_TEST(a_socket_that_is_another_ones_by_now_stays)
{
	set_up();
	unlink(path);
	fclose(fopen(path, "w"));
	listening_socket_close(&first);
	ck_assert_int_eq(access(path, F_OK), 0);
}
END_TEST

START_TEST(only_root_and_the_group_may_connect)
{
	set_up();
	struct stat st;
	ck_assert_int_eq(stat(path, &st), 0);
	const struct group *group = getgrnam(CONTROL_GROUP);
	if (group && geteuid() == 0) {
		ck_assert_uint_eq(st.st_mode & 0777, 0660);
		ck_assert_uint_eq(st.st_gid, group->gr_gid);
	} else {
		ck_assert_uint_eq(st.st_mode & 0777, 0600);
	}
	if (geteuid() != 0)
		return;
	pid_t pid = fork();
	if (pid == 0) {
		struct sockaddr_un a = { .sun_family = AF_UNIX };
		snprintf(a.sun_path, sizeof(a.sun_path), "%s", path);
		int fd = socket(AF_UNIX, SOCK_STREAM, 0);
		if (setgroups(0, NULL) < 0 || setresgid(65534, 65534, 65534) ||
			setresuid(65534, 65534, 65534))
			_exit(1);
		bool refused =
			connect(fd, (struct sockaddr *)&a, sizeof(a)) < 0 &&
			errno == EACCES;
		_exit(refused ? 0 : 1);
	}
	int status;
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert_int_eq(status, 0);
	listening_socket_close(&first);
}
END_TEST

START_TEST(a_path_that_cannot_be_is_told_in_a_sentence)
{
	set_up();
	struct listening_socket c;
	struct why why;
	own(buf) struct buf deep = { 0 };
	for (int i = 0; i < 20; i++)
		buf_add_str(&deep, "/a-long-name");
	ck_assert_int_eq(
		listening_socket_open(&c, buf_str(&deep), &why), -ENAMETOOLONG);
	ck_assert_int_lt(
		listening_socket_open(&c, "/nonexistent/a/b/control", &why), 0);
	ck_assert_ptr_nonnull(strstr(why.text, "/nonexistent/a/b"));
	listening_socket_close(&first);
}
END_TEST

CHECK_MAIN("listening-socket",
	a_stale_socket_is_replaced_and_a_living_one_is_not,
	a_socket_that_is_another_ones_by_now_stays,
	only_root_and_the_group_may_connect,
	a_path_that_cannot_be_is_told_in_a_sentence)
