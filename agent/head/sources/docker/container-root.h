/* Where the file system of a container lies on the host, from Docker's own
 * files: nobody asks its daemon, and nothing is mounted. */
#pragma once

#include <stdbool.h>

#include "base/own.h"

/* The folders, below the Docker root and relative to it, that hold the files of
 * the container: one, if it is mounted as it runs. Of a container that has
 * ended the layers it was mounted from, the uppermost first: what an upper one
 * removed of a lower one is still seen. A list (own.h), owned; NULL where none
 * is found. */
char **
container_roots(const char *docker_root, const char *driver, const char *id);
