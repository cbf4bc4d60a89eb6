#include "config.h"
#include "notify/notify-sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>

#include "base/io/call-filter.h"
#include "base/io/privileges.h"
#include "base/own.h"

/* libcurl, its TLS library, the C library's resolver, which libcurl runs in a
 * thread, and sd-event. Certificates, resolv.conf, hosts and nsswitch.conf are
 * read when they are needed, so that what changes there counts at once. */
static const int allowed[] = { SCMP_SYS(sendmmsg), SCMP_SYS(epoll_create1),
	SCMP_SYS(epoll_ctl), SCMP_SYS(epoll_wait), SCMP_SYS(epoll_pwait),
	SCMP_SYS(epoll_pwait2), SCMP_SYS(timerfd_create),
	SCMP_SYS(timerfd_settime), SCMP_SYS(stat), SCMP_SYS(lstat),
	SCMP_SYS(newfstatat), SCMP_SYS(statx), SCMP_SYS(fstatfs),
	SCMP_SYS(access), SCMP_SYS(faccessat), SCMP_SYS(faccessat2),
	SCMP_SYS(readlink), SCMP_SYS(readlinkat), SCMP_SYS(getcwd),
	SCMP_SYS(getdents64), SCMP_SYS(fadvise64), SCMP_SYS(uname),
	SCMP_SYS(sysinfo), SCMP_SYS(getuid), SCMP_SYS(geteuid),
	SCMP_SYS(getgid), SCMP_SYS(getegid), SCMP_SYS(clock_getres),
	SCMP_SYS(nanosleep), SCMP_SYS(time) };

#define READS_ONLY (O_ACCMODE | O_CREAT | O_TRUNC | O_APPEND)

static const struct call_rule rules[] = {
	/* Receivers, name servers, and services of this host that know names
	 * (nscd, systemd-resolved). */
	{ SCMP_SYS(socket), 1, { SCMP_A0(SCMP_CMP_EQ, AF_INET) } },
	{ SCMP_SYS(socket), 1, { SCMP_A0(SCMP_CMP_EQ, AF_INET6) } },
	{ SCMP_SYS(socket), 1, { SCMP_A0(SCMP_CMP_EQ, AF_UNIX) } },
	{ SCMP_SYS(open), 1, { SCMP_A1(SCMP_CMP_MASKED_EQ, READS_ONLY, 0) } },
	{ SCMP_SYS(openat), 1, { SCMP_A2(SCMP_CMP_MASKED_EQ, READS_ONLY, 0) } },
	/* Modules that look names up (nsswitch.conf(5)) are loaded from files,
	 * which nobody here can write. */
	{ SCMP_SYS(mmap), 2,
		{ SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_WRITE, 0),
			SCMP_A3(SCMP_CMP_MASKED_EQ, MAP_ANONYMOUS, 0) } },
};

int
notify_sandbox_prepare(struct why *why)
{
	int r = privileges_become(NOTIFY_USER, NOTIFY_UID, why);
#ifdef SANITIZED /* the leak check traces its own process */
	if (r == 0 && prctl(PR_SET_DUMPABLE, 1, 0, 0, 0) < 0)
		return because(why, -errno, "prctl: %s", strerror(errno));
#endif
	return r;
}

int
notify_sandbox_enter(struct why *why)
{
	const struct call_filter filter = { .allowed = allowed,
		.n_allowed = ELEMENTS(allowed),
		.rules = rules,
		.n_rules = ELEMENTS(rules),
		.threads = true,
		.connects = true };
	return call_filter_enter(&filter, why);
}
