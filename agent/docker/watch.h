/* Watches the containers of Swarm's services: lists them, follows Docker's
 * events, asks for each container to which something happened, and sends the
 * news to head. */
#pragma once

#include "docker/engine.h"

struct watch;
/* Sends its frames on `link`, which blocks. `services` is a list (own.h) of the
 * services that matter, borrowed; NULL: none does. `lost`: when an earlier role
 * lost Docker, by clock_wall(); 0: none did. Owned. */
struct watch *watch_new(int link, char *const *services, usec lost);
void watch_free(struct watch *w);
OWN(watch, struct watch *, watch_free);

/* Speaks to the Docker behind the socket until that fails, and says so to head
 * where it is a change. Returns why it ended: -ESHUTDOWN: head is gone. */
int watch_run(struct watch *w, const char *socket, struct why *why);
/* Whether Docker answered since watch_run() was called last. */
bool watch_spoke(const struct watch *w);
