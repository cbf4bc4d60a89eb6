#include "config.h"
#include "head/sources/log-file.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "base/io/descriptors.h"
#include "support/logs.h"

START_TEST(only_a_regular_file_is_opened)
{
	own(str) char *folder = scratch_folder();
	own(str) char *log = logs_new(folder, "log", 'a', 1);
	own(str) char *link = xprintf("%s/link", folder);
	own(str) char *fifo = xprintf("%s/fifo", folder);
	ck_assert_int_eq(symlink(log, link), 0);
	ck_assert_int_eq(mkfifo(fifo, 0600), 0);
	own(fd) int fd = log_file_open(log, NULL);
	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(log_file_open(link, NULL), -ELOOP);
	/* Nobody writes to it, and nobody waits for that. */
	ck_assert_int_eq(log_file_open(fifo, NULL), -EINVAL);
	ck_assert_int_eq(log_file_open(folder, NULL), -EINVAL);
	ck_assert_int_eq(log_file_open("/nowhere/log", NULL), -ENOENT);
}
END_TEST

/* Root reads these folders, and other users may write in some of them. */
START_TEST(no_link_below_the_docker_root_is_followed)
{
	own(str) char *top = scratch_folder();
	own(str) char *root = xprintf("%s/docker", top);
	own(str) char *containers = xprintf("%s/containers", root);
	own(str) char *one = xprintf("%s/one", containers);
	own(str) char *outside = xprintf("%s/outside", top);
	own(str) char *door = xprintf("%s/door", top);
	ck_assert_int_eq(mkdir(root, 0700), 0);
	ck_assert_int_eq(mkdir(containers, 0700), 0);
	ck_assert_int_eq(mkdir(one, 0700), 0);
	ck_assert_int_eq(mkdir(outside, 0700), 0);
	own(str) char *log = logs_new(one, "log", 'a', 1);
	own(str) char *secret = logs_new(outside, "log", 's', 1);
	static const char *const links[][2] = { { "../../outside", "two" },
		{ "one", "three" }, { "one/log", "log" },
		{ "one/../../../outside/log", "up" } };
	for (size_t i = 0; i < ELEMENTS(links); i++) {
		own(str) char *at = xprintf("%s/%s", containers, links[i][1]);
		ck_assert_int_eq(symlink(links[i][0], at), 0);
	}
	/* The root itself is its owner's choice. */
	ck_assert_int_eq(symlink("docker", door), 0);
	static const struct {
		const char *path;
		int expected;
	} paths[] = { { "one/log", 0 }, { "two/log", -ELOOP },
		{ "three/log", -ELOOP }, { "log", -ELOOP }, { "up", -ELOOP },
		{ "one/../one/log", -EXDEV }, { "../../outside/log", -EXDEV },
		{ "four/log", -ENOENT } };
	log_file_root(door);
	for (size_t i = 0; i < ELEMENTS(paths); i++) {
		struct why why = { "" };
		struct stat st;
		own(str) char *path =
			xprintf("%s/containers/%s", door, paths[i].path);
		own(fd) int fd = log_file_open(path, &why);
		ck_assert_msg(MIN(fd, 0) == paths[i].expected, "%s: %d %s",
			path, fd, why.text);
		ck_assert_int_eq(log_file_stat(path, &st), paths[i].expected);
		if (fd == -ELOOP)
			ck_assert_ptr_nonnull(
				strstr(why.text, "symbolic link"));
	}
	ck_assert_int_eq(log_file_open(secret, NULL), -EXDEV);
	ck_assert_int_eq(log_file_open(log, NULL), -EXDEV);
	log_file_root(NULL);
}
END_TEST

START_TEST(a_log_takes_none_of_the_descriptors_that_are_reserved)
{
	own(str) char *folder = scratch_folder();
	own(str) char *log = logs_new(folder, "log", 'a', 1);
	own(fd) int fd = log_file_open(log, NULL);
	struct rlimit limit;
	ck_assert_int_eq(getrlimit(RLIMIT_NOFILE, &limit), 0);
	/* The next descriptor is the first that is reserved. */
	limit.rlim_cur = (rlim_t)fd + 1 + DESCRIPTORS_RESERVE;
	ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &limit), 0);
	struct why why = { "" };
	ck_assert_int_eq(log_file_open(log, &why), -EMFILE);
	ck_assert_ptr_nonnull(strstr(why.text, log));
	limit.rlim_cur++;
	ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &limit), 0);
	own(fd) int next = log_file_open(log, NULL);
	ck_assert_int_ge(next, 0);
}
END_TEST

