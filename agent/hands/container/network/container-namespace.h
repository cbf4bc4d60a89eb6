/* The network namespace from which a database is reached that has no address
 * outside of its overlay network: that of another container there, or the one
 * in which Docker balances that network's load. */
#pragma once

#include "base/clock.h"
#include "base/why.h"
#include "config/settings.h"
#include "hands/steps/reach.h"

/* Opens it: that of captain-nginx, else of another one of CapRover's own, else
 * of the oldest container whose root cannot read along (NET_RAW); else the load
 * balancer's; else that of any container. Never one of the app or of the
 * database, for a container that is removed takes a connection along, and those
 * are deployed when something is wrong with them; and none that may change its
 * network (privileged, NET_ADMIN), whose root could be where the database
 * should be.
 *
 * -ENOENT: no running container has the host's name. -EHOSTUNREACH: there is
 * nobody whose network could be used. Else as engine_get(). */
int container_namespace_open(const struct app *app, const char *host,
	usec deadline, struct reach_way *ret, struct why *why);
