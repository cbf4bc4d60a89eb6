/* The roles as processes: the types of their frames, and how one is started.
 * Head and the command line start them in the same way. */
#pragma once

#include <stdbool.h>
#include <sys/types.h>

#include "base/why.h"

/* The descriptor on which a role finds its socket. */
#define ROLE_SOCKET 3

enum eyes_frame {
	/* to eyes, before they enter their sandbox */
	EYES_RULES = 1, /* str name; fd: a file of rules or shapes, in loading
			   order */
	EYES_WATCHES,   /* fd: an inotify instance, optional */
	EYES_BEGIN,     /* no more rules: compile them, enter the sandbox,
			   answer EYES_READY */
	/* to eyes, afterwards */
	EYES_SOURCE, /* struct source; fd: the log, or its oldest file */
	EYES_MORE,   /* struct more; fd: the file that continues the log.
			Nobody writes to the file before it any more */
	EYES_FINISH, /* u32 id: nobody writes to it any more, so read it to
			its end */
	EYES_DROP,   /* u32 id: forget the source */
	EYES_ACK,    /* u32 id: head stored one batch */
	/* from eyes */
	EYES_READY,   /* u32: number of rules */
	EYES_BATCH,   /* struct batch */
	EYES_TROUBLE, /* u32 id, bool: its data is broken, str: a
			 sentence; the source is given up */
};

/* Batches of one source that may be unacknowledged before eyes stop reading it:
 * the store, which is slower than eyes, sets the pace. */
#define EYES_WINDOW 4

enum hands_frame {
	/* to hands: the one job */
	HANDS_JOB = 1, /* struct job */
	HANDS_STOP,    /* str, why: a mend is to change nothing more; hands that
			  committed already are told in vain */
	/* from hands, in this order */
	HANDS_FINDING,    /* struct finding */
	HANDS_PLAN,       /* struct plan */
	HANDS_LISTING,    /* span: the next piece of the plan's listing */
	HANDS_STEP,       /* str: a sentence, while it goes on */
	HANDS_RESULT,     /* struct result; the end */
	HANDS_MISSING,    /* some of a struct missing_list; before the result */
	HANDS_CREDENTIAL, /* str: the database's URL, where no file has it; the
			     first frame. Only for redaction, and kept in
			     memory alone */
};

enum docker_frame {
	/* to the role, at its start */
	DOCKER_SOCKET = 1, /* str: the path of Docker's socket; the last */
	DOCKER_SERVICE,    /* str: the name of a service that matters; without
			      any all do */
	/* from it */
	DOCKER_LINK,   /* bool, span: whether Docker answers; the version of its
			  API, or a sentence why not; each time that changes */
	DOCKER_NEWS,   /* struct container_news */
	DOCKER_GONE,   /* span: the id of a container that was removed */
	DOCKER_LISTED, /* every container that is there was told by now */
	DOCKER_LABELS, /* struct service_labels */
};

enum notify_frame {
	/* to the role; each is answered once, in any order */
	NOTIFY_POST = 1, /* struct webhook_request: sends it */
	NOTIFY_CHECK,    /* the same without a body: judges the URL as far as
			    that works without a connection */
	/* from it */
	NOTIFY_READY,  /* the filter holds; nothing was sent before */
	NOTIFY_ANSWER, /* u64 id, struct webhook_answer */
};

enum launch_frame {
	/* to a launcher; the first, and once */
	LAUNCH_START = 1, /* struct launch; fd: what the role finds at
			     ROLE_SOCKET */
	LAUNCH_SIGNAL,    /* u32: to the role and to all that it started */
	/* from it */
	LAUNCH_STARTED, /* u32: the role's process */
	LAUNCH_REFUSED, /* str: a sentence why it does not run; the last */
	LAUNCH_ENDED,   /* u32: waitpid()'s status; the last */
};

enum role { ROLE_EYES, ROLE_HANDS, ROLE_DOCKER, ROLE_NOTIFY, ROLES };

/* "eyes": the word behind --role=, and the name of the socket of its unit. */
const char *role_name(enum role role);
/* False if no role has the name. */
bool role_by_name(const char *name, enum role *ret);

/* Starts this same program in a role. *ret_sock is our end of the socket that
 * the role finds at ROLE_SOCKET: blocking, close-on-exec, owned. `config` is an
 * absolute path, or NULL for none. The caller reaps *ret_pid. */
int role_start(enum role role, const char *config, int *ret_sock,
	pid_t *ret_pid, struct why *why);
/* The same with a socket that is there: `theirs` is the role's end, and stays
 * the caller's. */
int role_spawn(enum role role, const char *config, int theirs, pid_t *ret_pid,
	struct why *why);
