#include "config.h"
#include "head/sources/gzip-info.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include "base/io/descriptors.h"
#include "base/own.h"

#define HEADER_LEN 10
#define TRAILER_LEN 8

int
gzip_info_is_gzip(int fd, struct why *why)
{
	char magic[2];
	ssize_t n = pread(fd, magic, sizeof(magic), 0);
	if (n < 0)
		return because(
			why, -errno, "cannot be read: %s", strerror(errno));
	return n == sizeof(magic) &&
		memcmp(magic, "\x1f\x8b", sizeof(magic)) == 0;
}

int
gzip_info_size(int fd, uint64_t *ret, struct why *why)
{
	struct stat st;
	unsigned char size[4]; /* ISIZE, the trailer's last field */
	if (fstat(fd, &st) < 0)
		return because(
			why, -errno, "cannot be read: %s", strerror(errno));
	ssize_t n = st.st_size < HEADER_LEN + TRAILER_LEN
		? 0
		: pread(fd, size, sizeof(size), st.st_size - 4);
	if (n < 0)
		return because(
			why, -errno, "cannot be read: %s", strerror(errno));
	if (n != sizeof(size))
		return because(why, -EBADMSG,
			"ends in the middle of its compressed data");
	*ret = (uint64_t)size[0] | (uint64_t)size[1] << 8 |
		(uint64_t)size[2] << 16 | (uint64_t)size[3] << 24;
	return 0;
}

int
gzip_info_read(
	int log_fd, uint64_t offset, char *to, size_t len, struct why *why)
{
	/* zlib needs a descriptor that it may close, and reads from the offset
	 * that the duplicate shares. Eyes use pread(), so nobody else needs
	 * that offset. */
	own(fd) int fd = dup(log_fd);
	if (fd < 0 || lseek(fd, 0, SEEK_SET) < 0)
		return because(why, -errno, "cannot be read: %s",
			descriptors_error(-errno));
	gzFile gz = gzdopen(fd, "r");
	if (!gz)
		return because(why, -ENOMEM, "cannot be unpacked");
	(void)take(fd);
	int n = gzseek(gz, (z_off_t)offset, SEEK_SET) < 0
		? -1
		: gzread(gz, to, (unsigned)len);
	int failed = Z_OK;
	if (n < 0)
		(void)gzerror(gz, &failed);
	(void)gzclose(gz); /* nothing was written */
	if (failed == Z_ERRNO)
		return because(why, -EIO, "cannot be read: %s", strerror(EIO));
	return n < 0 ? because(why, -EBADMSG, "its compressed data is broken")
		     : n;
}
