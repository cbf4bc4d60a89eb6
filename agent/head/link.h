/* A role's process as head sees it: its socket on the loop, what waits to be
 * sent to it, and its end. */
#pragma once

#include <systemd/sd-event.h>

#include "base/frame.h"
#include "wire/role.h"

struct link;

/* A frame came. It is freed after the call. */
typedef void link_frame_fn(void *arg, struct frame *f);
/* The process is reaped and its socket has ended: called once, the last call.
 * `status` is waitpid()'s. The link may be freed in it. */
typedef void link_gone_fn(void *arg, int status);

/* Starts the role. `config` as role_start() takes it. */
int link_start(sd_event *loop, enum role role, const char *config,
	link_frame_fn *on_frame, link_gone_fn *on_gone, void *arg,
	struct link **ret, struct why *why);
/* Sends now or as soon as the role reads; the frame's bytes are taken over,
 * its descriptors are duplicated. */
void link_send(struct link *l, struct frame *f);
void link_kill(struct link *l);
pid_t link_pid(const struct link *l);
/* Lets go: no further calls; a process that was not killed lives on. */
void link_free(struct link *l);
