#include "config.h"
#include "cli/local/scan/scan-input.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/own.h"

/* Opens a log. O_NONBLOCK keeps open() from waiting for the writer of a FIFO;
 * it is taken away again, because reading should wait (fifo(7)). `-` becomes a
 * duplicate of standard input, so that the caller may close what it gets. */
int
scan_input_open(const char *path, struct why *why)
{
	if (strcmp(path, "-") == 0)
		return fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3);
	own(fd) int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (fd < 0)
		return because(why, -errno, "cannot be opened: %s%s",
			strerror(errno),
			errno == EACCES ? " (Docker's logs are root's: try "
					  "sudo)"
					: "");
	struct stat st;
	if (fstat(fd, &st) == 0 && S_ISDIR(st.st_mode))
		return because(why, -EISDIR,
			"is a folder: give the logs in it (Docker's are "
			"/var/lib/docker/containers/*/*-json.log)");
	int flags = fcntl(fd, F_GETFL);
	if (flags < 0 || fcntl(fd, F_SETFL, flags & ~O_NONBLOCK) < 0)
		return because(why, -errno, "%s", strerror(errno));
	return take(fd);
}

/* What no text has: other control characters than those that end lines, indent
 * and colour. */
static bool
is_strange(unsigned char c)
{
	return c == 0 || c == 0x7f || (c < 0x20 && !strchr("\t\n\r\033", c));
}

/* A log is text or gzip(1)'s. Some bytes in it may be anything: a power failure
 * leaves NULs there, and an app may log what it likes. */
bool
scan_input_is_log(int fd)
{
	char head[4096] = "";
	ssize_t n = pread(fd, head, sizeof(head), 0), strange = 0;
	for (ssize_t i = 0; i < n; i++)
		strange += is_strange((unsigned char)head[i]);
	return strange * 20 <= n || memcmp(head, "\x1f\x8b", 2) == 0;
}

/* How many bytes eyes will read of it: what gzip(1) wrote says so in its last
 * four bytes, up to 4 GiB. 0: that cannot be told. */
uint64_t
scan_input_bytes(int fd)
{
	struct stat st;
	unsigned char head[2] = "", size[4];
	if (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode))
		return 0;
	if (pread(fd, head, sizeof(head), 0) != sizeof(head) ||
		memcmp(head, "\x1f\x8b", 2) != 0 || st.st_size < 18 ||
		pread(fd, size, sizeof(size), st.st_size - 4) != sizeof(size))
		return (uint64_t)st.st_size;
	return (uint64_t)size[3] << 24 | (uint64_t)size[2] << 16 |
		(uint64_t)size[1] << 8 | size[0];
}
