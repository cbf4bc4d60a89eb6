/* What a process may call that has locked itself up. Check talks through files,
 * which is just what a filter forbids: what happens behind it is told by the
 * exit status, 0 or the number of the line that was not as it is to be. */
#pragma once

#include <errno.h>
#include <sys/wait.h>

#include "support/check_main.h"

/* In a function that returns its verdict: the call fails with EPERM, or does
 * not fail. */
#define REFUSED(call)                                     \
	do {                                              \
		errno = 0;                                \
		if ((long)(call) != -1 || errno != EPERM) \
			return __LINE__;                  \
	} while (0)
#define WORKS(call)                      \
	do {                             \
		if ((long)(call) == -1)  \
			return __LINE__; \
	} while (0)

/* Judges how the child ended that did the calls, as waitpid(2) tells it. */
static inline void
refusals_hold(int status)
{
	ck_assert_msg(WIFEXITED(status), "status %x", status);
	ck_assert_msg(WEXITSTATUS(status) == 0,
		"line %d was not as it is to be", WEXITSTATUS(status));
}
