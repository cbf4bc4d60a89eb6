/* Unpacks what Docker packs of a container's files. Names and contents are
 * anybody's: of all there is, files whose names end
 * as they are asked for are written,
 * and folders; nothing leads out of the folder, no link is made or followed,
 * and number, size and depth have limits. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/why.h"

#define TAR_ENTRIES 20000u
#define TAR_BYTES (64u << 20) /* of all files together */
#define TAR_FILE (16u << 20)
#define TAR_DEPTH 12u
#define TAR_NEAR 2u /* folders below the first one */

struct tar_folder {
	size_t files, bytes; /* that were written */
	size_t entries;
	/* Links, devices and the like that were left out, and the first of
	 * their names, escaped; NULL: none. */
	size_t left_out;
	char *left_out_name;
	unsigned near; /* see tar_folder_read_near(); 0: no */
	bool cut;      /* the same, and more lies there than was read */
};

void tar_folder_free(struct tar_folder *t);
static inline void
tar_folder_let_go(struct tar_folder *t)
{
	tar_folder_free(t);
}
/* Reads the archive that `fd` stands at, files with these ends of names, into
 * the folder that `dir` is open on, where nothing of the archive may be yet.
 * -EBADMSG: it is broken or cut off; -EFBIG: beyond a limit; -EPERM: a name
 * leads out; -EEXIST: a name is there twice. Free *ret in any case. */
int tar_folder_read(int fd, int dir, const char *const *ends,
	struct tar_folder *ret, struct why *why);
/* The same of an archive of what lies around a folder that was read, which may
 * be a whole application, and may be cut off: files that are not there yet, at
 * most so many folders deep, none in hidden folders and in node_modules.
 * Leaving out the rest is no error. */
int tar_folder_read_near(int fd, int dir, const char *const *ends,
	unsigned depth, struct tar_folder *ret, struct why *why);
