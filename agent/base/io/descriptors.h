/* How many files this process may have open, and what to say when there are too
 * few: a log that is followed is one open file, and every process that logmend
 * starts needs a handful for a moment. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/why.h"

/* Open files that logs must leave free: for the store and its journal, the
 * control socket, webhooks, and the sockets and pipes of a process that is
 * started. */
#define DESCRIPTORS_RESERVE 32u

/* Raises the soft limit to the hard one. Processes of ours inherit it; programs
 * of others, which may use select(), get back the limit that was found. */
void descriptors_raise(void);
/* In a child before execve() of somebody else's program. */
void descriptors_restore(void);
/* How many files may be open at once. */
size_t descriptors_limit(void);

/* Whether the error says nothing of the thing that was to be opened, but that
 * this process or machine has no room for a further open file. */
bool descriptors_lack(int r);
/* strerror() of a negative errno, with the limit and the way out where a limit
 * on open files is the reason. Static until the next call. */
const char *descriptors_error(int r);
/* Whether the descriptor, just opened for a log, leaves the reserve free: 0, or
 * -EMFILE. The kernel hands out the lowest number that is free, so the number
 * itself tells how many are open. */
int descriptors_spare(int fd, struct why *why);
/* -EMFILE, and that so many logs cannot be opened, how many files the process
 * may have open and how many it needs for them. */
int descriptors_short(size_t logs, struct why *why);
