#include "config.h"
#include "docker/docker-sandbox.h"

#include <sys/socket.h>

#include "base/io/call-filter.h"
#include "base/io/privileges.h"
#include "base/own.h"
#include "base/redact.h"
#include "docker/http/unix-http.h"

/* stat() tells whether the unit hides the socket. */
static const int allowed[] = { SCMP_SYS(stat), SCMP_SYS(newfstatat),
	SCMP_SYS(uname), SCMP_SYS(getuid), SCMP_SYS(geteuid), SCMP_SYS(getgid),
	SCMP_SYS(getegid), SCMP_SYS(clock_getres), SCMP_SYS(nanosleep),
	SCMP_SYS(time) };

static const struct call_rule rules[] = {
	{ SCMP_SYS(socket), 1, { SCMP_A0(SCMP_CMP_EQ, AF_UNIX) } },
};

/* libcurl and its TLS library read their own files before. */
int
docker_sandbox_enter(struct why *why)
{
	const struct call_filter filter = { .allowed = allowed,
		.n_allowed = ELEMENTS(allowed),
		.rules = rules,
		.n_rules = ELEMENTS(rules),
		.connects = true };
	int r = privileges_drop(why);
	if (r == 0)
		r = unix_http_begin(why);
	redact_interpret(); /* for lines of the own log */
	return r < 0 ? r : call_filter_enter(&filter, why);
}
