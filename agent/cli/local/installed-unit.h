/* A unit of the service as it is installed here, with its drop-ins: what its
 * processes may see and write, which differs from what root's commands may.
 * Read from systemd's files; nobody is asked. */
#pragma once

#include <stdbool.h>

#include "base/own.h"

/* The daemon, and the processes with rights of their own that concern people:
 * what looks at databases and mends them, and what asks Docker. */
#define INSTALLED_UNIT_DAEMON "logmend.service"
#define INSTALLED_UNIT_HANDS "logmend-hands@.service"
#define INSTALLED_UNIT_DOCKER "logmend-docker@.service"

/* The command that installs the drop-in which shows Docker's socket to those
 * three. systemd has to be told of it. */
#define INSTALLED_UNIT_OPENS_SOCKET                                     \
	"for u in \"\" -docker@ -hands@; do sudo install -D -m 644 -t " \
	"/etc/systemd/system/logmend$u.service.d " DATA_DIR             \
	"/docker-socket.conf; done"

/* The same for the drop-in with the right to enter a network (hands). */
#define INSTALLED_UNIT_LETS_ENTER                                  \
	"sudo install -D -m 644 -t "                               \
	"/etc/systemd/system/" INSTALLED_UNIT_HANDS ".d " DATA_DIR \
	"/reach.conf"

struct installed_unit {
	char *path;        /* of the unit's file; NULL: none is installed */
	char *program;     /* that it starts */
	char *user;        /* NULL: root */
	bool enabled;      /* it starts with the host */
	bool roles;        /* its processes have units of their own */
	bool strict;       /* ProtectSystem=strict: all is read-only but ... */
	char **writable;   /* ... ReadWritePaths, a list (own.h) */
	char **hidden;     /* InaccessiblePaths */
	char **rights;     /* CapabilityBoundingSet; NULL: all */
	char **ambient;    /* AmbientCapabilities */
	char **namespaces; /* RestrictNamespaces; NULL: all may be entered */
	bool private_tmp;  /* it has a /tmp and /var/tmp of its own */
	bool hidden_homes; /* it sees nothing of /home, /root, /run/user */
};

/* `root` goes before each path; "" for the host's own. Free *ret in any case.
 */
void installed_unit_read(
	const char *root, const char *name, struct installed_unit *ret);
void installed_unit_free(struct installed_unit *u);
static inline void
installed_unit_let_go(struct installed_unit *u)
{
	installed_unit_free(u);
}
/* Whether the service sees the path, and whether it may write there; where no
 * unit is installed, both are true. */
bool installed_unit_sees(const struct installed_unit *u, const char *path);
bool installed_unit_writes(const struct installed_unit *u, const char *path);
/* Whether it may enter another network namespace; true without a unit. */
bool installed_unit_enters(const struct installed_unit *u);
/* Whether it may read files whoever owns them. */
bool installed_unit_reads_all(const struct installed_unit *u);
