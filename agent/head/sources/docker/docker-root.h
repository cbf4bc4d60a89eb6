/* Where Docker keeps its files on this host. */
#pragma once

#include <stdbool.h>

#include "base/why.h"

/* The folder that holds `containers`: the given one, if it has any; else that
 * of Docker's own configuration (`data-root` of /etc/docker/daemon.json), else
 * one of its usual places. With `userns-remap` Docker keeps everything in a
 * folder UID.GID below it; that one is returned then. *ret is owned. -ENOENT:
 * there is none. */
int docker_root_find(const char *given, char **ret, struct why *why);
