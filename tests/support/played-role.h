/* For a program that plays a role which hangs: it ends with whoever started it,
 * also where that is a test that failed. */
#pragma once

#include <signal.h>
#include <sys/prctl.h>
#include <unistd.h>

_Noreturn static inline void
role_hangs(void)
{
	(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
	/* It may have ended before that call. */
	while (getppid() != 1)
		(void)pause();
	_exit(1);
}
