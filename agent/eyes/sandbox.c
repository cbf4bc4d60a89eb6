#include "config.h"
#include "eyes/sandbox.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "base/io/call-filter.h"
#include "base/io/privileges.h"
#include "base/own.h"

#ifndef SANITIZED
/* PCRE2 compiles patterns into memory that can be written and run. From here on
 * it can be run only. Where /proc is not there, it stays as it is. */
static int
seal_code(void)
{
	own(file) FILE *maps = fopen("/proc/self/maps", "re");
	char line[PATH_MAX + 128];
	unsigned long begin, end;
	char kind[5];
	int sealed = 0;
	while (maps && fgets(line, sizeof(line), maps)) {
		if (sscanf(line, "%lx-%lx %4s", &begin, &end, kind) != 3 ||
			kind[1] != 'w' || kind[2] != 'x')
			continue;
		if (mprotect((void *)begin, end - begin,
			    PROT_READ | PROT_EXEC) < 0)
			return -errno;
		sealed = 1;
	}
	return sealed;
}
#else
/* Sanitizers look at themselves in /proc and start a helper at the end. */
static int
seal_code(void)
{
	return 0;
}
#endif

/* Calls that are harmless with one value of an argument and not with others. */
static int
load_filter(int sock, struct why *why)
{
	const struct call_rule rules[] = {
		/* Messages for head, and lines of the own log. */
		{ SCMP_SYS(sendmsg), 1,
			{ SCMP_A0(SCMP_CMP_EQ, (scmp_datum_t)sock) } },
		{ SCMP_SYS(recvmsg), 1,
			{ SCMP_A0(SCMP_CMP_EQ, (scmp_datum_t)sock) } },
		{ SCMP_SYS(write), 1, { SCMP_A0(SCMP_CMP_EQ, STDERR_FILENO) } },
		{ SCMP_SYS(writev), 1,
			{ SCMP_A0(SCMP_CMP_EQ, STDERR_FILENO) } },
	};
	static const int refused[] = { SCMP_SYS(socket), SCMP_SYS(connect) };
	const struct call_filter filter = { .rules = rules,
		.n_rules = ELEMENTS(rules),
		.refused = refused,
		.n_refused = ELEMENTS(refused) };
	return call_filter_enter(&filter, why);
}

int
sandbox_prepare(struct why *why)
{
	int r = privileges_become(SANDBOX_USER, SANDBOX_UID, why);
#ifdef SANITIZED /* the leak check traces its own process */
	if (r == 0 && prctl(PR_SET_DUMPABLE, 1, 0, 0, 0) < 0)
		return because(why, -errno, "prctl: %s", strerror(errno));
#endif
	return r;
}

/* Its memory holds what people's apps logged. */
int
sandbox_enter(int sock, struct why *why)
{
	int sealed = seal_code();
	if (sealed < 0)
		return because(why, sealed,
			"the patterns' machine code cannot be protected: %s",
			strerror(-sealed));
	int r = load_filter(sock, why);
	return r < 0 ? r : sealed;
}
