/* The way to a server that is not there, or does not speak. What a server says
 * when it refuses is told in tests/server/test_session.c. */
#include "config.h"
#include "hands/postgres/connect.h"

#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "support/check_main.h"

#define SOON (clock_mono() + 20 * USEC_SECOND)

/* A port of this machine: with `listening`, one at which nobody answers. */
static int
take_port(bool listening, int *ret_port)
{
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	struct sockaddr_in at = { .sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t len = sizeof(at);
	ck_assert_int_eq(bind(fd, (struct sockaddr *)&at, sizeof(at)), 0);
	ck_assert_int_eq(getsockname(fd, (struct sockaddr *)&at, &len), 0);
	if (listening)
		ck_assert_int_eq(listen(fd, 1), 0);
	*ret_port = ntohs(at.sin_port);
	return fd;
}

static int
try_at(const char *host, int port, usec deadline, struct why *why)
{
	own(str) char *text = xprintf(
		"postgresql://u:secret@%s:%d/d?sslmode=disable", host, port);
	own(url) struct url u = { 0 };
	PGconn *conn = NULL;
	ck_assert_int_eq(url_parse(text, &u, NULL), 0);
	int r = connect_to(&u, NULL, "test", deadline, &conn, why);
	ck_assert_ptr_null(conn);
	ck_assert_ptr_null(strstr(why->text, "secret"));
	return r;
}

START_TEST(a_port_where_nobody_listens_refuses)
{
	int port = 0;
	own(fd) int fd = take_port(false, &port);
	struct why why = { "" };
	ck_assert_int_eq(try_at("127.0.0.1", port, SOON, &why), -ECONNREFUSED);
	own(str) char *where = xprintf(
		"no connection to 127.0.0.1:%d/d, schema public: ", port);
	ck_assert_ptr_nonnull(strstr(why.text, where));
	ck_assert_ptr_nonnull(strstr(why.text, "Connection refused"));
}
END_TEST

START_TEST(a_name_is_looked_up_and_told_as_a_name)
{
	int port = 0;
	own(fd) int fd = take_port(false, &port);
	struct why why = { "" };
	ck_assert_int_eq(try_at("localhost", port, SOON, &why), -ECONNREFUSED);
	ck_assert_ptr_nonnull(strstr(why.text, "no connection to localhost:"));
}
END_TEST

START_TEST(a_name_that_cannot_be_resolved_is_no_way_there)
{
	struct why why = { "" };
	ck_assert_int_eq(try_at("no..name", 5432, SOON, &why), -EHOSTUNREACH);
}
END_TEST

START_TEST(a_folder_without_a_socket_refuses)
{
	own(str) char *folder = scratch_folder();
	own(url) struct url u = { 0 };
	PGconn *conn = NULL;
	struct why why = { "" };
	own(str) char *text =
		xprintf("postgresql://u:secret@h/d?host=%s", folder);
	ck_assert_int_eq(url_parse(text, &u, NULL), 0);
	ck_assert_int_eq(
		connect_to(&u, NULL, "test", SOON, &conn, &why), -ECONNREFUSED);
	ck_assert_ptr_nonnull(strstr(why.text, "No such file or directory"));
}
END_TEST

START_TEST(a_server_that_does_not_answer_is_given_up_at_the_deadline)
{
	int port = 0;
	own(fd) int fd = take_port(true, &port);
	struct why why = { "" };
	usec deadline = clock_mono() + USEC_SECOND / 5;
	ck_assert_int_eq(try_at("127.0.0.1", port, deadline, &why), -ETIMEDOUT);
	ck_assert(clock_mono() >= deadline);
	ck_assert_ptr_nonnull(strstr(why.text, "no answer within 0."));
	ck_assert_ptr_nonnull(strstr(why.text, "connect_timeout"));
}
END_TEST

/* Who waits for it waits in vain. */
START_TEST(only_what_somebody_has_to_change_is_in_vain)
{
	ck_assert(connect_in_vain(-EACCES));
	ck_assert(connect_in_vain(-ENOENT));
	static const int others[] = { -EAGAIN, -ECONNREFUSED, -ETIMEDOUT,
		-EHOSTUNREACH, -EPIPE, 0 };
	for (size_t i = 0; i < ELEMENTS(others); i++)
		ck_assert(!connect_in_vain(others[i]));
}
END_TEST

CHECK_MAIN("connect", a_port_where_nobody_listens_refuses,
	a_name_is_looked_up_and_told_as_a_name,
	a_name_that_cannot_be_resolved_is_no_way_there,
	a_folder_without_a_socket_refuses,
	a_server_that_does_not_answer_is_given_up_at_the_deadline,
	only_what_somebody_has_to_change_is_in_vain)
