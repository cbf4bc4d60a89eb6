/* The exit status of a command (logmend(8)). The daemon sends it with its
 * answer, so that `logmend` exits with the same status whether it asked the
 * daemon or not. */
#pragma once

#include <errno.h>

enum exit_code {
	EXIT_DONE = 0,
	EXIT_NO = 1, /* faults with --exit-code, a failed sample, unknown ID */
	EXIT_USAGE = 2,  /* usage or configuration */
	EXIT_UNABLE = 3, /* could not tell or reach; wins over EXIT_NO */
};

/* Where reading a configuration or rules gave this negative errno: a disk that
 * fails, or a machine without memory or descriptors, is no mistake in a file.
 */
static inline enum exit_code
exit_code_of_file(int r)
{
	switch (-r) {
	case EIO:
	case EINTR:
	case EAGAIN:
	case ENOMEM:
	case EMFILE:
	case ENFILE:
		return EXIT_UNABLE;
	default:
		return EXIT_USAGE;
	}
}
