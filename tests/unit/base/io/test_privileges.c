#include "config.h"
#include "base/io/privileges.h"

#include <errno.h>
#include <grp.h>
#include <linux/capability.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "support/check_main.h"

#define FALLBACK 2111111111u

/* What /proc says of this process; owned. */
static char *
status(const char *field)
{
	own(file) FILE *f = fopen("/proc/self/status", "re");
	char line[256];
	size_t len = strlen(field);
	while (f && fgets(line, sizeof(line), f))
		if (strncmp(line, field, len) == 0 && line[len] == ':')
			return xstrndup(
				line + len + 2, strcspn(line + len + 2, "\n"));
	return xstrdup("");
}

static bool
is_without(const char *set)
{
	own(str) char *value = status(set);
	return strcmp(value, "0000000000000000") == 0;
}

/* In a process of its own: nothing of this can be taken back. */
static void
apart(int (*visit)(void))
{
	int status;
	pid_t pid = fork();
	ck_assert_int_ge(pid, 0);
	if (pid == 0)
		_exit(visit());
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert_msg(WIFEXITED(status) && WEXITSTATUS(status) == 0,
		"status %x", status);
}

static int
drop_all(void)
{
	struct why why;
	uid_t uid = getuid();
	if (privileges_drop(&why) < 0 || getuid() != uid)
		return 1;
	if (!is_without("CapPrm") || !is_without("CapEff") ||
		!is_without("CapInh") || !is_without("CapAmb"))
		return 2;
	if (geteuid() == 0 && !is_without("CapBnd"))
		return 3;
	return prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1 ? 0 : 4;
}

START_TEST(nothing_is_left)
{
	apart(drop_all);
}
END_TEST

static bool
has_only(const char *set, int capability)
{
	own(str) char *value = status(set);
	return strtoull(value, NULL, 16) == 1ull << capability;
}

static int
keep_one(void)
{
	static const int kept[] = { CAP_CHOWN };
	struct why why;
	bool had = privileges_has(CAP_CHOWN);
	if (privileges_only(kept, 1, &why) < 0)
		return 1;
	if (prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) != 1)
		return 2;
	if (privileges_has(CAP_CHOWN) != had || privileges_has(CAP_KILL))
		return 3;
	if (had && (!has_only("CapPrm", CAP_CHOWN) || !is_without("CapInh")))
		return 4;
	if (geteuid() == 0 && !has_only("CapBnd", CAP_CHOWN))
		return 5;
	return privileges_drop(&why) < 0 ? 6 : !is_without("CapEff");
}

START_TEST(some_can_be_kept_for_a_while)
{
	apart(keep_one);
}
END_TEST

static int
become(void)
{
	struct why why;
	uid_t before = getuid(), now = before ? before : FALLBACK;
	(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (privileges_become("no-such-user", FALLBACK, &why) < 0)
		return 1;
	int signal = 0;
	(void)prctl(PR_GET_PDEATHSIG, &signal);
	if (getuid() != now || geteuid() != now || signal != SIGKILL)
		return 2;
	if (before == 0 && (getgid() != FALLBACK || getgroups(0, NULL) != 0))
		return 3;
	return setuid(0) == 0 && before == 0 ? 4 : !is_without("CapPrm");
}

START_TEST(root_becomes_somebody_for_good)
{
	apart(become);
}
END_TEST

static int
become_without(void)
{
	static const int others[] = { CAP_SETPCAP, CAP_KILL };
	struct why why = { "" };
	if (geteuid() != 0)
		return 0;
	if (privileges_only(others, 2, &why) < 0)
		return 1;
	if (privileges_become("no-such-user", FALLBACK, &why) != -EPERM)
		return 2;
	return !strstr(why.text, "CapabilityBoundingSet");
}

START_TEST(root_that_cannot_become_somebody_is_told_why)
{
	apart(become_without);
}
END_TEST

CHECK_MAIN("privileges", nothing_is_left, some_can_be_kept_for_a_while,
	root_becomes_somebody_for_good,
	root_that_cannot_become_somebody_is_told_why)
