/* The roles as processes: the types of their frames, and how one is started.
 * Head and the command line start them in the same way. */
#pragma once

#include <sys/types.h>

#include "base/why.h"

/* The socket a role finds open. */
#define ROLE_SOCKET 3

enum eyes_frame {
	/* to eyes, before they close the door */
	EYES_RULES = 1, /* str name; fd: a rule file, in loading order */
	EYES_WATCHES,   /* fd: an inotify instance, optional */
	EYES_BEGIN,     /* no more rules: compile, lock up, answer EYES_READY */
	/* to eyes, afterwards */
	EYES_SOURCE, /* struct source; fd: the log, or its oldest file */
	EYES_MORE,   /* struct more; fd: the file that goes on where the last
			one ended, to which nothing is added any more */
	EYES_FINISH, /* u32 id: nothing will be added; read to the end */
	EYES_DROP,   /* u32 id: forget it */
	EYES_ACK,    /* u32 id: one batch is stored */
	/* from eyes */
	EYES_READY,   /* u32: number of rules */
	EYES_BATCH,   /* struct batch */
	EYES_TROUBLE, /* u32 id, str: a sentence; the source is given up */
};

/* Batches a source may have under way before eyes stop reading it. */
#define EYES_WINDOW 4

enum hands_frame {
	/* to hands: the one job */
	HANDS_JOB = 1, /* struct job */
	/* from hands, in this order */
	HANDS_FINDING, /* struct finding */
	HANDS_PLAN,    /* struct plan */
	HANDS_STEP,    /* str: a sentence, while it goes on */
	HANDS_RESULT,  /* struct result; the end */
};

enum role { ROLE_EYES, ROLE_HANDS };

/* Starts this same program in a role with a socket of its own, whose other end
 * is returned (blocking, close-on-exec). `config` is an absolute path or NULL.
 * The caller reaps. */
int role_start(enum role role, const char *config, int *ret_sock,
	pid_t *ret_pid, struct why *why);
