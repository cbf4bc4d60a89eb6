/* Opens paths of the configuration. Root wrote them, but other people may be
 * able to write in a folder on the way, and put a symbolic link there that
 * leads to what only root may read. */
#pragma once

#include "base/buf.h"
#include "base/why.h"

/* open(2) of a file or folder that exists, with O_CLOEXEC. A link is followed
 * if it belongs to root or to this process' user, or if whatever is opened in
 * the end belongs to the link's owner: somebody's link leads only to what is
 * theirs. The descriptor, owned, or a negative errno: -EPERM for a link that is
 * not followed. */
int owned_path_open(const char *path, int flags, struct why *why);
/* Adds the whole regular file to `to`, as file_read() does. The file itself may
 * not be a link, whoever made it. */
int
owned_path_read(const char *path, size_t max, struct buf *to, struct why *why);
