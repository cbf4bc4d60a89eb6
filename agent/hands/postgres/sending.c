#include "config.h"
#include "hands/postgres/sending.h"

#include <errno.h>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <poll.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>

#include "hands/postgres/connect.h"

/* Messages of PostgreSQL's protocol without their texts: Query; Parse, Bind,
 * Describe, Execute and Sync; and each parameter
 * (https://www.postgresql.org/docs/15/protocol-message-formats.html). */
#define QUERY_BYTES 6u
#define EXTENDED_BYTES 46u
#define PARAMETER_BYTES 4u

/* How many bytes the kernel has taken of this side: what was sent, less what
 * was sent again, and what waits to be sent. -1: it does not tell, as of a Unix
 * socket. */
static int64_t
taken_of(const PGconn *conn)
{
	struct tcp_info info = { 0 };
	socklen_t len = sizeof(info);
	/* Kernels before 4.19 tell less. */
	if (getsockopt(PQsocket(conn), IPPROTO_TCP, TCP_INFO, &info, &len) <
			0 ||
		len < offsetof(struct tcp_info, tcpi_bytes_retrans) +
				sizeof(info.tcpi_bytes_retrans))
		return -1;
	return (int64_t)(info.tcpi_bytes_sent - info.tcpi_bytes_retrans +
		info.tcpi_notsent_bytes);
}

bool
send_statement(PGconn *conn, const char *sql, struct sent_statement *ret)
{
	ret->taken = taken_of(conn);
	ret->bytes = QUERY_BYTES + strlen(sql);
	return PQsendQuery(conn, sql);
}

bool
send_with_params(PGconn *conn, const char *sql, const char *const *params,
	size_t n, struct sent_statement *ret)
{
	ret->taken = taken_of(conn);
	ret->bytes = EXTENDED_BYTES + strlen(sql);
	for (size_t i = 0; i < n; i++)
		ret->bytes +=
			PARAMETER_BYTES + (params[i] ? strlen(params[i]) : 0);
	return PQsendQueryParams(
		conn, sql, (int)n, NULL, params, NULL, NULL, 0);
}

int
send_rest(PGconn *conn, usec deadline)
{
	for (;;) {
		int r = PQflush(conn);
		if (r == 0)
			return 0;
		if (r < 0)
			return -EPIPE;
		r = connect_await(conn, POLLIN | POLLOUT, deadline);
		if (r < 0)
			return r;
		/* The server may stop reading until we read. */
		if (!PQconsumeInput(conn))
			return -EPIPE;
	}
}

bool
sent_whole(const PGconn *conn, const struct sent_statement *s)
{
	int64_t taken = s->taken < 0 ? -1 : taken_of(conn);
	return taken < 0 || (uint64_t)(taken - s->taken) >= s->bytes;
}
