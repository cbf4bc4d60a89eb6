/* The exit status of a command (logmend(8)). The daemon sends it with its
 * answer, so that `logmend` exits with the same status whether it asked the
 * daemon or not. */
#pragma once

enum exit_code {
	EXIT_DONE = 0,
	EXIT_NO = 1, /* faults with --exit-code, a failed sample, unknown ID */
	EXIT_USAGE = 2,  /* usage or configuration */
	EXIT_UNABLE = 3, /* could not tell or reach; wins over EXIT_NO */
};
