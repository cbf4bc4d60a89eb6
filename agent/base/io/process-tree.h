/* A process and everything that it started, as far as that can still be told.
 */
#pragma once

#include <stdint.h>
#include <sys/types.h>

/* Sends the signal to the process, to its process group where it leads one, and
 * to all of its children, theirs, and so on: all that are there at the call,
 * each before its children. `pid` must be a child of ours that is not reaped,
 * or one that was told from others by a pidfd: its number is then no other
 * process's. */
void process_tree_signal(pid_t pid, int sig);
/* When the process was started, in the kernel's ticks since boot: with its
 * number it names one process of this boot. 0: there is none. */
uint64_t process_tree_born(pid_t pid);
