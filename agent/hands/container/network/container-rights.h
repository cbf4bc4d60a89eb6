/* Who may do what in the network of a container, as Docker's answers tell it.
 */
#pragma once

#include <jansson.h>
#include <stdbool.h>

/* Whether its root may change what a connection out of its network meets.
 * `whole` is what `/containers/ID/json` tells. */
bool container_rights_change(const json_t *whole);
/* Whether its root may read along; Docker gives that right to each container,
 * unless it is taken away. */
bool container_rights_listen(const json_t *whole);
/* Whether another container, running or not, is in its network, with rights of
 * its own; also where one runs in the network of nobody knows whom. Both are of
 * the list in `/containers/json`, which is `all`. */
bool container_rights_shared(const json_t *all, const json_t *container);
/* Among whose processes the container is, by id or name, borrowed from `whole`;
 * NULL: nobody's. Its root may take sockets from those, which are of their
 * network, and use its own rights on them (pidfd_getfd(2)): so it is as if it
 * was in that network. Shared memory (IpcMode) has no sockets. */
const char *container_rights_joined(const json_t *whole);
/* Whether one of the list has that id or name; a name that nobody has is one of
 * before a `docker rename`. */
bool container_rights_is_known(const json_t *all, const char *called);
/* Whether it is this one. */
bool container_rights_is_called(const json_t *container, const char *called);
