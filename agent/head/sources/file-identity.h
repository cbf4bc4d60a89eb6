/* Which file a position belongs to, and whether the file still holds the bytes
 * that were read before it. */
#pragma once

#include "base/why.h"
#include "wire/batch.h"

/* A file, recognised after a restart. Device and inode number alone are not
 * enough: ext4 gives a freed number to the next file at once, and a reader that
 * trusts it skips the start of a new log
 * (https://github.com/fluent/fluent-bit/issues/8025). The inode's generation,
 * which ext4 changes each time it gives the number away (or, where the file
 * system has none, the birth time), and a hash of the first bytes tell such
 * files apart. The hash alone would not do either: two logs may begin alike. */
struct file_identity {
	uint64_t dev, ino, generation;
	uint32_t
		head_len; /* bytes hashed, at most 256; 0: the file was empty */
	uint64_t head_hash;
};

#define FILE_IDENTITY_TEXT 96

/* Takes the identity of the file behind fd. 0 or a negative errno. */
int file_identity_of(int fd, struct file_identity *ret, struct why *why);
/* Writes `dev:ino:generation:len:hash` in hex, as the store keeps it. Returns
 * `text`. */
const char *file_identity_text(
	const struct file_identity *id, char text[FILE_IDENTITY_TEXT]);
/* Reads such a text; false if it is none. */
bool file_identity_parse(const char *text, struct file_identity *ret);
/* Whether the file behind fd is the one whose identity this is. It may have
 * grown since. Where its first bytes cannot be read, the inode decides. */
bool file_identity_holds(const struct file_identity *id, int fd);

/* Whether the file behind fd, whose first byte has the offset `base` in the
 * log, reaches to the position and still holds the same bytes before it. True
 * also where the file cannot be asked: a log that is read anew for a passing
 * error would count twice. */
bool file_position_holds(const struct position *p, uint64_t base, int fd);
/* Makes a position at this offset in the log. 0; -ESPIPE if the file ends
 * before it; or another negative errno. */
int
file_position_at(int fd, uint64_t base, uint64_t offset, struct position *ret);
