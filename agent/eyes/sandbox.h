/* The door that eyes close behind them: hostile text is parsed by a process
 * that has no rights, and cannot open, connect, execute or signal anything. */
#pragma once

#include "base/why.h"

/* The user that eyes of root become, in a group of its own; where there is no
 * such user, this uid and gid, which no distribution and no range of container
 * users gives to anybody (https://systemd.io/UIDS-GIDS/). */
#define SANDBOX_USER "logmend-eyes"
#define SANDBOX_UID 2111111111u

/* Gives up root and every capability. Before anything is read. */
int sandbox_prepare(struct why *why);
/* Allows what a running reader needs and nothing else, for good. `sock` is the
 * one socket that is used. 1: memory that holds machine code cannot be written
 * any more, so it cannot be freed; 0: it can; or a negative errno. */
int sandbox_enter(int sock, struct why *why);
