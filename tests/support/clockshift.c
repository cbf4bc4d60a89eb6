/* Preloaded: clocks that tests can move. The file that CLOCKSHIFT names holds
 *two 64-bit numbers in this machine's order, or three, seconds all:
 *
 *	the first is how far CLOCK_REALTIME, time() and gettimeofday() run
 *ahead, as if somebody had set the clock on the wall; the second, how much time
 *has passed on every clock besides; the third, how much more on CLOCK_MONOTONIC
 *alone, so that what pauses goes on while the times of files stay true. Timers
 *go off earlier by as much, once the program that waits for them is woken.
 *
 * The file is mapped before main(), so that a jail may close afterwards. The
 *sender of notices keeps the true time: its clock counts nothing but how long a
 *receiver may take, and the receiver's does not run ahead. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

struct shift {
	int64_t set, passed, paused;
};

static const volatile struct shift *shift;

static int
is_sender(void)
{
	static const char role[] = "--role=notify";
	char line[4096] = "";
	int fd = open("/proc/self/cmdline", O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? 0 : read(fd, line, sizeof(line));
	(void)close(fd);
	return n > 0 && memmem(line, (size_t)n, role, sizeof(role));
}

static void __attribute__((constructor)) map_it(void)
{
	const char *path = is_sender() ? NULL : getenv("CLOCKSHIFT");
	int fd = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
	if (fd < 0)
		return;
	void *page = mmap(NULL, sizeof(*shift), PROT_READ, MAP_SHARED, fd, 0);
	(void)close(fd);
	if (page != MAP_FAILED)
		shift = page;
}

int
clock_gettime(clockid_t id, struct timespec *ret)
{
	int r = (int)syscall(SYS_clock_gettime, id, ret);
	if (r < 0 || !shift)
		return r;
	switch (id) {
	case CLOCK_REALTIME:
	case CLOCK_REALTIME_COARSE:
		ret->tv_sec += shift->set + shift->passed;
		break;
	case CLOCK_MONOTONIC:
	case CLOCK_MONOTONIC_COARSE:
	case CLOCK_MONOTONIC_RAW:
		ret->tv_sec += shift->passed + shift->paused;
		break;
	case CLOCK_BOOTTIME:
		ret->tv_sec += shift->passed;
		break;
	default: /* of the processor */
		break;
	}
	return r;
}

/* The kernel knows nothing of what has passed. */
int
timerfd_settime(int fd, int flags, const struct itimerspec *to,
	struct itimerspec *ret_old)
{
	struct itimerspec at = *to;
	if (shift && flags & TFD_TIMER_ABSTIME &&
		(at.it_value.tv_sec || at.it_value.tv_nsec)) {
		at.it_value.tv_sec -= shift->passed + shift->paused;
		if (at.it_value.tv_sec < 0)
			at.it_value = (struct timespec){ .tv_nsec = 1 };
	}
	return (int)syscall(SYS_timerfd_settime, fd, flags, &at, ret_old);
}

time_t
time(time_t *ret)
{
	struct timespec now = { 0 };
	(void)clock_gettime(CLOCK_REALTIME, &now);
	if (ret)
		*ret = now.tv_sec;
	return now.tv_sec;
}

int
gettimeofday(struct timeval *restrict ret, void *restrict zone)
{
	struct timespec now = { 0 };
	(void)zone;
	int r = clock_gettime(CLOCK_REALTIME, &now);
	ret->tv_sec = now.tv_sec;
	ret->tv_usec = now.tv_nsec / 1000;
	return r;
}
