#include "config.h"
#include "hands/postgres/route.h"

#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "base/escape.h"
#include "hands/container/network/container-address.h"
#include "hands/container/network/container-namespace.h"
#include "hands/postgres/resolve.h"

#define KNOCK_TIME 3000 /* milliseconds; the host's own bridge is near */

/* Whether the host needs no look-up: an address, or a Unix socket's folder. */
static bool
is_literal(const char *host)
{
	unsigned char binary[16];
	return host[0] == '/' || host[0] == '@' ||
		inet_pton(AF_INET, host, binary) == 1 ||
		inet_pton(AF_INET6, host, binary) == 1;
}

static bool
is_short(const struct url *url)
{
	return !strchr(url->host, '.') && !container_address_is_own(url->host);
}

/* A name without a dot is asked of Docker before the host, whose resolver may
 * have an answer to any name: that one would get the password. So the host is
 * asked only where Docker says that it has no such name, and not where Docker
 * says nothing. In a URL that comes from a container such a name means nothing
 * to the host. */
static bool
is_asked_of_docker(const struct url *url)
{
	const struct app *app = url->app;
	return app && app->docker_socket && !is_literal(url->host) &&
		(app->database_in_container || is_short(url));
}

/* In a network that the job entered, the host's names and addresses would lead
 * to strangers: 127.0.0.1 is the container there. */
static int
refuse_outside(const struct url *url, struct why *why)
{
	own(str) char *shown = escape_str(span_of(url->host), 200, ESCAPE_LINE);
	return because(why, -EHOSTUNREACH,
		"%s is no name of the network %s, which this job entered for "
		"the app's database, and a job is in one network",
		shown, reach_place()->name);
}

static int
look_up(const struct url *url, usec deadline, char ***ret, struct why *why)
{
	const struct app *app = url->app;
	if (!is_asked_of_docker(url))
		return resolve(url->host, deadline, ret, why);
	bool inside = app->database_in_container;
	int r = container_address(app, url->host, deadline, ret, why);
	if (r > 0 && reach_place()->network)
		return refuse_outside(url, why);
	if (r > 0 && !(inside && is_short(url)))
		return resolve(url->host, deadline, ret, why);
	/* A socket that is not there may be there again soon. */
	return r != 0 && r != -EACCES ? -EHOSTUNREACH : r;
}

int
route_find(const struct url *url, usec deadline, char **ret_hosts,
	char **ret_addresses, struct why *why)
{
	own(strings) char **list = NULL;
	bool inside = url->app && url->app->database_in_container;
	if (inside && container_address_is_own(url->host))
		return because(why, -EHOSTUNREACH,
			"the app's database URL leads to the app's own "
			"container (%s), where nobody but the app gets to: put "
			"a URL that this host can use into a file, and name "
			"that as `database-url-file`",
			url->host);
	if (reach_place()->network && !is_asked_of_docker(url))
		return refuse_outside(url, why);
	if (is_literal(url->host)) {
		*ret_hosts = xstrdup(url->host);
		return 0;
	}
	int r = look_up(url, deadline, &list, why);
	if (r < 0)
		return r;
	own(buf) struct buf hosts = { 0 }, addresses = { 0 };
	for (size_t i = 0; list && list[i]; i++) {
		buf_printf(&hosts, "%s%s", i ? "," : "", url->host);
		buf_printf(&addresses, "%s%s", i ? "," : "", list[i]);
	}
	*ret_hosts = buf_take_str(&hosts);
	*ret_addresses = buf_take_str(&addresses);
	return 0;
}

int
route_container(
	const struct url *url, usec deadline, char **ret, struct why *why)
{
	if (!is_asked_of_docker(url) || container_address_is_own(url->host))
		return because(why, -ENOENT,
			"the database is in no container that Docker's "
			"networks name");
	return container_address_id(url->app, url->host, deadline, ret, why);
}

/* Milliseconds. */
static int
knock_time(usec deadline)
{
	usec now = clock_mono();
	usec left = now < deadline ? (deadline - now) / 1000 + 1 : 0;
	return (int)MIN(left, KNOCK_TIME);
}

/* Whether a connection is taken there; nothing is said over it. */
static bool
knock(const char *address, const char *port, usec deadline)
{
	struct sockaddr_in to = { .sin_family = AF_INET,
		.sin_port = htons((uint16_t)strtoul(port, NULL, 10)) };
	own(fd) int fd =
		socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	int error = 0;
	socklen_t len = sizeof(error);
	if (fd < 0 || inet_pton(AF_INET, address, &to.sin_addr) != 1)
		return false;
	if (connect(fd, (struct sockaddr *)&to, sizeof(to)) == 0)
		return true;
	struct pollfd p = { fd, POLLOUT, 0 };
	return errno == EINPROGRESS && poll(&p, 1, knock_time(deadline)) == 1 &&
		getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &len) == 0 &&
		error == 0;
}

static bool
is_open(char *const *addresses, const char *port, usec deadline)
{
	for (; addresses && *addresses; addresses++)
		if (knock(*addresses, port, deadline))
			return true;
	return false;
}

void
route_way(const struct url *url, usec deadline, struct reach_way *ret)
{
	own(strings) char **list = NULL;
	struct why why;
	if (!is_asked_of_docker(url) || container_address_is_own(url->host))
		return;
	int r = container_address(url->app, url->host, deadline, &list, &why);
	if ((r != 0 && r != -EHOSTUNREACH) ||
		is_open(list, url->port, deadline))
		return;
	bool has_none = r != 0;
	r = container_namespace_open(url->app, url->host, deadline, ret, &why);
	/* Where it has an address, that one is tried, and its error is told. */
	if (r < 0 && r != -ENOENT && has_none)
		ret->refusal = xstrdup(why.text);
}

char *
route_text(const struct url *url, usec deadline)
{
	own(strings) char **list = NULL;
	own(reach_way) struct reach_way way = REACH_WAY;
	struct why why;
	if (!is_asked_of_docker(url) || container_address_is_own(url->host))
		return NULL;
	int r = container_address(url->app, url->host, deadline, &list, &why);
	if (r == 0)
		return xstrdup("at its container's address on this host");
	if (r == 1)
		return NULL;
	struct why first = why;
	r = r == -EHOSTUNREACH ? container_namespace_open(url->app, url->host,
					 deadline, &way, &why)
			       : r;
	if (r == 0)
		return xprintf("through the network of %s", way.whose);
	return xprintf("not at all: %s", r == -ENOENT ? first.text : why.text);
}
