/* A role's process as head sees it: its socket on the loop, what waits to be
 * sent to it, and its end. */
#pragma once

#include <systemd/sd-event.h>

#include "base/frame.h"
#include "wire/role.h"

struct process;

/* A frame came. It is freed after the call. */
typedef void process_frame_fn(void *arg, struct frame *f);
/* The process is reaped and its socket has ended: called once, the last call.
 * `status` is waitpid()'s; `why` says why it was killed where its owner did not
 * do it, else "". The process may be freed in it. */
typedef void process_gone_fn(void *arg, int status, const char *why);

/* Starts the role. `config` as role_start() takes it. */
int process_start(sd_event *loop, enum role role, const char *config,
	process_frame_fn *on_frame, process_gone_fn *on_gone, void *arg,
	struct process **ret, struct why *why);
/* Sends now or as soon as the role reads; the frame and its descriptors stay
 * the caller's. Where that fails the role is killed, for it would go on without
 * knowing what it was told; on_gone says so. */
void process_send(struct process *l, const struct frame *f);
void process_kill(struct process *l);
pid_t process_pid(const struct process *l);
/* Lets go: no further calls; a process that was not killed lives on. */
void process_free(struct process *l);
