/* A socket with a name in the file system at which the daemon listens. Who may
 * connect is decided by its mode: root, and group logmend where there is one.
 */
#pragma once

#include <stdbool.h>
#include <sys/types.h>

#include "base/why.h"

#define CONTROL_GROUP "logmend"

struct listening_socket {
	int fd;
	char *path; /* NULL: it is not open */
	dev_t dev;  /* of its file, to remove no other's */
	ino_t ino;
};

/* Replaces a stale socket; the last folder of the path is created (0755) where
 * missing. -EADDRINUSE: somebody answers there; -EEXIST: it is no socket. */
int listening_socket_open(
	struct listening_socket *ret, const char *path, struct why *why);
/* Whether somebody listens there. */
bool listening_socket_answers(const char *path);
/* Closes it, and removes its file, if that is still ours. */
void listening_socket_close(struct listening_socket *s);
