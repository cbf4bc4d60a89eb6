/* How many files this process may have open, and what to tell people when that
 * is too few. Each log that head follows is one open file, and each process
 * that logmend starts needs a handful for a moment. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/why.h"

/* Open files that logs must leave free: for the store and its journal, the
 * control socket, webhooks, and the sockets and pipes of a process that is
 * started. */
#define DESCRIPTORS_RESERVE 32u

/* Raises the soft limit on open files to the hard one. Our own processes
 * inherit it. Programs of others get the old limit back: one that uses select()
 * breaks with descriptors of 1024 and more (FD_SETSIZE in select(2)), and
 * systemd keeps the soft limit low for that reason:
 * https://0pointer.net/blog/file-descriptor-limits.html */
void descriptors_raise(void);
/* Sets the limit that descriptors_raise() found. For a child before execve()
 * of somebody else's program. */
void descriptors_restore(void);
/* How many files may be open at once; where the kernel does not tell, what it
 * told last, else 1024. */
size_t descriptors_limit(void);

/* Whether the error says nothing of the file that was to be opened, but that
 * this process or machine has no room for a further one. Such a file must not
 * pass for missing. */
bool descriptors_lack(int r);
/* strerror() of a negative errno, with the limit and the way out where a limit
 * on open files is the reason. Static until the next call. */
const char *descriptors_error(int r);
/* Whether the descriptor, just opened for a log, leaves the reserve free: 0,
 * or -EMFILE. The kernel hands out the lowest number that is free (open(2)),
 * so the number of a new descriptor tells how many are open. */
int descriptors_spare(int fd, struct why *why);
/* Returns -EMFILE, and says in `why` that so many logs cannot be opened, how
 * many files the process may have open, and how many it needs. */
int descriptors_short(size_t logs, struct why *why);
