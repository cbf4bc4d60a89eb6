#include "config.h"
#include "hands/postgres/route.h"

#include <arpa/inet.h>
#include <errno.h>
#include <string.h>

#include "hands/container/container-address.h"
#include "hands/postgres/resolve.h"

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

static int
look_up(const struct url *url, usec deadline, char ***ret, struct why *why)
{
	const struct app *app = url->app;
	if (!is_asked_of_docker(url))
		return resolve(url->host, deadline, ret, why);
	bool inside = app->database_in_container;
	int r = container_address(app, url->host, deadline, ret, why);
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
