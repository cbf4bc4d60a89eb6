#include "config.h"
#include "head/sources/file-identity.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <linux/fs.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

/* Hashes up to len bytes from offset `from` on: fewer where the file ends, and
 * only there. Reads with pread(), because eyes and the service manager share
 * the offset of this descriptor. */
static int
hash_at(int fd, uint64_t from, size_t len, uint64_t *ret, size_t *ret_len)
{
	char bytes[POSITION_BEFORE];
	size_t got = 0;
	ssize_t n = 1;
	while (n != 0 && got < len) {
		n = pread(fd, bytes + got, len - got, (off_t)(from + got));
		if (n < 0 && errno != EINTR)
			return -errno;
		got += n > 0 ? (size_t)n : 0;
	}
	*ret = hash64((struct span){ bytes, got });
	*ret_len = got;
	return 0;
}

/* FS_IOC_GETVERSION returns the inode's generation, which ext4 sets anew each
 * time it gives the inode's number away. Where a file system has no such
 * ioctl, statx(2) may know the birth time. 0: it knows neither. */
static uint64_t
generation_of(int fd)
{
	unsigned int version = 0;
	if (ioctl(fd, FS_IOC_GETVERSION, &version) == 0)
		return version;
	struct statx sx;
	if (statx(fd, "", AT_EMPTY_PATH, STATX_BTIME, &sx) == 0 &&
		sx.stx_mask & STATX_BTIME)
		return (uint64_t)sx.stx_btime.tv_sec * 1000000000u +
			sx.stx_btime.tv_nsec;
	return 0;
}

int
file_identity_of(int fd, struct file_identity *ret, struct why *why)
{
	struct stat st;
	size_t len = 0;
	uint64_t hash = 0;
	int r = fstat(fd, &st) < 0 ? -errno : 0;
	if (r == 0)
		r = hash_at(fd, 0, POSITION_BEFORE, &hash, &len);
	if (r < 0)
		return because(
			why, r, "the log cannot be read: %s", strerror(-r));
	*ret = (struct file_identity){
		.dev = st.st_dev,
		.ino = st.st_ino,
		.generation = generation_of(fd),
		.head_len = (uint32_t)len,
		.head_hash = len ? hash : 0,
	};
	return 0;
}

const char *
file_identity_text(
	const struct file_identity *id, char text[FILE_IDENTITY_TEXT])
{
	snprintf(text, FILE_IDENTITY_TEXT,
		"%" PRIx64 ":%" PRIx64 ":%" PRIx64 ":%" PRIx32 ":%" PRIx64,
		id->dev, id->ino, id->generation, id->head_len, id->head_hash);
	return text;
}

bool
file_identity_parse(const char *text, struct file_identity *ret)
{
	char extra;
	return sscanf(text,
		       "%" SCNx64 ":%" SCNx64 ":%" SCNx64 ":%" SCNx32
		       ":%" SCNx64 "%c",
		       &ret->dev, &ret->ino, &ret->generation, &ret->head_len,
		       &ret->head_hash, &extra) == 5 &&
		ret->head_len <= POSITION_BEFORE;
}

/* Hashes as many bytes as were hashed then, for a log only grows. The cheap
 * comparisons come first. */
bool
file_identity_holds(const struct file_identity *id, int fd)
{
	struct stat st;
	if (fstat(fd, &st) < 0 || st.st_dev != id->dev || st.st_ino != id->ino)
		return false;
	if (generation_of(fd) != id->generation)
		return false;
	uint64_t hash = 0;
	size_t len = 0;
	if (!id->head_len)
		return true;
	/* One that cannot be read now is believed: its lines would be called
	 * gone, or count twice. */
	return hash_at(fd, 0, id->head_len, &hash, &len) < 0 ||
		(len == id->head_len && hash == id->head_hash);
}

int
file_position_at(int fd, uint64_t base, uint64_t offset, struct position *ret)
{
	uint64_t at = offset - base;
	size_t want = MIN(at, POSITION_BEFORE);
	size_t len = 0;
	uint64_t hash = 0;
	int r = hash_at(fd, at - want, want, &hash, &len);
	if (r < 0)
		return r;
	if (len != want)
		return -ESPIPE; /* the file ends before the position */
	*ret = (struct position){ { offset, offset }, hash };
	return 0;
}

bool
file_position_holds(const struct position *p, uint64_t base, int fd)
{
	struct stat st;
	struct position now;
	uint64_t least = position_least(p);
	if (least < base)
		return false;
	if (fstat(fd, &st) < 0)
		return true;
	if ((uint64_t)st.st_size < least - base)
		return false;
	int r = file_position_at(fd, base, least, &now);
	return r == 0 ? now.before == p->before : r != -ESPIPE;
}
