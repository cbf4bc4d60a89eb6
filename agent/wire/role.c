#include "config.h"
#include "wire/role.h"

#include <stdlib.h>

#include "base/frame.h"
#include "base/spawn.h"

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
	const char *argv[6] = { "logmend",
		role == ROLE_EYES ? "--role=eyes" : "--role=hands" };
	if (config) {
		argv[2] = "-c";
		argv[3] = config;
	}
	/* What a role may learn from our environment, and no more. */
	own(strings) char **env = NULL;
	strings_add(&env,
		"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/"
		"bin");
	strings_add(&env, "LANG=C");
	static const char *const kept[] = { "JOURNAL_STREAM", "LOGMEND_DEBUG",
		"ASAN_OPTIONS", "UBSAN_OPTIONS", "LSAN_OPTIONS" };
	for (size_t i = 0; i < ELEMENTS(kept); i++) {
		const char *value = getenv(kept[i]);
		own(str) char *pair_text =
			value ? xprintf("%s=%s", kept[i], value) : NULL;
		if (pair_text)
			strings_add(&env, pair_text);
	}
	struct spawn s = {
		.path = "/proc/self/exe",
		.argv = argv,
		.env = (const char *const *)env,
		.fds = &theirs,
		.n_fds = 1,
		.keep_stderr = true,
		.ours = true,
	};
	r = spawn_start(&s, ret_pid, why);
	if (r < 0)
		return r;
	*ret_sock = take(ours);
	return 0;
}
