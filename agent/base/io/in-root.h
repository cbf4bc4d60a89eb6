/* Opens what lies in the file system of a container, as its own programs would
 * see it: symbolic links are followed, and an absolute one or `..` leads no
 * further than to the container's root. Whoever owns the container may have put
 * any link there. */
#pragma once

/* open(2) of what exists, below the folder that `root` is open on, with
 * O_CLOEXEC. Links of /proc are not followed. The descriptor, owned, or a
 * negative errno: -ENOSYS on a kernel before 5.6. */
int in_root_open(int root, const char *path, int flags);
