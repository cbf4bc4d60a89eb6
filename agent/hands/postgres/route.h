/* The way to the host that a URL names: the addresses to connect to. */
#pragma once

#include "base/clock.h"
#include "base/why.h"
#include "hands/postgres/url.h"
#include "hands/steps/reach.h"

/* The host, once for each of its addresses, and the addresses, each a list with
 * commas as libpq takes them (`host` and `hostaddr`); owned. libpq must not
 * look names up itself, and compares certificates with the name. *ret_addresses
 * stays NULL where the host is an address or a socket's folder. Asked for anew
 * before each connection: a container has another address after each deploy.
 * -EHOSTUNREACH: there is no way there. */
int route_find(const struct url *url, usec deadline, char **ret_hosts,
	char **ret_addresses, struct why *why);
/* The id of the container in which the URL's host runs, owned, where the way to
 * it goes through Docker's networks; -ENOENT: it does not. -EHOSTUNREACH: no
 * such container runs here, or several do, and `why` says so. Else as
 * engine_get(). */
int route_container(
	const struct url *url, usec deadline, char **ret, struct why *why);
/* Finds out, from the host, whether a job has to enter a network for this host:
 * where Docker knows it and it has no address outside of its network, or takes
 * no connection at that one. *ret is the namespace, its `refusal` why there is
 * none; else it stays as it is. */
void route_way(const struct url *url, usec deadline, struct reach_way *ret);
/* How the host is reached, for a sentence: `through the network of
 * captain-nginx`. NULL: Docker's networks have nothing to do with it. Nothing
 * is connected to, so that only what Docker says counts. Owned. */
char *route_text(const struct url *url, usec deadline);
