#include "config.h"
#include "wire/role.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/io/frame.h"
#include "base/io/spawn.h"

/* Adds NAME=value if our own environment has the variable. */
static void
inherit(char ***env, const char *name)
{
	const char *value = getenv(name);
	own(str) char *pair = value ? xprintf("%s=%s", name, value) : NULL;
	if (pair)
		strings_add(env, pair);
}

/* All that a role gets to know of our environment. The rest stays here: head's
 * holds NOTIFY_SOCKET, with which eyes could speak to the service manager in
 * head's name, and a shell's may hold secrets. Owned. */
static char **
role_environment(void)
{
	static const char *const inherited[] = { "JOURNAL_STREAM",
		"LOGMEND_DEBUG", "ASAN_OPTIONS", "UBSAN_OPTIONS",
		"LSAN_OPTIONS" };
	char **env = NULL;
	strings_add(&env,
		"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/"
		"bin");
	strings_add(&env, "LANG=C");
	for (size_t i = 0; i < ELEMENTS(inherited); i++)
		inherit(&env, inherited[i]);
	return env;
}

static const char *const names[ROLES] = {
	[ROLE_EYES] = "eyes",
	[ROLE_HANDS] = "hands",
	[ROLE_DOCKER] = "docker",
	[ROLE_NOTIFY] = "notify",
};

const char *
role_name(enum role role)
{
	return names[role];
}

bool
role_by_name(const char *name, enum role *ret)
{
	for (unsigned i = 0; i < ROLES; i++) {
		if (strcmp(names[i], name) != 0)
			continue;
		*ret = (enum role)i;
		return true;
	}
	return false;
}

/* The role is this very program, also after an upgrade replaced the file that
 * it was started from: /proc/self/exe leads to the running one (proc(5)). So
 * both ends of the socket agree on the frames, which carry no version. */
int
role_spawn(enum role role, const char *config, int theirs, pid_t *ret_pid,
	struct why *why)
{
	own(strings) char **env = role_environment();
	own(str) char *option = xprintf("--role=%s", role_name(role));
	const char *argv[] = { "logmend", option, config ? "-c" : NULL, config,
		NULL };
	struct spawn s = {
		.path = "/proc/self/exe",
		.argv = argv,
		.env = (const char *const *)env,
		.fds = &theirs, /* ROLE_SOCKET, the first behind stderr */
		.n_fds = 1,
		.keep_stderr = true,
		.ours = true,
	};
	int r = spawn_start(&s, ret_pid, why);
	if (r == -ENOENT && access(s.path, F_OK) < 0)
		return because(why, r,
			"/proc is not mounted here, and logmend starts its "
			"processes through it: mount -t proc proc /proc");
	return r;
}

int
role_start(enum role role, const char *config, int *ret_sock, pid_t *ret_pid,
	struct why *why)
{
	int pair[2];
	int r = frame_pair(pair, why);
	if (r < 0)
		return r;
	own(fd) int ours = pair[0];
	own(fd) int theirs = pair[1];
	r = role_spawn(role, config, theirs, ret_pid, why);
	if (r < 0)
		return r;
	*ret_sock = take(ours);
	return 0;
}