START_TEST(size_and_time_are_those_of_the_file)
{
	own(str) char *folder = scratch_folder();
	own(str) char *path = logs_new(folder, "log", 'a', 3);
	own(str) char *packed = xprintf("%s/log.1.gz", folder);
	logs_compress(path, packed);
	logs_age(path, 1000);
	own(log_file) struct log_file *l = logs_open(path);
	own(log_file) struct log_file *gz = logs_open(packed);
	uint64_t size = 0;
	ck_assert(!l->compressed && gz->compressed);
	ck_assert_int_eq(log_file_size(l, &size, NULL), 0);
	ck_assert_uint_eq(size, 3 * LOGS_LINE);
	ck_assert_int_eq(log_file_size(gz, &size, NULL), 0);
	ck_assert_uint_eq(size, 3 * LOGS_LINE);
	ck_assert_uint_eq(log_file_last_write(l), 1000 * USEC_SECOND);
}
END_TEST

START_TEST(a_copy_is_the_same_file_or_the_same_bytes_compressed)
{
	own(str) char *folder = scratch_folder();
	/* More than the head that is compared, so that the size counts too. */
	own(str) char *a = logs_new(folder, "a", 'a', 5000);
	own(str) char *b = logs_new(folder, "b", 'b', 5000);
	own(str) char *same = logs_new(folder, "same", 'a', 5000);
	own(str) char *longer = logs_new(folder, "longer", 'a', 5001);
	own(str) char *packed = xprintf("%s/a.gz", folder);
	own(str) char *renamed = xprintf("%s/renamed", folder);
	logs_compress(a, packed);
	ck_assert_int_eq(link(a, renamed), 0);
	own(log_file) struct log_file *la = logs_open(a);
	own(log_file) struct log_file *lb = logs_open(b);
	own(log_file) struct log_file *lsame = logs_open(same);
	own(log_file) struct log_file *llonger = logs_open(longer);
	own(log_file) struct log_file *lpacked = logs_open(packed);
	own(log_file) struct log_file *lrenamed = logs_open(renamed);
	ck_assert_int_eq(log_file_is_copy(la, lrenamed, NULL), 1);
	ck_assert_int_eq(log_file_is_copy(la, lpacked, NULL), 1);
	ck_assert_int_eq(log_file_is_copy(lpacked, la, NULL), 1);
	ck_assert_int_eq(log_file_is_copy(lb, lpacked, NULL), 0);
	ck_assert_int_eq(log_file_is_copy(llonger, lpacked, NULL), 0);
	/* Docker copies a log only by compressing it. */
	ck_assert_int_eq(log_file_is_copy(la, lsame, NULL), 0);
}
END_TEST

/* It was taken for another file, and all of the log was read again. */
START_TEST(a_copy_that_cannot_be_read_now_is_no_other_file)
{
	own(str) char *folder = scratch_folder();
	own(str) char *a = logs_new(folder, "a", 'a', 9);
	own(str) char *packed = xprintf("%s/a.1.gz", folder);
	logs_compress(a, packed);
	own(log_file) struct log_file *la = logs_open(a);
	own(log_file) struct log_file *lpacked = logs_open(packed);
	struct why why;
	ck_assert_int_eq(log_file_is_copy(la, lpacked, &why), 1);
	int closed = open(packed, O_WRONLY | O_CLOEXEC);
	ck_assert_int_ge(dup2(closed, lpacked->fd), 0);
	close(closed);
	ck_assert_int_lt(log_file_is_copy(la, lpacked, &why), 0);
	ck_assert_int_lt(log_file_is_copy(lpacked, la, &why), 0);
}
END_TEST

