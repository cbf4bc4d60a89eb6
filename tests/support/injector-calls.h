/* System calls by name, and what can go wrong at each of them. */
#pragma once

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define INJECTOR_WHATS 16u

/* Static text; "?" for a number that no call has. */
const char *injector_call_name(long call);
/* -1: there is none. */
long injector_call_number(const char *name);
/* The number of ENOSPC and its like; 0: there is none. */
int injector_errno(const char *name);
/* What can happen at this call of a stopped thread, as names of errno and
 * `short`; returns how many. */
size_t injector_faults(pid_t tid, long call, const uint64_t args[6],
	const char *ret[INJECTOR_WHATS]);
