/* Which file a position belongs to, and whether it still holds there. */
#pragma once

#include "base/why.h"
#include "wire/batch.h"

/* Device and inode alone are not enough: ext4 gives a freed inode away at
 * once. The generation (or, where the file system has none, the birth time)
 * and a hash of the file's head tell the files apart. */
struct file_identity {
	uint64_t dev, ino, generation;
	uint32_t
		head_len; /* bytes hashed, at most 256; 0: the file was empty */
	uint64_t head_hash;
};

#define FILE_IDENTITY_TEXT 96

int file_identity_of(int fd, struct file_identity *ret, struct why *why);
/* `dev:ino:generation:len:hash` in hex, as the store keeps it. */
const char *file_identity_text(
	const struct file_identity *id, char text[FILE_IDENTITY_TEXT]);
bool file_identity_parse(const char *text, struct file_identity *ret);
/* Whether the file behind fd is the one that `id` was taken of, earlier. */
bool file_identity_holds(const struct file_identity *id, int fd);

/* Whether the bytes before the position are the ones it was taken behind, in a
 * file whose first byte has the offset `base`, and the file reaches so far. */
bool file_position_holds(const struct position *p, uint64_t base, int fd);
/* A position at this offset of it. */
int
file_position_at(int fd, uint64_t base, uint64_t offset, struct position *ret);
