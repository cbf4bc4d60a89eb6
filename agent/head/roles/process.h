/* A role's process as head sees it: its socket on the loop, a queue of frames
 * that the role did not read yet, and its end. head must never block on a role,
 * so frames that do not fit into the socket wait here. */
#pragma once

#include <systemd/sd-event.h>

#include "base/clock.h"
#include "base/io/frame.h"
#include "wire/role.h"

struct process;

/* The status of one that its unit did not start (launch-link.h): nothing ran.
 */
#define PROCESS_UNSTARTED (-1)

/* Called for each frame that came. The frame is freed after the call; the
 * callee may take its descriptors (frame_get_fd()) and free the process. */
typedef void process_frame_fn(void *arg, struct frame *f);
/* Called once, and last: the process is reaped and its socket has ended. Both,
 * because the last frames may still be in the socket when the process is gone.
 * `status` is waitpid()'s or PROCESS_UNSTARTED; `why` says how the link to it
 * failed, or why it was not started, else "". The callee may free the process.
 */
typedef void process_gone_fn(void *arg, int status, const char *why);

struct process_what {
	enum role role;
	const char *config; /* as role_start() takes it */
	/* Not 0: the role must not be killed in the middle of what it does:
	 * where the link to it fails that is ended instead, and the role may go
	 * on alone. on_gone says so. One that a unit started is ended so long
	 * after its start where head is gone. */
	usec outlive;
};

/* Starts the role, or asks its unit to, where units have the roles. *ret is
 * owned. */
int process_start(sd_event *loop, const struct process_what *what,
	process_frame_fn *on_frame, process_gone_fn *on_gone, void *arg,
	struct process **ret, struct why *why);
/* Sends the frame now, or as soon as the role reads. The frame and its
 * descriptors stay the caller's, who may close them at once. Where sending or
 * receiving fails, for want of memory or descriptors for example, a frame is
 * lost, and the role is killed; on_gone says so. */
void process_send(struct process *p, const struct frame *f);
/* Sends the signal to the process and to all that it started. */
void process_signal(struct process *p, int sig);
/* Sends SIGKILL to all of these. on_gone is still called. */
void process_kill(struct process *p);
/* 0 until its unit says it. */
pid_t process_pid(const struct process *p);
/* Frees it; no further calls. A process that was not killed lives on. One that
 * was is waited for a second at most: the kernel may not be able to end it. */
void process_free(struct process *p);
