/* Head's link to the launcher of one role (agent/launch), where units of
 * systemd give each role rights of its own. The unit's environment says so:
 * LOGMEND_ROLES is the folder of the roles' sockets. Nothing here waits. */
#pragma once

#include <sys/types.h>
#include <systemd/sd-event.h>

#include "base/clock.h"
#include "wire/role.h"

struct launch_link;

struct launch_link_calls {
	void (*on_started)(void *arg, pid_t pid);
	/* The last call, once, and the callee may free the link: it ended, with
	 * waitpid()'s status; or `why` says that it was never started
	 * (`started` is false), or why nobody knows how it ended. */
	void (*on_end)(void *arg, bool started, int status, const char *why);
	void *arg;
};

/* The folder; NULL: roles are started by fork(). */
const char *launch_link_folder(void);
struct launch_link_what {
	enum role role;
	const char *config; /* as role_start() takes it */
	usec outlive;       /* as struct launch has it */
	int theirs;         /* the role's end of its socket, the caller's */
};

/* Asks for the role. -EAGAIN and a sentence where nobody can be asked, which
 * may pass. */
int launch_link_open(sd_event *loop, const struct launch_link_what *what,
	const struct launch_link_calls *calls, struct launch_link **ret,
	struct why *why);
/* SIGTERM or SIGKILL, to the role and all that it started. */
void launch_link_signal(struct launch_link *l, int sig);
/* No further calls. A role that does not outlive head is ended. */
void launch_link_free(struct launch_link *l);
