#include "config.h"
#include "base/io/descriptors.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#define WAY_OUT "raise LimitNOFILE= of the service, or `ulimit -n`"

/* The soft limit that this process was started with; 0: it was not changed. */
static rlim_t found;

/* The limit that was told last. A process that cannot ask for it has at least
 * what Linux gives where nobody changes it (INR_OPEN_CUR); a limit of 0 would
 * let no log be opened. */
static rlim_t known = 1024;

/* Remembers the old limit only if the new one holds: descriptors_restore()
 * then has something to give back. */
void
descriptors_raise(void)
{
	struct rlimit limit;
	if (getrlimit(RLIMIT_NOFILE, &limit) < 0 ||
		limit.rlim_cur >= limit.rlim_max)
		return;
	rlim_t before = limit.rlim_cur;
	limit.rlim_cur = limit.rlim_max;
	if (setrlimit(RLIMIT_NOFILE, &limit) < 0)
		return;
	found = before;
	known = limit.rlim_cur;
}

void
descriptors_restore(void)
{
	struct rlimit limit;
	if (!found || getrlimit(RLIMIT_NOFILE, &limit) < 0)
		return;
	limit.rlim_cur = found;
	(void)setrlimit(RLIMIT_NOFILE, &limit); /* lowering never fails */
}

size_t
descriptors_limit(void)
{
	struct rlimit limit;
	if (getrlimit(RLIMIT_NOFILE, &limit) == 0)
		known = limit.rlim_cur;
	return (size_t)known;
}

bool
descriptors_lack(int r)
{
	return r == -EMFILE || r == -ENFILE || r == -ENOMEM;
}

/* Names the limit that was hit and what to change; strerror() says only that
 * there are too many open files. */
const char *
descriptors_error(int r)
{
	static char text[160];
	if (r == -EMFILE)
		snprintf(text, sizeof(text),
			"too many open files: this process may have "
			"%zu; " WAY_OUT,
			descriptors_limit());
	else if (r == -ENFILE)
		snprintf(text, sizeof(text),
			"too many open files on this machine (see "
			"fs.file-max)");
	else if (r == -ETOOMANYREFS)
		/* Linux holds it against all processes of a user together,
		 * but not against root's (unix(7)). */
		snprintf(text, sizeof(text),
			"too many open files on their way between this user's "
			"processes: there may be %zu; " WAY_OUT,
			descriptors_limit());
	else
		return strerror(-r);
	return text;
}

int
descriptors_spare(int fd, struct why *why)
{
	size_t limit = descriptors_limit();
	if ((size_t)fd + DESCRIPTORS_RESERVE < limit)
		return 0;
	return because(why, -EMFILE, "too many open files");
}

/* A log is opened from its folder, which is open as long. */
#define FOLDER 1u

/* Numbers that are free below others count as free: the next log gets one. */
static size_t
count_open(size_t limit)
{
	size_t n = 0;
	for (size_t fd = 0; fd < limit; fd++)
		n += fcntl((int)fd, F_GETFD) >= 0;
	return n;
}

int
descriptors_short(size_t logs, struct why *why)
{
	size_t limit = descriptors_limit();
	size_t open_now = count_open(limit);
	return because(why, -EMFILE,
		"%zu log%s not read: this process may have %zu open files, and "
		"needs %zu; " WAY_OUT,
		logs, logs == 1 ? " is" : "s are", limit,
		open_now + logs + FOLDER + DESCRIPTORS_RESERVE);
}
