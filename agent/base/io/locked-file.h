/* A file that is locked before it has a name: whoever finds it by its name
 * finds it whole, and locked for as long as its maker lives. The kernel drops
 * the lock with the last copy of the descriptor (flock(2)). */
#pragma once

#include "base/span.h"
#include "base/why.h"

enum locked_file_way {
	LOCKED_FILE_UNNAMED, /* O_TMPFILE and linkat(2) */
	LOCKED_FILE_LINK,    /* a temporary name and link(2) */
	LOCKED_FILE_RENAME,  /* a temporary name and RENAME_NOREPLACE */
	LOCKED_FILE_WAYS
};

/* Makes folder/NAME with this content; content and name are on the disk when
 * the call returns, and the file is locked as long as *ret_fd is open, which
 * appends. -EEXIST: the name is there. After any other failure there is no such
 * name. Takes the first way that the file system knows. */
int locked_file_make(const char *folder, const char *name, struct span content,
	int *ret_fd, struct why *why);
/* The same in one way. -EOPNOTSUPP: the file system does not know it. */
int locked_file_make_by(enum locked_file_way way, const char *folder,
	const char *name, struct span content, int *ret_fd, struct why *why);
/* Removes what makers left under temporary names that were killed; those that
 * live keep theirs. */
void locked_file_sweep(const char *folder);
