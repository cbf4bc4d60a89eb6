/* The address at which this process reaches a container of Docker's networks by
 * its name there: from the host, or from the network that the job entered
 * (hands/steps/reach.h). It changes at every redeploy, and the old one may be
 * another container's, so it is asked for before each connection. */
#pragma once

#include "base/clock.h"
#include "base/why.h"
#include "config/settings.h"

/* Whether the name, in the mouth of a container, means the container itself. */
bool container_address_is_own(const char *host);
/* The addresses of the running containers that the app's networks know by this
 * name, as a list, owned; the newest container's first. 1: Docker says that
 * there is no such name, which `why` says too; nothing else may lead on to
 * another place that knows names. -EHOSTUNREACH: there is, and nothing can be
 * reached by it, or the networks of the app are not known; `why` says what to
 * do. Else as engine_get(). */
int container_address(const struct app *app, const char *host, usec deadline,
	char ***ret, struct why *why);
/* The id of the one running container that they know by this name, owned; fails
 * as container_address() does, with -ENOENT where there is no such name, and
 * where there are several. */
int container_address_id(const struct app *app, const char *host, usec deadline,
	char **ret, struct why *why);