START_TEST(a_file_has_shrunk_since_the_last_look)
{
	own(str) char *folder = scratch_folder();
	own(str) char *path = logs_new(folder, "log", 'a', 3);
	own(log_file) struct log_file *l = logs_open(path);
	ck_assert(!log_file_has_shrunk(l));
	logs_append(path, 'a', 3, 1);
	ck_assert(!log_file_has_shrunk(l));
	ck_assert_int_eq(truncate(path, 3 * LOGS_LINE), 0);
	ck_assert(log_file_has_shrunk(l));
	ck_assert(!log_file_has_shrunk(l));
}
END_TEST

START_TEST(a_head_that_has_grown_is_another_key)
{
	own(str) char *folder = scratch_folder();
	own(str) char *path = logs_new(folder, "log", 'a', 1);
	own(log_file) struct log_file *l = logs_open(path);
	own(str) char *before = xstrdup(l->key);
	ck_assert_int_eq(log_file_identify(l, NULL), 0);
	ck_assert_str_eq(l->key, before);
	logs_append(path, 'a', 1, 1);
	ck_assert_int_eq(log_file_identify(l, NULL), 0);
	ck_assert_str_ne(l->key, before);
}
END_TEST

/* A service manager's notification socket, which is a datagram socket. */
static int
notify_socket(const char *folder)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	ck_assert_int_ge(fd, 0);
	snprintf(address.sun_path, sizeof(address.sun_path), "%s/n", folder);
	ck_assert_int_eq(
		bind(fd, (struct sockaddr *)&address, sizeof(address)), 0);
	ck_assert_int_eq(setenv("NOTIFY_SOCKET", address.sun_path, 1), 0);
	return fd;
}

/* Receives one notification, owned, and the descriptor that came with it. */
static char *
receive(int sock, int *ret_fd)
{
	char text[512];
	union {
		struct cmsghdr head;
		char room[256];
	} control;
	struct iovec iov = { text, sizeof(text) - 1 };
	struct msghdr msg = { .msg_iov = &iov,
		.msg_iovlen = 1,
		.msg_control = &control,
		.msg_controllen = sizeof(control) };
	ssize_t n = recvmsg(sock, &msg, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
	ck_assert_int_ge(n, 0);
	*ret_fd = -1;
	for (struct cmsghdr *c = CMSG_FIRSTHDR(&msg); c;
		c = CMSG_NXTHDR(&msg, c))
		if (c->cmsg_type == SCM_RIGHTS)
			memcpy(ret_fd, CMSG_DATA(c), sizeof(int));
	return xstrndup(text, (size_t)n);
}

START_TEST(the_fd_store_gets_a_duplicate_under_the_containers_name)
{
	own(str) char *folder = scratch_folder();
	own(str) char *path = logs_new(folder, "log", 'a', 1);
	own(log_file) struct log_file *l = logs_open(path);
	own(fd) int sock = notify_socket(folder);
	own(fd) int kept = -1, none = -1;
	own(str) char *name =
		xprintf("c0ffee.%llx", (unsigned long long)l->identity.ino);
	own(str) char *expected =
		xprintf("FDSTORE=1\nFDNAME=%s\nFDPOLL=0", name);
	log_file_fdstore_add(l, "c0ffee");
	own(str) char *added = receive(sock, &kept);
	ck_assert_str_eq(added, expected);
	struct stat st;
	ck_assert_int_eq(fstat(kept, &st), 0);
	ck_assert_uint_eq(st.st_ino, l->identity.ino);
	own(str) char *gone = xprintf("FDSTOREREMOVE=1\nFDNAME=%s", name);
	log_file_fdstore_remove(l, "c0ffee");
	own(str) char *removed = receive(sock, &none);
	ck_assert_str_eq(removed, gone);
	own(str) char *container = log_file_fdstore_container(name);
	ck_assert_str_eq(container, "c0ffee");
}
END_TEST

CHECK_MAIN("log-file", only_a_regular_file_is_opened,
	no_link_below_the_docker_root_is_followed,
	a_log_takes_none_of_the_descriptors_that_are_reserved,
	size_and_time_are_those_of_the_file,
	a_copy_is_the_same_file_or_the_same_bytes_compressed,
	a_copy_that_cannot_be_read_now_is_no_other_file,
	a_file_has_shrunk_since_the_last_look,
	a_head_that_has_grown_is_another_key,
	the_fd_store_gets_a_duplicate_under_the_containers_name)
